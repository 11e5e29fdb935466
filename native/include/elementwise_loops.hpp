// The loops that apply one rule to a block: what the tables of elementwise.hpp point to.
#pragma once

#include "elementwise.hpp"
#include "partial.hpp"
#include "softmax.hpp"

namespace rosenblatt {

template <class Rule, class T>
void apply_activation(const double* p, const T* a, T* o, Block block) {
    using V = NativeVec<T>;
    const Rule g(p);
    for (long r = 0; r < block.rows; ++r, a += block.stride, o += block.stride)
        for (long c = 0; c < block.columns; c += lanes<V>) store<V>(o + c, g(load<V>(a + c)));
}

template <class Rule, class T>
void multiply_by_derivative(const double* p, const T* kept, T* delta, Block block) {
    using V = NativeVec<T>;
    const Rule g(p);
    for (long r = 0; r < block.rows; ++r, kept += block.stride, delta += block.stride)
        for (long c = 0; c < block.columns; c += lanes<V>)
            store<V>(delta + c, load<V>(delta + c) * g.derivative(load<V>(kept + c)));
}

template <class Rule, class T>
void multiply_by_second_derivative(const double* p, const T* kept, T* delta, Block block) {
    using V = NativeVec<T>;
    const Rule g(p);
    for (long r = 0; r < block.rows; ++r, kept += block.stride, delta += block.stride)
        for (long c = 0; c < block.columns; c += lanes<V>)
            store<V>(delta + c, load<V>(delta + c) * g.second_derivative(load<V>(kept + c)));
}

template <class Rule, class T>
LossSums elementwise_error_term(const double* p, const OutputBlock<T>& block) {
    using V = NativeVec<T>;
    const Rule rule(p);
    constexpr bool of_a = Rule::pair[0] != '\0';
    V loss{}, reported{};
    for (long j = 0; j < block.columns; ++j) {
        const long row = j * block.stride;
        for (long s = 0; s < block.samples; s += lanes<V>) {
            const V o = load<V>(block.o + row + s), y = load<V>(block.y + row + s);
            const V z = of_a ? load<V>(block.a + row + s) : o;
            const V weight = load<V>(block.weight + j * block.weight_stride + s);
            loss += weight * rule.value(z, y);
            reported += weight * rule.reported(o, y, double(block.outputs));
            store<V>(block.delta + row + s, weight * rule.derivative(Rule::derivative_of_a ? z : o, y));
        }
    }
    return {double(sum_of_lanes(loss)), double(sum_of_lanes(reported)), 0};  // the weight is added by who calls
}

struct NoPenalty {
    static constexpr std::array<const char*, 0> parameters{};
    explicit NoPenalty(const double*) {}
    template <class V>
    V value(V) const {
        return V{};
    }
    template <class V>
    V derivative(V) const {
        return V{};
    }
};

template <class Rule, class T>
double add_penalty(const ThetaPiece<T>& piece) {
    using V = NativeVec<T>;
    const Rule rule(nullptr);
    const V factor = same<V>(piece.factor), scale = same<V>(piece.scale);
    V sums[2] = {};
    for_vectors<V>(piece.count, sums, [&](long i, auto get, auto put, V& sum) {
        const V w = get(piece.theta + i);  // 0 in missing lanes, whose penalty is 0
        sum += rule.value(w);
        put(piece.gradient + i, get(piece.gradient + i) * factor + scale * rule.derivative(w));
    });
    return piece.scale * double(sum_of_lanes(sums[0] + sums[1]));
}

// One optimiser with one penalty or none, ready for a piece of theta.
template <class Rule, class PenaltyOrNone, class T>
struct Pass {
    using V = NativeVec<T>;
    static_assert(PenaltyOrNone::parameters.empty(), "penalties with parameters: pass them here");
    static constexpr int n = Rule::n_slots;
    struct Sums {
        V square{}, value{};
    };

    Pass(const double* p, const ThetaPiece<T>& piece, Settings settings_)
        : rule(p), factor(same<V>(piece.factor)), scale(same<V>(piece.scale)), is_weight(same<V>(piece.is_weight ? 1 : 0)),
          theta(piece.theta), settings(settings_) {
        for (int k = 0; k < n; ++k) slots[k] = piece.slots[k];
    }

    // The vector at place i, whose gradient is summed over the samples: C1, the penalty, the optimiser.
    template <class Get, class Put>
    ROSENBLATT_INLINE void at(long i, V summed, Get get, Put put, Sums& sums) const {
        const V w = get(theta + i);
        V g = summed * factor;
        if constexpr (!std::is_same_v<PenaltyOrNone, NoPenalty>) {
            sums.value += penalty.value(w);  // 0 in missing lanes
            g = g + scale * penalty.derivative(w);
        }
        V slot[n + 1] = {};
        for (int k = 0; k < n; ++k) slot[k] = get(slots[k] + i);
        put(theta + i, rule.update(w, g, slot, is_weight, settings));
        for (int k = 0; k < n; ++k) put(slots[k] + i, slot[k]);
        sums.square += g * g;
    }

    const Rule rule;
    const PenaltyOrNone penalty{nullptr};
    const V factor, scale, is_weight;
    T* const theta;
    T* slots[n + 1] = {};
    const Settings settings;
};

template <class Rule, class PenaltyOrNone, class T>
UpdateSums update_pass(const double* p, const ThetaPiece<T>& piece, Settings settings) {
    using V = NativeVec<T>;
    const Pass<Rule, PenaltyOrNone, T> pass(p, piece, settings);
    typename Pass<Rule, PenaltyOrNone, T>::Sums both[2];
    const T* gradient = piece.gradient;
    for_vectors<V>(piece.count, both, [&](long i, auto get, auto put, auto& sums) { pass.at(i, get(gradient + i), get, put, sums); });
    return {piece.scale * double(sum_of_lanes(both[0].value + both[1].value)), double(sum_of_lanes(both[0].square + both[1].square))};
}

// NV vectors of columns from `column` on, all rows; the last vector ends at `part` if it is cut.
template <int NV, class Pass, class T>
ROSENBLATT_INLINE void outer_columns(const Pass& pass, const OuterProduct<T>& outer, long column, typename Pass::Sums& total) {
    using V = NativeVec<T>;
    constexpr long L = lanes<V>;
    const long left = outer.columns - column - (NV - 1) * L;
    const Part<V> part = first<V>(std::min(left, L));
    V delta[NV];
    typename Pass::Sums sums[NV];
#pragma GCC unroll 3
    for (int v = 0; v < NV; ++v) delta[v] = v == NV - 1 ? load<V>(outer.delta + column + v * L, part) : load<V>(outer.delta + column + v * L);
    const auto get = [](const T* p) { return load<V>(p); };
    const auto put = [](T* p, V x) { store<V>(p, x); };
    const auto get_part = [part](const T* p) { return load<V>(p, part); };
    const auto put_part = [part](T* p, V x) { store<V>(p, x, part); };
    for (long i = 0; i < outer.rows; ++i) {
        const V o = splat<V>(outer.o[i]);
        const long place = i * outer.columns + column;
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v)
            if (v < NV - 1 || left >= L)
                pass.at(place + v * L, o * delta[v], get, put, sums[v]);
            else
                pass.at(place + v * L, o * delta[v], get_part, put_part, sums[v]);
    }
    for (int v = 0; v < NV; ++v) {
        total.value += sums[v].value;
        total.square += sums[v].square;
    }
}

// The same where the gradient is the outer product of one sample (B3): it is never written down.
template <class Rule, class PenaltyOrNone, class T>
UpdateSums update_pass_outer(const double* p, const ThetaPiece<T>& piece, Settings settings, const OuterProduct<T>& outer) {
    constexpr long L = native_lanes<T>;
    const Pass<Rule, PenaltyOrNone, T> pass(p, piece, settings);
    typename Pass<Rule, PenaltyOrNone, T>::Sums sums;
    for (long column = 0; column < outer.columns;) {
        if (outer.columns - column > 2 * L)
            outer_columns<3>(pass, outer, column, sums), column += 3 * L;
        else
            outer_columns<1>(pass, outer, column, sums), column += L;
    }
    return {piece.scale * double(sum_of_lanes(sums.value)), double(sum_of_lanes(sums.square))};
}

// A3, A4: push (n, padded) += factor * derivative(o); returns the sum of value(o).
template <class Rule, class T>
double add_activity(const double* p, const T* o, T* push, T factor, long n) {
    using V = NativeVec<T>;
    const Rule rule(p);
    V sum{};
    for (long j = 0; j < n; j += lanes<V>) {
        const long count = std::min<long>(n - j, lanes<V>);
        const V x = load<V>(o + j, first<V>(count));
        sum += select<V>(lane_numbers<V> < IntOf<T>(count), rule.value(x), V{});
        store<V>(push + j, load<V>(push + j) + splat<V>(factor) * rule.derivative(x));
    }
    return double(sum_of_lanes(sum));
}

}  // namespace rosenblatt
