// T7: the outputs of a layer and its error terms times the mask that was drawn for the block.
#pragma once

#include "forward.hpp"
#include "corruption.hpp"

namespace rosenblatt {

// to <- from * keep on a piece of a layer's blocks, in whole vectors; `to` may be `from`.
template <class T>
void times_mask(const T* from, const T* keep, T* to, long stride, Piece piece) {
    using V = NativeVec<T>;
    for (long s = piece.row_begin; s < piece.row_end; ++s)
        for (long c = piece.column_begin; c < piece.column_end; c += lanes<V>) {
            const long i = s * stride + c;
            store<V>(to + i, load<V>(from + i) * load<V>(keep + i));
        }
}

// to <- to + more on a piece of a layer's blocks, in whole vectors.
template <class T>
void add_to(T* to, const T* more, long stride, Piece piece) {
    using V = NativeVec<T>;
    for (long s = piece.row_begin; s < piece.row_end; ++s)
        for (long c = piece.column_begin; c < piece.column_end; c += lanes<V>) {
            const long i = s * stride + c;
            store<V>(to + i, load<V>(to + i) + load<V>(more + i));
        }
}

// F2 with dropout: g(a), of which g' is written (or a itself, where g' is written with it), stays in `a`; o = g(a) * keep.
template <class T>
void dropped_output(const Layer<T>& layer, T* a, const T* keep, T* o, Piece piece) {
    T* whole = layer.keeps_a() ? o : a;
    output(layer, a, whole, piece);
    if (keep) return times_mask(whole, keep, o, layer.stride, piece);
    if (whole == o) return;
    const long columns = rounded_to_vectors<T>(piece.column_end - piece.column_begin);
    for (long s = piece.row_begin; s < piece.row_end; ++s)
        std::copy_n(a + s * layer.stride + piece.column_begin, columns, o + s * layer.stride + piece.column_begin);
}

}  // namespace rosenblatt
