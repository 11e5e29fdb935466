// The perceptron's part of the Python module: rows of X, given once, and runs of one binary problem on them.
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <atomic>

#include "arguments.hpp"
#include "interruption.hpp"
#include "perceptron.hpp"

namespace rosenblatt {

void define_perceptron(nb::module_& m);

namespace {

using namespace nb::literals;
using Numbers = std::map<std::string, double>;

// X: an array (n, d), or the values, columns and row starts of a matrix in compressed rows.
template <class T>
class Bound_rows {
   public:
    Bound_rows(nb::handle x, long columns, bool may_compress) {
        rows_.columns = columns;
        if (columns < 1) refuse("columns", "must be positive");
        if (nb::isinstance<nb::tuple>(x))
            take_compressed(nb::borrow<nb::tuple>(x));
        else
            take_dense(x, may_compress);
        if (rows_.rows < 1) refuse("X", "must have at least one row");
        if (rows_.rows > INT32_MAX) refuse("X", "must have fewer than 2**31 rows");
    }
    const PerceptronRows<T>& dense() const { return rows_; }
    // Without zeros where that is quicker; what is not stored is not penalised, so a penalty takes the others.
    const PerceptronRows<T>& quickest(bool penalised) const { return compressed_.start.empty() || penalised ? rows_ : short_; }
    bool is_compressed() const { return !compressed_.start.empty(); }
    const auto& held() const { return held_; }

   private:
    void take_dense(nb::handle x, bool may_compress) {
        held_[0] = array_of(x, "X");
        rows_.dense = checked_array<T>(held_[0], "X", {-1, rows_.columns});
        rows_.rows = long(held_[0].shape(0));
        const WithoutGil without;
        if (!may_compress || !compress(rows_, compressed_)) return;
        short_.rows = rows_.rows, short_.columns = rows_.columns;
        if (!compressed_.table.empty()) {
            short_.table = compressed_.table.data();
            short_.code = compressed_.code.data();
            short_.column16 = compressed_.column16.data();
        }
        short_.values = compressed_.values.data();
        short_.column32 = compressed_.column.data();
        short_.start64 = compressed_.start.data();
    }

    void take_compressed(const nb::tuple& x) {
        if (x.size() != 3) refuse("X", "must be an array or the tuple (data, indices, indptr)");
        held_[0] = array_of(x[0], "data");
        held_[1] = array_of(x[1], "indices");
        held_[2] = array_of(x[2], "indptr");
        rows_.values = checked_array<T>(held_[0], "data", {-1});
        if (held_[1].dtype() == nb::dtype<std::int32_t>())
            take_integers(rows_.column32, rows_.start32);
        else
            take_integers(rows_.column64, rows_.start64);
    }

    template <class I>
    void take_integers(const I*& column, const I*& start) {
        const long stored = long(held_[0].shape(0));
        column = checked_array<I>(held_[1], "indices", {stored});
        start = checked_array<I>(held_[2], "indptr", {-1});
        rows_.rows = long(held_[2].shape(0)) - 1;
        if (rows_.rows < 0) refuse("indptr", "must not be empty");
        if (start[0] != 0) refuse("indptr", "must begin with 0");
        for (long i = 0; i < rows_.rows; ++i)
            if (start[i] > start[i + 1]) refuse("indptr", "must not decrease");
        if (start[rows_.rows] > stored) refuse("indptr", "must end within data");
        bool within = true;
        for (long e = 0; e < start[rows_.rows]; ++e) within &= column[e] >= 0 && column[e] < rows_.columns;
        if (!within) refuse("indices", "must be numbers of columns");
    }

    PerceptronRows<T> rows_, short_;
    Compressed<T> compressed_;
    ReadOnly held_[3];
};

double taken(Numbers& settings, const char* name) {
    const auto found = settings.find(name);
    if (found == settings.end()) refuse("settings", std::string("must hold ") + name);
    const double value = found->second;
    settings.erase(found);
    if (!(value == value)) refuse(name, "must be a number");
    return value;
}

template <class Choice>
Choice chosen(const std::string& given, const char* name, const std::vector<std::string>& known) {
    for (std::size_t i = 0; i < known.size(); ++i)
        if (known[i] == given) return Choice(int(i));
    refuse(name, "is unknown: " + given);
}

std::int64_t counted(Numbers& settings, const char* name) {
    const double value = taken(settings, name);
    if (!(value >= 1)) refuse(name, "must be at least 1");
    return value >= 9e18 ? std::numeric_limits<std::int64_t>::max() : std::int64_t(value);
}

PerceptronSettings settings_of(const std::string& penalty, const std::string& variant, const std::string& order,
                               Numbers numbers) {
    PerceptronSettings s;
    s.penalty = chosen<PerceptronPenalty>(penalty, "penalty", {"none", "l1", "l2", "elasticnet"});
    s.variant = chosen<PerceptronVariant>(variant, "variant", {"last", "averaged", "voted", "pocket"});
    s.order = chosen<PerceptronOrder>(order, "order", {"cyclic", "shuffled", "random"});
    if (s.penalty != PerceptronPenalty::none && s.variant != PerceptronVariant::last)
        refuse("penalty", "needs the variant last");
    s.alpha = taken(numbers, "alpha");
    s.l1_ratio = taken(numbers, "l1_ratio");
    s.rate = taken(numbers, "rate");
    s.positive_weight = taken(numbers, "positive_weight");
    s.negative_weight = taken(numbers, "negative_weight");
    s.intercept_decay = taken(numbers, "intercept_decay");
    s.tol = taken(numbers, "tol");
    s.fit_intercept = taken(numbers, "fit_intercept") != 0;
    s.until_separated = taken(numbers, "until_separated") != 0;
    s.watch_score = taken(numbers, "watch_score") != 0;
    s.sum_losses = taken(numbers, "sum_losses") != 0;
    const double seed = taken(numbers, "seed");
    if (!(seed >= 0 && seed <= 4294967295.0)) refuse("seed", "must have 32 bits");
    s.seed = std::uint32_t(seed);
    s.patience = counted(numbers, "patience");
    s.max_epochs = counted(numbers, "max_epochs");
    s.max_updates = counted(numbers, "max_updates");
    if (!numbers.empty()) refuse("settings", "has an unknown entry: " + numbers.begin()->first);
    return s;
}

template <class T>
class Bound_perceptron {
   public:
    Bound_perceptron(const Bound_rows<T>& rows, ReadOnly y, std::optional<ReadOnly> weight,
                     std::optional<ReadOnly> set_aside, Writable w, double b, std::optional<Writable> late,
                     std::optional<Writable> pocket, const std::string& penalty, const std::string& variant,
                     const std::string& order, const Numbers& numbers)
        : held_{y}, written_{w}, settings_(settings_of(penalty, variant, order, numbers)) {
        const bool penalised = settings_.penalty != PerceptronPenalty::none;
        PerceptronProblem<T> problem{rows.quickest(penalised)};
        n_ = problem.x.rows;
        const long n = n_, d = problem.x.columns;
        problem.y = checked_array<T>(y, "y", {n});
        for (long i = 0; i < n; ++i)
            if (problem.y[i] != 1 && problem.y[i] != -1) refuse("y", "must hold -1 and +1");
        if (weight) problem.weight = checked_array<T>(*weight, "weight", {n}), held_.push_back(*weight);
        if (set_aside) {
            problem.set_aside = checked_array<std::uint8_t>(*set_aside, "set_aside", {n});
            held_.push_back(*set_aside);
        }
        if (settings_.watch_score && !set_aside) refuse("set_aside", "must be given where the score is watched");
        PerceptronState<T> state;
        state.w = checked_array<T>(w, "w", {d});
        state.b = b;
        if (settings_.variant == PerceptronVariant::averaged) {
            if (!late) refuse("late", "must be given for the averaged variant");
            state.late = checked_array<double>(*late, "late", {d + 1});
            memory_.written("late", *late);
            written_.push_back(*late);
        }
        if (settings_.variant == PerceptronVariant::pocket) {
            if (!pocket) refuse("pocket", "must be given for the pocket variant");
            state.pocket = checked_array<T>(*pocket, "pocket", {d});
            memory_.written("pocket", *pocket);
            written_.push_back(*pocket);
        }
        memory_.read(rows.held()).read(y).read(weight).read(set_aside).written("w", w).check();
        run_ = perceptron(problem, settings_);
        run_->state = state;
    }

    // Whether the run is over.
    bool advance(double seconds, std::optional<ReadOnly> orders) {
        if (busy_.exchange(true)) throw std::runtime_error("this run is in progress in another thread");
        const Freed freed{busy_};
        if (broken_) throw std::runtime_error("this run was interrupted and cannot go on");
        const std::int64_t* at = nullptr;
        long n_orders = 0;
        if (settings_.order == PerceptronOrder::given) {
            if (!orders) refuse("orders", "must be given where they are random");
            at = checked_array<std::int64_t>(*orders, "orders", {-1, n_});
            Memory(memory_).read(*orders).check();
            n_orders = long(orders->shape(0));
            for (long k = 0; k < n_orders * n_; ++k)
                if (at[k] < 0 || at[k] >= n_) refuse("orders", "must be numbers of rows");
        }
        bool done;
        {
            WithoutGil without;
            Interruption interruption(without);
            done = run_->advance(seconds, at, n_orders, std::ref(interruption));
        }
        broken_ = !done;
        raise_if(!done);
        return run_->state.end != PerceptronEnd::running;
    }

    PerceptronState<T>& state() { return run_->state; }
    const char* end() {
        static constexpr const char* names[] = {"", "converged", "separated", "epochs", "updates", "overflow"};
        return names[int(run_->state.end)];
    }
    nb::tuple path() {
        const auto& path = run_->state.path;
        std::vector<std::int64_t> row, survived{run_->state.survived};
        std::vector<double> step;
        for (const auto& one : path) row.push_back(one.row), step.push_back(one.step), survived.push_back(one.survived);
        return nb::make_tuple(row, step, survived);
    }

   private:
    struct Freed {
        std::atomic<bool>& busy;
        ~Freed() { busy = false; }
    };

    std::vector<ReadOnly> held_;
    std::vector<Writable> written_;
    Memory memory_;
    PerceptronSettings settings_;
    std::unique_ptr<Perceptron<T>> run_;
    long n_ = 0;
    std::atomic<bool> busy_ = false;
    bool broken_ = false;
};

template <class T>
void define_for(nb::module_& m, const char* rows_name, const char* run_name) {
    using Rows = Bound_rows<T>;
    using Run = Bound_perceptron<T>;
    nb::class_<Rows>(m, rows_name)
        .def(nb::init<nb::handle, long, bool>(), "X"_a, "columns"_a, "may_compress"_a = false)
        .def_prop_ro("is_compressed", &Rows::is_compressed);
    nb::class_<Run>(m, run_name)
        .def(nb::init<const Rows&, ReadOnly, std::optional<ReadOnly>, std::optional<ReadOnly>, Writable, double,
                      std::optional<Writable>, std::optional<Writable>, const std::string&, const std::string&,
                      const std::string&, const Numbers&>(),
             "rows"_a, "y"_a.noconvert(), "weight"_a.noconvert().none(), "set_aside"_a.noconvert().none(),
             "w"_a.noconvert(), "b"_a, "late"_a.noconvert().none(), "pocket"_a.noconvert().none(), "penalty"_a,
             "variant"_a, "order"_a, "numbers"_a, nb::keep_alive<1, 2>())
        .def("advance", &Run::advance, "seconds"_a, "orders"_a.noconvert().none() = nb::none(),
             "Run whole epochs, in place on w, until the run ends, the seconds are over or the orders (k, n) are used up; "
             "return whether it has ended.")
        .def("path", &Run::path, "The rows added so far, how many times each, and for how many samples each w stayed.")
        .def_prop_ro("end", &Run::end)
        .def_prop_ro("b", [](Run& r) { return r.state().b; })
        .def_prop_ro("scale", [](Run& r) { return r.state().scale; })
        .def_prop_ro("norm", [](Run& r) { return double(T(std::sqrt(r.state().square_norm))); })
        .def_prop_ro("epochs", [](Run& r) { return r.state().epochs; })
        .def_prop_ro("updates", [](Run& r) { return r.state().updates; })
        .def_prop_rw("steps", [](Run& r) { return r.state().steps; }, [](Run& r, std::int64_t n) { r.state().steps = n; })
        .def_prop_ro("curve", [](Run& r) { return r.state().curve; })
        .def_prop_ro("wrong", [](Run& r) { return r.state().curve.empty() ? 0 : r.state().curve.back(); })
        .def_prop_ro("loss", [](Run& r) { return r.state().loss; })
        .def_prop_ro("objective", [](Run& r) { return r.state().objective; })
        .def_prop_ro("score", [](Run& r) { return r.state().score; })
        .def_prop_rw("pocket_b", [](Run& r) { return r.state().pocket_b; }, [](Run& r, double b) { r.state().pocket_b = b; })
        .def_prop_rw("pocket_run", [](Run& r) { return r.state().pocket_run; },
                     [](Run& r, std::int64_t n) { r.state().pocket_run = n; })
        .def_prop_ro("pocket_mistakes", [](Run& r) { return r.state().pocket_mistakes; });
}

}  // namespace

void define_perceptron(nb::module_& m) {
    define_for<float>(m, "PerceptronRowsFloat32", "PerceptronFloat32");
    define_for<double>(m, "PerceptronRowsFloat64", "PerceptronFloat64");
}

}  // namespace rosenblatt
