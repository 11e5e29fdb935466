// Dropout masks and noise on the inputs (T6, T7): pure functions of (seed, purpose, epoch, position, layer, unit), so that
// threads, blocks of samples and the other engine draw the same. src/rosenblatt/noise.py is the same on arrays.
#pragma once

#include <cmath>

#include "philox.hpp"
#include "rules.hpp"
#include "sparse.hpp"

namespace rosenblatt {

// Where the first sample of a block stands.
struct NoisePlace {
    std::uint64_t seed;
    long epoch, position;
};

enum Purpose { dropout_purpose = 3, input_noise_purpose = 4 };

// A dropout rate in units of 2^-16, and what the units that stay are multiplied by.
struct DropoutRate {
    long threshold;
    double scale;
    explicit DropoutRate(double rate)
        : threshold(std::min(std::lrint(rate * 65536), 65535L)), scale(65536.0 / double(65536 - threshold)) {}
};

// Calls take(row, block, words) for every block of Philox of some rows, `per_row` of them in each. The lanes are several rows,
// or several blocks of a row where few rows are left.
template <class Take>
ROSENBLATT_INLINE void for_blocks(NoisePlace place, Purpose purpose, long layer, long row_begin, long row_end, long per_row,
                                  Take&& take) {
    const Words last = Words{} + (std::uint64_t(purpose) | std::uint64_t(layer) << 8);
    const Words epoch = Words{} + (std::uint64_t(place.epoch) & 0xFFFFFFFFu);
    const PhiloxKeys keys(place.seed);
    const auto rows_from = [&](long row, long block) {
        return PhiloxBlocks{Words{} + std::uint64_t(block), counting_from(std::uint64_t(place.position + row)) & 0xFFFFFFFFu, epoch, last};
    };
    const auto take_rows = [&](const PhiloxBlocks& c, long row, long block) {
        std::uint32_t words[4 * philox_lanes];
        store_words(c, words);
        for (int i = 0; i < philox_lanes; ++i) take(row + i, block, words + 4 * i);
    };
    long row = row_begin;
    for (; row + philox_lanes <= row_end; row += philox_lanes) {
        long block = 0;
        for (; block + 2 <= per_row; block += 2) {
            PhiloxBlocks two[2] = {rows_from(row, block), rows_from(row, block + 1)};
            philox(two, keys);
            take_rows(two[0], row, block);
            take_rows(two[1], row, block + 1);
        }
        if (block == per_row) continue;
        PhiloxBlocks one[1] = {rows_from(row, block)};
        philox(one, keys);
        take_rows(one[0], row, block);
    }
    for (; row < row_end; ++row)
        for (long block = 0; block < per_row; block += philox_lanes) {
            PhiloxBlocks one[1] = {{counting_from(std::uint64_t(block)), Words{} + (std::uint64_t(place.position + row) & 0xFFFFFFFFu), epoch, last}};
            philox(one, keys);
            std::uint32_t words[4 * philox_lanes];
            store_words(one[0], words);
            const int count = int(std::min<long>(per_row - block, philox_lanes));
            for (int i = 0; i < count; ++i) take(row, block + i, words + 4 * i);
        }
}

// The factors of eight units: 0 where the unit's 16 bits are below the threshold. By reference: eight doubles are wider than
// a register of some instruction sets.
template <class T>
ROSENBLATT_INLINE void factors(const std::uint32_t* words, DropoutRate rate, Vec<T, 8>& eight) {
    using Halves = Vec<std::uint16_t, 8>;
    Halves halves;
    std::memcpy(&halves, words, sizeof halves);
    const Halves stays = Halves(halves >= std::uint16_t(rate.threshold)) & std::uint16_t(1);
    eight = __builtin_convertvector(stays, Vec<T, 8>) * T(rate.scale);
}

// keep (rows, size), `stride` apart: the factors of the outputs of a layer. Eight are written at once, within the padding.
template <class T>
void dropout_mask(NoisePlace place, long layer, double rate, long row_begin, long row_end, long size, T* keep, long stride) {
    const DropoutRate drop(rate);
    for_blocks(place, dropout_purpose, layer, row_begin, row_end, (size + 7) / 8, [&](long row, long block, const std::uint32_t* words) {
        Vec<T, 8> eight;
        factors<T>(words, drop, eight);
        std::memcpy(keep + row * stride + 8 * block, &eight, sizeof eight);
    });
}

// x (rows, size) times its own dropout mask.
template <class T>
void drop_inputs(NoisePlace place, double rate, long row_begin, long row_end, long size, T* x, long stride) {
    const DropoutRate drop(rate);
    for_blocks(place, dropout_purpose, 0, row_begin, row_end, (size + 7) / 8, [&](long row, long block, const std::uint32_t* words) {
        Vec<T, 8> eight, values;
        factors<T>(words, drop, eight);
        std::memcpy(&values, x + row * stride + 8 * block, sizeof values);
        values *= eight;
        std::memcpy(x + row * stride + 8 * block, &values, sizeof values);
    });
}

// Standard normal numbers for 32-bit words, to seven digits: Wichura, "Algorithm AS 241" (1988), PPND7.
template <class V>
ROSENBLATT_INLINE V standard_normal(Vec<std::uint32_t, lanes<V>> words) {
    using W = Vec<std::uint32_t, lanes<V>>;
    const W nearest_end = words < ~words ? words : ~words;  // below 2^31
    const V p = (__builtin_convertvector(Vec<std::int32_t, lanes<V>>(nearest_end), V) + same<V>(0.5)) * same<V>(0x1p-32);
    const V q = same<V>(0.5) - p, r = same<V>(0.180625) - q * q;
    V middle = q * (((same<V>(59.109374720) * r + same<V>(159.29113202)) * r + same<V>(50.434271938)) * r + same<V>(3.3871327179));
    middle = middle / (((same<V>(67.187563600) * r + same<V>(78.757757664)) * r + same<V>(17.895169469)) * r + same<V>(1));
    const V t = vsqrt(-vlog(p)) - same<V>(1.6);
    V tail = ((same<V>(0.17023821103) * t + same<V>(1.3067284816)) * t + same<V>(2.7568153900)) * t + same<V>(1.4234372777);
    tail = tail / ((same<V>(0.12021132975) * t + same<V>(0.73700164250)) * t + same<V>(1));
    const V size = q <= same<V>(0.425) ? middle : tail;
    const V sign = __builtin_convertvector(Vec<std::int32_t, lanes<V>>(words >> 31), V) * same<V>(2) - same<V>(1);
    return sign * size;
}

// x (rows, size) plus noise: input j reads word j % 4 of block j / 4.
template <class T>
void add_noise(NoisePlace place, double deviation, long row_begin, long row_end, long size, T* x, long stride) {
    using V = Vec<T, 4>;
    for_blocks(place, input_noise_purpose, 0, row_begin, row_end, (size + 3) / 4, [&](long row, long block, const std::uint32_t* words) {
        Vec<std::uint32_t, 4> four;
        std::memcpy(&four, words, sizeof four);
        const V noise = standard_normal<V>(four) * same<V>(deviation);
        T* at = x + row * stride + 4 * block;
        store<V>(at, load<V>(at) + noise);  // what it adds to the padding is never read
    });
}

// A block of sparse samples without the entries that are dropped, the others scaled, in the workspace's own rows.
template <class T>
Samples<T> thinned(NoisePlace place, double rate, const Samples<T>& x, Taken taken, Workspace<T>& w) {
    const DropoutRate drop(rate);
    const PhiloxKeys keys(place.seed);
    std::int64_t stored = 0;
    w.thin_start[0] = 0;
    for (long s = 0; s < taken.count; ++s) {
        long known = -1;  // the block of eight columns whose words are known
        T factor[8];
        for (std::int64_t e = x.start[taken[s]]; e < x.start[taken[s] + 1]; ++e) {
            const long column = x.column[e];
            if (column / 8 != known) {
                known = column / 8;
                PhiloxBlocks c[1] = {{Words{} + std::uint64_t(known), Words{} + (std::uint64_t(place.position + s) & 0xFFFFFFFFu),
                                      Words{} + (std::uint64_t(place.epoch) & 0xFFFFFFFFu), Words{} + std::uint64_t(dropout_purpose)}};
                std::uint32_t words[4 * philox_lanes];
                philox(c, keys);
                store_words(c[0], words);
                Vec<T, 8> eight;
                factors<T>(words, drop, eight);
                std::memcpy(factor, &eight, sizeof eight);
            }
            if (factor[column % 8] == 0) continue;
            w.thin_value[stored] = x.values[e] * factor[column % 8];
            w.thin_column[stored++] = column;
        }
        w.thin_start[s + 1] = stored;
    }
    return {taken.count, x.columns, nullptr, w.thin_value, w.thin_column, w.thin_start};
}

}  // namespace rosenblatt
