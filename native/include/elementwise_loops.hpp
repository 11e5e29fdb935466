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
            const V weight = load<V>(block.weight + s);
            loss += weight * rule.value(z, y);
            reported += weight * rule.reported(o, y, double(block.columns));
            store<V>(block.delta + row + s, weight * rule.derivative(o, y));
        }
    }
    return {double(sum_of_lanes(loss)), double(sum_of_lanes(reported)), 0};  // the weight is added by who calls
}

// Calls work(place, load, store, sums) for whole vectors and then for the part that is left, with sums[0] and sums[1] in
// turn: two chains of additions run side by side, where one would wait for itself.
template <class V, class Sums, class Work>
ROSENBLATT_INLINE void for_vectors(long count, Sums (&sums)[2], Work&& work) {
    using T = Scalar<V>;
    constexpr long L = lanes<V>;
    const auto get = [](const T* p) { return load<V>(p); };
    const auto put = [](T* p, V v) { store<V>(p, v); };
    long i = 0;
    for (; i + 2 * L <= count; i += 2 * L) {
        work(i, get, put, sums[0]);
        work(i + L, get, put, sums[1]);
    }
    if (i + L <= count) work(i, get, put, sums[0]), i += L;
    if (i == count) return;
    const Part<V> part = first<V>(count - i);
    work(i, [part](const T* p) { return load<V>(p, part); }, [part](T* p, V v) { store<V>(p, v, part); }, sums[1]);
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

template <class Rule, class PenaltyOrNone, class T>
UpdateSums update_pass(const double* p, const ThetaPiece<T>& piece, Settings settings) {
    using V = NativeVec<T>;
    const Rule rule(p);
    static_assert(PenaltyOrNone::parameters.empty(), "penalties with parameters: pass them here");
    const PenaltyOrNone penalty(nullptr);
    constexpr bool penalised = !std::is_same_v<PenaltyOrNone, NoPenalty>;
    constexpr int n = Rule::n_slots;
    T *const theta = piece.theta, *const gradient = piece.gradient;
    T* slots[n + 1] = {};
    for (int k = 0; k < n; ++k) slots[k] = piece.slots[k];
    const V factor = same<V>(piece.factor), scale = same<V>(piece.scale), is_weight = same<V>(piece.is_weight ? 1 : 0);
    struct Sums {
        V square{}, value{};
    } both[2];
    for_vectors<V>(piece.count, both, [&](long i, auto get, auto put, Sums& sums) {
        const V w = get(theta + i);
        V g = get(gradient + i) * factor;
        if constexpr (penalised) {
            sums.value += penalty.value(w);  // 0 in missing lanes
            g = g + scale * penalty.derivative(w);
        }
        V slot[n + 1] = {};
        for (int k = 0; k < n; ++k) slot[k] = get(slots[k] + i);
        put(theta + i, rule.update(w, g, slot, is_weight, settings));
        for (int k = 0; k < n; ++k) put(slots[k] + i, slot[k]);
        sums.square += g * g;
    });
    return {piece.scale * double(sum_of_lanes(both[0].value + both[1].value)), double(sum_of_lanes(both[0].square + both[1].square))};
}

}  // namespace rosenblatt
