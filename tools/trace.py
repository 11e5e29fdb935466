"""Symbols that record what is done to them: run a rule on symbols and its formula comes out as C++.

A symbol is a number of one of three kinds: ``scalar`` (the same for every entry: parameters and
settings, kept in double precision as Python keeps them), ``vector`` (one value per lane, type V) and
``mask`` (the result of a comparison). The tracer knows no control flow and refuses what it does not
know: a rule that asks for the truth of a symbol raises.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

FUNCTIONS = ("exp", "log", "log1p", "expm1", "tanh", "erf", "erfcx", "gaussian", "sqrt", "abs", "sign")
ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


class Symbol:
    """A node of an expression: C++ text with places for its arguments."""

    dtype = "V"  # finfo answers for the one that the code is compiled with

    def __init__(self, kind: str, text: str, arguments: tuple[Symbol, ...] = ()) -> None:
        self.kind, self.text, self.arguments = kind, text, arguments

    def __bool__(self) -> bool:
        raise TypeError("a rule may not branch on its arguments; write xp.where")

    def __neg__(self) -> Symbol:
        return Symbol(self.kind, "(-{})", (self,))

    @property
    def shape(self) -> tuple[Symbol, Symbol]:
        """Rows and columns: the number of columns is known where a loss is reported."""
        return Symbol("scalar", "rows"), Symbol("scalar", "columns")


def as_symbol(value: Any) -> Symbol:
    """Return a symbol for a number, or the symbol itself."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Symbol("scalar", repr(float(value)))
    if not isinstance(value, Symbol):
        raise TypeError(f"the tracer does not know {value!r}")
    return value


def as_vector(value: Any) -> Symbol:
    """Return a symbol of kind vector: a scalar is copied into every lane."""
    symbol = as_symbol(value)
    if symbol.kind == "mask":
        raise TypeError("a comparison is no number; write xp.where")
    return symbol if symbol.kind == "vector" else Symbol("vector", "same<V>({})", (symbol,))


def operation(sign: str, left: Any, right: Any) -> Symbol:
    """Return ``left sign right``: a mask, of two scalars a scalar in double precision, or a vector."""
    left, right, text = as_symbol(left), as_symbol(right), f"({{}} {sign} {{}})"
    kind = "mask" if sign in COMPARISONS.values() else "vector"
    if kind == "vector" and left.kind == right.kind == "scalar":
        return Symbol("scalar", text, (left, right))
    return Symbol(kind, text, (as_vector(left), as_vector(right)))


for _name, _sign in (ARITHMETIC | COMPARISONS).items():
    setattr(Symbol, f"__{_name}__", lambda a, b, sign=_sign: operation(sign, a, b))
    setattr(Symbol, f"__r{_name}__", lambda a, b, sign=_sign: operation(sign, b, a))


class SymbolNamespace:
    """The array namespace ``xp`` of symbols."""

    ones_like = staticmethod(lambda _: as_vector(1))
    zeros_like = staticmethod(lambda _: as_vector(0))

    def __getattr__(self, name: str) -> Any:
        if name not in FUNCTIONS:
            raise TypeError(f"the tracer does not know xp.{name}")
        return lambda a: Symbol("vector", f"v{name}({{}})", (as_vector(a),))

    def where(self, condition: Symbol, yes: Any, no: Any) -> Symbol:
        if condition.kind != "mask":
            raise TypeError("the condition of xp.where must be a comparison")
        return Symbol("vector", "select<V>({}, {}, {})", (condition, as_vector(yes), as_vector(no)))

    def clip(self, a: Symbol, low: Any, high: Any) -> Symbol:
        """Cut to an interval, of which a limit may be None; NaN stays NaN."""
        below = a if low is None else self.where(a < low, low, a)
        return below if high is None else self.where(a > high, high, below)

    def finfo(self, dtype: str) -> Any:
        eps = Symbol("scalar", "double(std::numeric_limits<Scalar<V>>::epsilon())")
        return type("finfo", (), {"eps": eps})


def statements(results: dict[str, Symbol]) -> list[str]:
    """Return C++ lines that compute the results, each after what stands left of it; what is used twice gets a name."""
    uses: Counter[Symbol] = Counter()
    names: dict[Symbol, str] = {}
    lines: list[str] = []

    def count(node: Symbol) -> None:
        uses[node] += 1
        for argument in node.arguments if uses[node] == 1 else ():
            count(argument)

    def text(node: Symbol) -> str:
        if node in names:
            return names[node]
        is_call = not node.text.startswith("(")  # its arguments stand between its own parentheses
        written = node.text.format(*((bare if is_call else str)(text(a)) for a in node.arguments))
        if uses[node] == 1 or not node.arguments:
            return written
        names[node] = f"t{len(names) + 1}"
        kind = {"scalar": "double", "vector": "V", "mask": "auto"}[node.kind]
        lines.append(f"const {kind} {names[node]} = {bare(written)};")
        return names[node]

    roots = [as_vector(result) for result in results.values()]
    for root in roots:
        count(root)
    last = [f"{target} {bare(text(root))};" for target, root in zip(results, roots, strict=True)]
    return lines + last


def bare(text: str) -> str:
    """Return an expression without its outer parentheses: what begins with one is enclosed by it."""
    return text[1:-1] if text.startswith("(") else text
