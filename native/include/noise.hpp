// Dropout masks and noise on the inputs (T6, T7): pure functions of (seed, purpose, epoch, position, layer, unit), so that
// threads, blocks of samples and the other engine draw the same. src/rosenblatt/noise.py is the same on arrays.
#pragma once

#include <cmath>

#include "philox.hpp"
#include "rules.hpp"
#include "sparse.hpp"

namespace rosenblatt {

enum Purpose { dropout_purpose = 3, input_noise_purpose = 4, corruption_purpose = 5 };

// A dropout rate in units of 2^-16, and what the units that stay are multiplied by.
struct DropoutRate {
    long threshold;
    double scale;
    explicit DropoutRate(double rate)
        : threshold(std::min(std::lrint(rate * 65536), 65535L)), scale(65536.0 / double(65536 - threshold)) {}
};

// Calls take(row, block, numbers) for every block of Philox of some rows, `per_row` of them in each. The lanes are several rows,
// or several blocks of a row where few rows are left. What convert(words) makes of the words of all lanes, four of each,
// is what `take` gets its four numbers from.
template <class Convert, class Take>
ROSENBLATT_INLINE void for_converted_blocks(NoisePlace place, Purpose purpose, long layer, long row_begin, long row_end, long per_row,
                                            Convert&& convert, Take&& take) {
    const Words last = Words{} + (std::uint64_t(purpose) | std::uint64_t(layer) << 8);
    const Words epoch = Words{} + (std::uint64_t(place.epoch) & 0xFFFFFFFFu);
    const PhiloxKeys keys(place.seed);
    const auto rows_from = [&](long row, long block) {
        return PhiloxBlocks{Words{} + std::uint64_t(block), counting_from(std::uint64_t(place.position + row)) & 0xFFFFFFFFu, epoch, last};
    };
    const auto take_rows = [&](const PhiloxBlocks& c, long row, long block) {
        std::uint32_t words[4 * philox_lanes];
        store_words(c, words);
        const auto* numbers = convert(words);
        for (int i = 0; i < philox_lanes; ++i) take(row + i, block, numbers + 4 * i);
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
            const auto* numbers = convert(words);
            const int count = int(std::min<long>(per_row - block, philox_lanes));
            for (int i = 0; i < count; ++i) take(row, block + i, numbers + 4 * i);
        }
}

template <class Take>
ROSENBLATT_INLINE void for_blocks(NoisePlace place, Purpose purpose, long layer, long row_begin, long row_end, long per_row,
                                  Take&& take) {
    for_converted_blocks(place, purpose, layer, row_begin, row_end, per_row, [](const std::uint32_t* words) { return words; }, take);
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

// Standard normal numbers for 32-bit words, at most a register of them, to seven digits: Wichura, "Algorithm AS 241" (1988), PPND7.
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

// Calls take(row, block, normals) for every four inputs of some rows: input j reads word j % 4 of block j / 4.
template <class T, class Take>
ROSENBLATT_INLINE void for_normals(NoisePlace place, Purpose purpose, long row_begin, long row_end, long size, Take&& take) {
    using V = NativeVec<T>;
    T normals[4 * philox_lanes];  // of all lanes, in whole vectors
    const auto convert = [&normals](const std::uint32_t* words) {
        for (int i = 0; i < 4 * philox_lanes; i += lanes<V>) {
            Vec<std::uint32_t, lanes<V>> some;
            std::memcpy(&some, words + i, sizeof some);
            store<V>(normals + i, standard_normal<V>(some));
        }
        return normals;
    };
    for_converted_blocks(place, purpose, 0, row_begin, row_end, (size + 3) / 4, convert, take);
}

// As many of four inputs as a register takes.
template <class T>
using PartOfFour = Vec<T, std::min(4, int(native_lanes<T>))>;

// x (rows, size) plus noise.
template <class T>
void add_noise(NoisePlace place, double deviation, long row_begin, long row_end, long size, T* x, long stride) {
    using V = PartOfFour<T>;
    for_normals<T>(place, input_noise_purpose, row_begin, row_end, size, [&](long row, long block, const T* normals) {
        T* at = x + row * stride + 4 * block;
        for (int i = 0; i < 4; i += lanes<V>)  // what it adds to the padding is never read
            store<V>(at + i, load<V>(at + i) + load<V>(normals + i) * same<V>(deviation));
    });
}

// The 16 bits of single inputs of a sparse block, whose columns are asked for in turn.
class HalvesOfEntries {
   public:
    HalvesOfEntries(NoisePlace place, Purpose purpose) : place_(place), purpose_(purpose), keys_(place.seed) {}

    std::uint16_t at(long sample, long column) {
        if (sample != sample_ || column / 8 != block_) draw(sample, column / 8);
        return halves_[column % 8];
    }

   private:
    void draw(long sample, long block) {
        sample_ = sample, block_ = block;
        PhiloxBlocks one[1] = {{Words{} + std::uint64_t(block), Words{} + (std::uint64_t(place_.position + sample) & 0xFFFFFFFFu),
                                Words{} + (std::uint64_t(place_.epoch) & 0xFFFFFFFFu), Words{} + std::uint64_t(purpose_)}};
        philox(one, keys_);
        std::uint32_t words[4 * philox_lanes];
        store_words(one[0], words);
        std::memcpy(halves_, words, sizeof halves_);
    }

    NoisePlace place_;
    Purpose purpose_;
    PhiloxKeys keys_;
    long sample_ = -1, block_ = -1;  // whose halves are known
    std::uint16_t halves_[8];
};

// A block of sparse samples without the entries that masking or dropout takes, the others scaled (dropout alone does), in
// the workspace's own rows.
template <class T>
Samples<T> thinned(NoisePlace place, double masking, double dropout, const Samples<T>& x, Taken taken, Workspace<T>& w) {
    const DropoutRate mask(masking), drop(dropout);
    HalvesOfEntries masked(place, corruption_purpose), dropped(place, dropout_purpose);
    std::int64_t stored = 0;
    w.thin_start[0] = 0;
    for (long s = 0; s < taken.count; ++s) {
        for (std::int64_t e = x.start[taken[s]]; e < x.start[taken[s] + 1]; ++e) {
            const long column = x.column[e];
            if (masking > 0 && masked.at(s, column) < mask.threshold) continue;
            if (dropout > 0 && dropped.at(s, column) < drop.threshold) continue;
            w.thin_value[stored] = x.values[e] * T(drop.scale);
            w.thin_column[stored++] = column;
        }
        w.thin_start[s + 1] = stored;
    }
    return {taken.count, x.columns, nullptr, w.thin_value, w.thin_column, w.thin_start};
}

}  // namespace rosenblatt
