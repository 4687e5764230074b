"""The stand-in has and answers what the real package does, as far as that can be seen without a terminal.

The record is compared with the stand-in everywhere, and with the real package where that can be installed.
"""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.package_record import RECORD, observed, terminal_folder


@pytest.fixture
def package() -> ModuleType:
    """The real package, on a machine without a terminal."""
    if sys.platform != "win32":
        pytest.skip("MetaTrader's package exists on Windows only")
    if (folder := terminal_folder()) is not None:
        pytest.skip(f"the calls would start the terminal that is installed here: {folder}")
    real: ModuleType = pytest.importorskip("MetaTrader5", reason="MetaTrader's package is not installed")
    real.shutdown()
    return real


@pytest.fixture
def unconnected(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("FAKE_METATRADER5", raising=False)
    mt5.shutdown()
    return mt5


@pytest.mark.parametrize("facts", ["version", "consts", "callables", "structs", "calls"])
def test_that_the_stand_in_equals_the_recorded_package(unconnected: ModuleType, facts: str) -> None:
    assert observed(unconnected)[facts] == RECORD[facts]


@pytest.mark.parametrize("facts", ["version", "consts", "callables", "structs", "calls"])
def test_that_the_installed_package_equals_the_recorded_one(package: ModuleType, facts: str) -> None:
    assert observed(package)[facts] == RECORD[facts]


def test_that_the_record_is_of_the_whole_package() -> None:
    sizes = {facts: len(RECORD[facts]) for facts in ("consts", "callables", "structs")}
    assert sizes == {"consts": 223, "callables": 46, "structs": 11}
    called = {call.removeprefix("m.").partition("(")[0] for call, _, _ in RECORD["calls"]}
    natives = {name for name in RECORD["callables"] if name not in RECORD["structs"]}
    assert natives <= called
