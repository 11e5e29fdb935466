// A5: corruption of the inputs while training, for a target that stays clean; src/rosenblatt/noise.py is the same on arrays.
#pragma once

#include "noise.hpp"

namespace rosenblatt {

// Of eight entries, those whose 16 bits fall below the rate; and what is put into their place.
template <class T>
ROSENBLATT_INLINE void corrupt_eight(const Corruption& kind, long threshold, const std::uint32_t* words, T* x, T* emphasis) {
    using Halves = Vec<std::uint16_t, 8>;
    using Values = Vec<T, 8>;
    using Masks = Vec<IntOf<T>, 8>;
    Halves halves;
    std::memcpy(&halves, words, sizeof halves);
    const auto chosen = __builtin_convertvector(Vec<std::int16_t, 8>(halves < std::uint16_t(threshold)), Masks);
    const auto odd = __builtin_convertvector(Vec<std::int16_t, 8>((halves & std::uint16_t(1)) != std::uint16_t(0)), Masks);
    Values values;
    std::memcpy(&values, x, sizeof values);
    const Values instead = odd ? Values{} + T(kind.high) : Values{} + T(kind.low);
    values = chosen ? instead : values;
    std::memcpy(x, &values, sizeof values);
    if (!emphasis) return;
    values = chosen ? Values{} + T(kind.emphasis_chosen) : Values{} + T(kind.emphasis_other);
    std::memcpy(emphasis, &values, sizeof values);
}

// x (rows, size), `stride` apart, is corrupted in place; `emphasis`, likewise, becomes what the loss of each entry counts, or
// is null. What is written to the padding is never read.
template <class T>
void corrupt(const Corruption& kind, NoisePlace place, double strength, long row_begin, long row_end, long size, T* x, T* emphasis,
             long stride) {
    if (kind.replaces()) {
        const long threshold = DropoutRate(strength).threshold;
        return for_blocks(place, corruption_purpose, 0, row_begin, row_end, (size + 7) / 8, [&](long row, long block, const std::uint32_t* words) {
            const long at = row * stride + 8 * block;
            corrupt_eight(kind, threshold, words, x + at, emphasis ? emphasis + at : nullptr);
        });
    }
    using V = PartOfFour<T>;
    for_normals<T>(place, corruption_purpose, row_begin, row_end, size, [&](long row, long block, const T* normals) {
        T* at = x + row * stride + 4 * block;
        for (int i = 0; i < 4; i += lanes<V>) {
            const V noise = load<V>(normals + i) * same<V>(strength), before = load<V>(at + i);
            const V after = before + (kind.kind == Corruption::multiplicative ? before * noise : noise);
            store<V>(at + i, kind.clips ? vector_math::at_most(vector_math::at_least(after, T(kind.low)), T(kind.high)) : after);
        }
    });
    if (emphasis)
        for (long row = row_begin; row < row_end; ++row) std::fill_n(emphasis + row * stride, size, T(kind.emphasis_chosen));
}

}  // namespace rosenblatt
