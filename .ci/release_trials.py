"""Tries a packaged program as a user would: what is run first, in an empty home."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from release_tools import LIMIT_S, VERSION, must
from windows_machine import PROJECT, RECORDINGS, Failure, Outcome

GOLD: Final = RECORDINGS / "XAUUSD_M1_202602160207_202602272357.csv"
STOPWATCH: Final = PROJECT / ".ci" / "start_times.py"
_STRANGERS: Final = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
"""Variables of the caller that a user's machine does not have."""


def tried(program: Path) -> str:
    """Runs what a user runs first, in an empty home; returns how long it took. Raises `Failure`."""
    with tempfile.TemporaryDirectory() as home:
        said = ""
        for name, arguments in first_commands(GOLD):
            begun = time.monotonic()
            outcome = as_user([str(program), *arguments], Path(home))
            if outcome.code != 0:
                raise Failure(
                    f"microscalp {' '.join(arguments)} ended with code {outcome.code}: {outcome.said[-3000:]}"
                )
            said += f", {name} {time.monotonic() - begun:.1f} s"
            if name == "version" and outcome.output.strip() != f"microscalp {VERSION}":
                raise Failure(f"--version says {outcome.output!r}")
        if not list(Path(home, "tour").glob("*.png")):
            raise Failure("the tour left no pictures")
        started = must(as_user([sys.executable, str(STOPWATCH), str(program)], Path(home)))
        return f"{started.output.strip()}{said}"


def first_commands(recording: Path) -> list[tuple[str, list[str]]]:
    """Each with its name: the window in pictures, a replay, and processes that the program starts by itself."""
    commands = [
        ("version", ["--version"]),
        ("tour", ["--tour"]),
        ("workers", ["lab", "null", "--days", "5", "--paths", "1", "--every-candle", "--workers", "2"]),
    ]
    if recording.is_file():
        commands.append(("replay", ["replay", str(recording), "--auto"]))
    return commands


def as_user(command: list[str], home: Path, **environment: str) -> Outcome:
    """Runs a program with a home of its own and without what only developers set."""
    plain = {name: value for name, value in os.environ.items() if name not in _STRANGERS and "XDG" not in name}
    process = subprocess.run(
        command,
        cwd=home,
        env=plain | {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=LIMIT_S,
        check=False,
    )
    return Outcome(process.returncode, process.stdout, process.stderr)
