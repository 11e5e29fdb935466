// Part of a vector: the last columns of a matrix whose width is no multiple of a register's.
// The memory beyond is neither read nor written; the missing lanes are 0.
#pragma once

#include <array>

#include "simd.hpp"

// How many bits a masked instruction takes, or 0 for one lane after the other. AddressSanitizer sees what lanes touch,
// but not what masked instructions do.
#if defined(__SANITIZE_ADDRESS__)
#define ROSENBLATT_MASKED 0
#elif defined(__AVX512F__)
#define ROSENBLATT_MASKED 512
#elif defined(__AVX2__)
#define ROSENBLATT_MASKED 256
#else
#define ROSENBLATT_MASKED 0
#endif

namespace rosenblatt {

template <class T>
long rounded_to_vectors(long columns) {
    constexpr long L = native_lanes<T>;
    return (columns + L - 1) / L * L;
}

// The first `count` lanes, 0 <= count <= lanes<V>.
template <class V>
struct Part {
#if ROSENBLATT_MASKED == 512
    std::conditional_t<sizeof(Scalar<V>) == 4, __mmask16, __mmask8> mask;
#elif ROSENBLATT_MASKED == 256
    IntVec<V> mask;
    int count;
#else
    int count;
#endif
};

// 0, 1, 2, ...
template <class V, int... LANE>
constexpr IntVec<V> numbers(std::integer_sequence<int, LANE...>) {
    return IntVec<V>{LANE...};
}
template <class V>
inline constexpr IntVec<V> lane_numbers = numbers<V>(std::make_integer_sequence<int, lanes<V>>{});

template <class V>
ROSENBLATT_INLINE Part<V> first(long count) {
    Part<V> part;
#if ROSENBLATT_MASKED == 512
    part.mask = static_cast<decltype(part.mask)>((1u << count) - 1u);
#else
#if ROSENBLATT_MASKED == 256
    part.mask = lane_numbers<V> < IntOf<Scalar<V>>(count);  // built lane by lane it would wait for its own stores
#endif
    part.count = int(count);
#endif
    return part;
}

template <class V>
ROSENBLATT_INLINE V load(const Scalar<V>* p, Part<V> part) {
#if ROSENBLATT_MASKED == 512
    if constexpr (sizeof(Scalar<V>) == 4)
        return bit_cast<V>(_mm512_maskz_loadu_ps(part.mask, p));
    else
        return bit_cast<V>(_mm512_maskz_loadu_pd(part.mask, p));
#elif ROSENBLATT_MASKED == 256
    if constexpr (sizeof(Scalar<V>) == 4)
        return bit_cast<V>(_mm256_maskload_ps(p, bit_cast<__m256i>(part.mask)));
    else
        return bit_cast<V>(_mm256_maskload_pd(p, bit_cast<__m256i>(part.mask)));
#else
    V v{};
    for (int i = 0; i < lanes<V>; ++i)
        if (i < part.count) v[i] = p[i];
    return v;
#endif
}

// The first `count` lanes: the lower half at once if all of it counts, then what is left likewise.
template <class V>
ROSENBLATT_INLINE void store_first(Scalar<V>* p, V v, int count) {
    constexpr int L = lanes<V>;
    if (count == L) return store<V>(p, v);
    if constexpr (L > 1) {
        using Half = Vec<Scalar<V>, L / 2>;
        auto [low, high] = bit_cast<std::array<Half, 2>>(v);
        if (count >= L / 2) {
            store<Half>(p, low);
            p += L / 2;
            count -= L / 2;
            low = high;
        }
        store_first<Half>(p, low, count);
    }
}

template <class V>
ROSENBLATT_INLINE void store(Scalar<V>* p, V v, Part<V> part) {
#if ROSENBLATT_MASKED == 512
    if constexpr (sizeof(Scalar<V>) == 4)
        _mm512_mask_storeu_ps(p, part.mask, bit_cast<__m512>(v));
    else
        _mm512_mask_storeu_pd(p, part.mask, bit_cast<__m512d>(v));
#else
    // AVX2 has a masked store, but on several processors it takes some twenty cycles. The count is the same for a whole
    // matrix, so these branches are foreseen.
    store_first<V>(p, v, part.count);
#endif
}

// to <- from, `count` numbers; `to` is padded to whole vectors.
template <class V>
ROSENBLATT_INLINE void copy_row(const Scalar<V>* from, Scalar<V>* to, long count) {
    long i = 0;
    for (; i + lanes<V> <= count; i += lanes<V>) store<V>(to + i, load<V>(from + i));
    if (i < count) store<V>(to + i, load<V>(from + i, first<V>(count - i)));
}

// Calls work(place, load, store, sums) for whole vectors and then for the part that is left, with sums[0] and sums[1] in
// turn: two chains of additions run side by side, where one would wait for itself.
template <class V, class Sums, class Work>
ROSENBLATT_INLINE void for_vectors(long count, Sums (&sums)[2], Work&& work) {
    using T = Scalar<V>;
    constexpr long L = lanes<V>;
    const auto get = [](const T* p) { return load<V>(p); };
    const auto put = [](T* p, V v) { store<V>(p, v); };
    long i = 0;
    for (; i + 2 * L <= count; i += 2 * L) {
        work(i, get, put, sums[0]);
        work(i + L, get, put, sums[1]);
    }
    if (i + L <= count) work(i, get, put, sums[0]), i += L;
    if (i == count) return;
    const Part<V> part = first<V>(count - i);
    work(i, [part](const T* p) { return load<V>(p, part); }, [part](T* p, V v) { store<V>(p, v, part); }, sums[1]);
}

}  // namespace rosenblatt
