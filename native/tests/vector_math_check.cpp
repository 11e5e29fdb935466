// How far the functions of vector_math.hpp are from the true values, and how fast they are. Not one of the engine's
// tests, as a whole run takes many minutes; tools/check_vector_math.sh builds it and runs it.
//
// Compiled once per instruction set with -DKERNELS=<its name>, which gives that set's loops over arrays, and once
// without, which gives the program: it computes each true value once and holds the results of all sets against it. On a
// machine without AVX-512 the text for it is compiled with avx512_emulation.hpp (-DEMULATED) and checked all the same.
#include <cstddef>

using std::size_t;

template <class T>
struct Kernel {
    void (*native)(const T*, T*, size_t);  // in the set's own vectors
    void (*narrow)(const T*, T*, size_t);  // in vectors of 16 bytes
};

struct Kernels {
    const char* name;
    Kernel<float> of_float;
    Kernel<double> of_double;
};

inline constexpr int function_count = 10;

#ifdef KERNELS

#include "vector_math.hpp"

namespace {

using namespace rosenblatt;

template <class V, class F>
inline void each(const Scalar<V>* x, Scalar<V>* y, size_t n, F f) {
    for (size_t i = 0; i < n; i += lanes<V>) store<V>(y + i, f(load<V>(x + i)));
}

}  // namespace

#define LOOP(function, T, V) [](const T* x, T* y, size_t n) { each<V>(x, y, n, [](V v) { return function(v); }); }
#define OF_TYPE(function, T) {LOOP(function, T, NativeVec<T>), LOOP(function, T, VEC(T))}
#define VEC(T) Vec<T COMMA 16 / sizeof(T)>
#define COMMA ,
#define BOTH(function) {#function, OF_TYPE(function, float), OF_TYPE(function, double)}
extern const Kernels KERNELS[function_count];
const Kernels KERNELS[function_count] = {BOTH(vexp),  BOTH(vexpm1), BOTH(vlog),      BOTH(vlog1p),
                                         BOTH(vtanh), BOTH(verf),   BOTH(vlogistic), BOTH(vsqrt),
                                         BOTH(vgaussian), BOTH(verfcx)};

#else

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

extern const Kernels base[function_count];
#if defined(__x86_64__)
extern const Kernels v3[function_count], v4[function_count];
#endif

namespace {

struct Set {
    const char* name;
    const Kernels* kernels;
    bool has_cells;  // some float functions of its widest vectors go by tables
};

std::vector<Set> sets() {
    std::vector<Set> all = {{"base", base, false}};
#if defined(__x86_64__)
    const bool has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (has_v3) all.push_back({"v3", v3, false});
#if defined(EMULATED)
    if (has_v3) all.push_back({"v4 (emulated)", v4, true});
#else
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) all.push_back({"v4", v4, true});
#endif
#endif
    return all;
}

// The wider type that true values are computed in: its own rounding is far below the last bit of T.
template <class T>
struct WiderOf;
template <>
struct WiderOf<float> {
    using type = double;
};
template <>
struct WiderOf<double> {
    using type = long double;
};
template <class T>
using Wider = typename WiderOf<T>::type;

// exp(x^2) (1 - erf(x)): as it stands where the rounding of x^2 is small, else by its continued fraction.
template <class W>
W scaled_complement(W x) {
    if (x < 4) return std::exp(x * x) * std::erfc(x);
    W y = x;
    for (int k = 60; k > 0; --k) y = x + W(k) / 2 / y;
    return 1 / (y * W(1.772453850905516027298167483341145183L));
}

template <class W>
W truth(int function, W x) {
    switch (function) {
        case 0: return std::exp(x);
        case 1: return std::expm1(x);
        case 2: return std::log(x);
        case 3: return std::log1p(x);
        case 4: return std::tanh(x);
        case 5: return std::erf(x);
        case 6: return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
        case 7: return std::sqrt(x);
        case 8: return std::exp(-x * x / 2);
        default: return scaled_complement(x);
    }
}

template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// |got - want| in units of the last place of T at want; infinite where the two are of different kinds.
template <class T, class W>
double error_in_ulp(T got, W want) {
    using L = std::numeric_limits<T>;
    constexpr double wrong = std::numeric_limits<double>::infinity();
    const T rounded = T(want);
    if (got != got || want != want) return got != got && want != want ? 0 : wrong;
    if (std::isinf(want) || want == 0 || std::signbit(got) != std::signbit(want))
        return got == rounded && std::signbit(got) == std::signbit(want) ? 0 : wrong;
    // Infinity is where the next number after the largest would be.
    const W reached = std::isinf(got) ? std::copysign(std::ldexp(W(1), L::max_exponent), W(got)) : W(got);
    Bits<T> bits = std::bit_cast<Bits<T>>(std::abs(rounded));
    if (std::abs(W(rounded)) > std::abs(want)) --bits;  // the exponent of want, not of the power of two above it
    const int exponent = std::max(int(bits >> (L::digits - 1)), 1) + L::min_exponent - 1 - L::digits;
    return double(std::ldexp(std::abs(reached - want), -exponent));
}

constexpr size_t block = 4096;
constexpr int erfcx = 9;  // for x >= 0
bool failed = false;

template <class T>
const Kernel<T>& kernel(const Kernels& k) {
    if constexpr (sizeof(T) == 4) return k.of_float;
    else return k.of_double;
}

// Feeds blocks of arguments to one function in every set, and keeps the worst error of each.
template <class T>
class Check {
public:
    explicit Check(int function) : function_(function), worst_(sets_.size()), at_(sets_.size()) {}

    void add(T x) {
        x_[filled_++] = function_ == erfcx ? std::abs(x) : x;
        if (filled_ == block) run();
    }

    void run() {
        if (filled_ == 0) return;
        const size_t n = filled_;
        while (filled_ < block) x_[filled_++] = T(1);
        for (size_t i = 0; i < n; ++i) want_[i] = truth<Wider<T>>(function_, x_[i]);
        for (size_t s = 0; s < sets_.size(); ++s) {
            const Kernel<T>& k = kernel<T>(sets_[s].kernels[function_]);
            k.native(x_, y_, block);
            for (size_t i = 0; i < n; ++i) {
                // Most results are the true value rounded, which costs no more than this to see.
                if (std::bit_cast<Bits<T>>(y_[i]) == std::bit_cast<Bits<T>>(T(want_[i])) && worst_[s] >= 0.5) continue;
                const double error = error_in_ulp(y_[i], want_[i]);
                if (error > worst_[s]) worst_[s] = error, at_[s] = x_[i];
            }
            // Results are the same in any width, but for the functions that look up tables of one width.
            const bool by_cell = sizeof(T) == 4 && sets_[s].has_cells &&
                                 (function_ == 0 || function_ == 4 || function_ == 5 || function_ == 8);
            if (blocks_ % 16 == 0 && !by_cell) {
                k.narrow(x_, narrow_, block);
                for (size_t i = 0; i < n; ++i)
                    widths_differ_ += std::memcmp(&narrow_[i], &y_[i], sizeof(T)) != 0 && y_[i] == y_[i];
            }
        }
        ++blocks_, count_ += n, filled_ = 0;
    }

    void report(double allowed) {
        run();
        for (size_t s = 0; s < sets_.size(); ++s) {
            const bool bad = !(worst_[s] <= allowed);
            failed |= bad;
            std::printf("%-10s float%zu %-5s %11zu arguments: %.3f ulp at %a%s\n", sets_[s].kernels[function_].name,
                        8 * sizeof(T), sets_[s].name, count_, worst_[s], double(at_[s]), bad ? "  TOO MUCH" : "");
        }
        if (widths_differ_) std::printf("    %zu results depend on the width of the vector\n", widths_differ_);
        failed |= widths_differ_ != 0;
        std::fflush(stdout);
    }

private:
    int function_;
    std::vector<Set> sets_ = sets();
    std::vector<double> worst_;
    std::vector<T> at_;
    size_t filled_ = 0, blocks_ = 0, count_ = 0, widths_differ_ = 0;
    T x_[block], y_[block], narrow_[block];
    Wider<T> want_[block];
};

void check_floats(int function, std::uint32_t step) {
    Check<float> check(function);
    for (std::uint64_t bits = 0; bits < (std::uint64_t(1) << 32); bits += step)
        check.add(std::bit_cast<float>(std::uint32_t(bits)));
    check.report(function == erfcx ? 4 : 2);
}

std::uint64_t next_random(std::uint64_t& state) {  // splitmix64
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void check_doubles(int function, size_t count) {
    Check<double> check(function);
    auto near = [&](double x) {  // x, -x and their neighbours
        const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
        for (int d = -4; d <= 4; ++d)
            for (std::uint64_t sign : {0, 1}) check.add(std::bit_cast<double>((bits + d) ^ (sign << 63)));
    };
    for (int e = 0; e < 2048; ++e)
        for (int quarter = 0; quarter < 4; ++quarter)
            near(std::bit_cast<double>((std::uint64_t(e) << 52) + (std::uint64_t(quarter) << 50)));
    for (int k = 1; k < 2200; ++k) near(k * 0.34657359027997264);  // where the reduction of exp changes its integer
    for (int k = 1; k < 7500; ++k) near(k * 0.1);
    for (double x : {709.78271289338397, 708.39641853226408, 745.13321910194122, 744.44007192138122, 36.7368005696771,
                     19.061547465398498, 5.9215871957945083, 0.99999999999999989})
        near(x);
    std::uint64_t state = 1;
    for (size_t i = 0; i < count; ++i) {
        const std::uint64_t r = next_random(state);
        const double unit = double(std::int64_t(next_random(state))) * 0x1p-63;  // uniform in [-1, 1]
        switch (i % 8) {
            case 0: check.add(std::bit_cast<double>(r)); break;
            case 1: check.add(unit); break;
            case 2: check.add(6 * unit); break;
            case 3: check.add(25 * unit); break;
            case 4: check.add(750 * unit); break;
            case 5: check.add(1 + 0.75 * unit); break;
            case 6: check.add(std::abs(unit) * 2); break;
            case 7: check.add(std::ldexp(unit, -int(r % 64))); break;
        }
    }
    check.report(function == erfcx ? 5 : 4);
}

// What has no rounding: values at the ends, and far out, where the result is a limit.
template <class T>
void check_limits(int function) {
    using L = std::numeric_limits<T>;
    const T inf = L::infinity(), nan = L::quiet_NaN(), tiny = L::denorm_min();
    struct Known {
        T x, y;
    };
    const std::vector<Known> known[function_count] = {
        {{-inf, 0}, {inf, inf}, {0, 1}, {T(-0.0), 1}, {-L::max(), 0}, {L::max(), inf}, {tiny, 1}},
        {{-inf, -1}, {inf, inf}, {0, 0}, {T(-0.0), T(-0.0)}, {-L::max(), -1}, {L::max(), inf}, {tiny, tiny}, {-tiny, -tiny}},
        {{inf, inf}, {0, -inf}, {T(-0.0), -inf}, {1, 0}, {-1, nan}, {-inf, nan}, {-tiny, nan}},
        {{inf, inf}, {0, 0}, {T(-0.0), T(-0.0)}, {-1, -inf}, {-2, nan}, {-inf, nan}, {tiny, tiny}, {-tiny, -tiny}},
        {{-inf, -1}, {inf, 1}, {0, 0}, {T(-0.0), T(-0.0)}, {tiny, tiny}, {-tiny, -tiny}},
        {{-inf, -1}, {inf, 1}, {0, 0}, {T(-0.0), T(-0.0)}},
        {{-inf, 0}, {inf, 1}, {0, T(0.5)}, {T(-0.0), T(0.5)}, {tiny, T(0.5)}, {-L::max(), 0}},
        {{inf, inf}, {0, 0}, {T(-0.0), T(-0.0)}, {1, 1}, {-1, nan}, {-inf, nan}},
        {{-inf, 0}, {inf, 0}, {0, 1}, {T(-0.0), 1}, {L::max(), 0}, {-L::max(), 0}, {tiny, 1}, {T(40), 0}},
        {{inf, 0}, {0, 1}, {tiny, 1}},
    };
    std::vector<Known> all = known[function];
    all.push_back({nan, nan});
    for (T x = 40; x < inf; x *= T(1.25)) {
        if (function == 4 || function == 5) all.push_back({x, 1}), all.push_back({-x, -1});
        if (function == 6) all.push_back({x, 1});
        if (function == 8) all.push_back({x, 0}), all.push_back({-x, 0});
    }
    for (const Set& set : sets())
        for (const bool narrow : {false, true})
            for (const Known& k : all) {
                T x[64], y[64];
                std::fill(x, x + 64, k.x);
                const Kernel<T>& of = kernel<T>(set.kernels[function]);
                (narrow ? of.narrow : of.native)(x, y, 64);
                const bool same = k.y != k.y ? y[63] != y[63] : y[63] == k.y && std::signbit(y[63]) == std::signbit(k.y);
                failed |= !same;
                if (!same)
                    std::printf("%-10s float%zu %-5s at %a: %a and not %a\n", set.kernels[function].name, 8 * sizeof(T),
                                set.name, double(k.x), double(y[63]), double(k.y));
            }
}

template <class T>
void speed(const Set& set, int function) {
    alignas(64) static T x[block], y[block];
    for (size_t i = 0; i < block; ++i) {
        x[i] = T(i + 1) / block * 4;
        if (function != 2 && function != 7 && function != erfcx && i % 2) x[i] = function == 3 ? -x[i] / 5 : -x[i];
    }
    using clock = std::chrono::steady_clock;
    double best = 0;
    for (int repeat = 0; repeat < 40; ++repeat) {
        const auto start = clock::now();
        for (int i = 0; i < 20; ++i) kernel<T>(set.kernels[function]).native(x, y, block);
        best = std::max(best, 20 * block / std::chrono::duration<double, std::nano>(clock::now() - start).count());
    }
    std::printf("%-10s float%zu %-5s %.2f results/ns\n", set.kernels[function].name, 8 * sizeof(T), set.name, best);
}

int usage() {
    std::fputs("usage: check limits | floats [STEP] | doubles [COUNT] | speed, then perhaps the name of one function\n", stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return usage();
    const bool number = argc > 2 && argv[2][0] >= '0' && argv[2][0] <= '9';
    const char* only = argc > (number ? 3 : 2) ? argv[number ? 3 : 2] : nullptr;
    for (int f = 0; f < function_count; ++f) {
        if (only && std::strcmp(only, base[f].name) != 0) continue;
        if (!std::strcmp(argv[1], "limits")) {
            check_limits<float>(f), check_limits<double>(f);
        } else if (!std::strcmp(argv[1], "floats")) {
            check_floats(f, number ? std::uint32_t(std::strtoul(argv[2], nullptr, 10)) : 1);
        } else if (!std::strcmp(argv[1], "doubles")) {
            check_doubles(f, number ? std::strtoul(argv[2], nullptr, 10) : 100000000);
        } else if (!std::strcmp(argv[1], "speed")) {
            for (const Set& set : sets()) speed<float>(set, f), speed<double>(set, f);
        } else {
            return usage();
        }
    }
    return failed;
}

#endif
