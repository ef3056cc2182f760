"""Runs works, sees that the answers agree, and reports times. See the head of `run`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SEED = 20261122


class Disagreement(Exception):
    """The two sides answered differently: their times mean nothing."""


@dataclass
class Side:
    """What one side measured: the seconds of each run, and its answer."""

    seconds: list[float]
    answer: Any
    more: dict[str, Any] = field(default_factory=dict)
    """What else is worth a field in the report."""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass
class Bench:
    """What a work is given: sizes, a place for its files, and clocks."""

    dir: Path
    scale: float
    runs: int
    seed: int = SEED

    def size(self, full: int, least: int = 100) -> int:
        """A size, scaled down where the comparison is only tested."""
        return max(least, round(full * self.scale))

    def rust(self, work: str, **fields: Any) -> dict[str, Any]:
        """Has the runner do a work in a process of its own, on the files in `dir`; the answer is what it printed."""
        task = json.dumps({"work": work, "dir": str(self.dir), "runs": self.runs} | fields)
        runner = TARGET / "release" / "tierra-compare"
        done = subprocess.run([runner], input=task + "\n", capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{work}: the runner failed: {done.stderr.strip()}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def ours(self, work: str, **fields: Any) -> Side:
        """Tierra's side by the runner. Fields beside `seconds` and `answer` are reported."""
        answer = self.rust(work, **fields)
        return Side(answer.pop("seconds"), answer.pop("answer"), answer)

    def timed(self, work: Callable[[], Any], runs: int | None = None) -> Side:
        """Runs a piece of Python several times."""
        seconds, answer = [], None
        for _ in range(runs or self.runs):
            answer = None
            started = time.perf_counter()
            answer = work()
            seconds.append(time.perf_counter() - started)
        return Side(seconds, answer)


@dataclass
class Work:
    name: str
    peer: str
    run: Callable[[Bench], tuple[Side, Side]]
    """Both sides, ours first."""


WORKS: dict[str, Work] = {}


def work(name: str, peer: str) -> Callable[[Callable[[Bench], tuple[Side, Side]]], Callable[[Bench], tuple[Side, Side]]]:
    """Enters a function of a :class:`Bench` as the work `name`."""

    def enter(run: Callable[[Bench], tuple[Side, Side]]) -> Callable[[Bench], tuple[Side, Side]]:
        if name in WORKS:
            raise ValueError(f"two works are called {name}")
        WORKS[name] = Work(name, peer, run)
        return run

    return enter


def report(one: Work, scale: float, runs: int) -> dict[str, Any]:
    """Runs one work and compares the answers."""
    place = TARGET / "compare" / "data" / one.name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        ours, peer = one.run(Bench(place, scale, runs))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if ours.answer != peer.answer:
        raise Disagreement(f"{one.name}: tierra answers {ours.answer!r}, {one.peer} answers {peer.answer!r}")
    times = {"ours_s": ours.median, "peer_s": peer.median, "ratio": peer.median / ours.median}
    return {"work": one.name, "peer": one.peer, **times, **ours.more, **peer.more}


def seconds(value: float) -> str:
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def row(found: dict[str, Any]) -> str:
    more = {name: value for name, value in found.items() if name not in ("work", "peer", "ours_s", "peer_s", "ratio")}
    notes = ", ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in more.items())
    times = f"{seconds(found['ours_s']):>9} {seconds(found['peer_s']):>9} {found['ratio']:>7.1f}"
    return f"{found['work']:<16} {times}  {found['peer']}{'; ' if notes else ''}{notes}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benches/compare/run", description="Tierra beside its peers, the same work in one run.")
    parser.add_argument("works", metavar="WORK", nargs="*", help="which works; without any, all of them")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--list", action="store_true", help="names the works and their peers")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    # Each module of works/ enters its works; what they compare with they import when they run.
    for module in pkgutil.iter_modules([str(Path(__file__).parent / "works")]):
        importlib.import_module(f"works.{module.name}")
    unknown = [name for name in arguments.works if name not in WORKS]
    if unknown:
        print(f"benches/compare/run: `{unknown[0]}` is no work; expected one of: {' '.join(WORKS)}", file=sys.stderr)
        return 2
    try:
        scale = float(os.environ.get("TIERRA_BENCH_SCALE", "1"))
    except ValueError:
        scale = 0.0
    if not 0 < scale <= 1:
        print("benches/compare/run: TIERRA_BENCH_SCALE is a number above 0, at most 1", file=sys.stderr)
        return 2
    if arguments.list:
        print(*(f"{one.name:<16} {one.peer}" for one in WORKS.values()), sep="\n")
    if arguments.list or arguments.check:
        return 0
    if not arguments.json:
        print(f"{'work':<16} {'ours':>9} {'peer':>9} {'ratio':>7}  peer", flush=True)
    for name in arguments.works or WORKS:
        try:
            found = report(WORKS[name], scale, runs=7)
        except Disagreement as error:
            print(f"benches/compare/run: {error}", file=sys.stderr)
            return 1
        print(json.dumps(found) if arguments.json else row(found), flush=True)
    return 0


if __name__ == "__main__":
    # Works import `harness`, which is to be this very module.
    sys.modules["harness"] = sys.modules["__main__"]
    sys.exit(main())
