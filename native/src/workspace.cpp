#include "workspace.hpp"

#include <algorithm>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)0)
#endif

namespace rosenblatt {

namespace {

// Hands out places of one allocation: the same code first adds up the sizes, then gives the addresses. Between two
// places there is a gap, which AddressSanitizer takes for memory that is not ours.
class Places {
   public:
    explicit Places(char* base) : base_(base) {}

    template <class U>
    U* take(long count) {
        U* place = base_ ? reinterpret_cast<U*>(base_ + used_) : nullptr;
        const std::size_t bytes = std::size_t(count) * sizeof(U), room = (bytes + 127) / 64 * 64;
        if (base_) ASAN_POISON_MEMORY_REGION(base_ + used_ + bytes, room - bytes);
        used_ += room;
        return place;
    }

    std::size_t used() const { return used_; }

   private:
    char* base_;
    std::size_t used_ = 0;
};

template <class T>
void place_layers(Workspace<T>& w, const Program<T>& program, long rows, bool sparse, Places& places) {
    w.o.assign(1, sparse ? nullptr : places.take<T>(rows * w.x_stride));
    if (program.corruption.emphasizes) w.emphasis = places.take<T>(rows * w.x_stride);
    w.a.assign(1, nullptr);
    w.delta.assign(1, nullptr);
    w.keep.assign(1, nullptr);
    for (const auto& layer : program.layers) {
        const bool is_last = &layer == &program.last();
        T* a = places.take<T>(rows * layer.stride);
        w.a.push_back(a);
        const bool drops = !is_last && program.extras.dropout >= 0;  // then o is masked, and g' needs what it was
        w.o.push_back(!is_last && (drops || layer.keeps_a()) ? places.take<T>(rows * layer.stride) : a);
        w.keep.push_back(drops ? places.take<T>(rows * layer.stride) : nullptr);
        w.delta.push_back(places.take<T>(rows * layer.stride));
    }
}

template <class T>
void place_desks(Workspace<T>& w, const Program<T>& program, int threads, Places& places) {
    const long deepest = *std::max_element(program.sizes.begin(), program.sizes.end());
    long largest = 0;
    for (const auto& strip : program.strips) largest = std::max(largest, strip.count);
    if (program.n_weights <= largest_alone) largest = std::max(largest, program.n_weights);  // a whole layer at once
    const long turned = program.outputs() * samples_per_group;
    w.desks.clear();
    for (int t = 0; t < threads; ++t) {
        Desk<T> desk{};
        desk.panel = places.take<T>(deepest * tile_vectors * native_lanes<T>);
        desk.gradient = places.take<T>(largest + native_lanes<T>);
        if (!program.extras.multipliers.empty()) desk.before = places.take<T>(largest + native_lanes<T>);
        desk.a = places.take<T>(turned);
        desk.o = places.take<T>(turned);
        desk.y = places.take<T>(turned);
        desk.delta = places.take<T>(turned);
        desk.weight = places.take<T>(std::max(samples_per_group, rounded_to_vectors<T>(program.outputs())));
        if (program.corruption.emphasizes) desk.emphasis = places.take<T>(turned);
        w.desks.push_back(desk);
    }
}

template <class T>
void place_contraction(ContractionPlaces<T>& c, const Program<T>& program, long rows, Places& places) {
    const std::size_t depth = std::size_t(program.contraction_depth());
    for (auto* each : {&c.slope, &c.bend, &c.turned, &c.turned_sum, &c.sum, &c.z, &c.u, &c.back}) each->assign(depth + 1, nullptr);
    if (depth == 0) return;
    constexpr long spare = native_lanes<T>;  // whole vectors are read
    const long first = program.layers[0].size;
    long slice = 0;  // rows
    for (const long k : program.contracted)
        if (k > 1) slice = std::max(slice, samples_per_slice(program.layers[std::size_t(k - 1)].size) * program.layers[std::size_t(k - 1)].size);
    for (std::size_t i = 1; i <= depth; ++i) {
        const auto& layer = program.layers[i - 1];
        c.slope[i] = places.take<T>(rows * layer.stride);
        c.bend[i] = places.take<T>(rows * layer.stride);
        if (i > 1) {
            for (auto* each : {&c.turned, &c.turned_sum, &c.sum}) (*each)[i] = places.take<T>(layer.before * layer.size + spare);
        }
        if (i < depth)
            for (auto* each : {&c.u, &c.back}) (*each)[i] = places.take<T>(slice * layer.stride);
        if (i + 1 < depth) c.z[i] = places.take<T>(slice * layer.stride);  // that of layer k - 1 is W^k turned
    }
    c.weight = places.take<T>(rows);
    c.value = places.take<double>(rows);
    c.square = places.take<T>(first + spare);
    c.total = places.take<T>(first + spare);
    if (depth == 1) return;
    c.scaled = places.take<T>(slice * program.layers[0].stride);
    c.gram = places.take<T>(first * first + spare);
    c.gram_sum = places.take<T>(first * first + spare);
}

template <class T>
void place_activity(ActivityPlaces<T>& c, const Program<T>& program, long rows, Places& places) {
    const std::size_t layers = program.layers.size() + 1;
    for (auto* each : {&c.whole, &c.push, &c.slope}) each->assign(layers, nullptr);
    c.total.assign(layers, nullptr);
    c.n_vectors = 0;
    if (program.activities.empty()) return;
    for (std::size_t k = 1; k < program.layers.size(); ++k) {
        const auto& layer = program.layers[k - 1];
        bool looks = false, of_mean = false;
        for (const auto& term : program.activities)
            if (term.has(long(k))) looks = true, of_mean |= term.rule.rule->of_mean;
        if (!looks) continue;
        if (program.extras.dropout >= 0 && layer.keeps_a()) c.whole[k] = places.take<T>(rows * layer.stride);
        c.push[k] = places.take<T>(rows * layer.stride);
        if (!of_mean) continue;
        c.slope[k] = places.take<T>(layer.stride);
        c.total[k] = places.take<double>(layer.stride);
        c.n_vectors += rounded_to_vectors<T>(layer.size) / native_lanes<T>;
    }
    c.value = places.take<double>(rows);
    c.mean_value = places.take<double>(c.n_vectors);
}

template <class T>
void place_all(Workspace<T>& w, const Program<T>& program, const Extent& extent, bool sparse, Places& places) {
    place_layers(w, program, extent.rows, sparse, places);
    place_desks(w, program, extent.threads, places);
    if (extent.whole_gradient) w.gradient = places.take<T>(program.n_parameters + native_lanes<T>);
    place_contraction(w.contraction, program, extent.rows, places);
    place_activity(w.activity, program, extent.rows, places);
    w.losses = places.take<LossSums>(extent.rows / samples_per_group + 1);
    w.strip_sums = places.take<UpdateSums>(long(program.strips.size()));
    if (program.extras.clip_norm >= 0) w.strip_squares = places.take<double>(long(program.strips.size()));
    if (!sparse) return;
    w.column_start = places.take<long>(program.inputs() + 2);
    w.entry_sample = places.take<long>(extent.stored);
    w.entry_value = places.take<T>(extent.stored);
    if (program.extras.dropout < 0 && program.extras.corruption < 0) return;
    w.thin_start = places.take<std::int64_t>(extent.rows + 1);
    w.thin_column = places.take<std::int64_t>(extent.stored);
    w.thin_value = places.take<T>(extent.stored);
}

}  // namespace

template <class T>
Workspace<T>::Workspace(const Program<T>& program, const Extent& wanted, bool sparse) : extent(wanted) {
    x_stride = row_stride<T>(program.inputs());
    Places sizes(nullptr);
    place_all(*this, program, wanted, sparse, sizes);
    memory_.reset(std::aligned_alloc(64, sizes.used()));
    if (!memory_) throw std::bad_alloc();
    std::memset(memory_.get(), 0, sizes.used());  // padding is 0, so that no garbage slows the arithmetic down
    Places places(static_cast<char*>(memory_.get()));
    place_all(*this, program, wanted, sparse, places);
}

template struct Workspace<float>;
template struct Workspace<double>;

}  // namespace rosenblatt
