"""Symbols that record what is done to them: run a rule on symbols and its formula comes out as C++.

A symbol is a number of one of three kinds: ``scalar`` (the same for every entry: parameters and
settings, kept in double precision as Python keeps them), ``vector`` (one value per lane, type V) and
``mask`` (the result of a comparison). The tracer knows no control flow and refuses what it does not
know: a rule that asks for the truth of a symbol raises.
"""

from __future__ import annotations

from typing import Any

FUNCTIONS = ("exp", "log", "log1p", "expm1", "tanh", "erf", "sqrt", "abs", "sign")


class Symbol:
    """A node of an expression: C++ text with places for its arguments."""

    def __init__(self, kind: str, text: str, arguments: tuple[Symbol, ...] = ()) -> None:
        self.kind, self.text, self.arguments = kind, text, arguments

    def __bool__(self) -> bool:
        raise TypeError("a rule may not branch on its arguments; write xp.where")

    @property
    def shape(self) -> tuple[Symbol, Symbol]:
        """Rows and columns: the number of columns is known where a loss is reported."""
        return Symbol("scalar", "rows"), Symbol("scalar", "columns")

    dtype = "V"  # finfo answers for the one that the code is compiled with
    __hash__ = object.__hash__


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


def binary(text: str, left: Any, right: Any) -> Symbol:
    """Return ``left op right``: of scalars a scalar, in double precision; else a vector."""
    left, right = as_symbol(left), as_symbol(right)
    if left.kind == right.kind == "scalar":
        return Symbol("scalar", text, (left, right))
    return Symbol("vector", text, (as_vector(left), as_vector(right)))


for _name, _sign in {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}.items():
    setattr(Symbol, f"__{_name}__", lambda a, b, text=f"({{}} {_sign} {{}})": binary(text, a, b))
    setattr(Symbol, f"__r{_name}__", lambda a, b, text=f"({{}} {_sign} {{}})": binary(text, b, a))
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(
        Symbol,
        f"__{_name}__",
        lambda a, b, text=f"({{}} {_sign} {{}})": Symbol("mask", text, (as_vector(a), as_vector(b))),
    )
Symbol.__neg__ = lambda a: Symbol(a.kind, "(-{})", (a,))  # type: ignore[attr-defined]


class SymbolNamespace:
    """The array namespace ``xp`` of symbols."""

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

    def ones_like(self, a: Symbol) -> Symbol:
        return as_vector(1)

    def zeros_like(self, a: Symbol) -> Symbol:
        return as_vector(0)

    def finfo(self, dtype: str) -> Any:
        eps = Symbol("scalar", "double(std::numeric_limits<Scalar<V>>::epsilon())")
        return type("finfo", (), {"eps": eps})


def statements(results: dict[str, Symbol]) -> list[str]:
    """Return C++ lines that compute the results, each after what stands left of it; what is used twice gets a name."""
    uses: dict[Symbol, int] = {}
    names: dict[Symbol, str] = {}
    lines: list[str] = []

    def count(node: Symbol) -> None:
        uses[node] = uses.get(node, 0) + 1
        if uses[node] == 1:
            for argument in node.arguments:
                count(argument)

    def text(node: Symbol) -> str:
        if node in names:
            return names[node]
        inner = list(map(text, node.arguments))
        if not node.text.startswith("("):  # a call's arguments stand between its own parentheses
            inner = list(map(bare, inner))
        written = node.text.format(*inner)
        if uses[node] == 1 or not node.arguments:
            return written
        names[node] = f"t{len(names) + 1}"
        kind = {"scalar": "double", "vector": "V", "mask": "auto"}[node.kind]
        lines.append(f"const {kind} {names[node]} = {bare(written)};")
        return names[node]

    roots = {target: as_vector(result) for target, result in results.items()}
    for root in roots.values():
        count(root)
    written = {target: bare(text(root)) for target, root in roots.items()}
    return lines + [f"{target} {value};" for target, value in written.items()]


def bare(text: str) -> str:
    """Return an expression without the parentheses around the whole of it."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") else text
