// The softmax and its cross-entropy (T2), which look at a whole row of outputs and so are no elementwise rules.
//
// Samples lie side by side: a vector holds one output of several samples, and sums over outputs need no shuffles.
#pragma once

#include <cmath>

#include "elementwise.hpp"
#include "rules.hpp"

namespace rosenblatt {

// The exponentials of one vector of samples, scaled so that none overflows, into o; returns the largest a and their sum.
template <class V>
struct Exponentials {
    V largest, sum;
};

template <class V>
ROSENBLATT_INLINE Exponentials<V> exponentials(const Scalar<V>* a, Scalar<V>* o, long columns, long stride) {
    V largest = load<V>(a);
    for (long j = 1; j < columns; ++j) {
        const V x = load<V>(a + j * stride);
        largest = x > largest ? x : largest;
    }
    V sum{};
    for (long j = 0; j < columns; ++j) {
        const V e = vexp(load<V>(a + j * stride) - largest);
        store<V>(o + j * stride, e);
        sum += e;
    }
    return {largest, sum};
}

// o_j = exp(a_j - max a) / sum_l exp(a_l - max a), for (columns, samples) `stride` apart; a may be o.
template <class T>
void softmax_columns(const T* a, T* o, long columns, long samples, long stride) {
    using V = NativeVec<T>;
    for (long s = 0; s < samples; s += lanes<V>) {
        const V inverse = same<V>(1) / exponentials<V>(a + s, o + s, columns, stride).sum;
        for (long j = 0; j < columns; ++j) store<V>(o + j * stride + s, load<V>(o + j * stride + s) * inverse);
    }
}

// L = sum_j y_j (log sum_l exp(a_l) - a_j), delta = o - y; reported with o cut to [eps, 1 - eps], as scikit-learn does.
// The outputs are computed on the way.
template <class T>
LossSums categorical_cross_entropy(const double*, const OutputBlock<T>& block) {
    using V = NativeVec<T>;
    constexpr double eps = double(std::numeric_limits<T>::epsilon());
    const V floor = same<V>(std::log(eps)), ceiling = same<V>(std::log1p(-eps));
    V loss{}, reported{};
    for (long s = 0; s < block.samples; s += lanes<V>) {
        const auto [largest, sum] = exponentials<V>(block.a + s, block.o + s, block.columns, block.stride);
        const V log_sum = vlog(sum), inverse = same<V>(1) / sum, weight = load<V>(block.weight + s);
        for (long j = 0; j < block.columns; ++j) {
            const long i = j * block.stride + s;
            const V y = load<V>(block.y + i), o = load<V>(block.o + i) * inverse;
            const V log_o = load<V>(block.a + i) - largest - log_sum;
            loss -= weight * y * log_o;
            // The logarithm grows with its argument: cutting it at the ends is cutting o there.
            reported -= weight * y * (log_o < floor ? floor : (log_o > ceiling ? ceiling : log_o));
            store<V>(block.delta + i, weight * (o - y));
            store<V>(block.o + i, o);
        }
    }
    return {double(sum_of_lanes(loss)), double(sum_of_lanes(reported)), 0};
}

}  // namespace rosenblatt
