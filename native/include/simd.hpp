// Vectors: the only file that knows how wide a register is.
//
// A vector is a GCC vector-extension type, so `a * b + c`, `a < b ? a : b` and `v[i]` mean what they say, lane by lane,
// and the same text is compiled for every instruction set. Only loads and stores of *part* of a vector (the last
// columns of a narrow matrix) have a form of their own per instruction set, because there the memory beyond must not
// be touched.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

#if defined(ROSENBLATT_ANY_ISA)
#error "what is compiled once for all instruction sets cannot know how wide a register is"
#endif
#if defined(ROSENBLATT_ISA_V4)
#define ROSENBLATT_VECTOR_BYTES 64
#elif defined(ROSENBLATT_ISA_V3)
#define ROSENBLATT_VECTOR_BYTES 32
#else
#define ROSENBLATT_VECTOR_BYTES 16
#endif

#define ROSENBLATT_INLINE inline __attribute__((always_inline))

namespace rosenblatt {

inline constexpr int vector_bytes = ROSENBLATT_VECTOR_BYTES;

template <class T, int N>
struct VecType {
    typedef T type __attribute__((vector_size(N * sizeof(T))));
};

// N values of type T side by side.
template <class T, int N>
using Vec = typename VecType<T, N>::type;

// As many values of type T as one register holds.
template <class T>
inline constexpr int native_lanes = vector_bytes / int(sizeof(T));
template <class T>
using NativeVec = Vec<T, native_lanes<T>>;

// What a vector is made of, and how many of it.
template <class V>
using Scalar = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;
template <class V>
inline constexpr int lanes = int(sizeof(V) / sizeof(Scalar<V>));

// The signed integers of the same size, lane by lane: what a comparison of two V gives (0 or -1), and its bits.
template <class T>
using IntOf = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
template <class V>
using IntVec = Vec<IntOf<Scalar<V>>, lanes<V>>;

template <class V>
ROSENBLATT_INLINE V splat(Scalar<V> x) {
    return x - V{};  // not `V{} + x`: that would make +0 of -0
}

template <class V>
ROSENBLATT_INLINE V load(const Scalar<V>* p) {
    V v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

template <class V>
ROSENBLATT_INLINE void store(Scalar<V>* p, V v) {
    std::memcpy(p, &v, sizeof v);
}

template <class To, class From>
ROSENBLATT_INLINE To bit_cast(From v) {
    static_assert(sizeof(To) == sizeof(From));
    To out;
    std::memcpy(&out, &v, sizeof out);
    return out;
}

// mask ? yes : no, lane by lane.
template <class V>
ROSENBLATT_INLINE V select(IntVec<V> mask, V yes, V no) {
    return mask ? yes : no;
}

// The sum of all lanes, halves first: lane i + lane i + L/2, and so on.
template <int STEP, class V, int... LANE>
ROSENBLATT_INLINE Scalar<V> fold(V v, std::integer_sequence<int, LANE...> all) {
    if constexpr (STEP == 0)
        return v[0];
    else
        return fold<STEP / 2>(v + __builtin_shufflevector(v, v, ((LANE + STEP) % lanes<V>)...), all);
}

template <class V>
ROSENBLATT_INLINE Scalar<V> sum_of_lanes(V v) {
    return fold<lanes<V> / 2>(v, std::make_integer_sequence<int, lanes<V>>{});
}

}  // namespace rosenblatt
