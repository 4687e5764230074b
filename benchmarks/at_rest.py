"""What an idle desk costs: the demo market in real time, two charts, no user input.

    python -m benchmarks.at_rest [--seconds S] [--warm-up S] [--json]

The desk runs in a separate process, offscreen, with folders of its own. Counted is the time it spends on a
core, which a busy machine stretches less than the time on the wall.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

import run
from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table
from gui.features.help.model.introduced import IntroducedFile

DESK = (sys.executable, "-P", "-m", "gui.app", "--speed", "1")
FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA")


def main() -> int:
    """Measure and print; 1 where the desk ended early."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to measure")
    parser.add_argument("--warm-up", type=float, default=20.0, help="seconds from the start to the measurement")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    try:
        row = at_rest(options.warm_up, options.seconds)
    except psutil.NoSuchProcess:
        print("the desk ended before it was measured", file=sys.stderr)
        return 1
    if options.json:
        print_json({"at_rest": row})
    else:
        print_machine()
        print_table("The desk at rest", [row])
    figures = {"processor": Figure(row["core_percent"], "% of a core"), "memory": Figure(row["memory_mb"], "MB")}
    record("at_rest", options, figures)
    return 0


def at_rest(warm_up_s: float, seconds: float) -> Row:
    """Share of one core in per cent, by user and system time, and the memory held at the end in MB."""
    with running_desk() as desk:
        time.sleep(warm_up_s)
        before, began = desk.cpu_times(), time.monotonic()
        time.sleep(seconds)
        if desk.status() == psutil.STATUS_ZOMBIE:
            raise psutil.NoSuchProcess(desk.pid)
        after, took_s = desk.cpu_times(), time.monotonic() - began
        user, system = after.user - before.user, after.system - before.system
        return {
            "seconds": round(took_s, 1),
            "user_percent": round(100.0 * user / took_s, 2),
            "system_percent": round(100.0 * system / took_s, 2),
            "core_percent": round(100.0 * (user + system) / took_s, 2),
            "memory_mb": round(desk.memory_info().rss / 1e6, 1),
        }


@contextmanager
def running_desk() -> Iterator[psutil.Process]:
    """A desk that has the folders of no user, who has seen the introduction; it is ended at the end."""
    with TemporaryDirectory(prefix="microscalp-at-rest-") as folder:
        IntroducedFile(Path(folder) / "microscalp" / "introduced.txt").note()
        environment = {**run.environment(), "QT_QPA_PLATFORM": "offscreen", **dict.fromkeys(FOLDERS, folder)}
        command = [*DESK, "--data-dir", folder]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
