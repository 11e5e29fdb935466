"""A certificate in words, and as a small table for a notebook."""

from __future__ import annotations

from fractions import Fraction
from html import escape
from typing import Any

import numpy as np

_SHOWN = 8
_CLASSES_SHOWN = 100
_CELLS_SHOWN = 6_000
_VERDICT = {True: "linearly separable", False: "not linearly separable", None: "undecided"}
_PROOF = {
    "rationals": "The weights were solved for in rationals: the sum is zero exactly.",
    "enclosure": "The exact weights were enclosed between floats above zero: they exist, and the sum is zero exactly.",
}


def as_text(certificate: Any) -> str:
    """Return a certificate as some sentences.

    Parameters
    ----------
    certificate : Separability

    Returns
    -------
    str
    """
    if certificate.one_vs_rest:
        return "\n".join([_head(certificate), *_classes(certificate)])
    parts = {True: _separable, False: _not_separable, None: _undecided}[certificate.separable]
    return "\n".join([_head(certificate), *parts(certificate)])


def _head(certificate: Any) -> str:
    verdict = _VERDICT[certificate.separable]
    intercept = "with" if certificate.fit_intercept else "without"
    shape = f"{_count(certificate.n_samples, 'sample')}, {_count(certificate.n_features, 'feature')}"
    classes = " and ".join(repr(label) for label in certificate.classes)
    if len(certificate.classes) > 2:
        classes = f"{len(certificate.classes)} classes, each against the rest"
    return f"{verdict.capitalize()}: {classes} ({shape}, {intercept} an intercept)."


def _z(certificate: Any) -> str:
    return "[1, x]" if certificate.fit_intercept else "x"


def _separable(certificate: Any) -> list[str]:
    z = _z(certificate)
    more = "no direction gives more" if certificate.gap < 1e-6 else "how much more is possible is not known"
    return [
        f"Along the direction u every sample has y u'{z} >= gamma = {certificate.gamma:.10g}; {more}.",
        f"{_count(len(certificate.support), 'sample')} at that margin decide it: {_rows(certificate.support)}.",
        f"The largest norm of {z} is R = {certificate.R:.10g}. So the perceptron rule, from w = 0, at any constant "
        f"rate and in any order, makes at most (R / gamma)^2: {many(certificate.bound)} updates (Novikov 1962).",
    ]


def _not_separable(certificate: Any) -> list[str]:
    z, support = _z(certificate), certificate.support
    if len(support) == 1:
        proof = [f"Sample {support[0]} is all zero, and without an intercept no direction is positive on it."]
    elif len(support) == 2 and certificate.weights[0] == 0.5 and certificate.proof == "rationals":
        proof = [
            f"Samples {support[0]} and {support[1]} prove it, each with weight 1/2: "
            f"the sum of 1/2 y {z} over them is zero, as for the same x with opposite labels.",
        ]
    else:
        proof = [
            f"These {len(support)} samples, with these weights, prove it: the sum of weight times y {z} is zero,",
            "so no direction can be positive on each.",
            *_weights(certificate),
            _PROOF[certificate.proof],
        ]
    mistakes = (
        f"The fewest mistakes found: {certificate.fewest_mistakes:,} of {certificate.n_samples:,} samples."
    )
    return [*proof, mistakes]


def _undecided(certificate: Any) -> list[str]:
    return [
        "Neither a separating direction nor a combination of samples that is zero could be proved in floats.",
        "The classes are as near as rounding, or columns of X differ too much in size: scaling them alike "
        "(sklearn.preprocessing.StandardScaler) may help.",
        f"The fewest mistakes found: {certificate.fewest_mistakes:,} of {certificate.n_samples:,} samples.",
    ]


def _classes(certificate: Any) -> list[str]:
    lines = []
    for label, one in list(certificate.one_vs_rest.items())[:_CLASSES_SHOWN]:
        figures = f"gamma = {one.gamma:.6g}, at most {many(one.bound)} updates" if one.separable else ""
        lines.append(
            f"  {label!r} against the rest: {_VERDICT[one.separable]}{', ' if figures else ''}{figures}"
        )
    more = len(certificate.one_vs_rest) - _CLASSES_SHOWN
    if more > 0:
        lines.append(f"  and {more:,} more (one_vs_rest)")
    if certificate.pairs is None:
        return [*lines, "Pairs of classes were not tried (pairs=True tries them)."]
    apart = [pair for pair, one in certificate.pairs.items() if one.separable]
    lines.append(
        f"Of {_count(len(certificate.pairs), 'pair')} of classes {len(apart)} are linearly separable."
    )
    return lines if more > 0 else lines + _table(certificate)


def _table(certificate: Any) -> list[str]:
    names = [str(label) for label in certificate.classes]
    width = max(3, *(len(name) for name in names)) + 1
    rows = ["".join(f"{name:>{width}}" for name in ["", *names])]
    for i, a in enumerate(certificate.classes):
        marks = [
            "." if i == j else _mark(certificate.pairs[(a, b) if i < j else (b, a)].separable)
            for j, b in enumerate(certificate.classes)
        ]
        rows.append("".join(f"{mark:>{width}}" for mark in [names[i], *marks]))
    return rows


def _mark(separable: bool | None) -> str:
    return {True: "yes", False: "no", None: "?"}[separable]


def _weights(certificate: Any) -> list[str]:
    pairs = list(zip(certificate.support.tolist(), certificate.weights.tolist(), strict=True))
    lines = [f"  sample {row}: {number(weight)}" for row, weight in pairs[:_SHOWN]]
    rest = len(pairs) - _SHOWN
    return [*lines, f"  and {rest} more (support, weights)"] if rest > 0 else lines


def number(weight: float) -> str:
    """Return a weight as a short fraction where it is one, else in six digits.

    Examples
    --------
    >>> number(0.25), number(1 / 3), number(0.123456789)
    ('1/4', '1/3', '0.123457')
    """
    fraction = Fraction(weight).limit_denominator(100)
    if float(fraction) == weight and fraction > 0:
        return str(fraction)
    return f"{weight:.6g}"


def _rows(rows: np.ndarray[Any, Any]) -> str:
    shown = ", ".join(str(row) for row in rows[:_SHOWN].tolist())
    return f"{shown} and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else shown


def many(bound: int) -> str:
    """Return a bound in digits, or its size where they are many.

    Examples
    --------
    >>> many(1234), many(3 * 10**600)
    ('1,234', 'about 10^600')
    """
    digits = len(str(bound)) - 1
    return f"{bound:,}" if digits < 15 else f"about 10^{digits}"


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def as_html(certificate: Any) -> str:
    """Return a certificate as a small table.

    Parameters
    ----------
    certificate : Separability

    Returns
    -------
    str
    """
    if certificate.one_vs_rest:
        return _html(_head(certificate), _class_cells(certificate))
    cells = [("samples, features", f"{certificate.n_samples:,}, {certificate.n_features:,}")]
    cells.append(("R", f"{certificate.R:.6g}"))
    if certificate.separable:
        cells.append(("gamma", f"{certificate.gamma:.6g}"))
        cells.append(("updates at most", many(certificate.bound)))
        cells.append(("support", _rows(certificate.support)))
    else:
        cells.append(("fewest mistakes found", f"{certificate.fewest_mistakes:,}"))
    if certificate.separable is False:
        pairs = zip(certificate.support.tolist(), certificate.weights.tolist(), strict=True)
        cells += [(f"weight of sample {row}", number(weight)) for row, weight in list(pairs)[:_SHOWN]]
        if len(certificate.support) > _SHOWN:
            cells.append(("and", f"{len(certificate.support) - _SHOWN} more"))
    return _html(_head(certificate), cells)


def _class_cells(certificate: Any) -> list[tuple[str, str]]:
    cells = [
        (f"{label!r} against the rest", _VERDICT[one.separable])
        for label, one in certificate.one_vs_rest.items()
    ]
    cells += [
        (f"{a!r} and {b!r}", _VERDICT[one.separable]) for (a, b), one in (certificate.pairs or {}).items()
    ]
    more = len(cells) - _CELLS_SHOWN
    return cells if more <= 0 else [*cells[:_CELLS_SHOWN], ("and", f"{more:,} more")]


def _html(caption: str, cells: list[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in cells)
    return f"<table><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>"
