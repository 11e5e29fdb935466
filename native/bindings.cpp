// What Python sees of the engine: one class for float32, one for float64, each a Program that runs epochs.
// Nothing here depends on an instruction set, so it is compiled once for all of them (module.cpp makes the modules).
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "interruption.hpp"
#include "shuffle.hpp"
#include "thread_pool.hpp"

namespace rosenblatt {

void define_perceptron(nb::module_& m);  // perceptron_bindings.cpp
void define_bindings(nb::module_& m);    // for module.cpp

namespace {

// seed, epoch and position of the first sample, samples of an epoch
using Noise = std::tuple<std::uint64_t, long, long, long>;

NoiseSource noise_source(const Noise& noise) {
    const auto [seed, epoch, position, length] = noise;
    constexpr long end = 1L << 62;  // so that the number of a sample can be added
    if (epoch < 0 || position < 0 || length < 0) refuse("noise", "must not be negative");
    if (epoch >= end || position >= end || length >= end) refuse("noise", "must be below 2**62");
    return {seed, epoch, position, length};
}

// A signal handler that calls in the middle of a call computes alone: the threads are busy with what it interrupts.
// So does who calls while the interpreter ends: a daemon thread may sleep and hold them.
int threads_for(int wanted) {
    if (holds_the_threads() || interpreter_ends()) return 1;
    return std::min(wanted > 0 ? wanted : num_threads(), 256);
}

template <class T>
class Bound_engine {
   public:
    Bound_engine(std::vector<long> sizes, std::vector<NamedRule> hidden, NamedRule output, NamedRule loss,
                 NamedRule optimizer, std::vector<std::pair<std::string, bool>> penalties, std::map<std::string, int> extras,
                 bool non_negative, std::vector<double> multipliers, std::vector<long> contracted, NamedRule corruption,
                 std::vector<std::pair<NamedRule, std::vector<long>>> activities, bool tied)
        : engine_({sizes, hidden, output, loss, optimizer, penalties, extras, non_negative, multipliers, corruption, activities,
                   tied, contracted}) {}

    void epochs(Writable theta, std::vector<Writable> slots, nb::handle x, ReadOnly y, std::optional<ReadOnly> weight,
                std::optional<ReadOnly> indices, ReadOnly bounds, ReadOnly settings, Writable rows, int n_threads, Noise noise) {
        const GivenState<T> state(theta, slots, program());
        const GivenSamples<T> samples(x, program().inputs());
        Run<T> run{program(), state.theta, state.slots, samples.get()};
        run.targets = checked_targets<T>(y, weight, run.x.rows, program().outputs());
        run.order = checked_order(indices, bounds, run.x.rows);
        run.settings = checked_settings(settings, run.order.steps, program());
        check_sparse(run.x, program());
        run.table = checked_array<double>(rows, "rows", {run.order.steps, n_columns});
        Memory memory;
        memory.read(samples.held()).read(y).read(weight).read(indices).read(bounds).read(settings);
        memory.written("theta", theta).written("slots", slots).written("rows", rows).check();
        run.noise = noise_source(noise);
        run.threads = threads_for(n_threads);
        run.exactly = n_threads > 0;
        bool done;
        {
            WithoutGil without;
            run.interrupted = Interruption(without);
            done = engine_.epochs(run);
        }
        raise_if(!done);
    }

    std::tuple<double, double, double> gradient(ReadOnly theta, nb::handle x, ReadOnly y, std::optional<ReadOnly> weight,
                                                Writable out, int n_threads, std::optional<ReadOnly> settings, Noise noise) {
        const GivenSamples<T> samples(x, program().inputs());
        const T* at = checked_array<T>(theta, "theta", {program().n_parameters});
        Run<T> run{program(), const_cast<T*>(at), nullptr, samples.get()};  // without an update nothing writes to it
        run.targets = checked_targets<T>(y, weight, run.x.rows, program().outputs());
        run.gradient_out = checked_array<T>(out, "gradient", {program().n_parameters});
        Memory().read(samples.held()).read(theta).read(y).read(weight).read(settings).written("gradient", out).check();
        const std::int64_t bounds[2] = {0, run.x.rows};
        run.order = {nullptr, bounds, 1};
        if (run.x.rows < 1) refuse("X", "must have at least one row");
        if (settings) run.settings = checked_settings(*settings, 1, program());
        check_sparse(run.x, program());
        run.noise = noise_source(noise);
        run.threads = threads_for(n_threads);
        run.exactly = n_threads > 0;
        LossSums sums;
        bool done;
        {
            WithoutGil without;
            run.interrupted = Interruption(without);
            done = engine_.gradient(run, sums);
        }
        raise_if(!done);
        return {sums.loss, sums.reported, sums.weight};
    }

    std::pair<double, double> update(Writable theta, std::vector<Writable> slots, Writable gradient, double weight_sum,
                                     ReadOnly settings) {
        const GivenState<T> state(theta, slots, program());
        T* g = checked_array<T>(gradient, "gradient", {program().n_parameters});
        Memory().read(settings).written("theta", theta).written("slots", slots).written("gradient", gradient).check();
        const double* row = checked_array<double>(settings, "settings", {program().n_columns()});
        const WithoutGil without;
        const auto sums = engine_.update(state.theta, state.slots, g, {row, weight_sum});
        return {sums.penalty, sums.square};
    }

    void predict(ReadOnly theta, nb::handle x, Writable out, int n_threads) {
        const GivenSamples<T> samples(x, program().inputs());
        const T* at = checked_array<T>(theta, "theta", {program().n_parameters});
        T* to = checked_array<T>(out, "out", {samples.get().rows, program().outputs()});
        Memory().read(samples.held()).read(theta).written("out", out).check();
        const int threads = threads_for(n_threads);
        bool done;
        {
            WithoutGil without;
            done = engine_.predict(at, samples.get(), to, threads, n_threads > 0, Interruption(without));
        }
        raise_if(!done);
    }

    std::vector<long> sizes() const { return program().sizes; }
    long n_parameters() const { return program().n_parameters; }

   private:
    const Program<T>& program() const { return engine_.program(); }
    Engine<T> engine_;
};

template <class T>
void define(nb::module_& m, const char* name) {
    using namespace nb::literals;
    using P = Bound_engine<T>;
    nb::class_<P>(m, name)
        .def(nb::init<std::vector<long>, std::vector<NamedRule>, NamedRule, NamedRule, NamedRule,
                      std::vector<std::pair<std::string, bool>>, std::map<std::string, int>, bool, std::vector<double>, std::vector<long>, NamedRule,
                      std::vector<std::pair<NamedRule, std::vector<long>>>, bool>(),
             "sizes"_a, "hidden"_a, "output"_a, "loss"_a, "optimizer"_a, "penalties"_a,
             "extras"_a = std::map<std::string, int>{}, "non_negative"_a = false, "multipliers"_a = std::vector<double>{},
             "contracted"_a = std::vector<long>{}, "corruption"_a = NamedRule{},
             "activities"_a = std::vector<std::pair<NamedRule, std::vector<long>>>{}, "tied"_a = false)
        .def("epochs", &P::epochs, "theta"_a.noconvert(), "slots"_a.noconvert(), "X"_a, "y"_a.noconvert(),
             "weight"_a.noconvert().none(), "indices"_a.noconvert().none(), "bounds"_a.noconvert(),
             "settings"_a.noconvert(), "rows"_a.noconvert(), "n_threads"_a = 0, "noise"_a = Noise{},
             "Take as many steps as bounds has, in place on theta and slots; rows (steps, 6) is written. n_threads = 0 leaves "
             "the number to the settings and the clock.")
        .def("gradient", &P::gradient, "theta"_a.noconvert(), "X"_a, "y"_a.noconvert(), "weight"_a.noconvert().none(),
             "gradient"_a.noconvert(), "n_threads"_a = 0, "settings"_a.noconvert().none() = nb::none(), "noise"_a = Noise{},
             "Write the gradient summed over the samples; return the sums of loss, reported loss and weight. settings (1, "
             "columns) and noise (seed, epoch, position, length) say what dropout and noise there are.")
        .def("update", &P::update, "theta"_a.noconvert(), "slots"_a.noconvert(), "gradient"_a.noconvert(),
             "weight_sum"_a, "settings"_a.noconvert(),
             "Update theta and slots from a summed gradient, which is overwritten; return the penalties' value and the squared norm.")
        .def("predict", &P::predict, "theta"_a.noconvert(), "X"_a, "out"_a.noconvert(), "n_threads"_a = 0,
             "Write the outputs of all samples.")
        .def_prop_ro("sizes", &P::sizes)
        .def_prop_ro("n_parameters", &P::n_parameters);
}

void shuffled_orders(nb::capsule stream, ReadOnly running, Writable orders) {
    if (!stream.name() || std::string(stream.name()) != "BitGenerator")
        throw nb::type_error("stream must be the capsule of a NumPy bit generator");
    const long n = running.ndim() == 1 ? long(running.shape(0)) : 0;
    const auto* from = checked_array<std::int64_t>(running, "running", {-1});
    auto* to = checked_array<std::int64_t>(orders, "orders", {-1, n});
    if (orders.size() > 0 && from < to + orders.size() && to < from + n) refuse("running", "must not overlap orders");
    shuffle_epochs(*static_cast<BitGenerator*>(stream.data()), from, to, long(orders.shape(0)), n);
}

template <class Rule>
std::vector<std::string> names(const std::vector<Rule>& rules) {
    std::vector<std::string> result;
    for (const Rule& rule : rules) result.push_back(rule.name);
    return result;
}

// Whether this processor can run the module of that instruction set.
bool processor_supports(const std::string& isa) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    if (isa == "v3") return v3;
    if (isa == "v4")
        return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
#endif
    return isa == "base";
}

}  // namespace

void define_bindings(nb::module_& m) {
    using namespace nb::literals;
    // A daemon thread keeps its objects at the process's end; that is no leak to warn of.
    nb::set_leak_warnings(false);
    define<float>(m, "ProgramFloat32");
    define<double>(m, "ProgramFloat64");
    define_perceptron(m);
    m.def("num_threads", &num_threads, "How many threads a call may take.");
    m.def("set_num_threads", &set_num_threads, nb::arg("threads"), "Set it; 0 goes back to the default.");
    m.def("shuffled_orders", &shuffled_orders, "stream"_a, "running"_a.noconvert(), "orders"_a.noconvert(),
          "Write row after row of orders (epochs, n), each the one before it shuffled with the draws of RandomState.shuffle.");
    m.def("available_processors", &available_processors);
    m.attr("compiler") = __VERSION__;
    m.attr("activations") = names(activation_rules<float>());
    m.attr("losses") = names(loss_rules<float>());
    m.attr("penalties") = names(penalty_rules<float>());
    m.attr("activities") = names(activity_rules<float>());
    m.attr("optimizers") = names(optimizer_rules<float>());
    m.def("supports", &processor_supports, "isa"_a, "Whether this processor can run the module of that instruction set.");
}

}  // namespace rosenblatt

// For threadpoolctl, which binds all pools of a process and knows them by C functions.
extern "C" __attribute__((visibility("default"))) int rosenblatt_get_num_threads() { return rosenblatt::num_threads(); }
extern "C" __attribute__((visibility("default"))) void rosenblatt_set_num_threads(int n) { rosenblatt::set_num_threads(n); }
