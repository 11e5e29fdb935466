// The rules as functions on whole blocks, one per rule and number type, found by name when a Program is built.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "settings.hpp"

namespace rosenblatt {

// A block of activations: `rows` rows of `columns` values, `stride` apart. The columns are padded to whole vectors, so
// that none of these functions has a tail; what the padding holds is never used.
struct Block {
    long rows, columns, stride;
};

template <class T>
struct ActivationRule {
    const char* name;
    std::vector<std::string> parameters;
    bool derivative_of_a;  // g' is written with a: it must be kept (R1)
    void (*apply)(const double* p, const T* a, T* o, Block block);             // F2: o = g(a)
    void (*times_derivative)(const double* p, const T* kept, T* delta, Block block);  // B2: delta *= g'
    void (*times_second_derivative)(const double* p, const T* kept, T* delta, Block block);  // A6: delta *= g''
};

// What B1 needs of a block of samples, turned so that samples lie side by side: (columns, samples), stride apart.
template <class T>
struct OutputBlock {
    const T* a;       // pre-activations
    T* o;             // outputs; a row-wise loss computes them itself
    const T* y;       // targets
    const T* weight;  // of entry (j, s) at j * weight_stride + s, 0 for samples beyond the last
    T* delta;         // written: the error term times the weight, before g_o' where the loss is no pair
    long columns, samples, stride;
    long weight_stride;  // 0: the entries of a sample weigh the same
    long outputs;        // of a sample; a block of single outputs may be one sample's alone, as (1, outputs)
};

struct LossSums {
    double loss = 0, reported = 0, weight = 0;
    LossSums& operator+=(const LossSums& more) {
        loss += more.loss, reported += more.reported, weight += more.weight;
        return *this;
    }
};

template <class T>
struct LossRule {
    const char* name;
    std::vector<std::string> parameters;
    const char* pair;  // the one output it goes with, or "": then delta must still be multiplied by g_o'
    bool single;       // a sum over single outputs, each of which is looked at alone
    LossSums (*error_term)(const double* p, const OutputBlock<T>& block);
};

// A piece of theta, all weights or all biases, with the gradient summed over the samples; a penalty may take part.
template <class T>
struct ThetaPiece {
    T* theta;
    T* slots[4];
    T* gradient;
    long count;
    bool is_weight;
    double factor;  // the gradient is multiplied by it first: one over the sum of weights (C1)
    double scale;   // the penalty's strength
};

// The gradient of one sample: entry (i, j) is o[i] delta[j].
template <class T>
struct OuterProduct {
    const T* o;      // (rows,)
    const T* delta;  // (columns,)
    long rows, columns;
};

struct UpdateSums {
    double penalty = 0;  // of the weights before the update
    double square = 0;   // squared norm of the gradient that the optimiser was handed
};

template <class T>
struct PenaltyRule {
    const char* name;
    std::vector<std::string> parameters;
    // gradient <- gradient * factor + scale * derivative(theta); returns scale * sum of value(theta)
    double (*add)(const ThetaPiece<T>& piece);
};

// A penalty on outputs (A3), or on their means over the batch (A4).
template <class T>
struct ActivityRule {
    const char* name;
    std::vector<std::string> parameters;
    bool of_mean;
    // push (n, padded) += factor * derivative(o); returns the sum of value(o)
    double (*add)(const double* p, const T* o, T* push, T factor, long n);
};

template <class T>
struct OptimizerRule {
    const char* name;
    std::vector<std::string> parameters;
    int n_slots, n_settings;
    // One pass: penalty, then theta, slots <- update. [0] is without a penalty, [1 + i] with the table's penalty i
    // for the common optimisers.
    using Update = UpdateSums (*)(const double* p, const ThetaPiece<T>& piece, Settings s);
    std::vector<Update> update;
    // The same for a gradient that is an outer product; empty for the others.
    using UpdateOuter = UpdateSums (*)(const double* p, const ThetaPiece<T>& piece, Settings s, const OuterProduct<T>& outer);
    std::vector<UpdateOuter> update_outer;
    bool is_fused() const { return !update_outer.empty(); }
};

template <class T>
const std::vector<ActivationRule<T>>& activation_rules();
template <class T>
const std::vector<LossRule<T>>& loss_rules();
template <class T>
const std::vector<PenaltyRule<T>>& penalty_rules();
template <class T>
const std::vector<ActivityRule<T>>& activity_rules();
template <class T>
const std::vector<OptimizerRule<T>>& optimizer_rules();

// The rule of that name, or null.
template <class Rule>
const Rule* find_rule(const std::vector<Rule>& rules, const std::string& name) {
    for (const Rule& rule : rules)
        if (name == rule.name) return &rule;
    return nullptr;
}

}  // namespace rosenblatt
