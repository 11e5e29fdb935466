"""Makes the tables and pictures from a run's JSON.

``python -m benchmarks.report FILE [--readme README.md] [--record benchmarks/README.md] [--images DIR]``
puts the training table between ``<!-- benchmark table -->`` and ``<!-- end -->`` of the readme and
all results between ``<!-- results -->`` and ``<!-- end -->`` of the record, and draws the pictures.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from .peers import OURS, TRAINING
from .shapes import SHAPES

README_MARK, RECORD_MARK, END = "<!-- benchmark table -->", "<!-- results -->", "<!-- end -->"


def figures(value: float | None, digits: int = 3) -> str:
    """Return a number with that many significant digits, without an exponent; a dash for none."""
    if value is None:
        return "–"
    if value >= 10 ** (digits - 1):
        return f"{value:.0f}"
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{value:.6f}".rstrip("0")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    ruler = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ruler, *rows])


def medians(result: dict[str, Any], threads: int) -> dict[str, float]:
    """Return each library's median seconds."""
    return {side["library"]: side["median"] for side in result["sides"] if side["threads"] == threads}


def against(result: dict[str, Any], target: str, ratio: float | None) -> str:
    """Return a ratio, with its target where it is missed."""
    verdict = result["targets"].get(target)
    if verdict is None or verdict["reached"]:
        return figures(ratio, 2)
    return f"{figures(ratio, 2)} (target {verdict['target']:g})"


def training_table(results: list[dict[str, Any]]) -> str:
    """Return microseconds for a step, and the ratios."""
    present = {side["library"] for result in results for side in result["sides"]}
    peers = [name for name in TRAINING if name != OURS and name in present]
    head = ["network, batch", "floor", *peers, f"**{OURS}**", "share of peak"]
    head += ["times the best peer", "on 2 threads", "than scikit-learn"]
    rows = []
    for result in results:
        times, one = medians(result, 1), result["comparisons"].get("1", {})
        two = result["comparisons"].get("2", {})
        floor = result["floor_seconds"].get("1")
        share = floor / times[OURS] if floor and times.get(OURS) else None
        row = [result["label"], figures(floor and floor * 1e6)]
        row += [figures(times[name] * 1e6 if name in times else None) for name in peers]
        row.append(f"**{figures(times[OURS] * 1e6)}**" if OURS in times else "–")
        row.append(f"{share:.0%}" if share and share >= 0.1 else f"{share:.1%}" if share else "–")
        row.append(against(result, "one_thread", one.get("best_peer", {}).get("ratio")))
        row.append(against(result, "two_threads", two.get("best_peer", {}).get("ratio")))
        row.append(against(result, "scikit_learn", one.get("ratios", {}).get("scikit-learn")))
        rows.append(row)
    return table(head, rows)


def two_threads_table(results: list[dict[str, Any]]) -> str:
    """Return microseconds for a step with two threads allowed, and the ratio to any peer's best."""
    measured = [result for result in results if medians(result, 2)]
    present = {name for result in measured for name in medians(result, 2)}
    names = [name for name in TRAINING if name in present]
    head = ["network, batch", "floor", *names, "times the best", "times the best on 1 or 2"]
    rows = []
    for result in measured:
        times, two = medians(result, 2), result["comparisons"].get("2", {})
        floor = result["floor_seconds"].get("2")
        row = [result["label"], figures(floor and floor * 1e6)]
        row += [figures(times[name] * 1e6 if name in times else None) for name in names]
        row.append(against(result, "two_threads", two.get("best_peer", {}).get("ratio")))
        row.append(figures(two.get("best_peer_of_any_threads", {}).get("ratio"), 2))
        rows.append(row)
    return table(head, rows)


def machine_line(content: dict[str, Any]) -> str:
    """Return what it was measured on."""
    machine = content["machine"]
    versions = ", ".join(
        f"{name} {version}"
        for name, version in machine.get("versions", {}).items()
        if name not in ("torch-compiled", "rosenblatt-array")
    )
    ours = [side["form"] for result in content.get("training", []) for side in result["sides"]]
    forms = sorted({form for form in ours if form.endswith(" engine")})
    where = (
        f"{machine['processor']} ({', '.join(machine['instructions'])}), {machine['processors']} processors"
    )
    with_what = ", ".join([where, f"Python {machine['python']}", versions])
    return f"{with_what}; {', '.join(forms)}. Medians of {content['settings']['rounds']} rounds."


def inference_table(results: list[dict[str, Any]]) -> str:
    """Return microseconds for one row, milliseconds for 100,000, on one thread and two."""
    names = list(dict.fromkeys(side["library"] for result in results for side in result["sides"]))
    rows = []
    for result in results:
        for threads in (1, 2):
            times = medians(result, threads)
            if not times:
                continue
            one_row = result["case"].startswith("one row")
            scale, unit = (1e6, "µs") if one_row else (1e3, "ms")
            row = [f"{result['case']}, {result['dtype']}, {threads} thread{'s'[: threads - 1]}"]
            row += [f"{figures(times[name] * scale)} {unit}" if name in times else "–" for name in names]
            row.append(figures(result["comparisons"][str(threads)].get("best_peer", {}).get("ratio"), 2))
            rows.append(row)
    return table(["prediction", *names, "times onnxruntime, JAX, torch"], rows)


def other_tables(content: dict[str, Any]) -> list[str]:
    """Return start-up, memory and the grid."""
    parts = []
    if content.get("imports"):
        rows = [
            [each["library"], f"{each['seconds']:.3f} s", f"{each['bytes'] / 1e6:.0f} MB"]
            for each in content["imports"]
        ]
        parts.append("### Start-up\n\n" + table(["import", "time", "memory"], rows))
    if content.get("memory"):
        rows = [
            [
                each["library"],
                f"{(each['after'] - each['before']) / 1e6:.0f} MB",
                f"{each['after'] / 1e6:.0f} MB",
            ]
            for each in content["memory"]
        ]
        data = content["memory"][0]["data"] / 1e6
        title = f"### Memory of training 784-512-512-10, X of {data:.0f} MB\n\n"
        parts.append(title + table(["library", "added", "at most"], rows))
    for each in content.get("grid", []):
        parts.append(
            f"### GridSearchCV, {each['library']}\n\n{each['fits']} fits of {each['fit_seconds']:.2f} s at least: "
            f"{each['one']:.1f} s with n_jobs=1, {each['two']:.1f} s with n_jobs=2, {each['ratio']:.2f} of it."
        )
    return parts


def record(content: dict[str, Any]) -> str:
    """Return all results in Markdown."""
    parts = [machine_line(content)]
    for dtype in ("float32", "float64"):
        results = [result for result in content.get("training", []) if result["dtype"] == dtype]
        if results:
            parts.append(f"### Training, {dtype}: microseconds for a step, one thread")
            parts.append(training_table(results))
            if any(medians(result, 2) for result in results):
                parts.append(f"### Training, {dtype}: two threads allowed")
                parts.append(two_threads_table(results))
    if content.get("inference"):
        parts += ["### Predictions", inference_table(content["inference"])]
    parts += other_tables(content)
    if content.get("left_out"):
        lines = [f"- {name}: {reason}" for name, reason in content["left_out"].items()]
        parts.append("### Left out\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def readme_table(content: dict[str, Any]) -> str:
    """Return the readme's part: the table's shapes in float32, and what they ran on."""
    results = [
        result
        for result in content.get("training", [])
        if result["dtype"] == "float32" and SHAPES[result["shape"]].in_table
    ]
    # Whoever meets the library here does not know the targets; the record has them.
    shown = re.sub(r" \(target [^)]*\)", "", training_table(results))
    return (
        "Microseconds for a training step in float32 on one thread; the floor is its arithmetic at the "
        "processor's peak.\n\n" + shown + "\n\n" + machine_line(content)
    )


def put(file: Path, mark: str, text: str) -> None:
    """Replace what stands between the marks of a file."""
    whole = file.read_text(encoding="utf-8")
    before, found, rest = whole.partition(mark)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise SystemExit(f"{file.name} has no {mark} ... {END}")
    file.write_text(f"{before}{mark}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    print(f"wrote {file}")


def main() -> None:
    """Write tables and pictures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--readme", type=Path)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--images", type=Path, metavar="DIR")
    chosen = parser.parse_args()
    content = json.loads(chosen.results.read_text(encoding="utf-8"))
    if chosen.readme is not None:
        put(chosen.readme, README_MARK, readme_table(content))
    if chosen.record is not None:
        put(chosen.record, RECORD_MARK, record(content))
    if chosen.images is not None:
        from .pictures import draw  # matplotlib may be missing

        draw(content, chosen.images)
    if chosen.readme is None and chosen.record is None and chosen.images is None:
        print(record(content))


if __name__ == "__main__":
    main()
