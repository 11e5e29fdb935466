// The floating-point format under vector_math.hpp: what works on signs, exponents and significands, and what an
// instruction set has an instruction of its own for. Where it has, the general text gives the same bits.
#pragma once

#include <limits>

#include "simd.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace rosenblatt {

namespace vector_math {

template <class V, class T, int bytes>
inline constexpr bool is_vector = std::is_same_v<Scalar<V>, T> && sizeof(V) == bytes;

#if defined(__AVX512F__)
// Every lane. The forms of the intrinsics without a mask name an uninitialised variable, and GCC 12 warns about it.
inline constexpr int all = -1;
#endif

template <class T>
struct Format;

template <>
struct Format<float> {
    static constexpr int fraction_bits = 23, bias = 127;
    static constexpr std::int32_t one = 0x3f800000, three_quarters = 0x3f400000, sign = std::int32_t(0x80000000);
    // exp(x) rounds to infinity above the one and to zero below the other.
    static constexpr float exp_high = 89.0f, exp_low = -104.0f;
    // expm1(x) rounds to -1 below this.
    static constexpr float expm1_low = -18.0f;
    // exp(-x^2 / 2) rounds to 0 above this.
    static constexpr float gaussian_high = 14.5f;
    // The sign, the exponent and the upper half of the significand: a number of these bits has an exact square.
    static constexpr std::int32_t upper_half = ~0xfff;
    // 1.5 * 2^23: added to a number below 2^22, it leaves the nearest integer in the low bits of the sum.
    static constexpr float magic = 12582912.0f;
};

template <>
struct Format<double> {
    static constexpr int fraction_bits = 52, bias = 1023;
    static constexpr std::int64_t one = 0x3ff0000000000000, three_quarters = 0x3fe8000000000000,
                                  sign = std::int64_t(0x8000000000000000);
    static constexpr double exp_high = 710.0, exp_low = -746.0;
    static constexpr double expm1_low = -40.0;
    static constexpr double gaussian_high = 38.7;
    static constexpr std::int64_t upper_half = ~0x7ffffff;
    static constexpr double magic = 6755399441055744.0;
};

// Bits are added as unsigned numbers, which wrap around: those of NaN and of infinity would overflow signed ones.
template <class V>
using UnsignedVec = Vec<std::make_unsigned_t<IntOf<Scalar<V>>>, lanes<V>>;

// NaN stays NaN in both: a comparison with it is false, so it is not replaced, and the instructions give their second
// operand where either is NaN. (The compiler does not find these by itself.)
template <class V>
ROSENBLATT_INLINE V at_most(V x, Scalar<V> high) {
    const V limit = splat<V>(high);
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return (V)_mm512_maskz_min_ps(all, (__m512)limit, (__m512)x);
    if constexpr (is_vector<V, double, 64>) return (V)_mm512_maskz_min_pd(all, (__m512d)limit, (__m512d)x);
#endif
#if defined(__AVX__)
    if constexpr (is_vector<V, float, 32>) return (V)_mm256_min_ps((__m256)limit, (__m256)x);
    if constexpr (is_vector<V, double, 32>) return (V)_mm256_min_pd((__m256d)limit, (__m256d)x);
#endif
#if defined(__SSE2__)
    if constexpr (is_vector<V, float, 16>) return (V)_mm_min_ps((__m128)limit, (__m128)x);
    if constexpr (is_vector<V, double, 16>) return (V)_mm_min_pd((__m128d)limit, (__m128d)x);
#endif
    return x > limit ? limit : x;
}

template <class V>
ROSENBLATT_INLINE V at_least(V x, Scalar<V> low) {
    const V limit = splat<V>(low);
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return (V)_mm512_maskz_max_ps(all, (__m512)limit, (__m512)x);
    if constexpr (is_vector<V, double, 64>) return (V)_mm512_maskz_max_pd(all, (__m512d)limit, (__m512d)x);
#endif
#if defined(__AVX__)
    if constexpr (is_vector<V, float, 32>) return (V)_mm256_max_ps((__m256)limit, (__m256)x);
    if constexpr (is_vector<V, double, 32>) return (V)_mm256_max_pd((__m256d)limit, (__m256d)x);
#endif
#if defined(__SSE2__)
    if constexpr (is_vector<V, float, 16>) return (V)_mm_max_ps((__m128)limit, (__m128)x);
    if constexpr (is_vector<V, double, 16>) return (V)_mm_max_pd((__m128d)limit, (__m128d)x);
#endif
    return x < limit ? limit : x;
}

// x with the sign bit of `sign` set where that is set; for x whose own sign bit is clear or the same.
template <class V>
ROSENBLATT_INLINE V or_sign(V x, V sign) {
    return bit_cast<V>(bit_cast<IntVec<V>>(x) | (bit_cast<IntVec<V>>(sign) & Format<Scalar<V>>::sign));
}

// 2^(n + by), for normal results. The shift drops all of `shifted` but the low bits of n, which are those of n + bias
// once the bias is added.
template <class V>
ROSENBLATT_INLINE V power_of_two(V shifted, IntVec<V> by) {
    using F = Format<Scalar<V>>;
    using U = UnsignedVec<V>;
    return bit_cast<V>((bit_cast<U>(shifted) << F::fraction_bits) + ((U)by << F::fraction_bits) + Scalar<U>(F::one));
}

template <class V>
ROSENBLATT_INLINE V power_of_two(V shifted) {
    return power_of_two(shifted, IntVec<V>{});
}

// 2^by as a constant.
template <class T>
constexpr T exact_power(int by) {
    T p = 1;
    for (int i = 0; i < by; ++i) p *= 2;
    for (int i = 0; i > by; --i) p /= 2;
    return p;
}

// p 2^n, rounded once, for p in [1/2, 2] and any n that `shifted` is magic + n of. 2^n alone may be out of range where
// the product is not, or is denormal; so there are two steps by way of a number nearer to 1, the first of them exact.
template <class V>
ROSENBLATT_INLINE V times_power_of_two(V p, V n, [[maybe_unused]] V shifted) {
    using T = Scalar<V>;
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return (V)_mm512_maskz_scalef_ps(all, (__m512)p, (__m512)n);
    if constexpr (is_vector<V, double, 64>) return (V)_mm512_maskz_scalef_pd(all, (__m512d)p, (__m512d)n);
#endif
    constexpr int far = Format<T>::bias / 2;
    const IntVec<V> small = n < T(0);
    const IntVec<V> nearer = small ? IntVec<V>{} + far : IntVec<V>{} - far;
    const V back = small ? splat<V>(exact_power<T>(-far)) : splat<V>(exact_power<T>(far));
    return p * power_of_two(shifted, nearer) * back;
}

// The same for n <= 0.
template <class V>
ROSENBLATT_INLINE V times_negative_power_of_two(V p, [[maybe_unused]] V n, V shifted) {
    using T = Scalar<V>;
#if defined(__AVX512F__)
    if constexpr (sizeof(V) == 64) return times_power_of_two(p, n, shifted);
#endif
    constexpr int far = Format<T>::bias / 2;
    return p * power_of_two(shifted, IntVec<V>{} + far) * exact_power<T>(-far);
}

// x = 2^k m with 3/4 <= m < 3/2
template <class V>
struct Split {
    V k, m;
};

template <class T>
inline constexpr T exponent_offset = exact_power<T>(Format<T>::fraction_bits) + Format<T>::bias;

// For normal x > 0; other x give a value that the caller replaces. offset: exponent_offset, or more by the exponent of
// what x was scaled by.
template <class V>
ROSENBLATT_INLINE Split<V> split(V x, V offset) {
    using F = Format<Scalar<V>>;
    using U = UnsignedVec<V>;
    constexpr auto fraction = (Scalar<U>(1) << F::fraction_bits) - 1;
    // Adding one - three_quarters to the bits moves the step of the exponent from 1 to 3/4 (times a power of two).
    const U bits = bit_cast<U>(x) + Scalar<U>(F::one - F::three_quarters);
    const V m = bit_cast<V>((bits & fraction) + Scalar<U>(F::three_quarters));
    // The biased exponent as the low bits of 2^fraction_bits: becomes a number without an integer conversion, which
    // for 64 bits only AVX-512 has.
    const Scalar<V> base = exact_power<Scalar<V>>(F::fraction_bits);
    const U exponent = (bits >> F::fraction_bits) | bit_cast<U>(splat<V>(base));
    return {bit_cast<V>(exponent) - offset, m};
}

}  // namespace vector_math

template <class V>
ROSENBLATT_INLINE V vabs(V x) {
    return bit_cast<V>(bit_cast<IntVec<V>>(x) & ~vector_math::Format<Scalar<V>>::sign);
}

template <class V>
ROSENBLATT_INLINE V vcopysign(V x, V sign) {
    return vector_math::or_sign(vabs(x), sign);
}

// The larger; NaN if either is NaN.
template <class V>
ROSENBLATT_INLINE V vmax(V a, V b) {
    const V larger = a > b ? a : b;  // b where either is NaN
    return a == a ? larger : a;
}

template <class V>
ROSENBLATT_INLINE V vmin(V a, V b) {
    const V smaller = a < b ? a : b;
    return a == a ? smaller : a;
}

template <class V>
ROSENBLATT_INLINE V vsqrt(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return (V)_mm512_maskz_sqrt_ps(all, (__m512)x);
    if constexpr (is_vector<V, double, 64>) return (V)_mm512_maskz_sqrt_pd(all, (__m512d)x);
#endif
#if defined(__AVX__)
    if constexpr (is_vector<V, float, 32>) return (V)_mm256_sqrt_ps((__m256)x);
    if constexpr (is_vector<V, double, 32>) return (V)_mm256_sqrt_pd((__m256d)x);
#endif
#if defined(__SSE2__)
    if constexpr (is_vector<V, float, 16>) return (V)_mm_sqrt_ps((__m128)x);
    if constexpr (is_vector<V, double, 16>) return (V)_mm_sqrt_pd((__m128d)x);
#elif defined(__aarch64__)
    if constexpr (is_vector<V, float, 16>) return (V)vsqrtq_f32((float32x4_t)x);
    if constexpr (is_vector<V, double, 16>) return (V)vsqrtq_f64((float64x2_t)x);
#endif
    for (int i = 0; i < lanes<V>; ++i) x[i] = sizeof(T) == 4 ? __builtin_sqrtf(x[i]) : __builtin_sqrt(x[i]);
    return x;
}

}  // namespace rosenblatt
