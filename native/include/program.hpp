// A Program: what is computed, with every formula found and every place in theta known. It holds no numbers that change.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "elementwise.hpp"
#include "extras.hpp"

namespace rosenblatt {

// A rule by name, with its parameters by name.
using NamedRule = std::pair<std::string, std::map<std::string, double>>;

// A rule with its parameters.
template <class Rule>
struct Bound {
    const Rule* rule = nullptr;
    std::vector<double> parameters;
    const double* p() const { return parameters.data(); }
};

// Layer k: r_{k-1} nodes before it, r_k nodes in it.
template <class T>
struct Layer {
    long before, size;
    long weights;  // W^k starts there in theta: (before, size), row by row
    long biases;   // b^k starts there: (size,)
    long stride;   // from one sample to the next in this layer's blocks a, o and delta
    Bound<ActivationRule<T>> g;  // none for a softmax
    bool turned = false;  // W^k is that of an earlier layer, turned: (size, before) lies there, row by row
    bool keeps_a() const { return g.rule && g.rule->derivative_of_a; }
};

template <class T>
struct Penalty {
    Bound<PenaltyRule<T>> bound;
    std::size_t pass;  // which of an optimiser's passes includes it
    bool divided;  // the strength is divided by the batch's sum of weights
};

// A5: what is done to the inputs while training; how much of it is a column of the settings.
struct Corruption {
    enum Kind { none, masking, gaussian, salt_and_pepper, multiplicative } kind = none;
    double low = 0, high = 0;  // what entries are replaced by, or clipped to
    bool clips = false;
    bool emphasizes = false;
    double emphasis_chosen = 1, emphasis_other = 1;  // what the loss of a chosen entry counts, and of any other
    bool replaces() const { return kind == masking || kind == salt_and_pepper; }
    bool takes_sparse() const { return kind == none || (kind == masking && !emphasizes); }
};

// A penalty on the outputs of some hidden layers (A3, A4); its strength is a column of the settings.
template <class T>
struct ActivityTerm {
    Bound<ActivityRule<T>> rule;
    std::vector<long> layers;
    bool has(long k) const { return std::count(layers.begin(), layers.end(), k) > 0; }
    long deepest() const { return *std::max_element(layers.begin(), layers.end()); }
};

// A piece of theta that one thread computes the gradient of and updates: rows [begin, end) of W^k, or all biases.
struct Strip {
    long layer;  // 0 for the biases
    long begin, end;
    long offset, count;  // in theta
};

// Samples whose loss is summed together, side by side in vectors: a multiple of any vector's lanes.
inline constexpr long samples_per_group = 16;

// Networks of at most so many weights take a batch of one sample in one go.
inline constexpr long largest_alone = 1L << 16;

template <class T>
struct Program {
    std::vector<long> sizes;
    std::vector<Layer<T>> layers;  // layers[k - 1] is layer k
    bool softmax = false;          // the output looks at whole rows
    bool tied = false;             // layer m + 1 - k takes W^k, turned (A1)
    Bound<LossRule<T>> loss;
    Bound<OptimizerRule<T>> optimizer;
    std::vector<Penalty<T>> penalties;
    Extras extras;
    Corruption corruption;
    std::vector<ActivityTerm<T>> activities;
    std::vector<long> contracted;  // hidden layers with a contractive penalty (A6)
    std::vector<Strip> strips;
    long block_rows = 0;  // samples that go through the network together; larger batches are taken in pieces
    long n_weights = 0, n_parameters = 0;
    long multiplications = 0;  // of the forward phase, for one sample
    long n_extras = 0;         // columns of the settings that extras read
    long contraction_multiplications = 0;  // for one sample

    long inputs() const { return sizes.front(); }
    long outputs() const { return sizes.back(); }
    const Layer<T>& last() const { return layers.back(); }
    // The number of the layer that takes W^k turned.
    long partner(long k) const { return long(layers.size()) + 1 - k; }
    // The deepest layer that the contraction looks at, 0 for none.
    long contraction_depth() const { return contracted.empty() ? 0 : *std::max_element(contracted.begin(), contracted.end()); }
    long n_columns() const { return first_extra() + n_extras; }
    long first_extra() const { return long(penalties.size()) + optimizer.rule->n_settings; }
    int n_slots() const { return optimizer.rule->n_slots + (extras.average >= 0 ? 1 : 0); }
};

struct Description {
    std::vector<long> sizes;
    std::vector<NamedRule> hidden;
    NamedRule output, loss, optimizer;
    std::vector<std::pair<std::string, bool>> penalties;
    std::map<std::string, int> extras{};  // column of each
    bool non_negative = false;
    std::vector<double> multipliers{};
    NamedRule corruption{};        // no name: none
    std::vector<std::pair<NamedRule, std::vector<long>>> activities{};  // penalties on outputs, each with its layers
    bool tied = false;
    std::vector<long> contracted{};  // hidden layers whose slopes are penalised (A6)
};

// Builds a Program; throws std::invalid_argument for an unknown rule, a wrong number of parameters or a size that
// does not fit into memory.
template <class T>
Program<T> make_program(const Description& description);

// From one row to the next: whole cache lines, an odd number of them for wide rows, because a stride that is a large
// power of two would put all rows into the same few places of the cache.
template <class T>
long row_stride(long columns) {
    constexpr long line = 64 / long(sizeof(T));
    long lines = (columns + line - 1) / line;
    if (lines >= 8 && lines % 2 == 0) ++lines;
    return lines * line;
}

}  // namespace rosenblatt
