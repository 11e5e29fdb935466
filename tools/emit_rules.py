"""Print ``native/generated/rules.inc``: the rules of ``src/rosenblatt/rules`` as C++ templates.

python tools/emit_rules.py            # write the file
python tools/emit_rules.py --check    # fail if it would change
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

from trace import Symbol, SymbolNamespace, statements  # noqa: E402

OUTPUT = ROOT / "native" / "generated" / "rules.inc"
ROW_WISE = ("softmax", "categorical_cross_entropy")  # written by hand: native/include/softmax.hpp
XP = SymbolNamespace()


def vector(name: str) -> Symbol:
    return Symbol("vector", name)


def function(head: str, results: dict[str, Symbol]) -> list[str]:
    """Return a member function of template type V."""
    body = [f"        {line}" for line in statements(results)]
    return ["    template <class V>", f"    ROSENBLATT_INLINE {head} const {{", *body, "    }"]


def rule_struct(cls: type, members: list[str]) -> list[str]:
    """Return a struct that holds a rule's parameters and its formulas."""
    fields = [field.name for field in dataclasses.fields(cls)]
    copies = ", ".join(f"{name}(p[{i}])" for i, name in enumerate(fields))
    names = ", ".join(f'"{name}"' for name in fields)
    return [
        f"struct {cls.__name__} {{",
        f'    static constexpr const char* name = "{cls.name}";',
        f"    static constexpr std::array<const char*, {len(fields)}> parameters{{{names}}};",
        *(f"    double {name};" for name in fields),
        f"    explicit {cls.__name__}([[maybe_unused]] const double* p){' : ' + copies if copies else ''} {{}}",
        *members,
        "};",
        "",
    ]


def with_symbols(cls: type) -> Any:
    """Return a rule whose parameters are symbols."""
    return cls(**{field.name: Symbol("scalar", field.name) for field in dataclasses.fields(cls)})


def activation(cls: type) -> list[str]:
    rule, kept = with_symbols(cls), cls.derivative_of
    members = [f"    static constexpr bool derivative_of_a = {str(kept == 'a').lower()};"]
    members += function("V operator()([[maybe_unused]] V a)", {"return": rule(XP, vector("a"))})
    head = f"V derivative([[maybe_unused]] V {kept})"
    return rule_struct(cls, members + function(head, {"return": rule.derivative(XP, vector(kept))}))


def loss(cls: type) -> list[str]:
    rule, z = with_symbols(cls), "a" if cls.pair else "o"
    members = [f'    static constexpr const char* pair = "{cls.pair}";']
    members += function(f"V value(V {z}, V y)", {"return": rule.value(XP, vector(z), vector("y"))})
    for head in ("V derivative(V o, V y)", "V reported(V o, V y, [[maybe_unused]] double columns)"):
        formula = getattr(rule, head[2 : head.index("(")])
        members += function(
            head.replace("V o", "[[maybe_unused]] V o"), {"return": formula(XP, vector("o"), vector("y"))}
        )
    return rule_struct(cls, members)


def penalty(cls: type) -> list[str]:
    rule = with_symbols(cls)
    members = function("V value(V w)", {"return": rule.value(XP, vector("w"))})
    return rule_struct(
        cls, members + function("V derivative(V w)", {"return": rule.derivative(XP, vector("w"))})
    )


def optimizer(cls: type) -> list[str]:
    columns = ("rate", *cls.settings)
    s = SimpleNamespace(is_weight=vector("is_weight"))
    vars(s).update({name: Symbol("scalar", f"s[{i}]") for i, name in enumerate(columns)})
    slots = [vector(f"slots[{i}]") for i in range(len(cls.slots))]
    theta, *new = with_symbols(cls).update(XP, vector("theta"), vector("gradient"), *slots, s)
    results = {f"const V new_{name} =": value for name, value in zip(cls.slots, new, strict=True)}
    lines = function(
        "V update(V theta, V gradient, [[maybe_unused]] V* slots, [[maybe_unused]] V is_weight, Settings s)",
        {**results, "const V new_theta =": theta},
    )
    stores = [f"        slots[{i}] = new_{name};" for i, name in enumerate(cls.slots)]
    lines[-1:] = [*stores, "        return new_theta;", "    }"]
    members = [
        f"    static constexpr int n_slots = {len(cls.slots)};  // {', '.join(cls.slots)}",
        f"    static constexpr int n_settings = {len(columns)};  // {', '.join(columns)}",
    ]
    return rule_struct(cls, members + lines)


def text() -> str:
    """Return the whole file."""
    from rosenblatt.catalogue import catalogue
    from rosenblatt.rules.activations import Activation
    from rosenblatt.rules.losses import Loss
    from rosenblatt.rules.optimizers import Optimizer
    from rosenblatt.rules.penalties import WeightPenalty

    lines = [
        "// Printed by tools/emit_rules.py from src/rosenblatt/rules: change the rules there, not here.",
        "",
    ]
    kinds = {
        "ACTIVATIONS": (Activation, activation),
        "LOSSES": (Loss, loss),
        "PENALTIES": (WeightPenalty, penalty),
        "OPTIMIZERS": (Optimizer, optimizer),
    }
    for plural, (kind, printer) in kinds.items():
        rules = [cls for name, cls in sorted(catalogue(kind).items()) if name not in ROW_WISE]
        for cls in rules:
            lines += printer(cls)
        lines += [
            f"#define ROSENBLATT_{plural}(RULE) " + " ".join(f"RULE({cls.__name__})" for cls in rules),
            "",
        ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail if the committed file differs")
    check, new = parser.parse_args().check, text()
    if check and not (OUTPUT.exists() and OUTPUT.read_text() == new):
        print(
            f"{OUTPUT.relative_to(ROOT)} is not what the rules say; run tools/emit_rules.py", file=sys.stderr
        )
        return 1
    if not check:
        OUTPUT.write_text(new)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
