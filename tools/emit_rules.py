"""Print ``native/generated/rules.inc``: the rules of ``src/rosenblatt/rules`` as C++ templates.

python tools/emit_rules.py            # write the file
python tools/emit_rules.py --check    # fail if it would change
"""

import dataclasses
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

from trace import Symbol, SymbolNamespace, statements  # noqa: E402

from rosenblatt.catalogue import catalogue  # noqa: E402
from rosenblatt.rules import activations, losses, optimizers, penalties  # noqa: E402

OUTPUT = ROOT / "native" / "generated" / "rules.inc"
XP = SymbolNamespace()
vector, scalar = partial(Symbol, "vector"), partial(Symbol, "scalar")
UNUSED = "[[maybe_unused]] V"


def function(head: str, results: Symbol | dict[str, Symbol], *after: str) -> list[str]:
    """Return a member function of template type V that returns a result, or computes several."""
    results = {"return": results} if isinstance(results, Symbol) else results
    body = [f"        {line}" for line in [*statements(results), *after]]
    return ["    template <class V>", f"    ROSENBLATT_INLINE {head} const {{", *body, "    }"]


def rule_struct(cls: type, members: list[str]) -> list[str]:
    """Return a struct that holds a rule's parameters and its formulas."""
    fields = [field.name for field in dataclasses.fields(cls)]
    copies = ", ".join(f"{name}(p[{i}])" for i, name in enumerate(fields))
    names = ", ".join(f'"{name}"' for name in fields)
    head = [
        f"struct {cls.__name__} {{",
        f'    static constexpr const char* name = "{cls.name}";',
        f"    static constexpr std::array<const char*, {len(fields)}> parameters{{{names}}};",
        *(f"    double {name};" for name in fields),
        f"    explicit {cls.__name__}([[maybe_unused]] const double* p){' : ' + copies if copies else ''} {{}}",
    ]
    return [*head, *members, "};", ""]


def with_symbols(cls: type) -> Any:
    """Return a rule whose parameters are symbols."""
    rule = object.__new__(cls)  # not made as usual: a symbol lies within no limits
    vars(rule).update({field.name: scalar(field.name) for field in dataclasses.fields(cls)})
    return rule


def activation(cls: type) -> list[str]:
    rule, kept = with_symbols(cls), cls.derivative_of
    slopes = [(name, getattr(rule, name)(XP, vector(kept))) for name in ("derivative", "second_derivative")]
    return [
        f"    static constexpr bool derivative_of_a = {str(kept == 'a').lower()};",
        *function(f"V operator()({UNUSED} a)", rule(XP, vector("a"))),
        *(line for name, slope in slopes for line in function(f"V {name}({UNUSED} {kept})", slope)),
    ]


def loss(cls: type) -> list[str]:
    rule, z, o, y = with_symbols(cls), vector("a" if cls.pair else "o"), vector("o"), vector("y")
    reported = f"V reported({UNUSED} o, V y, [[maybe_unused]] double columns)"
    given = {"a": z, "o": o}[cls.derivative_of]
    return [
        f'    static constexpr const char* pair = "{cls.pair}";',
        f"    static constexpr bool derivative_of_a = {str(given is not o).lower()};",
        *function(f"V value(V {z.text}, V y)", rule.value(XP, z, y)),
        *function(f"V derivative({UNUSED} {given.text}, V y)", rule.derivative(XP, given, y)),
        *function(reported, rule.reported(XP, o, y)),
    ]


def penalty(cls: type) -> list[str]:
    rule, w, of_mean = with_symbols(cls), vector("w"), str(getattr(cls, "of_mean", False)).lower()
    formulas = [function(f"V {name}(V w)", getattr(rule, name)(XP, w)) for name in ("value", "derivative")]
    return [f"    static constexpr bool of_mean = {of_mean};", *formulas[0], *formulas[1]]


def optimizer(cls: type) -> list[str]:
    columns, slots = ("rate", *cls.settings), [vector(f"slots[{i}]") for i in range(len(cls.slots))]
    s = SimpleNamespace(**{name: scalar(f"s[{i}]") for i, name in enumerate(columns)})
    s.is_weight = vector("is_weight")
    theta, *new = with_symbols(cls).update(XP, vector("theta"), vector("gradient"), *slots, s)
    results = {f"const V new_{name} =": value for name, value in zip(cls.slots, new, strict=True)}
    stores = [f"slots[{i}] = new_{name};" for i, name in enumerate(cls.slots)]
    head = f"V update(V theta, V gradient, {UNUSED}* slots, {UNUSED} is_weight, Settings s)"
    return [
        f"    static constexpr int n_slots = {len(slots)};  // {', '.join(cls.slots)}",
        f"    static constexpr int n_settings = {len(columns)};  // {', '.join(columns)}",
        *function(head, {**results, "const V new_theta =": theta}, *stores, "return new_theta;"),
    ]


def text() -> str:
    """Return the whole file."""
    lines = ["// Printed by tools/emit_rules.py from src/rosenblatt/rules: change the rules there.", ""]
    kinds = (activations.Activation, losses.Loss, penalties.WeightPenalty, penalties.ActivityPenalty)
    plurals = ("ACTIVATIONS", "LOSSES", "PENALTIES", "ACTIVITIES", "OPTIMIZERS")
    printers = (activation, loss, penalty, penalty, optimizer)
    for kind, plural, printer in zip((*kinds, optimizers.Optimizer), plurals, printers, strict=True):
        rules = [cls for _, cls in sorted(catalogue(kind).items()) if not cls.row_wise]
        for cls in rules:
            lines += rule_struct(cls, printer(cls))
        macro = " ".join(f"RULE({cls.__name__})" for cls in rules)
        lines += [f"#define ROSENBLATT_{plural}(RULE) {macro}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        raise SystemExit(f"unknown arguments {sys.argv[1:]}; give none, or --check")
    if not sys.argv[1:]:
        OUTPUT.write_text(text())
    elif not OUTPUT.exists() or OUTPUT.read_text() != text():
        raise SystemExit(f"{OUTPUT.relative_to(ROOT)} is not what the rules say; run tools/emit_rules.py")
