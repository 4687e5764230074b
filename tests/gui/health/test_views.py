"""The strip in the status bar and the panel of health, in the whole window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.domain.health import Health, VitalSigns
from engine.domain.messages.commands import SetAuthority
from engine.domain.messages.trading import ModesChanged
from engine.domain.risk import Authority
from tests.gui.desk_window import DeskWindow
from tests.health.signs import WELL, lasting, of_machine, of_symbol

PLAYED = VitalSigns(symbols=WELL.symbols, loop_lag_ms=2.0, memory_mb=300.0, link=None)
FULL = lasting(of_machine(memory_mb=3_500.0))
LOWERED = ModesChanged(Authority.MANUAL, frozenset(), FULL.cause, None, Authority.AUTO)


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)


def words(desk: DeskWindow) -> list[str]:
    return [mark.words for mark in desk.desk.health.marks]


def test_that_a_desk_that_is_well_shows_a_word_for_each_vital_and_none_for_a_broker_it_has_not(
    desk: DeskWindow,
) -> None:
    desk.desk.health.show(lasting(PLAYED))
    assert words(desk) == ["data", "loop", "memory", "decision"]
    assert {mark.state for mark in desk.desk.health.marks} == {"good"}
    desk.desk.health.show(lasting(WELL))
    assert words(desk) == ["data", "worker", "clock", "loop", "memory", "decision", "broker"]


def test_that_the_worst_vital_stands_first_with_its_value(desk: DeskWindow) -> None:
    desk.desk.health.show(lasting(of_machine(memory_mb=1_600.0, loop_lag_ms=700.0)))
    assert words(desk)[:2] == ["loop 700 ms", "memory 1,600 MB"]
    assert [mark.state for mark in desk.desk.health.marks][:3] == ["bad", "warn", "good"]
    assert "The desk uses 1,600 MB of memory, the limit is 1,500 MB." in desk.window.health.toolTip()


def test_that_a_click_on_the_strip_opens_the_panel_with_limits_and_the_way_back(desk: DeskWindow) -> None:
    desk.desk.health.show(lasting(of_symbol(data_age_s=72.0)))
    QTest.mouseClick(desk.window.health, Qt.MouseButton.LeftButton)
    panel = desk.window.panels.content("health")
    assert panel.isVisible()
    assert panel.headline.text() == "XAUUSD: the newest quote is 72 s old, the limit is 60 s."
    row = desk.desk.health.table.words(0)
    assert row == ["Quote age XAUUSD", "72 s", "10 s", "60 s", "bad, holds", "CLOSE ONLY"]
    assert "Wait for quotes" in panel.details.text()
    assert not panel.restore.isVisible()


def test_that_a_chosen_vital_is_reported_in_a_sentence(desk: DeskWindow) -> None:
    desk.desk.health.show(lasting(PLAYED))
    desk.window.panels.bring("health")
    desk.window.panels.content("health").table.selectRow(desk.desk.health.table.rowCount() - 1)
    assert "no broker to reach" in desk.window.panels.content("health").details.text()


def test_that_lowered_authority_comes_back_with_one_click_when_health_is_good(desk: DeskWindow) -> None:
    panel = desk.window.panels.content("health")
    desk.window.panels.bring("health")
    desk.desk.trading.on_event(LOWERED)
    desk.desk.health.show(FULL)
    assert panel.headline.text().startswith("The desk switched itself to MANUAL: The desk uses 3,500 MB")
    assert not panel.restore.isEnabled()
    assert "Close replays" in panel.way_back.text()
    desk.desk.health.show(lasting(PLAYED))
    assert panel.restore.text() == "Back to AUTO"
    QTest.mouseClick(panel.restore, Qt.MouseButton.LeftButton)
    assert desk.asked[-1] == SetAuthority(Authority.AUTO)
    desk.desk.trading.on_event(ModesChanged(Authority.AUTO, frozenset(), "", None))
    assert not panel.restore.isVisible()
    assert panel.headline.text() == "The desk is healthy."


def test_that_only_as_much_comes_back_as_health_allows(desk: DeskWindow) -> None:
    health = desk.desk.health
    desk.desk.trading.on_event(ModesChanged(Authority.EXITS_ONLY, frozenset(), "prices were old", None, Authority.AUTO))
    health.show(FULL)
    assert health.restore_words == "Back to MANUAL"
    health.restore()
    assert desk.asked[-1] == SetAuthority(Authority.MANUAL)


def test_that_before_anything_is_measured_the_panel_says_when_it_will_be(desk: DeskWindow) -> None:
    desk.desk.health.show(Health(()))
    desk.window.panels.bring("health")
    assert desk.window.panels.content("health").headline.text() == "Health is measured once the market runs."
