// Elementary functions of vectors, lane by lane: exp, exp(-x^2 / 2), expm1, log, log1p, tanh, erf, erfcx and logistic
// (vector_math_bits.hpp has sqrt, abs and the like). VECTOR_MATH.md has the derivations and the measured errors, vector_math_coefficients.hpp
// the constants.
//
// There are no branches: every lane computes every case, and masks choose. Each text is right whether or not the
// compiler turns a * b + c into one fused operation; results differ between instruction sets in their last bits by
// that. Within one, they do not depend on the width of the vector, but for float exp, exp(-x^2 / 2), tanh and erf of 64
// bytes.
#pragma once

#include "vector_math_bits.hpp"
#include "vector_math_coefficients.hpp"

namespace rosenblatt {

namespace vector_math {

// c[0] + x (c[1] + c[2] x + ...), the bracket by Horner's rule in x^2 with pairs of terms: about half as many
// operations wait for each other as in x. c[0] comes last, so that nothing of its size is rounded twice.
template <class V, std::size_t N>
ROSENBLATT_INLINE V polynomial(V x, V x2, const Scalar<V> (&c)[N]) {
    constexpr std::size_t top = N % 2 ? N - 2 : N - 1;  // where the highest pair or single term begins
    V y = N % 2 ? x * c[top + 1] + c[top] : splat<V>(c[top]);
    for (std::size_t i = top; i > 1; i -= 2) y = y * x2 + (x * c[i - 1] + c[i - 2]);
    return y * x + c[0];
}

template <class V, std::size_t N>
ROSENBLATT_INLINE V polynomial(V x, const Scalar<V> (&c)[N]) {
    return polynomial(x, x * x, c);
}

// x = n ln 2 + r with the integer n nearest to x / ln 2; `shifted` is magic + n.
template <class V>
struct Reduced {
    V n, shifted, r;
};

// The same of x - rest, where the rest is too small to matter beside x but in r.
template <class V>
ROSENBLATT_INLINE Reduced<V> reduce(V x, V rest = V{}) {
    using C = Coefficients<Scalar<V>>;
    constexpr auto magic = Format<Scalar<V>>::magic;
    const V shifted = (x - rest) * C::log2e + magic;
    const V n = shifted - magic;
    // n ln2_hi and the first difference are exact, so they come out the same fused or not.
    return {n, shifted, ((x - n * C::ln2_hi) - n * C::ln2_lo) - rest};
}

// exp(r) - 1 for |r| <= ln(2) / 2, as r + r^2 p(r): r itself is not rounded again.
template <class V>
ROSENBLATT_INLINE V expm1_reduced(V r) {
    return r + (r * r) * polynomial(r, Coefficients<Scalar<V>>::exp);
}

// log(2^k (1 + f)) for -1/4 <= f <= 1/2, the terms summed up from small to large
template <class V>
ROSENBLATT_INLINE V log_combine(V k, V f) {
    using T = Scalar<V>;
    using C = Coefficients<T>;
    V rest;
    if constexpr (sizeof(T) == 4) {
        rest = (f * f) * (f * polynomial(f, C::log) - T(0.5));
    } else {
        // With s = f / (2 + f), log(1 + f) = 2 atanh(s) = 2 s + s^3 p(s^2), where 2 s = f - f^2 / 2 + s f^2 / 2.
        const V s = f / (f + T(2)), s2 = s * s, half_square = f * f * T(0.5);
        rest = s * (half_square + s2 * polynomial(s2, C::log)) - half_square;
    }
    return k * C::ln2_hi + (f + (rest + k * C::ln2_lo));
}

#if defined(__AVX512F__)

// A register of 16 floats is a table that one instruction looks all lanes up in. So tanh and erf have a polynomial per
// cell of their range instead of exp and a division or two polynomials in turn, and exp has shorter ones.
template <class V, std::size_t N>
ROSENBLATT_INLINE V polynomial_of_cell(V t, IntVec<V> cell, const float (&table)[N][16], std::size_t first) {
    V y = __builtin_shuffle(load<V>(table[N - 1]), cell);
    for (std::size_t i = N - 1; i-- > first;) y = y * t + __builtin_shuffle(load<V>(table[i]), cell);
    return y;
}

// exp(x - rest) for exp_low <= x <= exp_high: x - rest = n ln 2 + r with n in sixteenths, whose fraction is looked up.
// That takes three terms fewer than whole n do.
template <class V>
ROSENBLATT_INLINE V exp_by_cell(V x, V rest = V{}) {
    using C = Coefficients<float>;
    constexpr float magic = 1.5f * (1 << 19);  // rounds to sixteenths, and leaves their number in the last bits
    const V shifted = (x - rest) * C::log2e + magic;
    const V n = shifted - magic;
    const V r = ((x - n * C::ln2_short_hi) - n * C::ln2_short_lo) - rest;
    const V fraction = __builtin_shuffle(load<V>(exp_cells[0]), bit_cast<IntVec<V>>(shifted));
    const V e = r * (r * (r * C::exp_short[1] + C::exp_short[0]) + 1.0f);
    return (V)_mm512_maskz_scalef_ps(all, (__m512)(fraction * e + fraction), (__m512)n);  // by 2^floor(n)
}

// Cells by the exponent and the first bit of the fraction, of which the last four bits tell all cells apart.
template <class V>
ROSENBLATT_INLINE V tanh_by_cell(V x) {
    const V a = at_most(vabs(x), 9.02f);
    const IntVec<V> bits = bit_cast<IntVec<V>>(a), lowest = bit_cast<IntVec<V>>(splat<V>(3.0f / 64));
    const IntVec<V> cell = (bits > lowest ? bits : lowest) >> 22;
    const V middle = __builtin_shuffle(load<V>(tanh_cells[0]), cell);
    return or_sign(polynomial_of_cell(a - middle, cell, tanh_cells, 1), x);
}

// Cells of width 1/4: adding 1.5 * 2^21 rounds to fourths, and leaves the number of fourths in the last bits. The
// first cell's polynomial is that of erf(a) - a, for a rounded coefficient of a would show in all small results. Beyond
// the last cell erf rounds to 1, which its polynomial does not reach.
template <class V>
ROSENBLATT_INLINE V erf_by_cell(V x) {
    constexpr float magic = 1.5f * (1 << 21);
    const V a = at_most(vabs(x), 3.8749998f);
    const V shifted = a + magic;
    const IntVec<V> cell = bit_cast<IntVec<V>>(shifted);
    const V t = a - (shifted - magic);
    const V start = a <= 0.125f ? a : __builtin_shuffle(load<V>(erf_cells[0]), cell);
    const V y = start + t * polynomial_of_cell(t, cell, erf_cells, 1);
    return or_sign(a >= 3.8749998f ? splat<V>(1.0f) : y, x);
}

#endif

}  // namespace vector_math

template <class V>
ROSENBLATT_INLINE V vexp(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
    x = at_most(at_least(x, Format<T>::exp_low), Format<T>::exp_high);
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return exp_by_cell(x);
#endif
    const Reduced<V> z = reduce(x);
    const V p = expm1_reduced(z.r) + T(1);
    return times_power_of_two(p, z.n, z.shifted);
}

// exp(-x^2 / 2). Rounded as a whole the square would cost as many units in the last place of the result as it is large.
// So it is split: that of the upper half of x's bits is exact.
template <class V>
ROSENBLATT_INLINE V vgaussian(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
    const V a = at_most(vabs(x), Format<T>::gaussian_high);
    const V head = bit_cast<V>(bit_cast<IntVec<V>>(a) & Format<T>::upper_half);
    const V exact = head * head * T(-0.5), rest = (a - head) * (a + head) * T(0.5);
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return exp_by_cell(exact, rest);
#endif
    const Reduced<V> z = reduce(exact, rest);
    return times_negative_power_of_two(expm1_reduced(z.r) + T(1), z.n, z.shifted);
}

template <class V>
ROSENBLATT_INLINE V vexpm1(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
    const Reduced<V> z = reduce(at_most(at_least(x, Format<T>::expm1_low), Format<T>::exp_high));
    const V e = expm1_reduced(z.r);
    // 2^n e + (2^n - 1), at half the size: 2^n may overflow where the result does not. Near 0 the half would lose the
    // last bit of a denormal, so e is taken there, which is the result itself.
    const V half = power_of_two(z.shifted, IntVec<V>{} - 1);
    const V y = T(2) * (half * e + (half - T(0.5)));
    return or_sign(z.n == T(0) ? e : y, x);  // the sign is missing from e at -0 only
}

template <class V>
ROSENBLATT_INLINE V vlog(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
    using L = std::numeric_limits<T>;
#if defined(__AVX512F__)
    // These instructions know denormals, 0, infinity, NaN and negative numbers, and their special results (-infinity
    // for the exponent of 0, NaN for the significand of a negative number) lead to the right ones through the formula.
    if constexpr (is_vector<V, float, 64>) {
        const __m512 m = _mm512_maskz_getmant_ps(all, (__m512)x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
        return log_combine((V)_mm512_maskz_getexp_ps(all, (__m512)x) - (V)_mm512_maskz_getexp_ps(all, m), (V)m - T(1));
    }
    if constexpr (is_vector<V, double, 64>) {
        const __m512d m = _mm512_maskz_getmant_pd(all, (__m512d)x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
        return log_combine((V)_mm512_maskz_getexp_pd(all, (__m512d)x) - (V)_mm512_maskz_getexp_pd(all, m), (V)m - T(1));
    }
#endif
    constexpr int up = Format<T>::fraction_bits + 1;
    const IntVec<V> denormal = x < L::min();
    const V normal = denormal ? x * exact_power<T>(up) : x;
    const V offset = denormal ? splat<V>(exponent_offset<T> + up) : splat<V>(exponent_offset<T>);
    const Split<V> s = split(normal, offset);
    V y = log_combine(s.k, s.m - T(1));
    y = x < L::infinity() ? y : x;
    y = x < T(0) ? splat<V>(L::quiet_NaN()) : y;
    return x == T(0) ? splat<V>(-L::infinity()) : y;
}

template <class V>
ROSENBLATT_INLINE V vlog1p(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
    using L = std::numeric_limits<T>;
    // u + lost = 1 + x exactly: the smaller term minus what of it arrived in the sum.
    const V u = x + T(1);
    const V lost = at_most(x, T(1)) - (u - at_least(x, T(1)));
    const Split<V> s = split(u, splat<V>(exponent_offset<T>));
    // 1 + f = 2^-k (u + lost). For large k, where lost is far below the last bit, 2^-k may be out of range.
    const V down = power_of_two(Format<T>::magic - at_most(s.k, T(Format<T>::bias / 2)));
    V y = log_combine(s.k, (s.m - T(1)) + lost * down);
    y = or_sign(y, x);  // missing at -0 only
    y = x < L::infinity() ? y : x;
    y = x < T(-1) ? splat<V>(L::quiet_NaN()) : y;
    return x == T(-1) ? splat<V>(-L::infinity()) : y;
}

template <class V>
ROSENBLATT_INLINE V vtanh(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return tanh_by_cell(x);
#endif
    using C = Coefficients<T>;
    // E = e^(2a) gives tanh(a) = (E - 1) / (E + 1). Where the result rounds to 1, the same a is as good as any.
    const V a = at_most(vabs(x), T(sizeof(T) == 4 ? 9.02 : 20));
    const Reduced<V> s = reduce(a + a);
    const V power = power_of_two(s.shifted);
    const V e = expm1_reduced(s.r);
    if constexpr (sizeof(T) == 4) {
        // 1 - 2 / (E + 1) loses little from tanh(a) = 1/2 on, where the second term is no larger than the result.
        const V large = T(1) - T(2) / (power * e + (power + T(1)));
        const V z = a * a;
        const V small = a + a * z * polynomial(z, C::tanh);
        return or_sign(a < T(0.55) ? small : large, x);
    } else {
        const V t = power * e + (power - T(1));
        return or_sign(t / (t + T(2)), x);
    }
}

template <class V>
ROSENBLATT_INLINE V verf(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
#if defined(__AVX512F__)
    if constexpr (is_vector<V, float, 64>) return erf_by_cell(x);
#endif
    using C = Coefficients<T>;
    const V a = at_most(vabs(x), T(sizeof(T) == 4 ? 3.93 : 6.0));
    const V small = a + a * polynomial(a * a, C::erf_small);
    if constexpr (sizeof(T) == 4) {
        const V large = polynomial(a - T(2.4375), C::erf_large);
        return or_sign(a < T(0.9) ? small : large, x);
    } else {
        const Reduced<V> s = reduce(polynomial(a, C::erf_large));
        const V power = power_of_two(s.shifted);
        const V large = T(1) - (power * expm1_reduced(s.r) + power);
        return or_sign(a < T(1) ? small : large, x);
    }
}

// exp(x^2) (1 - erf(x)) for x >= 0: a polynomial in (x - k) / (x + k), divided by x + k, which it falls like.
template <class V>
ROSENBLATT_INLINE V verfcx(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
    using C = Coefficients<T>;
    const V inverse = T(1) / (x + C::erfcx_k);
    return inverse * polynomial(T(1) - 2 * C::erfcx_k * inverse, C::erfcx);
}

// 1 / (1 + exp(-x)). With e = exp(-|x|), which cannot overflow, that is 1 / (1 + e) or e / (1 + e).
template <class V>
ROSENBLATT_INLINE V vlogistic(V x) {
    using namespace vector_math;
    using T = Scalar<V>;
    const Reduced<V> z = reduce(at_least(-vabs(x), Format<T>::exp_low));
    const V e = times_negative_power_of_two(expm1_reduced(z.r) + T(1), z.n, z.shifted);
    // e / (1 + e) in the first form would add up three roundings; as a correction to e or 1 they weigh less.
    const V whole = x < T(0) ? e : splat<V>(T(1));
    return whole - whole * (e / (e + T(1)));
}

// The same for one number, by way of a vector, so that the result is the same too.
#define ROSENBLATT_OF_ONE_NUMBER(function)                                                            \
    ROSENBLATT_INLINE float function(float x) { return function(splat<NativeVec<float>>(x))[0]; }     \
    ROSENBLATT_INLINE double function(double x) { return function(splat<NativeVec<double>>(x))[0]; }
ROSENBLATT_OF_ONE_NUMBER(vexp)
ROSENBLATT_OF_ONE_NUMBER(vgaussian)
ROSENBLATT_OF_ONE_NUMBER(vexpm1)
ROSENBLATT_OF_ONE_NUMBER(vlog)
ROSENBLATT_OF_ONE_NUMBER(vlog1p)
ROSENBLATT_OF_ONE_NUMBER(vtanh)
ROSENBLATT_OF_ONE_NUMBER(verf)
ROSENBLATT_OF_ONE_NUMBER(verfcx)
ROSENBLATT_OF_ONE_NUMBER(vlogistic)
ROSENBLATT_OF_ONE_NUMBER(vsqrt)
ROSENBLATT_OF_ONE_NUMBER(vabs)
#undef ROSENBLATT_OF_ONE_NUMBER

}  // namespace rosenblatt
