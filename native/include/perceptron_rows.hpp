// One row of X against w: the sum that decides, and the step that follows.
//
// The quick sum adds in another order than scikit-learn's. Where it comes so near 0 that rounding could decide the sign,
// `in_order` adds term after term, as scikit-learn does, so that both always decide alike.
#pragma once

#include <algorithm>
#include <cmath>

#include "perceptron.hpp"
#include "simd.hpp"

namespace rosenblatt {

template <class T>
struct DenseRows {
    const T* x;
    long columns;
    long ahead;  // so many rows early a row is fetched: about 2 kB of them are on the way

    explicit DenseRows(const PerceptronRows<T>& rows)
        : x(rows.dense), columns(rows.columns), ahead(std::clamp<long>(2048 / (rows.columns * long(sizeof(T))), 1, 16)) {}

    long size(long) const { return columns; }
    const T* values(long i) const { return x + i * columns; }
    long column(long, long j) const { return j; }

    void prefetch(long i) const {
        const char* next = reinterpret_cast<const char*>(values(i));
        const long bytes = columns * long(sizeof(T));
        for (long at = 0; at < bytes; at += 64) __builtin_prefetch(next + at);
    }

    bool is_quick(long) const { return columns >= 16; }

    double quick(long i, const T* w) const {
        constexpr int N = native_lanes<double>;
        using Few = Vec<T, N>;
        using Sum = Vec<double, N>;
        const T* row = values(i);
        Sum sum[4] = {};
        const auto add = [&](Sum& to, long j) { to += __builtin_convertvector(load<Few>(row + j) * load<Few>(w + j), Sum); };
        long j = 0;
        for (; j + 4 * N <= columns; j += 4 * N)
            for (int k = 0; k < 4; ++k) add(sum[k], j + k * N);
        for (; j + N <= columns; j += N) add(sum[0], j);
        double total = sum_of_lanes((sum[0] + sum[1]) + (sum[2] + sum[3]));
        for (; j < columns; ++j) total += row[j] * w[j];
        return total;
    }

    double in_order(long i, const T* w) const {
        const T* row = values(i);
        double total = 0;
        for (long j = 0; j < columns; ++j) total += w[j] * row[j];
        return total;
    }

    void add(long i, T step, T* w) const {
        const T* row = values(i);
        for (long j = 0; j < columns; ++j) w[j] = T(double(w[j]) + double(row[j]) * double(step));
    }
};

// C and S: the integers of columns and row starts.
template <class T, class C, class S>
struct CompressedRows {
    const T* all;
    const C* columns;
    const S* start;
    static constexpr long ahead = 2;

    long size(long i) const { return long(start[i + 1] - start[i]); }
    const T* values(long i) const { return all + start[i]; }
    long column(long i, long j) const { return long(columns[start[i] + j]); }

    void prefetch(long i) const {
        for (long j = start[i]; j < long(start[i + 1]); j += 64 / long(sizeof(T))) __builtin_prefetch(all + j);
        for (long j = start[i]; j < long(start[i + 1]); j += 64 / long(sizeof(C))) __builtin_prefetch(columns + j);
    }

    bool is_quick(long i) const { return size(i) >= 16; }

    double quick(long i, const T* w) const {
        const long count = size(i);
        const T* value = values(i);
        const C* at = columns + start[i];
        double sum[4] = {};
        long j = 0;
        for (; j + 4 <= count; j += 4)
            for (int k = 0; k < 4; ++k) sum[k] += w[at[j + k]] * value[j + k];
        for (; j < count; ++j) sum[0] += w[at[j]] * value[j];
        return (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }

    double in_order(long i, const T* w) const {
        const long count = size(i);
        const T* value = values(i);
        const C* at = columns + start[i];
        double total = 0;
        for (long j = 0; j < count; ++j) total += w[at[j]] * value[j];
        return total;
    }

    void add(long i, T step, T* w) const {
        const long count = size(i);
        const T* value = values(i);
        const C* at = columns + start[i];
        for (long j = 0; j < count; ++j) w[at[j]] = T(double(w[at[j]]) + double(value[j]) * double(step));
    }
};

}  // namespace rosenblatt
