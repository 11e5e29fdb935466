// Philox 4x32-10: random words as a pure function of a counter and a key, several counters side by side.
//
// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011). src/rosenblatt/random.py is the
// same on arrays, and says what the words of a counter are.
#pragma once

#include "simd.hpp"

namespace rosenblatt {

inline constexpr int philox_lanes = vector_bytes / 8;
using Words = Vec<std::uint64_t, philox_lanes>;  // one 32-bit word in each lane; what stands above it means nothing

struct PhiloxBlocks {
    Words c0, c1, c2, c3;
};

// The products of the low halves of the lanes with a 32-bit number, 64 bits each.
ROSENBLATT_INLINE Words times_word(Words a, std::uint64_t m) {
#if defined(ROSENBLATT_ISA_V4)  // with the mask of all lanes: without one, GCC 12 takes its header's blank for unset
    return bit_cast<Words>(_mm512_maskz_mul_epu32(0xFF, bit_cast<__m512i>(a), _mm512_set1_epi64((long long)m)));
#elif defined(ROSENBLATT_ISA_V3)
    return bit_cast<Words>(_mm256_mul_epu32(bit_cast<__m256i>(a), _mm256_set1_epi64x((long long)m)));
#else
    return (a & 0xFFFFFFFFu) * m;
#endif
}

// The keys of the ten rounds in every lane: read from memory, they cost nothing beside the products.
struct PhiloxKeys {
    Words k0[10], k1[10];
    explicit PhiloxKeys(std::uint64_t seed) {
        std::uint32_t low = std::uint32_t(seed), high = std::uint32_t(seed >> 32);
        for (int round = 0; round < 10; ++round) {
            k0[round] = Words{} + std::uint64_t(low);
            k1[round] = Words{} + std::uint64_t(high);
            low += 0x9E3779B9u;
            high += 0xBB67AE85u;
        }
    }
};

// COUNT vectors of counters at once, round by round: each waits for its own products, so two side by side cost little more.
template <int COUNT>
ROSENBLATT_INLINE void philox(PhiloxBlocks (&blocks)[COUNT], const PhiloxKeys& keys) {
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round)
#pragma GCC unroll 2
        for (PhiloxBlocks& c : blocks) {
            const Words p0 = times_word(c.c0, 0xD2511F53u), p1 = times_word(c.c2, 0xCD9E8D57u);
            c = {(p1 >> 32) ^ c.c1 ^ keys.k0[round], p1, (p0 >> 32) ^ c.c3 ^ keys.k1[round], p0};
        }
}

// The words of each lane one after the other: lane 0's four, lane 1's four, ...
template <int... LANE>
ROSENBLATT_INLINE void store_words(const PhiloxBlocks& c, std::uint32_t* to, std::integer_sequence<int, LANE...>) {
    constexpr int n = philox_lanes;
    const Words low = (c.c0 & 0xFFFFFFFFu) | (c.c1 << 32), high = (c.c2 & 0xFFFFFFFFu) | (c.c3 << 32);
    const Words first = __builtin_shufflevector(low, high, (LANE % 2 * n + LANE / 2)...);
    const Words second = __builtin_shufflevector(low, high, (LANE % 2 * n + n / 2 + LANE / 2)...);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + 2 * n, &second, sizeof second);
}

ROSENBLATT_INLINE void store_words(const PhiloxBlocks& c, std::uint32_t* to) {
    store_words(c, to, std::make_integer_sequence<int, philox_lanes>{});
}

template <int... LANE>
ROSENBLATT_INLINE Words from_zero(std::integer_sequence<int, LANE...>) {
    return Words{LANE...};
}

// first, first + 1, ...
ROSENBLATT_INLINE Words counting_from(std::uint64_t first) {
    return first + from_zero(std::make_integer_sequence<int, philox_lanes>{});
}

}  // namespace rosenblatt
