// A batch of one: the products are of a row with a matrix, and nothing is worth packing or turning.
#pragma once

#include "narrow.hpp"
#include "program.hpp"

namespace rosenblatt {

// a[begin:end] = b + sum_i o[i] W[i, begin:end], NV vectors at once so that many sums run side by side. With CHAINS = 1
// the chain of additions is that of the matrix product: one row gives the same bits alone as among others. With more, row
// i is added to sum i mod CHAINS, because a multiply-add that waits for the one before it takes four times as long.
template <class V, int NV, int CHAINS, bool PART>
ROSENBLATT_INLINE void some_columns(const Scalar<V>* o, const Scalar<V>* w, const Scalar<V>* b, Scalar<V>* a, long depth,
                                    long w_row, Part<V> part) {
    auto get = [part](const Scalar<V>* p, int v) {
        return PART && v == NV - 1 ? load<V>(p + v * lanes<V>, part) : load<V>(p + v * lanes<V>);
    };
    V sum[CHAINS][NV] = {};
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) sum[0][v] = get(b, v);
    long i = 0;
    for (; i + CHAINS <= depth; i += CHAINS, w += CHAINS * w_row) {
#pragma GCC unroll 4
        for (int c = 0; c < CHAINS; ++c) {
            const V x = splat<V>(o[i + c]);
#pragma GCC unroll 8
            for (int v = 0; v < NV; ++v) sum[c][v] = x * get(w + c * w_row, v) + sum[c][v];
        }
    }
    for (; i < depth; ++i, w += w_row) {
        const V x = splat<V>(o[i]);
#pragma GCC unroll 8
        for (int v = 0; v < NV; ++v) sum[0][v] = x * get(w, v) + sum[0][v];
    }
#pragma GCC unroll 4
    for (int c = 1; c < CHAINS; ++c)
#pragma GCC unroll 8
        for (int v = 0; v < NV; ++v) sum[0][v] += sum[c][v];
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) store<V>(a + v * lanes<V>, sum[0][v]);
}

// F1 for one sample: o (r_{k-1},), a (r_k,), padded. CHAINS as above, for layers of at most three vectors.
template <int CHAINS, class T>
void row_times_matrix(const Layer<T>& layer, const T* theta, const T* o, T* a, long begin, long end) {
    using V = NativeVec<T>;
    constexpr long L = lanes<V>;
    const T *w = theta + layer.weights, *b = theta + layer.biases;
    auto run = [&]<int NV>(long column, Part<V> part, bool whole) {
        constexpr int chains = NV <= 3 ? CHAINS : 1;
        if (whole)
            some_columns<V, NV, chains, false>(o, w + column, b + column, a + column, layer.before, layer.size, part);
        else
            some_columns<V, NV, chains, true>(o, w + column, b + column, a + column, layer.before, layer.size, part);
    };
    for (long column = begin; column < end;) {
        const long left = (end - column + L - 1) / L, vectors = left >= 8 ? 8 : left >= 4 ? 4 : left;
        const long width = std::min(end - column, vectors * L), rest = width % L;
        const Part<V> part = first<V>(rest ? rest : L);
        if (vectors == 8) run.template operator()<8>(column, part, rest == 0);
        if (vectors == 4) run.template operator()<4>(column, part, rest == 0);
        if (vectors == 3) run.template operator()<3>(column, part, rest == 0);
        if (vectors == 2) run.template operator()<2>(column, part, rest == 0);
        if (vectors == 1) run.template operator()<1>(column, part, rest == 0);
        column += width;
    }
}

// B2 for one sample, before g': delta[begin:end] = W[begin:end, :] delta_next.
template <class T>
void matrix_times_row(const Layer<T>& next, const T* theta, const T* delta_next, T* delta, long begin, long end) {
    using V = NativeVec<T>;
    constexpr long L = lanes<V>;
    const T* w = theta + next.weights;
    for (long i = begin; i < end; i += L) {
        if (next.size == 1)
            store<V>(delta + i, load<V>(w + i, first<V>(std::min(L, end - i))) * splat<V>(delta_next[0]));
        else
            store<V>(delta + i, dot_rows<V>(w + i * next.size, next.size, std::min(L, end - i), next.size, delta_next));
    }
}

// B3 for one sample: gradient (end - begin, r_k) = o_i delta. Rows are written in whole vectors, each over the end of the
// one before, so `gradient` needs room for one vector more; only for rows that are not shared with other threads.
template <class T>
void outer_product(const Layer<T>& layer, const T* o, const T* delta, long begin, long end, T* gradient) {
    using V = NativeVec<T>;
    for (long i = begin; i < end; ++i, gradient += layer.size) {
        const V x = splat<V>(o[i]);
        for (long column = 0; column < layer.size; column += lanes<V>)
            store<V>(gradient + column, x * load<V>(delta + column));
    }
}

}  // namespace rosenblatt
