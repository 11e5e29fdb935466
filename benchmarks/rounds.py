"""Rounds: every side once, then every side again, so that a slow minute meets them all."""

from __future__ import annotations

import statistics
from typing import Any

from .peers import OURS
from .processes import LeftOutError, Process, Processes

Side = tuple[str, int]  # library, threads


def prepared(
    processes: Processes, sides: list[Side], where: str, call: str, **request: Any
) -> dict[Side, tuple[Process, dict[str, Any]]]:
    """Return the sides that are ready, with their worker's answer."""
    ready = {}
    for name, threads in sides:
        process = processes.get(name, threads)
        if process is None:
            continue
        try:
            ready[name, threads] = process, process.ask(call, **request)
        except LeftOutError as reason:
            processes.leave_out(name, threads, where, reason)
    return ready


def interleaved(
    processes: Processes,
    ready: dict[Side, tuple[Process, dict[str, Any]]],
    where: str,
    call: str,
    rounds: int,
) -> dict[Side, dict[str, Any]]:
    """Return for each side the seconds of every round, their median, and the processors it used."""
    seconds: dict[Side, list[float]] = {side: [] for side in ready}
    cores: dict[Side, list[float]] = {side: [] for side in ready}
    for number in range(rounds):
        sides = list(seconds)
        first = number % len(sides) if sides else 0
        for side in sides[first:] + sides[:first]:  # each round begins with another
            try:
                reply = ready[side][0].ask(call)
            except LeftOutError as reason:
                processes.leave_out(*side, where, reason)
                del seconds[side]
                continue
            seconds[side].append(reply["seconds"])
            cores[side].append(reply["cores"])
    return {
        side: {
            "library": side[0],
            "threads": side[1],
            "form": ready[side][1].get("form", ""),
            "seconds": times,
            "median": statistics.median(times),
            "cores": statistics.median(cores[side]),
        }
        for side, times in seconds.items()
    }


def ratio(slower: dict[str, Any], ours: dict[str, Any]) -> float:
    """Return how many times faster ours is: the median of the ratios within the rounds."""
    return statistics.median(a / b for a, b in zip(slower["seconds"], ours["seconds"], strict=True))


def compared(
    measured: dict[Side, dict[str, Any]], threads: int, among: list[str] | None = None
) -> dict[str, Any]:
    """Return ours against the best peer and each peer, everybody on ``threads`` threads.

    The best peer is the one of the least median; peers on fewer threads count too where that is
    faster for them, because a user could pick that.
    """
    ours = measured.get((OURS, threads))
    peers = [
        side
        for side, found in measured.items()
        if side[0] != OURS
        and not side[0].startswith(OURS)
        and (among is None or side[0] in among)
        and side[1] <= threads
        and found["median"] > 0
    ]
    if ours is None or not peers:
        return {}
    same = [side for side in peers if side[1] == threads]
    result: dict[str, Any] = {"ours_seconds": ours["median"]}
    result["ratios"] = {name: ratio(measured[name, n], ours) for name, n in same}
    for word, sides in (("best_peer", same), ("best_peer_of_any_threads", peers)):
        if sides:
            best = min(sides, key=lambda side: measured[side]["median"])
            result[word] = {"library": best[0], "threads": best[1], "ratio": ratio(measured[best], ours)}
    return result
