"""What each check is worth: measured in the background, kept, and shown in the tooltip of each check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from config import VERSION
from config.settings import Settings
from engine.lab.identity import settings_hash
from engine.lab.memory.measured import FILE
from gui.features.conditions.model.check_worth import CheckWorthModel
from gui.features.conditions.view.worth_line import WorthLine
from tests.builders import GOLD
from tests.fakes import source
from tests.gui.evidence.recording import record
from tests.gui.lab.samples import GATES
from tests.gui.lab.window import PATIENCE_MS, as_study

ANSWER = GATES | {"settings_hash": settings_hash(Settings(), GOLD), "version": VERSION, "days": 74}
ANSWER["gates"] = [each | {"blocked_trades": 50, "taken_trades": 40} for each in GATES["gates"]]
UNKNOWN = "Value: not measured with these settings"


class Shown:
    def __init__(self, qtbot: QtBot, directory: Path) -> None:
        self.qtbot, self.directory = qtbot, directory
        self.worth = self.opened()
        self.line = WorthLine(self.worth)
        self.line.show_symbol("XAUUSD")
        qtbot.addWidget(self.line)

    def opened(self, settings: Settings | None = None) -> CheckWorthModel:
        worth = CheckWorthModel(settings or Settings())
        worth.open([source()])
        with self.qtbot.waitSignal(worth.changed, timeout=PATIENCE_MS):
            worth.begin(self.directory)
        return worth

    def measure(self) -> None:
        self.line.measure.click()
        self.qtbot.waitUntil(lambda: not self.worth.measuring, timeout=PATIENCE_MS)


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> Iterator[Shown]:  # noqa: ARG001
    opened = Shown(qtbot, tmp_path)
    yield opened
    opened.worth.close()


def test_that_a_check_says_what_it_is_worth_with_interval_n_and_fills_once_that_was_measured(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_study(tmp_path, monkeypatch, f"print(json.dumps({ANSWER!r}))")
    record(tmp_path)
    assert shown.worth.words("XAUUSD", "spread_max") == UNKNOWN
    shown.measure()
    assert shown.line.words.text() == "Value of checks: measured over 74 days"
    assert shown.worth.words("XAUUSD", "spread_max") == (
        "Value: +0.300 R, 95 % interval +0.200 to +0.400 R, adjusted p 0.002\n"
        "Mean R of 40 trades taken minus mean R of 50 trades blocked by this check alone\n"
        "74 days of the desk's own recordings, 8 paths (candle paths)"
    )
    assert shown.worth.words("XAUUSD", "VWAP_BAND") == ""
    again, other = shown.opened(), shown.opened(Settings(cooldown_seconds=7))
    assert again.words("XAUUSD", "spread_max") == shown.worth.words("XAUUSD", "spread_max")
    assert other.words("XAUUSD", "spread_max") == UNKNOWN


@pytest.mark.parametrize("written", ["", "[" * 50_000, '{"checks": [{"symbol": "XAUUSD"}]}'])
def test_that_a_damaged_file_counts_as_not_measured(shown: Shown, tmp_path: Path, written: str) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(written)
    assert shown.opened().words("XAUUSD", "spread_max") == UNKNOWN


def test_that_a_damaged_result_and_a_missing_recording_are_said_in_a_sentence(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    shown.worth.announced.connect(said.append)
    shown.measure()
    assert "no recording of XAUUSD" in said[-1]
    as_study(tmp_path, monkeypatch, f"print({json.dumps(ANSWER | {'days': -1})!r})")
    record(tmp_path)
    shown.measure()
    assert "The measurement is damaged" in said[-1]
    assert not (tmp_path / FILE).exists()
