"""How long a start takes: to the first painted window, to moving candles, and where the time goes.

    python -m benchmarks.startup [--runs N] [--json]

Starts are warm: one start before the first that counts fills the caches of the disk and of compiled modules.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import run
from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table, summary

PATIENCE_S = 60.0
_STORE = TemporaryDirectory(prefix="microscalp-startup-")
DESK = (sys.executable, "-P", "-m", "gui.app", "--data-dir", _STORE.name)
"""With a store of its own: a desk that is running, and the user's plans, are left alone."""
EMPTY_WINDOW = """
import json, sys, time
from PySide6 import QtCore, QtWidgets
class Window(QtWidgets.QMainWindow):
    def paintEvent(self, event):
        QtCore.QTimer.singleShot(0, painted)
def painted():
    print(json.dumps({"milestone": "painted", "monotonic_s": time.monotonic()}), file=sys.stderr, flush=True)
application = QtWidgets.QApplication([])
window = Window()
window.resize(1400, 800)
window.show()
application.exec()
"""
PACKAGE_GROUPS = {"config": "config", "engine": "engine", "gui": "gui", "resources": "gui"}
QT = ("PySide6", "shiboken6", "shibokensupport")
LIBRARIES = ("numpy", "pandas", "pyarrow", "pyqtgraph", "qasync", "pydantic", "pydantic_core", "msgspec")
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)")


class DidNotStart(Exception):
    """A start that did not reach its milestone; the text holds what the program said."""


def main() -> int:
    """Measure and print; 1 where the desk did not start."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="starts of each kind that count")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        results = {"starts": starts(options.runs), "imports": imports(), "run_py": overhead(options.runs)}
    except DidNotStart as failure:
        print(failure, file=sys.stderr)
        return 1
    if options.json:
        print_json(results)
    else:
        print_machine()
        print_table("From process start, ms", results["starts"])
        print_table("Imports until candles move, ms of their own", results["imports"])
        print_table("What run.py adds to a start after the first, ms", results["run_py"])
    record("startup", options, figures(results))
    return 0


def figures(results: Mapping[str, list[Row]]) -> dict[str, Figure]:
    """What the history keeps: the median start of each program, and all imports."""
    starts = {f"{row['program']}, {row['until']}": Figure(row["median"], "ms") for row in results["starts"]}
    return {**starts, "imports": Figure(results["imports"][-1]["ms"], "ms")}


def starts(runs: int) -> list[Row]:
    """Milliseconds from process start to each milestone, with bare programs as yardsticks."""
    kinds: dict[str, Callable[[], dict[str, float]]] = {
        "python, nothing else": lambda: {"ended": duration([sys.executable, "-c", "pass"])},
        "an empty Qt window": lambda: milestones([sys.executable, "-c", EMPTY_WINDOW], until="painted"),
        "the desk": lambda: milestones(DESK, until="moving"),
    }
    samples: dict[tuple[str, str], list[float]] = defaultdict(list)
    for number in range(runs + 1):
        for kind, start in kinds.items():
            for milestone, took_ms in start().items():
                if number:
                    samples[kind, milestone].append(took_ms)
    return [{"program": kind, "until": milestone, **summary(took, 0)} for (kind, milestone), took in samples.items()]


def milestones(command: Sequence[str], until: str) -> dict[str, float]:
    """Milliseconds from process start to each milestone the program reports, the last one being `until`."""
    reached: dict[str, float] = {}
    began = time.monotonic()
    for line in lines_of(command, until):
        if line.startswith('{"milestone"'):
            message = json.loads(line)
            reached.setdefault(message["milestone"], (message["monotonic_s"] - began) * 1000)
    return reached


def lines_of(command: Sequence[str], until: str) -> Iterator[str]:
    """Standard error of the program, line by line; the program is ended once it has reported the milestone `until`."""
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    alarm = threading.Timer(PATIENCE_S, process.kill)
    alarm.start()
    said: list[str] = []
    try:
        for line in process.stderr or ():
            said.append(line)
            yield line
            if line.startswith('{"milestone"') and json.loads(line)["milestone"] == until:
                return
        raise DidNotStart(f"{' '.join(command)} ended before '{until}'. It said:\n{''.join(said[-20:])}")
    finally:
        alarm.cancel()
        process.kill()
        process.communicate()


def imports() -> list[Row]:
    """The time that modules took by themselves, summed by package and library, in one start with import times."""
    took_ms: dict[str, float] = defaultdict(float)
    modules: dict[str, int] = defaultdict(int)
    for line in lines_of([sys.executable, "-X", "importtime", *DESK[1:]], until="moving"):
        found = IMPORTED.match(line)
        if found:
            took_ms[owner(found[2])] += int(found[1]) / 1000
            modules[owner(found[2])] += 1
    ranked = sorted(took_ms, key=took_ms.__getitem__, reverse=True)
    rows: list[Row] = [{"imported": name, "modules": modules[name], "ms": round(took_ms[name], 1)} for name in ranked]
    return [*rows, {"imported": "all", "modules": sum(modules.values()), "ms": round(sum(took_ms.values()), 1)}]


def owner(module: str) -> str:
    package = module.partition(".")[0]
    if package in PACKAGE_GROUPS:
        return PACKAGE_GROUPS[package]
    if package in QT:
        return "Qt"
    if package in LIBRARIES:
        return package.removesuffix("_core")
    return "standard library" if package in sys.stdlib_module_names else "other libraries"


def overhead(runs: int) -> list[Row]:
    """What the one command takes beyond the desk itself, each asked for its help, which opens no window."""
    if not run.is_set_up(run.wanted_stamps(is_test=False, may_open_window=True)):
        return [{"program": "run.py has not set this folder up: python3 run.py"}]
    outer = getattr(sys, "_base_executable", None) or sys.executable
    through = [outer, str(Path(run.__file__)), "--help"]
    straight = [run.PYTHON, *DESK[1:], "--help"]
    pairs = [(duration(through), duration(straight)) for _ in range(runs + 1)][1:]
    return [
        {"program": "run.py --help", **summary([pair[0] for pair in pairs], 1)},
        {"program": "gui.app --help", **summary([pair[1] for pair in pairs], 1)},
        {"program": "difference", **summary([pair[0] - pair[1] for pair in pairs], 1)},
    ]


def duration(command: Sequence[str]) -> float:
    """Milliseconds from the start of a program to its end."""
    began = time.monotonic()
    outcome = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    took_ms = (time.monotonic() - began) * 1000
    if outcome.returncode != 0:
        raise DidNotStart(f"{' '.join(command)} failed. It said:\n{outcome.stderr}")
    return took_ms


def environment() -> dict[str, str]:
    """What run.py gives the desk, and the request to report milestones."""
    return {**run.environment(), "MICROSCALP_STARTUP_TRACE": "1"}


if __name__ == "__main__":
    sys.exit(main())
