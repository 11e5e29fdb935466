// The forward phase: F1, a^k = o^{k-1} W^k + b^k, and F2, o^k = g(a^k), for a block of samples.
#pragma once

#include "batch_of_one.hpp"
#include "pack.hpp"
#include "sparse.hpp"
#include "workspace.hpp"

namespace rosenblatt {

// A piece of a matrix: rows and columns. Columns begin at a multiple of the lanes.
struct Piece {
    long row_begin, row_end, column_begin, column_end;
};

// Whether panels of W are copied before they are used: only where that is paid back, by many rows, and by panels that
// would not stay in the first cache anyway or whose rows end inside a vector. It changes no result.
template <class T>
bool worth_packing(long rows, long depth, long columns) {
    return rows >= 24 && (depth * columns * long(sizeof(T)) > 24 * 1024 || columns % native_lanes<T> != 0);
}

// A piece of `product`, whose B is a matrix `columns` wide, as it lies.
template <class T>
ROSENBLATT_INLINE void times_matrix(Product<T> product, long columns, Piece piece, T* panel) {
    using V = NativeVec<T>;
    const T* w = product.b;
    const long row = product.b_step;
    const bool pack = worth_packing<T>(piece.row_end - piece.row_begin, product.depth, columns);
    for_panels<V>(piece.column_begin, piece.column_end, [&](long column, long columns) {
        Cut cut{.b = true};
        if (pack) {
            const long width = rounded_to_vectors<T>(columns);
            pack_panel<V>(w, row, product.depth, column, columns, panel, width);
            product.b = panel - column;  // the product counts columns from the matrix's first
            product.b_step = width;
            cut = Cut{.bias = true};
        }
        multiply_panel<V>(product, piece.row_begin, piece.row_end, column, columns, cut);
    });
}

// The same for a B that is W^T, W (columns, depth) at `w`: its panels are turned as they are copied.
template <class T>
ROSENBLATT_INLINE void times_turned(Product<T> product, const T* w, Piece piece, T* panel) {
    using V = NativeVec<T>;
    for_panels<V>(piece.column_begin, piece.column_end, [&](long column, long columns) {
        const long width = rounded_to_vectors<T>(columns);
        transpose<V>(w + column * product.depth, product.depth, columns, product.depth, panel, width);
        product.b = panel - column;  // the product counts columns from the matrix's first
        product.b_step = width;
        multiply_panel<V>(product, piece.row_begin, piece.row_end, column, columns, Cut{.bias = true});
    });
}

// F1: a (n, r_k) = o (n, r_{k-1}) W (r_{k-1}, r_k) + b.
template <class T>
void pre_activation(const Layer<T>& layer, const T* theta, const T* o, long o_stride, T* a, Piece piece, T* panel) {
    if (narrow_forward(layer))
        return narrow_pre_activation(layer, theta, o, o_stride, a, piece.row_begin, piece.row_end, panel);
    const T* w = theta + layer.weights;
    const Product<T> product{o, o_stride, 1, w, layer.size, a, layer.stride, layer.before, Start::bias, theta + layer.biases};
    if (layer.turned) return times_turned(product, w, piece, panel);
    if (piece.row_end - piece.row_begin == 1)
        return row_times_matrix<1>(layer, theta, o + piece.row_begin * o_stride, a + piece.row_begin * layer.stride,
                                piece.column_begin, piece.column_end);
    times_matrix(product, layer.size, piece, panel);
}

// F2: o = g(a), on rows and whole vectors of columns.
template <class T>
void output(const Layer<T>& layer, const T* a, T* o, Piece piece) {
    const long place = piece.row_begin * layer.stride + piece.column_begin;
    const long columns = rounded_to_vectors<T>(piece.column_end - piece.column_begin);
    layer.g.rule->apply(layer.g.p(), a + place, o + place, {piece.row_end - piece.row_begin, columns, layer.stride});
}

}  // namespace rosenblatt
