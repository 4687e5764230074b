"""Checks the desk on Windows, under Wine: one line for each check with its seconds.

A check that fails is repeated once, alone. It fails the run if it fails again, unless Wine itself is at fault, which
the second time shows by a crash in Wine's own code or by a server of Wine that does not answer.
"""

from __future__ import annotations

import json
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Final, NamedTuple

from windows_machine import (
    RECORDINGS,
    SET_UP,
    Failure,
    NotRun,
    Outcome,
    Windows,
    fault_of_wine,
    missing_download,
    run,
)

SUITE: Final = ("persistence", "config", "commands", "plans", "risk", "execution", "adapters", "adapters/mt5")
"""Folders of the tests, each without those in it that are named themselves, the longest last."""
_LONG: Final = ("persistence", "adapters", "adapters/mt5")
"""Folders whose tests go faster in several processes, one more than there are cores, since some of them wait."""
_GOLD: Final = "XAUUSD_M1_202602160207_202602272357.csv"
_BITCOIN: Final = "BTCUSDT-1m-2026-03.zip"
_RATES: Final = "xauusd_m1_mt5rates_2026-03-24_2026-03-31.csv"
_COMMANDS: Final = (f"readings {{data}}{_GOLD}", f"scan {{data}}{_RATES}", f"replay {{data}}{_BITCOIN} --auto")
_SECONDS: Final = re.compile(r"\bin \d+(\.\d+)? s\b|\"seconds\": [\d.]+")
_FAILED_TEST: Final = re.compile(
    r"^(?:\[gw\d+\] \[ *\d+%\] )?(?:FAILED|ERROR) (\S+?\.py(?:::.*?)?)(?: - .*)?$"
    r"|^(\S+?\.py::.*) (?:FAILED|ERROR) +\[ *\d+%\]$",
    re.MULTILINE,
)
"""As pytest names it at the end, and while others still run: with one process and with several."""
_UNWELL: Final = 1
_OF_PACKAGE: Final = (
    "tests/adapters/mt5/link/test_without_terminal.py",
    "tests/adapters/mt5/strict_fake/test_against_package.py",
)
_ONE_BY_ONE: Final = 10
_TOGETHER: Final = 100
"""Tests that fit into a command line of Windows."""
_MAX_SHOWN: Final = 6000
_COMMAND_LIMIT_S: Final = 300.0
_SUITE_LIMIT_S: Final = 1800.0
_TEST_LIMIT_S: Final = 120
_ALL_WITHIN_S: Final = 900.0
"""For the first look of all checks; a repetition takes as long as it takes."""


class Check(NamedTuple):
    """`look` raises `Failed` or `NotRun`."""

    name: str
    look: Callable[[Windows], None]


class Failed(Exception):
    """What a program said that did not do what it should; `tests` are those of the suite that failed."""

    def __init__(self, said: str, tests: tuple[str, ...] = ()) -> None:
        super().__init__(said)
        self.said = said
        self.tests = tests


def done(outcome: Outcome) -> Outcome:
    """Passes what ended well. Raises `Failed`."""
    if outcome.is_late:
        raise Failed(f"{outcome.said}\nit took too long and was ended")
    if outcome.code != 0:
        raise Failed(f"{outcome.said}\nit ended with code {outcome.code}")
    return outcome


# -- the checks -------------------------------------------------------------------------------------------------------


def commands(windows: Windows) -> None:
    """The command line says of real files what it says on Linux, but for line ends and how long it took."""
    if not RECORDINGS.is_dir():
        raise NotRun("there are no recordings beside the project")
    for command in _COMMANDS:
        there = done(windows.run(f'wine "$PY" run.py {command.format(data="../shared/data/")}', _COMMAND_LIMIT_S))
        here = done(run(["python3", "run.py", *command.format(data="../shared/data/").split()], _COMMAND_LIMIT_S))
        output, expected = (
            _SECONDS.sub("in a while", text.replace("\r\n", "\n")) for text in (there.output, here.output)
        )
        if output != expected or not output.strip():
            raise Failed(f"{command} says something else than on Linux: {_first_difference(output, expected)}")


def _first_difference(output: str, expected: str) -> str:
    lines = zip([*output.splitlines(), "(the end)"], [*expected.splitlines(), "(the end)"], strict=False)
    return next((f"{a[:300]!r} instead of {b[:300]!r}" for a, b in lines if a != b), "line ends")


def tour(windows: Windows) -> None:
    folder = windows.tree / "tour"
    shutil.rmtree(folder, ignore_errors=True)
    done(windows.run('wine "$PY" run.py --tour', _COMMAND_LIMIT_S))
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    pictures = [file for file in folder.glob("*.png") if file.stat().st_size > 10_000]
    if not (summary["candles"] and summary["frames_painted"] and len(pictures) > 5):
        raise Failed(f"the tour left {len(pictures)} pictures, and says {summary}")


def window(windows: Windows) -> None:
    """A window of the system opens, trades on the demo market and closes."""
    with ExitStack() as stack:
        windows.display = _display(stack)
        stack.callback(windows.show_nothing)
        # All programs of a running Wine share the screen that it began with.
        play = 'wineserver -k; wine "$VPY" .ci/play_window.py; code=$?; wineserver -k; exit $code'
        done(windows.run(play, _COMMAND_LIMIT_S, PYTHONPATH=r"C:\desk\main"))


def _display(stack: ExitStack) -> str:
    """The number of a screen that nobody sees, which ends with `stack`."""
    if run(["which", "Xvfb"], 10.0).code != 0:
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "xvfb"]
        run(["apt-get", "update", "-qq"], 300.0)
        if run(install, 600.0, environment={"DEBIAN_FRONTEND": "noninteractive"}).code != 0:
            raise NotRun("Xvfb cannot be installed")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    os.close(writer)
    stack.callback(screen.wait)
    stack.callback(screen.terminate)
    with os.fdopen(reader) as output:
        number = output.readline().strip()
    if not number:
        raise NotRun("Xvfb does not start")
    return f":{number}"


def doctor(windows: Windows) -> None:
    """The doctor meets MetaTrader's own package, and no terminal."""
    _require_package(windows)
    outcome = windows.run('wine "$PY" run.py mt5 doctor', _COMMAND_LIMIT_S)
    if outcome.code != _UNWELL or "Install MetaTrader 5" not in outcome.output:
        raise Failed(f"{outcome.said}\nthe doctor ended with code {outcome.code}")


def package(windows: Windows) -> None:
    """The strict stand-in equals the installed package, and the desk does with it what is right without a terminal."""
    _require_package(windows)
    _test(windows, _OF_PACKAGE)


def _require_package(windows: Windows) -> None:
    if windows.run('wine "$VPY" -c "import MetaTrader5"', _COMMAND_LIMIT_S).code == 0:
        return
    install = windows.run('wine "$VPY" -m pip install -q --disable-pip-version-check MetaTrader5', _COMMAND_LIMIT_S)
    if (reason := missing_download(install.said)) is not None:
        raise NotRun(reason)
    done(install)


def suite(folder: str) -> Check:
    """The tests in one folder."""

    def look(windows: Windows) -> None:
        within = [f"--ignore=tests/{each}" for each in SUITE if each.startswith(f"{folder}/")]
        at_once = (os.cpu_count() or 1) + 1 if folder in _LONG else 0
        _test(windows, (f"tests/{folder}", *within), at_once)

    return Check(f"suite {folder}", look)


def _test(windows: Windows, names: Sequence[str], at_once: int = 0) -> None:
    quoted = " ".join(map(shlex.quote, names))
    options = f"-v -n{at_once} --dist loadfile --no-loadscope-reorder -p no:cacheprovider"
    options += " --capture=sys"  # what Wine says of a crash is shown
    options += f" -o faulthandler_timeout={_TEST_LIMIT_S} -o faulthandler_exit_on_timeout=true"
    outcome = windows.run(f'wine "$VPY" -m pytest {options} {quoted}', _SUITE_LIMIT_S)
    if outcome.code != 0:
        raise Failed(f"{outcome.said}\npytest ended with code {outcome.code}", failed_tests(outcome.output))


def failed_tests(said: str) -> tuple[str, ...]:
    """The tests that failed, each once."""
    names = (one or other for one, other in _FAILED_TEST.findall(said))
    return tuple(dict.fromkeys(name.strip().replace("\\", "/") for name in names))


CHECKS: Final = (
    Check("command line", commands),
    Check("tour", tour),
    Check("window", window),
    Check("mt5 doctor", doctor),
    Check("MetaTrader's package", package),
    *map(suite, SUITE),
)


# -- judging them -----------------------------------------------------------------------------------------------------


def judged(check: Check, windows: Windows) -> tuple[str, bool]:
    """What to say of a check, and whether it passed or was not run."""
    begun = time.monotonic()
    try:
        try:
            _look(check, windows)
            verdict, is_good = "passed", True
        except Failed as failed:
            which = ", ".join(failed.tests) or failed.said.strip().rpartition("\n")[2]
            print(f"windows: {check.name}: failed, and is repeated: {which}"[:_MAX_SHOWN], flush=True)
            hurry, windows.ends_at = windows.ends_at, math.inf
            try:
                verdict, is_good = _repeated(check, windows, failed)
            finally:
                windows.ends_at = hurry
    except NotRun as reason:
        verdict, is_good = f"not run: {reason}", True
    return f"windows: {check.name}: {verdict} ({time.monotonic() - begun:.0f} s)", is_good


def _look(check: Check, windows: Windows) -> None:
    """What failed before the time was over has failed."""
    try:
        check.look(windows)
    except NotRun as cut:
        if failed := failed_tests(cut.said):
            raise Failed(f"{cut.said}\n{cut}", failed) from None
        raise


def _repeated(check: Check, windows: Windows, first: Failed) -> tuple[str, bool]:
    """A few tests that failed each by itself, so that a fault of Wine in one does not excuse another."""
    if len(first.tests) <= _ONE_BY_ONE:
        again = [Check(name, partial(_test, names=(name,))) for name in first.tests] or [check]
    elif len(first.tests) <= _TOGETHER:
        again = [Check(f"{len(first.tests)} tests", partial(_test, names=first.tests))]
    else:
        again = [check]
    of_wine: list[str] = []
    for each in again:
        try:
            each.look(windows)
        except Failed as failed:
            if (fault := fault_of_wine(failed.said)) is None:
                return f"FAILED twice: {each.name}\n{failed.said[-_MAX_SHOWN:]}\nwindows: {check.name}: FAILED", False
            of_wine.append(f"{each.name}: {fault}")
    if of_wine:
        raise NotRun("Wine's own fault: " + "; ".join(of_wine))
    return "passed, the second time: " + ", ".join(each.name for each in again), True


def main() -> int:
    """Returns 0 unless the desk is at fault."""
    if not SET_UP.is_file() or os.geteuid() != 0:
        print("windows: not run: it needs ../shared/windows/setup.sh, and root", flush=True)
        return 0
    windows = Windows.kept()
    wanted = [check for check in CHECKS if not sys.argv[1:] or check.name in sys.argv[1:]]
    with windows.held():
        begun = time.monotonic()
        try:
            windows.make()
        except NotRun as reason:
            print(f"windows: not run: {reason}", flush=True)
            return 0
        except Failure as failure:
            print(f"windows: set-up: FAILED: {failure}", flush=True)
            return 1
        print(f"windows: set-up: done ({time.monotonic() - begun:.0f} s)", flush=True)
        windows.ends_at = time.monotonic() + _ALL_WITHIN_S
        are_good = True
        for check in wanted:
            verdict, is_good = judged(check, windows)
            print(verdict, flush=True)
            are_good &= is_good
    return 0 if are_good else 1


if __name__ == "__main__":
    sys.exit(main())
