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
    long ahead = 0;  // so many rows early a row is fetched, if they are not all near: about 2 kB are on the way

    explicit DenseRows(const PerceptronRows<T>& rows) : x(rows.dense), columns(rows.columns) {
        const long bytes = columns * long(sizeof(T));
        if (rows.rows * bytes > (1 << 21)) ahead = std::clamp<long>(2048 / bytes, 1, 16);
    }

    long size(long) const { return columns; }
    const T* values(long i) const { return x + i * columns; }
    long column(long, long j) const { return j; }
    T value(long i, long j) const { return values(i)[j]; }

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
        // Four sums with a name each: an array of them would be kept in memory.
        Sum a = {}, b = {}, c = {}, d = {};
        const auto term = [=](long j) { return __builtin_convertvector(load<Few>(row + j) * load<Few>(w + j), Sum); };
        const long n = columns;
        long j = 0;
        for (; j + 4 * N <= n; j += 4 * N) {
            a += term(j);
            b += term(j + N);
            c += term(j + 2 * N);
            d += term(j + 3 * N);
        }
        for (; j + N <= n; j += N) a += term(j);
        double total = sum_of_lanes((a + b) + (c + d));
        for (; j < n; ++j) total += row[j] * w[j];
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
    T value(long i, long j) const { return values(i)[j]; }

    void prefetch(long i) const {
        for (long j = start[i]; j < long(start[i + 1]); j += 64 / long(sizeof(T))) __builtin_prefetch(all + j);
        for (long j = start[i]; j < long(start[i + 1]); j += 64 / long(sizeof(C))) __builtin_prefetch(columns + j);
    }

    bool is_quick(long i) const { return size(i) >= 16; }

    double quick(long i, const T* w) const {
        const long count = size(i);
        const T* value = values(i);
        const C* at = columns + start[i];
        double a = 0, b = 0, c = 0, d = 0;
        long j = 0;
        for (; j + 4 <= count; j += 4) {
            a += w[at[j]] * value[j];
            b += w[at[j + 1]] * value[j + 1];
            c += w[at[j + 2]] * value[j + 2];
            d += w[at[j + 3]] * value[j + 3];
        }
        for (; j < count; ++j) a += w[at[j]] * value[j];
        return (a + b) + (c + d);
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

// The same with three bytes an entry: a value is a place in a table. Rows visited at random are waited for, so that small is quick.
template <class T>
struct CodedRows {
    const T* table;
    const std::uint8_t* code;
    const std::uint16_t* columns;
    const std::int64_t* start;
    static constexpr long ahead = 2;

    long size(long i) const { return long(start[i + 1] - start[i]); }
    long column(long i, long j) const { return columns[start[i] + j]; }
    T value(long i, long j) const { return table[code[start[i] + j]]; }
    bool is_quick(long i) const { return size(i) >= 16; }

    void prefetch(long i) const {
        for (std::int64_t j = start[i]; j < start[i + 1]; j += 64) __builtin_prefetch(code + j);
        for (std::int64_t j = start[i]; j < start[i + 1]; j += 32) __builtin_prefetch(columns + j);
    }

    double quick(long i, const T* w) const {
        const long count = size(i);
        const std::uint8_t* at = code + start[i];
        const std::uint16_t* column = columns + start[i];
        double a = 0, b = 0, c = 0, d = 0;
        long j = 0;
        for (; j + 4 <= count; j += 4) {
            a += w[column[j]] * table[at[j]];
            b += w[column[j + 1]] * table[at[j + 1]];
            c += w[column[j + 2]] * table[at[j + 2]];
            d += w[column[j + 3]] * table[at[j + 3]];
        }
        for (; j < count; ++j) a += w[column[j]] * table[at[j]];
        return (a + b) + (c + d);
    }

    double in_order(long i, const T* w) const {
        double total = 0;
        for (long j = 0; j < size(i); ++j) total += w[column(i, j)] * value(i, j);
        return total;
    }

    void add(long i, T step, T* w) const {
        for (long j = 0; j < size(i); ++j) {
            T& at = w[column(i, j)];
            at = T(double(at) + double(value(i, j)) * double(step));
        }
    }
};

}  // namespace rosenblatt
