"""The checks under Wine: what they take for a fault of the desk, of Wine, and of a network."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fcntl", reason="the checks run beside Wine, on Linux")

CI = Path(__file__).resolve().parents[1] / ".ci"

CRASH = """wine: Unhandled page fault on read access to 0000000000000028 at address 00006FFFFFC41D25 (thread 04b4)
Unhandled exception: page fault on read access to 0x0000000000000028 in 64-bit code (0x006fffffc41d25).
Register dump:
 rip:00006fffffc41d25 rsp:00007fffff46ff50 rbp:0000000000000000 eflags:00010206 (  R- --  I   - -P- )
Backtrace:
=>0 0x006fffffc41d25 RtlEnterCriticalSection+0x5(crit=0000000000000008) [/build/dlls/ntdll/sync.c:354] in {at} (0000)
  1 0x006fffffa54819 BaseThreadInitThunk+0x9(unknown=<internal error>) [/build/kernel32/thread.c:61] in {from} (0000)
  2 0x006fffffc2fa1b in ntdll (+0xfa1b) (0000000000000000)
Modules:
Module  Address                                 Debug info      Name (53 modules)
PE             140000000-       14001a000       Deferred        python
ELF         5578bb0c5000-    5578bb0ca000       Deferred        <wine-loader>
PE          6ffffbd90000-    6ffffbdb2000       Deferred        _ctypes.pyd
PE          6ffffd100000-    6ffffd74e000       Deferred        python313
PE-Wine     6fffffa40000-    6fffffc04000       Dwarf-4         kernel32
PE-Wine     6fffffc20000-    6ffffffec000       Dwarf-4         ntdll
"""
IN_WINE = CRASH.replace("{at}", "ntdll").replace("{from}", "kernel32")
IN_PYTHON = CRASH.replace("{at}", "python313").replace("{from}", "kernel32")
BY_CTYPES = CRASH.replace("{at}", "ntdll").replace("{from}", "_ctypes.pyd")
FAILURES = """..F.F
=========================== short test summary info ===========================
FAILED tests/risk/test_gate.py::test_that_a[XAUUSD-one two] - AssertionError: a - b
ERROR tests\\risk\\test_locks.py - ImportError
2 failed, 3 passed in 1.20s
"""
MANY = "".join(f"FAILED tests/risk/test_gate.py::test_that_{number} - AssertionError\n" for number in range(30))


@pytest.fixture
def machine() -> Iterator[Any]:
    sys.path.insert(0, str(CI))
    yield importlib.import_module("windows_machine")
    sys.path.remove(str(CI))


@pytest.fixture
def checks(machine: Any) -> Any:
    return importlib.import_module("windows_checks") if machine else None


@pytest.mark.parametrize(
    "said", [IN_WINE, IN_PYTHON + IN_WINE, "wineserver: no answer\n", "wine client error:0: write"]
)
def test_that_a_crash_in_wines_own_code_and_a_server_that_is_gone_are_faults_of_wine(machine: Any, said: str) -> None:
    assert machine.fault_of_wine(f"before\n{said}after\n")


@pytest.mark.parametrize("said", ["", FAILURES, IN_PYTHON, BY_CTYPES, CRASH.partition("Backtrace")[0]])
def test_that_a_crash_of_the_desk_is_no_fault_of_wine(machine: Any, said: str) -> None:
    assert machine.fault_of_wine(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "E: Unable to fetch some archives, maybe run apt-get update",
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError': /simple/numpy/",
        "ERROR: No matching distribution found for numpy==2.4.1",
        "urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
        "urllib.error.HTTPError: HTTP Error 503: Service Unavailable",
        "TimeoutError: The read operation timed out",
    ],
)
def test_that_a_download_that_failed_is_reported(machine: Any, said: str) -> None:
    assert machine.missing_download(f"Traceback\n  {said}\n") == said


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
        "SyntaxError: invalid syntax (run.py, line 12)",
        "OSError: [Errno 28] No space left on device: 'C:\\\\desk\\\\main\\\\.venv'",
    ],
)
def test_that_no_other_fault_counts_as_a_download(machine: Any, said: str) -> None:
    assert machine.missing_download(said) is None


def machine_that_says(machine: Any, *outcomes: tuple[int, str]) -> Any:
    """A machine on which each program ends as the next of `outcomes` says; it must be asked for all of them."""

    class Scripted(machine.Windows):  # type: ignore[misc]  # imported by its path
        def __init__(self) -> None:
            super().__init__(Path("nowhere"))
            self.left = list(outcomes)

        def _run(self, command: str, limit_s: float, environment: dict[str, str]) -> Any:  # noqa: ARG002
            return machine.Outcome(*self.left.pop(0))

    return Scripted()


@pytest.mark.parametrize(
    ("outcomes", "is_good", "words"),
    [
        ([(0, "")], True, "passed"),
        ([(1, FAILURES), (0, ""), (0, "")], True, "the second time"),
        ([(1, FAILURES), (0, ""), (1, "E  assert 1 == 2")], False, "FAILED"),
        ([(1, FAILURES), (1, IN_WINE), (0, "")], True, "not run: Wine's own fault: tests/risk/test_gate.py"),
        ([(1, FAILURES), (1, IN_WINE), (1, "E  assert 1 == 2")], False, "FAILED"),
        ([(1, MANY), (0, "")], True, "passed, the second time: 30 tests"),
        ([(1, MANY), (1, MANY)], False, "FAILED"),
        ([(3, IN_WINE), (0, "")], True, "the second time"),
        ([(3, IN_WINE), (3, IN_PYTHON)], False, "FAILED"),
        ([(3, ""), (3, IN_WINE)], True, "not run: Wine's own fault"),
    ],
)
def test_that_a_failure_counts_when_it_is_repeated_alone_unless_wine_is_at_fault(
    machine: Any, checks: Any, outcomes: list[tuple[int, str]], is_good: bool, words: str
) -> None:
    windows = machine_that_says(machine, *outcomes)
    verdict, was_good = checks.judged(checks.suite("risk"), windows)
    assert (was_good, windows.left) == (is_good, [])
    assert words in verdict
    assert verdict.splitlines()[-1].startswith("windows: suite risk: ")


def test_that_no_check_begins_when_the_time_is_over_and_a_failure_is_repeated_all_the_same(
    machine: Any, checks: Any
) -> None:
    windows = machine_that_says(machine, (1, "E  assert 1 == 2"))
    windows.ends_at = 0.0
    verdict, is_good = checks.judged(checks.suite("risk"), windows)
    assert is_good
    assert "not run: no time was left" in verdict

    def use_the_time_up(machine: Any) -> None:
        has_time, machine.ends_at = machine.ends_at > 1.0, 0.0
        raise checks.Failed("unhurried" if has_time else "hurried")

    windows.ends_at = 1.0
    verdict, is_good = checks.judged(checks.Check("tour", use_the_time_up), windows)
    assert not is_good
    assert "unhurried" in verdict


def test_that_what_could_not_be_looked_at_keeps_no_change_out(checks: Any) -> None:
    def look(_: Any) -> None:
        raise checks.NotRun("no screen")

    verdict, is_good = checks.judged(checks.Check("window", look), None)
    assert is_good
    assert verdict == "windows: window: not run: no screen (0 s)"


RUNNING = """tests/risk/test_gate.py::test_that_a[one two] PASSED                      [ 33%]
tests/risk/test_gate.py::test_that_b[XAUUSD-one two] FAILED               [ 66%]
[gw1] [ 70%] FAILED tests/risk/test_locks.py::test_that_c[a b]\x20
[gw0] [ 71%] PASSED tests/risk/test_locks.py::test_that_d
"""


def test_that_a_test_that_failed_before_the_time_was_over_is_repeated(machine: Any, checks: Any) -> None:
    assert checks.failed_tests(RUNNING + FAILURES) == (
        "tests/risk/test_gate.py::test_that_b[XAUUSD-one two]",
        "tests/risk/test_locks.py::test_that_c[a b]",
        "tests/risk/test_gate.py::test_that_a[XAUUSD-one two]",
        "tests/risk/test_locks.py",
    )
    windows = machine_that_says(machine, (0, ""), (1, "E  assert 1 == 2"))

    def run_out_of_time(_: Any) -> None:
        raise checks.NotRun("no time was left", RUNNING)

    verdict, is_good = checks.judged(checks.Check("suite risk", run_out_of_time), windows)
    assert not is_good
    assert "FAILED twice: tests/risk/test_locks.py::test_that_c[a b]" in verdict
