"""Settings as state: what the window asks for, what its file says, and that everything shown follows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from config.changes import Change, changes_between, with_values
from config.loader import load_settings, save_settings
from config.settings import Settings
from engine.domain.messages.engine import ChangeSettings, SettingsChanged, WaitingChange
from gui.desk_model import DeskModel
from gui.features.settings.model.settings import SettingsModel
from tests.builders import MONDAY
from tests.fakes import source
from tests.refusing_renames import FOR_EVER, RefusingRenames

SPREAD = "xauusd_rules.pre_trade_filters.spread.max_spread"
PLAIN = Settings()
NARROW = with_values(PLAIN, {SPREAD: 0.1})


class Wishes:
    """A model without an engine: what it asks for is remembered."""

    def __init__(self, qtbot: QtBot, path: Path | None = None) -> None:
        self.qtbot = qtbot
        self.model = SettingsModel(PLAIN)
        self.asked: list[ChangeSettings] = []
        self.said: list[str] = []
        self.model.commanded.connect(self.asked.append)
        self.model.announced.connect(self.said.append)
        if path is not None:
            self.model.keep_in(path)
            assert self.model.file is not None
            self.file = self.model.file
            self.file.stop()
            self.look_twice()

    def look_twice(self) -> None:
        """A file is read when it was left alone between two looks."""
        for _ in range(2):
            self.file.look()
            self.file.stop()
        self.qtbot.wait(1)

    def answer(self) -> None:
        """The engine takes note of what was asked for last."""
        wanted = self.asked[-1].settings
        waiting = [WaitingChange(change, MONDAY + timedelta(minutes=10)) for change in changes_between(PLAIN, wanted)]
        self.model.on_settings_changed(SettingsChanged(PLAIN, (), wanted, tuple(waiting), "window"))


def test_that_what_is_asked_for_is_kept_in_the_file(qtbot: QtBot, tmp_path: Path) -> None:
    wishes = Wishes(qtbot, tmp_path / "own" / "settings.json")
    wishes.model.ask(NARROW)
    wishes.file.stop()
    assert load_settings(wishes.file.path) == NARROW
    assert [each.settings for each in wishes.asked] == [NARROW]
    wishes.look_twice()
    assert len(wishes.asked) == 1
    assert wishes.model.notice == ""


def test_that_an_edited_file_is_asked_for_with_a_notice_of_what_changed(qtbot: QtBot, tmp_path: Path) -> None:
    wishes = Wishes(qtbot, tmp_path / "settings.json")
    save_settings(NARROW, wishes.file.path)
    wishes.look_twice()
    assert wishes.asked == [ChangeSettings(NARROW, by="file")]
    assert wishes.model.notice == (
        "The file was edited: Gold › Pre-trade filters › Spread › Max spread 0.25 → 0.1 price. "
        "It takes effect with the next candle."
    )


def test_that_a_file_is_not_read_while_it_is_being_written(qtbot: QtBot, tmp_path: Path) -> None:
    wishes = Wishes(qtbot, tmp_path / "settings.json")
    wishes.file.path.write_text("{")
    wishes.file.look()
    wishes.file.stop()
    save_settings(NARROW, wishes.file.path)
    wishes.look_twice()
    assert wishes.model.faults == ()
    assert len(wishes.asked) == 1


def test_that_a_faulty_edit_keeps_the_settings_and_says_what_is_wrong(qtbot: QtBot, tmp_path: Path) -> None:
    wishes = Wishes(qtbot, tmp_path / "settings.json")
    wishes.file.path.write_text('{"cooldown_seconds": -1, "enabeld": true}')
    wishes.look_twice()
    assert wishes.asked == []
    faults = wishes.model.faults
    assert len(faults) == 2
    assert "cooldown_seconds is -1; allowed is a whole number at least 0" in "\n".join(faults)
    assert wishes.model.notice.startswith("The edited file is not used: ")
    wishes.file.path.write_text("{}")
    wishes.look_twice()
    assert (wishes.model.faults, wishes.model.notice) == ((), "")


def test_that_a_deleted_file_says_what_was_shipped(qtbot: QtBot, tmp_path: Path) -> None:
    wishes = Wishes(qtbot, tmp_path / "settings.json")
    wishes.model.ask(NARROW)
    wishes.file.stop()
    wishes.file.path.unlink()
    wishes.look_twice()
    assert wishes.asked[-1] == ChangeSettings(PLAIN, by="file")


def test_that_a_file_that_cannot_be_written_is_reported_and_the_settings_count(qtbot: QtBot, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    wishes = Wishes(qtbot, in_the_way / "settings.json")
    wishes.model.ask(NARROW)
    wishes.file.stop()
    qtbot.wait(1)
    assert "cannot be written" in wishes.model.notice
    assert len(wishes.asked) == 1


def test_that_settings_that_cannot_be_saved_are_saved_as_soon_as_they_can_be(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renames = RefusingRenames(monkeypatch)
    wishes = Wishes(qtbot, tmp_path / "settings.json")
    renames.refuse(FOR_EVER)
    wishes.model.ask(NARROW)
    wishes.look_twice()
    assert "the desk will try to save them again" in wishes.model.notice
    renames.refuse(0)
    wishes.look_twice()
    assert wishes.model.notice == ""
    assert load_settings(wishes.file.path) == NARROW
    assert len(wishes.asked) == 1


def test_that_settings_that_could_not_be_saved_give_way_to_a_file_that_was_edited_since(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renames = RefusingRenames(monkeypatch)
    wishes = Wishes(qtbot, tmp_path / "settings.json")
    renames.refuse(FOR_EVER)
    wishes.model.ask(NARROW)
    wishes.file.stop()
    wishes.file.path.write_text('{"cooldown_seconds": 45}')
    renames.refuse(0)
    wishes.look_twice()
    assert load_settings(wishes.file.path).cooldown_seconds == 45
    assert wishes.asked[-1] == ChangeSettings(load_settings(wishes.file.path), by="file")


def test_that_a_wish_of_a_part_of_the_window_leaves_alone_what_waits(qtbot: QtBot) -> None:
    wishes = Wishes(qtbot)
    wishes.model.ask(with_values(PLAIN, {SPREAD: 0.5}))
    wishes.answer()
    wishes.model.change({"interface.theme": "light"})
    assert wishes.asked[-1].settings == with_values(PLAIN, {SPREAD: 0.5, "interface.theme": "light"})
    wishes.model.change({"interface.theme": "dark"})
    assert len(wishes.asked) == 2


def test_that_what_waits_can_be_withdrawn(qtbot: QtBot) -> None:
    wishes = Wishes(qtbot)
    wishes.model.ask(with_values(PLAIN, {SPREAD: 0.5, "cooldown_seconds": 5}))
    wishes.answer()
    wishes.model.withdraw(SPREAD)
    assert wishes.asked[-1].settings == with_values(PLAIN, {"cooldown_seconds": 5})


def test_that_what_comes_into_force_is_announced_once(qtbot: QtBot) -> None:
    wishes = Wishes(qtbot)
    wishes.model.on_settings_changed(SettingsChanged(NARROW, (Change(SPREAD, 0.25, 0.1),), NARROW, (), "desk"))
    assert wishes.said == ["In force: Gold › Pre-trade filters › Spread › Max spread 0.25 → 0.1 price"]


def test_that_what_counts_from_the_next_start_is_not_called_in_force_now(qtbot: QtBot) -> None:
    wishes, more = Wishes(qtbot), with_values(PLAIN, {"symbols": ["XAUUSD"], SPREAD: 0.1})
    changes = (Change("symbols", ["XAUUSD", "BTCUSD"], ["XAUUSD"]), Change(SPREAD, 0.25, 0.1))
    wishes.model.on_settings_changed(SettingsChanged(more, changes, more, (), "window"))
    assert wishes.said == [
        "Takes effect at the next start: Symbols XAUUSD, BTCUSD → XAUUSD",
        "In force: Gold › Pre-trade filters › Spread › Max spread 0.25 → 0.1 price",
    ]


@pytest.fixture
def desk(qtbot: QtBot) -> DeskModel:  # noqa: ARG001
    model = DeskModel(PLAIN)
    model.open([source()])
    return model


def test_that_everything_shown_follows_the_settings(desk: DeskModel) -> None:
    desk.use_settings(with_values(PLAIN, {"risk_mitigation.max_positions": 7, "cooldown_seconds": 5}))
    assert "0 of 7" in [use.words for use in desk.trading.figures.uses]


def test_that_the_window_s_own_wishes_go_to_the_engine_as_settings(desk: DeskModel) -> None:
    asked: list[object] = []
    desk.commanded.connect(asked.append)
    desk.settings.toggle_surfaces()
    assert asked == [ChangeSettings(with_values(PLAIN, {"interface.theme": "light"}))]
