// The matrix product, C = start + A B, on which F1, B2 and B3 all rest.
//
// A small tile of C (rows x vectors) stays in registers while the sum runs over the depth; each entry of A is copied
// into all lanes, each row of B is read as vectors. Every entry of C is one chain of additions in the order of the
// depth, whatever tile it falls in: its bits depend on the shapes alone.
#pragma once

#include <algorithm>

#include "partial.hpp"

namespace rosenblatt {

// What a sum begins with: the bias (F1), nothing (B2, B3), or what C holds (a depth taken in pieces).
enum class Start { bias, zero, previous };

// C (rows x columns) = start + A (rows x depth) B (depth x columns). A is read as a[r * a_row + k * a_step], so that it
// may stand transposed; B and C have unit stride along their rows.
template <class T>
struct Product {
    const T* a;
    long a_row, a_step;
    const T* b;
    long b_step;
    T* c;
    long c_row;
    long depth;
    Start start = Start::zero;
    const T* bias = nullptr;  // (columns,)
};

// How many rows a tile may have, so that sums, a row of B and one entry of A fit into the registers.
#if defined(ROSENBLATT_ISA_V4) || defined(__aarch64__)
template <int NV>
inline constexpr int tile_rows = 8;
#else
template <int NV>
inline constexpr int tile_rows = NV == 1 ? 8 : NV == 2 ? 6 : 4;
#endif
inline constexpr int tile_vectors = 3;

// One vector of a row, the last of NV perhaps cut to `part`.
template <class V, int NV>
ROSENBLATT_INLINE V load_vector(const Scalar<V>* row, int v, Part<V> part, bool cut) {
    return cut && v == NV - 1 ? load<V>(row + v * lanes<V>, part) : load<V>(row + v * lanes<V>);
}

template <class V, int NV>
ROSENBLATT_INLINE void store_vector(Scalar<V>* row, int v, V values, Part<V> part, bool cut) {
    if (cut && v == NV - 1)
        store<V>(row + v * lanes<V>, values, part);
    else
        store<V>(row + v * lanes<V>, values);
}

// One tile: MR rows, NV vectors, of which the last may be cut to `part` where B is read and where C is stored.
template <class V, int MR, int NV, bool B_PART>
ROSENBLATT_INLINE void tile(const Product<Scalar<V>>& p, long r, long column, Part<V> part, bool cut_bias, bool cut_c) {
    using T = Scalar<V>;
    const T* a = p.a + r * p.a_row;
    const T* b = p.b + column;
    T* c = p.c + r * p.c_row + column;
    // The loops over the tile are written out: the sums are registers only where no index is a variable.
    V sum[MR][NV];
#pragma GCC unroll 3
    for (int v = 0; v < NV; ++v) {
        const V begin = p.start == Start::bias ? load_vector<V, NV>(p.bias + column, v, part, cut_bias) : V{};
#pragma GCC unroll 8
        for (int i = 0; i < MR; ++i)
            sum[i][v] = p.start == Start::previous ? load_vector<V, NV>(c + i * p.c_row, v, part, cut_c) : begin;
    }
    const long a_row = p.a_row, a_step = p.a_step, b_step = p.b_step;
    for (long k = 0; k < p.depth; ++k, a += a_step, b += b_step) {
        V row[NV];
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v) row[v] = load_vector<V, NV>(b, v, part, B_PART);
#pragma GCC unroll 8
        for (int i = 0; i < MR; ++i) {
            const V x = splat<V>(a[i * a_row]);
#pragma GCC unroll 3
            for (int v = 0; v < NV; ++v) sum[i][v] = x * row[v] + sum[i][v];
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < MR; ++i)
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v) store_vector<V, NV>(c + i * p.c_row, v, sum[i][v], part, cut_c);
}

// Where the columns end inside a vector: the matrices that must not be touched beyond.
struct Cut {
    bool b = false;     // B ends there, and so does the bias
    bool bias = false;  // the bias ends there (B was packed and padded)
    bool c = false;     // C ends there
};

// All rows of one panel: NV vectors wide, from `column` on.
template <class V, int NV, bool B_PART>
void panel_rows(const Product<Scalar<V>>& p, long row_begin, long row_end, long column, Part<V> part, Cut cut) {
    const bool cut_bias = cut.b || cut.bias;
    long r = row_begin;
    constexpr int MR = tile_rows<NV>;
    // Eight rows are two tiles of four rather than one of six and a thin one.
    for (; r + MR <= row_end && (MR != 6 || r + 8 != row_end); r += MR)
        tile<V, MR, NV, B_PART>(p, r, column, part, cut_bias, cut.c);
    if constexpr (MR > 4)
        for (; r + 4 <= row_end; r += 4) tile<V, 4, NV, B_PART>(p, r, column, part, cut_bias, cut.c);
    if (r + 2 <= row_end) tile<V, 2, NV, B_PART>(p, r, column, part, cut_bias, cut.c), r += 2;
    if (r < row_end) tile<V, 1, NV, B_PART>(p, r, column, part, cut_bias, cut.c);
}

// One panel of at most tile_vectors vectors, `columns` wide.
template <class V>
void multiply_panel(const Product<Scalar<V>>& p, long row_begin, long row_end, long column, long columns, Cut cut) {
    constexpr int L = lanes<V>;
    const long vectors = (columns + L - 1) / L;
    const bool whole = columns == vectors * L;
    const Part<V> part = first<V>(whole ? L : columns - (vectors - 1) * L);
    if (whole) cut = Cut{};
    auto run = [&]<int NV>() {
        if (cut.b)
            panel_rows<V, NV, true>(p, row_begin, row_end, column, part, cut);
        else
            panel_rows<V, NV, false>(p, row_begin, row_end, column, part, cut);
    };
    if (vectors == 1) run.template operator()<1>();
    if (vectors == 2) run.template operator()<2>();
    if (vectors == 3) run.template operator()<3>();
}

// How many vectors the next panel takes of those that are left: three, but never a lonely one after them.
inline long panel_vectors(long left) { return left == 4 ? 2 : std::min<long>(left, tile_vectors); }

// Calls work(column, columns) for each panel of the columns [begin, end); begin is a multiple of the lanes.
template <class V, class Work>
ROSENBLATT_INLINE void for_panels(long begin, long end, Work&& work) {
    constexpr long L = lanes<V>;
    for (long column = begin; column < end;) {
        const long width = std::min(end - column, L * panel_vectors((end - column + L - 1) / L));
        work(column, width);
        column += width;
    }
}

}  // namespace rosenblatt
