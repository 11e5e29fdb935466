// For a machine without AVX-512: what vector_math.hpp takes from it, lane by lane, so that the very text for it is checked.
// Given to the compiler by -include, with -march=x86-64-v3: a * b + c is fused there as well.
#pragma once

#include <immintrin.h>

#include <cmath>

#define __AVX512F__ 1

namespace emulation {

using Floats = float __attribute__((vector_size(64)));
using Doubles = double __attribute__((vector_size(64)));

template <class V, class F>
inline V each(V a, V b, F f) {
    V y;
    for (unsigned i = 0; i < sizeof(V) / sizeof(a[0]); ++i) y[i] = f(a[i], b[i]);
    return y;
}

// The second operand where either is NaN, as the instructions say.
inline constexpr auto least = [](auto a, auto b) { return a < b ? a : b; };
inline constexpr auto most = [](auto a, auto b) { return a > b ? a : b; };
inline constexpr auto scaled = [](auto a, auto b) { return b != b ? b : std::ldexp(a, int(std::floor(b))); };
inline constexpr auto root = [](auto a, auto) { return std::sqrt(a); };
inline constexpr auto exponent = [](auto a, auto) { return std::logb(a); };
// In [3/4, 3/2), with the values that 0, infinity, NaN and negative numbers have.
inline constexpr auto significand = [](auto a, auto) {
    using T = decltype(a);
    if (a != a || a < 0) return std::numeric_limits<T>::quiet_NaN();
    if (a == 0 || std::isinf(a)) return T(1);
    const T m = std::ldexp(a, -std::ilogb(a));
    return m < T(1.5) ? m : m / 2;
};

}  // namespace emulation

#define EMULATED(name, V, M, f) [[maybe_unused]] inline M name(int, M a, M b) { return (M)emulation::each((V)a, (V)b, f); }
#define EMULATED_OF_ONE(name, V, M, f) [[maybe_unused]] inline M name(int, M a, ...) { return (M)emulation::each((V)a, (V)a, f); }
EMULATED(emulated_min_ps, emulation::Floats, __m512, emulation::least)
EMULATED(emulated_min_pd, emulation::Doubles, __m512d, emulation::least)
EMULATED(emulated_max_ps, emulation::Floats, __m512, emulation::most)
EMULATED(emulated_max_pd, emulation::Doubles, __m512d, emulation::most)
EMULATED(emulated_scalef_ps, emulation::Floats, __m512, emulation::scaled)
EMULATED(emulated_scalef_pd, emulation::Doubles, __m512d, emulation::scaled)
EMULATED_OF_ONE(emulated_sqrt_ps, emulation::Floats, __m512, emulation::root)
EMULATED_OF_ONE(emulated_sqrt_pd, emulation::Doubles, __m512d, emulation::root)
EMULATED_OF_ONE(emulated_getexp_ps, emulation::Floats, __m512, emulation::exponent)
EMULATED_OF_ONE(emulated_getexp_pd, emulation::Doubles, __m512d, emulation::exponent)
EMULATED_OF_ONE(emulated_getmant_ps, emulation::Floats, __m512, emulation::significand)
EMULATED_OF_ONE(emulated_getmant_pd, emulation::Doubles, __m512d, emulation::significand)
#undef EMULATED
#undef EMULATED_OF_ONE
#define _mm512_maskz_min_ps emulated_min_ps
#define _mm512_maskz_min_pd emulated_min_pd
#define _mm512_maskz_max_ps emulated_max_ps
#define _mm512_maskz_max_pd emulated_max_pd
#define _mm512_maskz_scalef_ps emulated_scalef_ps
#define _mm512_maskz_scalef_pd emulated_scalef_pd
#undef _mm512_maskz_getmant_ps
#undef _mm512_maskz_getmant_pd
#define _mm512_maskz_sqrt_ps emulated_sqrt_ps
#define _mm512_maskz_sqrt_pd emulated_sqrt_pd
#define _mm512_maskz_getexp_ps emulated_getexp_ps
#define _mm512_maskz_getexp_pd emulated_getexp_pd
#define _mm512_maskz_getmant_ps emulated_getmant_ps
#define _mm512_maskz_getmant_pd emulated_getmant_pd
