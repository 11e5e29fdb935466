#!/usr/bin/env python3
"""Prints native/include/vector_math_coefficients.hpp (needs mpmath and numpy; half a minute).

Polynomials come from the Remez exchange on a Chebyshev grid, in 40 digits, of the *weighted* error: the weight turns
the error of the polynomial into the relative error of the function that the polynomial is a part of.
"""

import numpy as np
from mpmath import mp, mpf

mp.dps = 40


def minimax(f, weight, terms, a, b, points=1200):
    """c_0 .. c_(terms-1) that minimise max |weight (f - sum c_i x^i)| on [a, b], and that maximum."""
    a, b = mpf(a), mpf(b)
    xs = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * (i + 0.5) / points) for i in range(points)]
    fs, ws = [f(x) for x in xs], [weight(x) for x in xs]
    reference = [round((points - 1) * (i + 0.5) / (terms + 1)) for i in range(terms + 1)]
    for _ in range(60):
        system = mp.matrix(terms + 1, terms + 1)
        for row, i in enumerate(reference):
            for power in range(terms):
                system[row, power] = xs[i] ** power * ws[i]
            system[row, terms] = (-1) ** row
        solution = mp.lu_solve(system, mp.matrix([fs[i] * ws[i] for i in reference]))
        c, level = list(solution)[:terms], abs(solution[terms])
        error = [w * (y - mp.polyval(c[::-1], x)) for x, y, w in zip(xs, fs, ws, strict=True)]
        peaks, start = [], 0  # the largest error of each run of one sign
        for i in range(1, points + 1):
            if i == points or (error[i] > 0) != (error[start] > 0):
                peaks.append(max(range(start, i), key=lambda j: abs(error[j])))
                start = i
        if len(peaks) == terms + 2:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        worst = max(map(abs, error))
        if worst <= level * mpf("1.001"):
            return c, worst
        assert len(peaks) == terms + 1
        reference = peaks
    raise ArithmeticError("the exchange did not converge")


def literal(value, kind):
    return f"{np.float32(str(value))!s}f" if kind == "float" else repr(float(value))


def array(comment, name, kind, fit):
    c, error = fit
    print(f"    // {comment}: 2^{mp.nstr(mp.log(error, 2), 4)}")
    line = f"    static constexpr {kind} {name}[] = {{"
    for i, value in enumerate(c):
        text = literal(value, kind) + (", " if i + 1 < len(c) else "};")
        if len(line + text.rstrip()) > 120:
            print(line.rstrip())
            line = "        "
        line += text
    print(line)


def split(value, bits):
    """Value = hi + lo, hi of `bits` bits, both positive (so that infinity times them is not infinity - infinity)."""
    unit = mpf(2) ** (mp.floor(mp.log(value, 2)) + 1 - bits)
    hi = mp.floor(value / unit) * unit
    return hi, value - hi


EDGE = mp.log(2) / 2 * mpf("1.0005")  # the rounding of x / ln 2 may choose the farther integer by a hair
TINY = mpf(10) ** -12


def exp_rest(r):
    return (mp.expm1(r) - r) / r**2 if abs(r) > TINY else mpf(1) / 2


def log_rest(f):
    return (mp.log1p(f) - f + f * f / 2) / f**3 if abs(f) > TINY else mpf(1) / 3


def erf_rest(z):
    return mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1


def erfcx_rest(k):
    """``erfcx(x) (x + k)`` as a function of ``t = (x - k) / (x + k)``, which takes [0, inf) to [-1, 1)."""

    def rest(t):
        x = k * (1 + t) / (1 - t)
        return mp.exp(x * x) * mp.erfc(x) * (x + k)

    return rest


def erfcx(kind, k, terms):
    print(f"    static constexpr {kind} erfcx_k = {literal(mpf(k), kind)};")
    rest = erfcx_rest(mpf(k))
    array(
        "erfcx(x) (x + k) in t = (x - k) / (x + k) for x >= 0; error of erfcx",
        "erfcx",
        kind,
        minimax(rest, lambda t: 1 / rest(t), terms, -1, 1, 600),
    )


def tanh_rest(z):
    return (mp.tanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z


def atanh_rest(z):
    return 2 * (mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z


def common(kind, hi_bits, exp_terms):
    hi, lo = split(mp.log(2), hi_bits)
    print(f"    static constexpr {kind} log2e = {literal(1 / mp.log(2), kind)};")
    print(f"    // ln 2 = ln2_hi + ln2_lo; ln2_hi has {hi_bits} bits, so an exponent times ln2_hi is exact")
    print(f"    static constexpr {kind} ln2_hi = {literal(hi, kind)}, ln2_lo = {literal(lo, kind)};")
    array(
        "(expm1(r) - r) / r^2 for |r| <= ln(2) / 2; error of expm1",
        "exp",
        kind,
        minimax(exp_rest, lambda r: r * r / abs(mp.expm1(r)), exp_terms, -EDGE, EDGE),
    )


print("""// The constants of vector_math.hpp, as printed by tools/derive_vector_math.py (edit that, not this). A comment
// ends in the relative error that the approximation itself leaves in its function, before any rounding.
#pragma once

namespace rosenblatt::vector_math {

template <class T>
struct Coefficients;

template <>
struct Coefficients<float> {""")
common("float", 16, 5)
array(
    "(log1p(f) - f + f^2 / 2) / f^3 for -1/4 <= f <= 1/2; error of log1p",
    "log",
    "float",
    minimax(log_rest, lambda f: abs(f**3 / mp.log1p(f)), 8, -0.25, 0.5),
)
hi, lo = split(mp.log(2), 12)
print("    // The same where n is a number of sixteenths, of 12 bits")
print(
    f"    static constexpr float ln2_short_hi = {literal(hi, 'float')}, ln2_short_lo = {literal(lo, 'float')};"
)
array(
    "(expm1(r) - r) / r^2 for |r| <= ln(2) / 32; error of exp",
    "exp_short",
    "float",
    minimax(exp_rest, lambda r: r * r / mp.exp(r), 2, -EDGE / 16, EDGE / 16),
)
array(
    "(tanh(x) / x - 1) / x^2 in x^2 for |x| <= 0.55; error of tanh",
    "tanh",
    "float",
    minimax(tanh_rest, lambda z: mp.sqrt(z) ** 3 / mp.tanh(mp.sqrt(z)), 5, TINY, mpf("0.5501") ** 2),
)
array(
    "erf(x) / x - 1 in x^2 for |x| <= 0.9; error of erf",
    "erf_small",
    "float",
    minimax(erf_rest, lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), 7, TINY**2, mpf("0.9") ** 2),
)
low, high = mpf("0.9"), mpf("3.93")
middle = mpf("2.4375")
array(
    "erf(2.4375 + t) for 0.9 <= 2.4375 + t <= 3.93, beyond which erf rounds to 1; error of erf",
    "erf_large",
    "float",
    minimax(lambda t: mp.erf(t + middle), lambda t: 1 / mp.erf(t + middle), 16, low - middle, high - middle),
)
erfcx("float", 1, 15)
print("""};

template <>
struct Coefficients<double> {""")
common("double", 41, 10)
array(
    "(log1p(f) - 2 s) / s^3 in s^2, s = f / (2 + f), for -1/4 <= f <= 1/2; error of log1p",
    "log",
    "double",
    minimax(atanh_rest, lambda z: z * mp.sqrt(z) / mp.atanh(mp.sqrt(z)) / 2, 7, TINY, mpf("0.04")),
)
array(
    "erf(x) / x - 1 in x^2 for |x| <= 1; error of erf",
    "erf_small",
    "double",
    minimax(erf_rest, lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), 12, TINY**2, 1),
)
array(
    "log(1 - erf(x)) for 1 <= x <= 6, beyond which erf rounds to 1; error of erf",
    "erf_large",
    "double",
    minimax(lambda x: mp.log(mp.erfc(x)), lambda x: mp.erfc(x) / mp.erf(x), 18, 1, 6),
)
erfcx("double", 1.5, 30)
print("};")


def cells(comment, name, rows, worst=None):
    """One line per coefficient, so that a line is what one permutation looks up."""
    comment += f": 2^{mp.nstr(mp.log(worst, 2), 4)}" if worst else ""
    print(f"""
#if defined(__AVX512F__)
// {comment}
alignas(64) inline constexpr float {name}[][16] = {{""")
    for row in zip(*rows, strict=True):
        line = "    {"
        for i, value in enumerate(row):
            text = literal(value, "float") + (", " if i < 15 else "},")
            if len(line + text.rstrip()) > 120:
                print(line.rstrip())
                line = "     "
            line += text
        print(line)
    print("};\n#endif")


def tanh_cells():
    rows, worst = [None] * 16, 0
    for i in range(16):
        low, high = ((2 + j % 2) * mpf(2) ** (j // 2 - 5) for j in (i - 1, i))
        if i == 0:
            c, e = minimax(tanh_rest, lambda z: mp.sqrt(z) ** 3 / mp.tanh(mp.sqrt(z)), 2, TINY, high**2, 300)
            row = [0, 0, 1, 0, c[0], 0, c[1], 0]
        else:
            # Of the numbers near the middle, one whose tanh happens to be almost a float.
            def off(m):
                return abs(mp.tanh(m) - mpf(float(np.float32(str(mp.tanh(m))))))

            middle = min(((low + high) / 2 * (1 + mpf(j) / 2**12) for j in range(-16, 17)), key=off)
            c, e = minimax(
                lambda t: mp.tanh(middle + t),
                lambda t: 1 / mp.tanh(middle + t),
                7,
                low - middle,
                min(high, mpf("9.02")) - middle,
                300,
            )
            row = [middle, *c]
        rows[(245 + i) % 16], worst = row, max(worst, e)  # 245: 3/64's exponent and first fraction bit
    return rows, worst


def erf_cells():
    rows, worst = [], 0
    for k in range(16):
        middle, edge = mpf(k) / 4, mpf(1) / 8
        if k == 0:
            c, e = minimax(erf_rest, lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), 3, TINY**2, edge**2, 300)
            c = [
                0,
                c[0],
                0,
                c[1],
                0,
                c[2],
            ]  # of erf(t) - t: the rounding of 1 + c[0] would be all of the error
        else:
            # The last cell ends where erf is 0.7 units of the last place below 1, and has to end at 1.
            lift = (lambda t: (t + edge) * 4 * mpf(2) ** -25) if k == 15 else (lambda t: 0 * t)
            c, e = minimax(
                lambda t: mp.erf(middle + t) + lift(t), lambda t: 1 / mp.erf(middle + t), 6, -edge, edge, 300
            )
        rows.append(c)
        worst = max(worst, e)
    return rows, worst


cells("2^(j / 16)", "exp_cells", [[mpf(2) ** (mpf(j) / 16)] for j in range(16)])
cells(
    "Middles and coefficients of tanh(middle + t) for a in [0, 1/16), [1/16, 3/32), [3/32, 1/8), ... [8, 12)",
    "tanh_cells",
    *tanh_cells(),
)
cells(
    "Coefficients of erf(t) - t, erf(1/4 + t), erf(2/4 + t), ... erf(15/4 + t), |t| <= 1/8",
    "erf_cells",
    *erf_cells(),
)
print("""
}  // namespace rosenblatt::vector_math""")
