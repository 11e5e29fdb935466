// Building a Program: rules by name, places in theta, and how the work is cut.
#include "program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rosenblatt {

namespace {

// A parameter of several numbers, given as "qs[0]", "qs[1]", ...: appends how many there are, then each; returns how many.
std::size_t append_numbers(const std::map<std::string, double>& given, const std::string& head, std::vector<double>& values) {
    std::size_t count = 0;
    const std::size_t place = values.size();
    values.push_back(0);
    for (auto found = given.find(head + "0]"); found != given.end(); found = given.find(head + std::to_string(++count) + "]"))
        values.push_back(found->second);
    if (count == 0) throw std::invalid_argument("a rule needs the parameter '" + head + "0]'");
    values[place] = double(count);
    return count;
}

template <class Rule>
Bound<Rule> bind(const char* what, const std::vector<Rule>& rules, const NamedRule& wanted) {
    const Rule* rule = find_rule(rules, wanted.first);
    if (!rule) throw std::invalid_argument(std::string("the native engine has no ") + what + " '" + wanted.first + "'");
    std::vector<double> values;
    std::size_t taken = 0;
    for (const std::string& name : rule->parameters) {
        if (name.ends_with("[]")) {
            taken += append_numbers(wanted.second, name.substr(0, name.size() - 1), values);
            continue;
        }
        const auto found = wanted.second.find(name);
        if (found == wanted.second.end())
            throw std::invalid_argument(std::string(what) + " '" + wanted.first + "' needs the parameter '" + name + "'");
        values.push_back(found->second);
        ++taken;
    }
    if (wanted.second.size() != taken)
        throw std::invalid_argument(std::string(what) + " '" + wanted.first + "' was given a parameter it does not have");
    return {rule, values};
}

// a * b + c, or an exception where a long cannot hold it.
long checked(long a, long b, long c) {
    long product, sum;
    if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(product, c, &sum) ||
        sum > std::numeric_limits<long>::max() / 64)
        throw std::invalid_argument("the network has too many parameters");
    return sum;
}

template <class T>
void lay_out(Program<T>& program, const std::vector<NamedRule>& hidden, const NamedRule& output, bool tied) {
    const auto& sizes = program.sizes;
    if (sizes.size() < 2 || *std::min_element(sizes.begin(), sizes.end()) < 1)
        throw std::invalid_argument("sizes must be at least two positive numbers of nodes");
    if (hidden.size() != sizes.size() - 2)
        throw std::invalid_argument("each hidden layer needs one activation");
    if (tied && (sizes.size() % 2 == 0 || !std::equal(sizes.begin(), sizes.end(), sizes.rbegin())))
        throw std::invalid_argument("tied weights need sizes that are the same from both ends around one code");
    program.tied = tied;
    const std::size_t n_matrices = (sizes.size() - 1) / (tied ? 2 : 1);
    long place = 0;
    for (std::size_t k = 1; k < sizes.size(); ++k) {
        const long end = checked(sizes[k - 1], sizes[k], place);  // from here on, sizes can be rounded up
        Layer<T> layer{sizes[k - 1], sizes[k], place, 0, row_stride<T>(sizes[k]), {}};
        const bool is_last = k == sizes.size() - 1;
        if (!is_last && hidden[k - 1].first == "mean_variance")
            throw std::invalid_argument("'mean_variance' is no hidden activation: it can only be an output");
        if (is_last && output.first == "softmax")
            program.softmax = true;
        else
            layer.g = bind("activation", activation_rules<T>(), is_last ? output : hidden[k - 1]);
        program.multiplications = checked(sizes[k - 1], sizes[k], program.multiplications);
        layer.turned = k > n_matrices;
        if (layer.turned)
            layer.weights = program.layers[sizes.size() - 1 - k].weights;
        else
            place = end;
        program.layers.push_back(layer);
    }
    program.n_weights = place;
    for (auto& layer : program.layers) {
        layer.biases = place;
        place = checked(layer.size, 1, place);
    }
    program.n_parameters = place;
}

// Strips of some thousand weights: small enough that gradient and update stay in the second cache and that threads
// can share them out evenly, large enough that nothing is spent on their borders. Beyond a thousand million weights they
// grow, so that there are some 65,536 of them and not more than memory holds.
template <class T>
std::vector<Strip> cut_into_strips(const Program<T>& program) {
    std::vector<Strip> strips;
    const long wanted = std::max(std::clamp(program.n_weights / 32, 2048L, 16384L), program.n_weights / 65536);
    for (std::size_t k = 1; k <= program.layers.size(); ++k) {
        const auto& layer = program.layers[k - 1];
        if (layer.turned) continue;
        const long height = std::clamp((wanted / layer.size + 7) / 8 * 8, 8L, std::max(8L, layer.before));
        for (long i = 0; i < layer.before; i += height) {
            const long end = std::min(i + height, layer.before);
            strips.push_back({long(k), i, end, layer.weights + i * layer.size, (end - i) * layer.size});
        }
    }
    strips.push_back({0, 0, 0, program.n_weights, program.n_parameters - program.n_weights});
    return strips;
}

template <class T>
void check_output(const Program<T>& program, const std::string& output) {
    const std::string pair = program.loss.rule->pair;
    if (!pair.empty() && pair != output)
        throw std::invalid_argument(std::string("the loss '") + program.loss.rule->name + "' belongs to the output '" +
                                    pair + "', not '" + output + "'");
    if (pair.empty() && (program.softmax || output == "mean_variance"))
        throw std::invalid_argument("the output '" + output + "' goes with its own losses alone");
    if (output == "mean_variance" && program.outputs() % 2)
        throw std::invalid_argument("the output 'mean_variance' needs an even number of outputs");
}

// A5: the kind by its name, with its numbers.
template <class T>
void corrupt(Program<T>& program, const NamedRule& wanted) {
    const std::map<std::string, Corruption::Kind> kinds{{"", Corruption::none}, {"masking", Corruption::masking},
                                                        {"gaussian", Corruption::gaussian},
                                                        {"salt_and_pepper", Corruption::salt_and_pepper},
                                                        {"multiplicative", Corruption::multiplicative}};
    const auto kind = kinds.find(wanted.first);
    if (kind == kinds.end()) throw std::invalid_argument("the native engine has no corruption '" + wanted.first + "'");
    Corruption& corruption = program.corruption;
    corruption.kind = kind->second;
    std::map<std::string, double*> places{{"emphasis[0]", &corruption.emphasis_chosen}, {"emphasis[1]", &corruption.emphasis_other}};
    if (corruption.kind == Corruption::salt_and_pepper) places.insert({{"low", &corruption.low}, {"high", &corruption.high}});
    if (corruption.kind == Corruption::gaussian || corruption.kind == Corruption::multiplicative)
        places.insert({{"clip[0]", &corruption.low}, {"clip[1]", &corruption.high}});
    for (const auto& [name, value] : wanted.second) {
        const auto place = places.find(name);
        const bool is_emphasis = name.starts_with("emphasis");
        if (place == places.end() || !std::isfinite(value) || (is_emphasis && value < 0))
            throw std::invalid_argument("a corruption cannot have '" + name + "' at " + std::to_string(value));
        *place->second = value;
        corruption.emphasizes |= is_emphasis;
        corruption.clips |= name.starts_with("clip");
    }
    if (corruption.clips && !(corruption.low < corruption.high))
        throw std::invalid_argument("a corruption must be clipped to two numbers, the smaller one first");
    if ((corruption.kind == Corruption::none) != (program.extras.corruption < 0))
        throw std::invalid_argument("a corruption needs a name and a column of strengths");
    if (!corruption.emphasizes) return;
    if (corruption.kind == Corruption::none || program.inputs() != program.outputs() || !program.loss.rule->single)
        throw std::invalid_argument("emphasis needs a corruption, as many outputs as inputs, and a loss of single outputs");
}

// A3, A4: which rules on which hidden layers.
template <class T>
void look_inside(Program<T>& program, const std::vector<std::pair<NamedRule, std::vector<long>>>& activities) {
    for (const auto& [name, layers] : activities) {
        program.activities.push_back({bind("penalty on outputs", activity_rules<T>(), name), layers});
        for (const double parameter : program.activities.back().rule.parameters)
            if (!std::isfinite(parameter)) throw std::invalid_argument("the parameters of a penalty on outputs must be finite");
        if (layers.empty()) throw std::invalid_argument("a penalty on outputs needs a hidden layer");
        for (const long k : layers)
            if (k < 1 || k >= long(program.layers.size()) || std::count(layers.begin(), layers.end(), k) > 1)
                throw std::invalid_argument("layers of a penalty on outputs must be numbers of hidden layers, each once");
    }
}

// A6: which hidden layers, and how many multiplications that takes beside the plain step.
template <class T>
void contract(Program<T>& program, const std::vector<long>& layers) {
    const long first = program.layers[0].size;
    double work = 0;
    for (const long k : layers) {
        if (k < 1 || k >= long(program.layers.size()) || std::count(layers.begin(), layers.end(), k) > 1)
            throw std::invalid_argument("contracted layers must be numbers of hidden layers, each once");
        double of_row = k > 1 ? 2.0 * double(first) * double(first) : 3;
        for (long i = 3; i <= k; ++i) of_row += 3.0 * double(program.layers[std::size_t(i - 1)].before) * double(program.layers[std::size_t(i - 2)].before);
        work += of_row * double(program.layers[std::size_t(k - 1)].size);
    }
    if (program.tied && !layers.empty() && 2 * *std::max_element(layers.begin(), layers.end()) > long(program.layers.size()))
        throw std::invalid_argument("with tied weights the native engine contracts layers up to the code alone");
    if (layers.empty() != (program.extras.contraction < 0))
        throw std::invalid_argument("a contraction needs layers and a column of strengths");
    program.contracted = layers;
    program.contraction_multiplications = long(std::min(work, 1e15));
}

}  // namespace

template <class T>
Program<T> make_program(const Description& description) {
    Program<T> program;
    program.sizes = description.sizes;
    lay_out(program, description.hidden, description.output, description.tied);
    program.loss = bind("loss", loss_rules<T>(), description.loss);
    check_output(program, description.output.first);
    program.optimizer = bind("optimizer", optimizer_rules<T>(), description.optimizer);
    for (const auto& [name, divided] : description.penalties) {
        const auto bound = bind("penalty", penalty_rules<T>(), NamedRule{name, {}});
        const auto pass = std::size_t(1 + bound.rule - penalty_rules<T>().data());
        program.penalties.push_back({bound, pass, divided});
    }
    program.extras = Extras::of(description.extras, description.non_negative, description.multipliers, program.first_extra(),
                                long(program.layers.size()), long(description.activities.size()));
    program.n_extras = long(description.extras.size());
    corrupt(program, description.corruption);
    look_inside(program, description.activities);
    contract(program, description.contracted);
    program.strips = cut_into_strips(program);
    // A block of samples is 512, fewer where a layer is so wide that the buffers would not stay in the cache, or the
    // network so large that a block would take longer than somebody who pressed Ctrl-C should wait.
    const long widest = *std::max_element(program.sizes.begin(), program.sizes.end());
    const long rows = std::min((1L << 20) / widest, 1'000'000'000L / (program.multiplications + program.contraction_multiplications));
    program.block_rows = std::clamp(rows / 64 * 64, 64L, 512L);
    return program;
}

template Program<float> make_program<float>(const Description&);
template Program<double> make_program<double>(const Description&);

}  // namespace rosenblatt
