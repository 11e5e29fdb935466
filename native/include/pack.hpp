// Copies of parts of the weights, laid out as the matrix product reads them.
//
// A panel is a few vectors wide and as deep as the product; copied into one contiguous piece it is read from the first
// cache again and again, while a panel of the matrix itself touches a new page at almost every row. Columns beyond the
// matrix are 0.
#pragma once

#include "partial.hpp"

namespace rosenblatt {

// NV vectors of columns, the last one perhaps cut to `part`.
template <int NV, class V>
ROSENBLATT_INLINE void pack_vectors(const Scalar<V>* w, long w_row, long depth, Scalar<V>* panel, Part<V> part, bool cut) {
    constexpr long L = lanes<V>;
    for (long k = 0; k < depth; ++k, w += w_row, panel += NV * L) {
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v)
            store<V>(panel + v * L, cut && v == NV - 1 ? load<V>(w + v * L, part) : load<V>(w + v * L));
    }
}

// panel (depth, width) <- W[0:depth, column:column + columns], at most three vectors; width is a whole number of them.
template <class V>
void pack_panel(const Scalar<V>* w, long w_row, long depth, long column, long columns, Scalar<V>* panel, long width) {
    constexpr long L = lanes<V>;
    const bool cut = columns != width;
    const Part<V> part = first<V>(columns - width + L);
    if (width == L) return pack_vectors<1, V>(w + column, w_row, depth, panel, part, cut);
    if (width == 2 * L) return pack_vectors<2, V>(w + column, w_row, depth, panel, part, cut);
    pack_vectors<3, V>(w + column, w_row, depth, panel, part, cut);
}

// The first (HALF = 0) or second half of two vectors interleaved: a0 b0 a1 b1 ...
template <int HALF, class V, int... LANE>
ROSENBLATT_INLINE V interleave(V a, V b, std::integer_sequence<int, LANE...>) {
    constexpr int L = lanes<V>;
    return __builtin_shufflevector(a, b, ((LANE % 2) * L + HALF * (L / 2) + LANE / 2)...);
}

// Turns L rows of L lanes into L columns: log2(L) rounds of interleaving row i with row i + L/2.
template <class V>
ROSENBLATT_INLINE void transpose_square(V (&row)[lanes<V>]) {
    constexpr int L = lanes<V>;
    constexpr auto all = std::make_integer_sequence<int, L>{};
    V next[L];
#pragma GCC unroll 4
    for (int round = 1; round < L; round *= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < L / 2; ++i) {
            next[2 * i] = interleave<0>(row[i], row[i + L / 2], all);
            next[2 * i + 1] = interleave<1>(row[i], row[i + L / 2], all);
        }
#pragma GCC unroll 16
        for (int i = 0; i < L; ++i) row[i] = next[i];
    }
}

// A square of L rows and columns, turned.
template <class V>
ROSENBLATT_INLINE void transpose_whole(const Scalar<V>* from, long from_row, Scalar<V>* to, long to_row) {
    V square[lanes<V>];
#pragma GCC unroll 16
    for (long i = 0; i < lanes<V>; ++i) square[i] = load<V>(from + i * from_row);
    transpose_square<V>(square);
#pragma GCC unroll 16
    for (long j = 0; j < lanes<V>; ++j) store<V>(to + j * to_row, square[j]);
}

// The same for less than a square: `rows` rows and `columns` columns of it; the missing rows count as 0.
template <class V>
void transpose_part(const Scalar<V>* from, long from_row, long rows, long columns, Scalar<V>* to, long to_row) {
    const Part<V> part = first<V>(columns);
    V square[lanes<V>];
    for (long i = 0; i < lanes<V>; ++i) square[i] = i < rows ? load<V>(from + i * from_row, part) : V{};
    transpose_square<V>(square);
    for (long j = 0; j < columns; ++j) store<V>(to + j * to_row, square[j]);
}

// to[c * to_row + r] = from[r * from_row + c] for r < rows, c < columns. The rows of `to` are written in whole vectors
// (their stride must allow it): what lies beyond `rows` in the last vector becomes 0.
template <class V>
void transpose(const Scalar<V>* from, long from_row, long rows, long columns, Scalar<V>* to, long to_row) {
    constexpr long L = lanes<V>;
    for (long r = 0; r < rows; r += L)
        for (long c = 0; c < columns; c += L) {
            const long height = rows - r < L ? rows - r : L, width = columns - c < L ? columns - c : L;
            if (height == L && width == L)
                transpose_whole<V>(from + r * from_row + c, from_row, to + c * to_row + r, to_row);
            else
                transpose_part<V>(from + r * from_row + c, from_row, height, width, to + c * to_row + r, to_row);
        }
}

}  // namespace rosenblatt
