// The backward phase: B2, delta^k = g'(a^k) (delta^{k+1} W^{k+1}^T), and B3, the gradient o^{k-1}^T delta^k.
#pragma once

#include "forward.hpp"

namespace rosenblatt {

// B2 before g': delta (n, r_k) = delta_next (n, r_{k+1}) W^{k+1}^T. Panels of W are turned as they are copied. A block of
// one sample is summed in another order; whether it is one must not depend on the piece, which the threads decide.
template <class T>
void propagate(const Layer<T>& next, const T* theta, const T* delta_next, T* delta, long stride, long samples, Piece piece,
               T* panel) {
    const T* w = theta + next.weights;
    const Product<T> product{delta_next, next.stride, 1, w, next.before, delta, stride, next.size};
    if (next.turned) return times_matrix(product, next.before, piece, panel);
    if (samples == 1)
        return matrix_times_row(next, theta, delta_next + piece.row_begin * next.stride, delta + piece.row_begin * stride,
                                piece.column_begin, piece.column_end);
    times_turned(product, w, piece, panel);
}

// B2: delta *= g'(a), written with o where that can be (R1).
template <class T>
void times_derivative(const Layer<T>& layer, const T* a, const T* o, T* delta, Piece piece) {
    const long place = piece.row_begin * layer.stride + piece.column_begin;
    const long columns = rounded_to_vectors<T>(piece.column_end - piece.column_begin);
    const T* kept = (layer.keeps_a() ? a : o) + place;
    layer.g.rule->times_derivative(layer.g.p(), kept, delta + place,
                                   {piece.row_end - piece.row_begin, columns, layer.stride});
}

// B3 takes at most so many samples at a time: a panel of delta and the same samples of o then stay in the first cache.
inline constexpr long samples_in_cache = 64;

// B3 for rows [begin, end) of W^k: gradient (end - begin, r_k) = o^T delta, a sum over the samples; `add` to what is there.
template <class T>
void weight_gradient(const Layer<T>& layer, const T* o, long o_stride, const T* delta, long samples, long begin,
                     long end, T* gradient, bool add, T* panel) {
    using V = NativeVec<T>;
    if (narrow_gradient(layer))
        return narrow_weight_gradient(layer, o, o_stride, delta, samples, begin, end, gradient, add, panel);
    const long slices = (samples + samples_in_cache - 1) / samples_in_cache;
    for (long i = 0; i < slices; ++i) {
        const long from = samples * i / slices, to = samples * (i + 1) / slices;
        const Product<T> product{o + begin + from * o_stride, 1, o_stride, delta + from * layer.stride, layer.stride, gradient,
                                 layer.size, to - from, add || i > 0 ? Start::previous : Start::zero};
        for_panels<V>(0, layer.size, [&](long column, long columns) {
            multiply_panel<V>(product, 0, end - begin, column, columns, Cut{.c = true});
        });
    }
}

// B3 for the biases of a layer, whose input is the constant 1: gradient (r_k,) = column sums of delta.
template <class T>
void bias_gradient(const Layer<T>& layer, const T* delta, long samples, T* gradient, bool add) {
    using V = NativeVec<T>;
    for (long column = 0; column < layer.size; column += lanes<V>) {
        const Part<V> part = first<V>(std::min<long>(lanes<V>, layer.size - column));
        V sum = add ? load<V>(gradient + column, part) : V{};
        for (long s = 0; s < samples; ++s) sum += load<V>(delta + s * layer.stride + column);
        store<V>(gradient + column, sum, part);
    }
}

}  // namespace rosenblatt
