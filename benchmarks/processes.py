"""Worker processes: started with pinned threads, kept alive, asked one at a time."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Any

from .shapes import Shape

TIMEOUT = 240.0  # seconds that one answer may take, compiling included
SETTLE = 0.04  # after a measurement on several threads, whose pools go on spinning for a while


def processors(threads: int) -> set[int]:
    """Return the processors that this many threads may use: the last ones, as the first serve interrupts."""
    return set(sorted(os.sched_getaffinity(0))[-threads:])


def environment(threads: int) -> dict[str, str]:
    """Return the environment in which every library takes ``threads`` threads."""
    count = str(threads)
    names = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "ROSENBLATT_NUM_THREADS",
        "NPROC",  # the pool of JAX
    )
    eigen = "true" if threads > 1 else "false"
    return {
        **os.environ,
        **dict.fromkeys(names, count),
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={eigen} intra_op_parallelism_threads={count}",
        "JAX_PLATFORMS": "cpu",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONWARNINGS": "ignore",
    }


class LeftOutError(Exception):
    """A side is left out; the message says why."""


class Process:
    """One library in a process of its own."""

    def __init__(self, name: str, threads: int) -> None:
        self.name, self.threads = name, threads
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(threads),
            text=True,
        )
        os.sched_setaffinity(self.process.pid, processors(threads))  # before it starts any thread
        first = self._reply()
        if "missing" in first:
            self.close()
            raise LeftOutError(f"not installed ({first['missing']})")

    def _reply(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(TIMEOUT):
                self.close()
                raise LeftOutError(f"no answer in {TIMEOUT:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            self.close()
            raise LeftOutError(f"its process ended with status {self.process.returncode}")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def ask(self, call: str, **request: Any) -> dict[str, Any]:
        """Return the answer; raises LeftOutError where there is none."""
        if self.process.poll() is not None:
            raise LeftOutError("its process has ended")
        assert self.process.stdin is not None
        shape = request.get("shape")
        if isinstance(shape, Shape):
            request["shape"] = {**asdict(shape), "targets": None}
        print(json.dumps({"call": call, **request}), file=self.process.stdin, flush=True)
        reply = self._reply()
        if call.startswith("measure") and self.threads > 1:
            time.sleep(SETTLE)
        for word in ("error", "unsuitable"):
            if word in reply:
                raise LeftOutError(reply[word])
        return reply

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()


class Processes:
    """All workers of a run, each started when it is first needed.

    Attributes
    ----------
    notes : dict
        Why a side was left out everywhere, or somewhere.
    versions : dict
        Of the libraries that ran.
    """

    def __init__(self) -> None:
        self.running: dict[tuple[str, int], Process] = {}
        self.notes: dict[str, str] = {}
        self.versions: dict[str, str] = {}

    def get(self, name: str, threads: int) -> Process | None:
        """Return the worker, or None where its library is not there."""
        if name in self.notes:
            return None
        key = name, threads
        if key not in self.running or self.running[key].process.poll() is not None:
            try:
                self.running[key] = Process(name, threads)
                self.versions[name] = self.running[key].ask("version")["version"]
            except LeftOutError as reason:
                self.notes[name] = str(reason)
                print(f"  {name} is left out: {reason}", flush=True)
                return None
        return self.running[key]

    def leave_out(self, name: str, threads: int, where: str, reason: LeftOutError) -> None:
        """Note that a side is left out of one comparison."""
        note = f"{name}, {where}, threads={threads}"
        self.notes[note] = str(reason)
        print(f"  {note}: left out: {reason}", flush=True)

    def close(self) -> None:
        """End all workers."""
        for process in self.running.values():
            process.close()
        self.running.clear()
