#include "engine.hpp"

#include <chrono>

#include "step.hpp"

namespace rosenblatt {

namespace {

// Multiplications that are worth a thread of their own: below, meeting costs more than sharing saves.
constexpr double worth_a_thread = 200e3;

template <class T>
int sensible_threads(const Run<T>& run, const Program<T>& program, long rows, long stored) {
    const double dense = double(program.multiplications) * double(rows);
    const double skipped = run.x.sparse() ? double(program.layers[0].size) * (double(rows) * double(program.inputs()) - double(stored)) : 0;
    const double work = 2.5 * (dense - skipped) + double(program.contraction_multiplications) * double(rows);
    return int(std::clamp(work / worth_a_thread, 1.0, double(run.threads)));
}

template <class T>
Extent extent_of(const Run<T>& run, const Program<T>& program) {
    Extent extent;
    const Order& order = run.order;
    const long block = program.block_rows;
    for (long step = 0; step < order.steps; ++step) {
        const long begin = order.bounds[step], end = order.bounds[step + 1];
        extent.rows = std::max(extent.rows, std::min(block, end - begin));
        extent.whole_gradient |= (end - begin > block || program.extras.clip_norm >= 0) && !run.gradient_out;
        if (!run.x.sparse()) continue;
        for (long from = begin; from < end; from += block) {
            long stored = 0;
            const Taken taken{order.indices ? order.indices + from : nullptr, from, std::min(block, end - from)};
            for (long s = 0; s < taken.count; ++s) stored += long(run.x.start[taken[s] + 1] - run.x.start[taken[s]]);
            extent.stored = std::max(extent.stored, stored);
        }
    }
    extent.threads = run.exactly ? run.threads : sensible_threads(run, program, extent.rows, extent.stored);
    return extent;
}

}  // namespace

template <class T>
Engine<T>::~Engine() {
    delete spare_.load();
}

template <class T>
std::unique_ptr<Workspace<T>> Engine<T>::take(const Extent& extent, bool sparse) {
    std::unique_ptr<Workspace<T>> workspace(spare_.exchange(nullptr));
    const bool has_dense = workspace && workspace->o[0], has_sparse = workspace && workspace->column_start;
    if (!workspace || !workspace->extent.holds(extent) || (sparse ? !has_sparse : !has_dense))
        workspace = std::make_unique<Workspace<T>>(program_, extent, sparse);
    return workspace;
}

template <class T>
void Engine<T>::give_back(std::unique_ptr<Workspace<T>> workspace) {
    delete spare_.exchange(workspace.release());
}

namespace {

// Steps [begin, end) on that many threads. Returns false if interrupted.
template <class T>
bool run_piece(const Run<T>& run, Workspace<T>& workspace, int threads, long begin, long end, LossSums* sums) {
    Team<T> team(run, workspace, threads);
    run_on_threads(threads, [&](int thread) {
        Step<T> step(team, thread);
        for (long s = begin; s < end; ++s)
            if (!step.take(s)) return;
        if (sums && thread == 0) *sums = step.sums();
    });
    return !team.stop && !team.hurries;
}

// The last step of a piece of so many samples that begins with step `begin`.
inline long end_of_piece(const Order& order, long begin, double samples) {
    long end = begin + 1;
    while (end < order.steps && double(order.bounds[end] - order.bounds[begin]) < samples) ++end;
    return end;
}

}  // namespace

template <class T>
bool Engine<T>::run_steps(Run<T>& run, LossSums* sums) {
    const Extent extent = extent_of(run, program_);
    auto workspace = take(extent, run.x.sparse());
    ThreadChoice& choice = workspace->choice;
    const double guess = 1e-10 * double(program_.multiplications);
    bool done = true;
    for (long begin = 0; begin < run.order.steps && done;) {
        const bool fixed = run.exactly || extent.threads == 1;
        const int threads = fixed ? extent.threads : choice.next(extent.threads);
        const long end = fixed ? run.order.steps : end_of_piece(run.order, begin, choice.samples_per_piece(guess));
        const auto started = std::chrono::steady_clock::now();
        done = run_piece(run, *workspace, threads, begin, end, sums);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
        if (!fixed) choice.record(took.count(), double(run.order.bounds[end] - run.order.bounds[begin]));
        begin = end;
    }
    give_back(std::move(workspace));
    return done;
}

template <class T>
bool Engine<T>::epochs(Run<T>& run) {
    return run_steps(run, nullptr);
}

template <class T>
bool Engine<T>::gradient(Run<T>& run, LossSums& sums) {
    return run_steps(run, &sums);
}

template <class T>
UpdateSums Engine<T>::update(T* theta, T* const* slots, T* gradient, StepSettings settings) {
    return update_everything(program_, settings, theta, slots, gradient);
}

namespace {

// F1 and F2 for a piece of the samples, in this thread's own rows of the workspace, from `place` on.
template <class T>
void predict_block(const Program<T>& program, const T* theta, const Samples<T>& x, T* out, Taken taken,
                   Workspace<T>& w, const Desk<T>& desk, long place) {
    const T* o = x.sparse() ? nullptr : x.dense + taken.begin * x.columns;
    long o_stride = x.columns;
    for (std::size_t k = 1; k <= program.layers.size(); ++k) {
        const auto& layer = program.layers[k - 1];
        const Piece piece{0, taken.count, 0, layer.size};
        T *a = w.a[k] + place * layer.stride, *next = w.o[k] + place * layer.stride;
        if (o)
            pre_activation(layer, theta, o, o_stride, a, piece, desk.panel);
        else
            sparse_pre_activation(layer, theta, x, taken, a, 0, taken.count, 0, layer.size);
        if (k < program.layers.size()) output(layer, a, next, piece);
        o = next;
        o_stride = layer.stride;
    }
    const T* a = w.a[program.layers.size()] + place * program.last().stride;
    T* to = out + taken.begin * program.outputs();
    for (long s = 0; s < taken.count; s += samples_per_group)
        write_outputs(program, a, s, std::min(s + samples_per_group, taken.count), to, desk);
}

}  // namespace

template <class T>
bool Engine<T>::predict(const T* theta, const Samples<T>& x, T* out, int threads, bool exactly,
                        const std::function<bool()>& interrupted) {
    const long short_enough = long(4e8 / double(program_.multiplications)) / samples_per_group * samples_per_group;
    const long block = std::clamp(short_enough, 2 * samples_per_group, std::min(256L, program_.block_rows)), blocks = (x.rows + block - 1) / block;
    const double work = double(program_.multiplications) * double(x.rows);
    const int most = int(std::min<long>(threads, std::max(1L, blocks)));
    const int team = exactly ? most : int(std::clamp(work / worth_a_thread, 1.0, double(most)));
    const Extent extent{std::min(block * team, x.rows), 0, false, team};
    auto workspace = take(extent, x.sparse());
    std::atomic<bool> stop{false};
    run_on_threads(team, [&](int thread) {
        for (long b = thread; b < blocks && !stop.load(std::memory_order_relaxed); b += team) {
            const long begin = b * block;
            const Taken taken{nullptr, begin, std::min(block, x.rows - begin)};
            predict_block(program_, theta, x, out, taken, *workspace, workspace->desks[thread], team == 1 ? 0 : thread * block);
            if (thread == 0 && interrupted()) stop = true;
        }
    });
    give_back(std::move(workspace));
    return !stop;
}

template class Engine<float>;
template class Engine<double>;

}  // namespace rosenblatt
