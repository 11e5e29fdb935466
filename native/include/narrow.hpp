// Narrow layers and single samples: products in which a vector of outputs would stay mostly empty.
//
// The common last layer has 1, 2 or 10 outputs. Instead of a vector of outputs, these take a vector of inputs (F1), or
// compute the gradient turned (B3).
#pragma once

#include "matmul.hpp"
#include "pack.hpp"
#include "program.hpp"

namespace rosenblatt {

// The sums of L products of a row of `matrix` with `row`, (depth,) each, in the lanes of a vector; 0 beyond `rows`. The
// partial sums of L rows make a square, and turning it adds them up.
template <class V>
ROSENBLATT_INLINE V dot_rows(const Scalar<V>* matrix, long stride, long rows, long depth, const Scalar<V>* row) {
    constexpr long L = lanes<V>;
    const long rest = depth % L, whole = depth - rest;
    const Part<V> part = first<V>(rest);
    if (rows == 1) {  // the same tree of additions, without the square
        V sum{};
        for (long j = 0; j < whole; j += L) sum = load<V>(matrix + j) * load<V>(row + j) + sum;
        if (rest) sum = load<V>(matrix + whole, part) * load<V>(row + whole, part) + sum;
        return V{sum_of_lanes(sum)};
    }
    V square[L] = {};
    for (long r = 0; r < rows; ++r, matrix += stride) {
        V sum{};
        for (long j = 0; j < whole; j += L) sum = load<V>(matrix + j) * load<V>(row + j) + sum;
        if (rest) sum = load<V>(matrix + whole, part) * load<V>(row + whole, part) + sum;
        square[r] = sum;
    }
    transpose_square<V>(square);
    for (long step = L / 2; step > 0; step /= 2)
        for (long r = 0; r < step; ++r) square[r] += square[r + step];
    return square[0];
}

// Whether F1 is faster by dot products: a shuffle of a square costs about eight operations per output.
template <class T>
bool narrow_forward(const Layer<T>& layer) {
    constexpr long L = native_lanes<T>;
    return layer.size * (layer.before / L + 8) * 4 < layer.before * ((layer.size + L - 1) / L) * 3;
}

// F1 for a narrow layer and samples [row_begin, row_end); turned: room for W^T, (size, before).
template <class T>
void narrow_pre_activation(const Layer<T>& layer, const T* theta, const T* o, long o_stride, T* a, long row_begin,
                           long row_end, T* turned) {
    using V = NativeVec<T>;
    constexpr long L = lanes<V>;
    const T *w = theta + layer.weights, *b = theta + layer.biases;
    if (layer.size > 1 && !layer.turned) {
        for (long i = 0; i < layer.before; ++i)
            for (long j = 0; j < layer.size; ++j) turned[j * layer.before + i] = w[i * layer.size + j];
        w = turned;
    }
    for (long s = row_begin; s < row_end; s += L) {
        const long rows = std::min(L, row_end - s);
        for (long j = 0; j < layer.size; ++j) {
            const V sums = dot_rows<V>(o + s * o_stride, o_stride, rows, layer.before, w + j * layer.before) + splat<V>(b[j]);
            for (long r = 0; r < rows; ++r) a[(s + r) * layer.stride + j] = sums[r];
        }
    }
}

// Whether B3 is faster turned.
template <class T>
bool narrow_gradient(const Layer<T>& layer) {
    constexpr long L = native_lanes<T>;
    return 2 * layer.size * ((layer.before + L - 1) / L) < layer.before * ((layer.size + L - 1) / L);
}

// B3 for rows [begin, end) of a narrow W^k: the product delta^T o (size, end - begin) goes into `turned` first.
template <class T>
void narrow_weight_gradient(const Layer<T>& layer, const T* o, long o_stride, const T* delta, long samples, long begin,
                            long end, T* gradient, bool add, T* turned) {
    using V = NativeVec<T>;
    const long rows = end - begin, stride = rounded_to_vectors<T>(rows);
    const Product<T> product{delta, 1, layer.stride, o + begin, o_stride, turned, stride, samples};
    for_panels<V>(0, stride, [&](long column, long columns) {
        multiply_panel<V>(product, 0, layer.size, column, columns, Cut{});
    });
    for (long j = 0; j < layer.size; ++j)
        for (long i = 0; i < rows; ++i) {
            T& entry = gradient[i * layer.size + j];
            entry = add ? entry + turned[j * stride + i] : turned[j * stride + i];
        }
}

}  // namespace rosenblatt
