// Losses that tell the columns of a row apart, and the output with means and variances (T2): no elementwise rules.
//
// As in softmax.hpp samples lie side by side: a vector holds one output of several samples.
#pragma once

#include "elementwise.hpp"
#include "softmax.hpp"

namespace rosenblatt {

// Means and variances in turn: o_2j = a_2j, o_2j+1 = exp(a_2j+1). A row of the block is one output: it is turned.
template <class T>
void mean_variance(const double*, const T* a, T* o, Block block) {
    using V = NativeVec<T>;
    for (long r = 0; r < block.rows; ++r, a += block.stride, o += block.stride)
        for (long c = 0; c < block.columns; c += lanes<V>) store<V>(o + c, r % 2 ? vexp(load<V>(a + c)) : load<V>(a + c));
}

// Its loss is its pair, which gives delta at once.
template <class T>
void no_derivative(const double*, const T*, T*, Block) {}

// L = (log(2 pi v) + (y - mu)^2 / v) / 2 for each pair of outputs mu, v; delta_mu = (mu - y) / v and
// delta_log_v = (1 - (y - mu)^2 / v) / 2.
template <class T>
LossSums gaussian_likelihood(const double*, const OutputBlock<T>& block) {
    using V = NativeVec<T>;
    const V half = same<V>(0.5), log_two_pi = same<V>(1.8378770664093453);
    V loss{}, reported{};
    for (long j = 0; j + 1 < block.columns; j += 2)
        for (long s = 0; s < block.samples; s += lanes<V>) {
            const long mean = j * block.stride + s, spread = mean + block.stride;
            const V weight = load<V>(block.weight + s), variance = load<V>(block.o + spread);
            const V residual = load<V>(block.o + mean) - load<V>(block.y + mean), slope = residual / variance;
            const V log_variance = load<V>(block.a + spread);
            loss += weight * half * (residual * residual * vexp(-log_variance) + log_variance + log_two_pi);
            reported += weight * half * (residual * slope + vlog(variance) + log_two_pi);
            store<V>(block.delta + mean, weight * slope);
            store<V>(block.delta + spread, weight * (half - half * residual * slope));
        }
    return {double(sum_of_lanes(loss)), double(sum_of_lanes(reported)), 0};
}

// The pinball losses of several quantiles, whose outputs stand in turn. p: how many there are, then each of them.
template <class T>
LossSums pinballs(const double* p, const OutputBlock<T>& block) {
    using V = NativeVec<T>;
    const long count = long(p[0]);
    V loss{};
    for (long j = 0; j < block.columns; ++j) {
        const V q = same<V>(p[1 + j % count]), rest = same<V>(1 - p[1 + j % count]);
        for (long s = 0; s < block.samples; s += lanes<V>) {
            const long i = j * block.stride + s;
            const V weight = load<V>(block.weight + s), r = load<V>(block.o + i) - load<V>(block.y + i);
            const V side = vsign(r);
            loss += weight * select<V>(r > V{}, rest * r, -q * r);
            store<V>(block.delta + i, weight * select<V>(side > V{}, rest * side, q * side));
        }
    }
    const double sum = double(sum_of_lanes(loss));
    return {sum, sum, 0};
}

// The logarithm of the sum of a column's exponentials but for the largest one, which is 1: exact where it is nearly all.
template <class V>
ROSENBLATT_INLINE V log_sum_beside_largest(const Scalar<V>* a, V largest, long columns, long stride) {
    V others{}, ties{};
    for (long j = 0; j < columns; ++j) {
        const V x = load<V>(a + j * stride);
        others += select<V>(x < largest, vexp(x - largest), V{});
        ties += select<V>(x < largest, V{}, same<V>(1));
    }
    return vlog1p(others + (ties - same<V>(1)));
}

// L = -sum_j y_j (1 - o_j)^gamma log o_j with o the softmax. With c_j = o_j dL/do_j the error term is c_j - o_j sum c.
template <class T>
LossSums categorical_focal(const double* p, const OutputBlock<T>& block) {
    using V = NativeVec<T>;
    const V gamma = same<V>(p[0]), tiny = same<V>(double(std::numeric_limits<T>::min())), one = same<V>(1);
    const V eps = same<V>(double(std::numeric_limits<T>::epsilon()));
    V loss{}, reported{};
    for (long s = 0; s < block.samples; s += lanes<V>) {
        V largest = load<V>(block.a + s), sum_c{};
        for (long j = 1; j < block.columns; ++j) {
            const V x = load<V>(block.a + j * block.stride + s);
            largest = x > largest ? x : largest;
        }
        const V log_sum = log_sum_beside_largest(block.a + s, largest, block.columns, block.stride);
        const V weight = load<V>(block.weight + s);
        for (long j = 0; j < block.columns; ++j) {
            const long i = j * block.stride + s;
            const V y = load<V>(block.y + i), log_o = load<V>(block.a + i) - largest - log_sum, o = vexp(log_o);
            const V gap = -vexpm1(log_o), rest = gap < tiny ? tiny : gap;
            const V power = vexp(gamma * vlog(rest)), c = y * power * (gamma * o * log_o / rest - one);
            const V cut = o < eps ? eps : (o > one - eps ? one - eps : o);
            loss -= weight * y * power * log_o;
            reported -= weight * y * vexp(gamma * vlog(one - cut)) * vlog(cut);
            sum_c += c;
            store<V>(block.delta + i, c);
            store<V>(block.o + i, o);
        }
        for (long j = 0; j < block.columns; ++j) {
            const long i = j * block.stride + s;
            store<V>(block.delta + i, weight * (load<V>(block.delta + i) - load<V>(block.o + i) * sum_c));
        }
    }
    return {double(sum_of_lanes(loss)), double(sum_of_lanes(reported)), 0};
}

}  // namespace rosenblatt
