// The first layer on sparse samples (compressed rows): only the weights of the columns present are touched.
#pragma once

#include "partial.hpp"
#include "workspace.hpp"

namespace rosenblatt {

// Which samples a block takes: rows[0 ... count), or the rows from `begin` on where rows is null.
struct Taken {
    const std::int64_t* rows;
    long begin, count;
    long operator[](long s) const { return rows ? rows[s] : begin + s; }
};

// F1 for one sample: a (columns) = b + sum over stored entries of x_i W[i, :], NV vectors at once.
template <class V, int NV>
ROSENBLATT_INLINE void sparse_columns(const Samples<Scalar<V>>& x, long row, const Scalar<V>* w, long w_row,
                                      const Scalar<V>* b, Scalar<V>* a, Part<V> part) {
    auto get = [part](const Scalar<V>* p, int v) {
        return v == NV - 1 ? load<V>(p + v * lanes<V>, part) : load<V>(p + v * lanes<V>);
    };
    V sum[NV];
    for (int v = 0; v < NV; ++v) sum[v] = get(b, v);
    for (std::int64_t e = x.start[row]; e < x.start[row + 1]; ++e) {
        const V value = splat<V>(x.values[e]);
        const Scalar<V>* from = w + x.column[e] * w_row;
#pragma GCC unroll 4
        for (int v = 0; v < NV; ++v) sum[v] = value * get(from, v) + sum[v];
    }
    for (int v = 0; v < NV; ++v) store<V>(a + v * lanes<V>, sum[v]);
}

// F1 for samples [row_begin, row_end) of the block and columns [begin, end).
template <class T>
void sparse_pre_activation(const Layer<T>& layer, const T* theta, const Samples<T>& x, Taken taken, T* a, long row_begin,
                           long row_end, long begin, long end) {
    using V = NativeVec<T>;
    constexpr long L = lanes<V>;
    for (long s = row_begin; s < row_end; ++s)
        for (long column = begin; column < end; column += 4 * L) {
            const long width = std::min(end - column, 4 * L), vectors = (width + L - 1) / L;
            const Part<V> part = first<V>(width - (vectors - 1) * L);
            auto run = [&]<int NV>() {
                sparse_columns<V, NV>(x, taken[s], theta + layer.weights + column, layer.size,
                                      theta + layer.biases + column, a + s * layer.stride + column, part);
            };
            if (vectors == 4) run.template operator()<4>();
            if (vectors == 3) run.template operator()<3>();
            if (vectors == 2) run.template operator()<2>();
            if (vectors == 1) run.template operator()<1>();
        }
}

// Turns the block's stored entries into columns: entries of column i are column_start[i] ... column_start[i + 1], in
// the order of the samples. One thread does it.
template <class T>
void turn_into_columns(const Samples<T>& x, Taken taken, Workspace<T>& workspace) {
    long* start = workspace.column_start;  // (columns + 2,): shifted by one while counting
    std::fill(start, start + x.columns + 2, 0L);
    for (long s = 0; s < taken.count; ++s)
        for (std::int64_t e = x.start[taken[s]]; e < x.start[taken[s] + 1]; ++e) ++start[x.column[e] + 2];
    for (long i = 2; i < x.columns + 2; ++i) start[i] += start[i - 1];
    for (long s = 0; s < taken.count; ++s)
        for (std::int64_t e = x.start[taken[s]]; e < x.start[taken[s] + 1]; ++e) {
            const long place = start[x.column[e] + 1]++;
            workspace.entry_sample[place] = s;
            workspace.entry_value[place] = x.values[e];
        }
}

// B3 for rows [begin, end) of W^1: gradient (end - begin, r_1) = sum over samples of x_i delta.
template <class T>
void sparse_gradient(const Layer<T>& layer, const Workspace<T>& workspace, long begin, long end, T* gradient,
                     bool add) {
    using V = NativeVec<T>;
    constexpr long L = lanes<V>;
    for (long i = begin; i < end; ++i, gradient += layer.size) {
        const long from = workspace.column_start[i], to = workspace.column_start[i + 1];
        for (long column = 0; column < layer.size; column += L) {
            const Part<V> part = first<V>(std::min(L, layer.size - column));
            V sum = add ? load<V>(gradient + column, part) : V{};
            for (long e = from; e < to; ++e)
                sum = splat<V>(workspace.entry_value[e]) *
                          load<V>(workspace.delta[1] + workspace.entry_sample[e] * layer.stride + column) +
                      sum;
            store<V>(gradient + column, sum, part);
        }
    }
}

}  // namespace rosenblatt
