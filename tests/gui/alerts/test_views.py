"""Alerts as the user meets them: toasts over the charts, the desktop, sounds."""

from __future__ import annotations

import array
import os
import stat
import sys
import wave
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

import resources
from engine.domain.messages.commands import Halt
from engine.domain.messages.trading import ApprovalAsked, ModesChanged
from engine.domain.risk import Authority
from gui.features.alerts.model.alerts import SHOWN_FOR_S
from gui.features.alerts.model.kinds import Alert, AlertKind
from gui.features.alerts.view.list import AlertList
from gui.features.alerts.view.toasts import LOOK_EVERY_MS
from gui.features.alerts.view.tray import DeskTray
from gui.features.chart.view.corners import candles_within
from gui.platform import sounds
from resources.compose_sounds import REST, SOUNDS, composed
from tests.builders import candle
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.trading.desks import TradingDesk
from tests.whole import present

FOLDER = Path(resources.__file__).parent / "sounds"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    desk = DeskWindow(qtbot)
    desk.desk.trading.on_event(ModesChanged(Authority.MANUAL, frozenset(), "", None))
    return desk


def alert(symbol: str = "BTCUSD", **fields: Any) -> Alert:
    known: dict[str, Any] = {
        "kind": AlertKind.LOCK,
        "title": f"Something about {symbol}",
        "words": "and why " * 12,
        "symbol": symbol,
    }
    return Alert(**(known | fields))


def fill(desk: DeskWindow, number: int = 4) -> None:
    for place in range(number):
        desk.desk.alerts.show(alert(check=str(place)), 0.0)
    flush()


def propose(desk: DeskWindow) -> str:
    """A card waits; its plan's id."""
    trading = TradingDesk().start()
    trading.propose()
    (asked,) = [event for event in trading.events if isinstance(event, ApprovalAsked)]
    for place in range(3):
        another = msgspec.structs.replace(asked.card.plan, plan_id=f"plan-{place}")
        desk.desk.trading.on_event(ApprovalAsked(msgspec.structs.replace(asked.card, plan=another)))
    flush()
    return "plan-2"


# -- toasts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_side_by_side", [False, True])
def test_that_toasts_stand_over_the_charts_and_over_nothing_that_decides(
    desk: DeskWindow, is_side_by_side: bool
) -> None:
    desk.window.chart_actions.side_by_side.setChecked(is_side_by_side)
    propose(desk)
    fill(desk)
    for size in ((1280, 720), (1920, 1080), (900, 560)):
        desk.window.resize(*size)
        flush()
        hold_to_the_charts(desk)


def hold_to_the_charts(desk: DeskWindow) -> None:
    cards = [card for card in desk.window.alerts.toasts.cards.values() if card.isVisible()]
    assert cards
    for card in cards:
        assert desk.window.deck.rect().contains(card.geometry())
    assert all(not a.geometry().intersects(b.geometry()) for a in cards for b in cards if a is not b)
    covered = [desk.window.trading.modes.halt, *desk.window.trading.desk.cards.values()]
    for widget in covered:
        assert not any(_on_window(desk, card).intersects(_on_window(desk, widget)) for card in cards)
    view = desk.window.deck.boards[desk.window.deck.front_symbol].front_view
    scale, columns = view.plot.canvas.view_scale, desk.desk.charts[desk.window.deck.front_symbol].columns
    at_plot = view.plot.mapTo(desk.window.deck, view.plot.rect().topLeft())
    newest = float(scale.x(columns.high.count - 1))
    for card in cards:
        place = card.geometry().translated(-at_plot)
        if place.intersects(view.plot.rect()):
            assert view.plot.canvas.plot.contains(place)  # on no axis
            assert place.right() < newest
            assert not candles_within(columns, scale, place.x(), place.y(), place.width(), place.height())


def _on_window(desk: DeskWindow, widget: QWidget) -> QRect:
    return widget.rect().translated(widget.mapTo(desk.window, widget.rect().topLeft()))


def test_that_toasts_stand_clear_of_prices_without_a_signal_history_too(desk: DeskWindow) -> None:
    for view in desk.window.deck.views:
        view.set_overlay_visible("strip", False)
    fill(desk)
    for candles in (30, 120, 300):
        desk.window.deck.views[0].show_candles(candles)
        QTest.qWait(2 * LOOK_EVERY_MS)
        hold_to_the_charts(desk)


def test_that_a_toast_takes_no_keyboard_and_shows_all_its_words(desk: DeskWindow) -> None:
    focus = desk.window.focusWidget()
    fill(desk, 1)
    (card,) = desk.window.alerts.toasts.cards.values()
    assert desk.window.focusWidget() is focus
    assert card.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert card.words.height() >= card.words.heightForWidth(card.words.width())


def test_that_a_click_on_a_toast_shows_its_chart_and_its_candle(desk: DeskWindow) -> None:
    desk.desk.alerts.show(alert(candle_time=candle(290).opened_at, at=candle(290).opened_at), 0.0)
    flush()
    (card,) = desk.window.alerts.toasts.cards.values()
    assert "12:50:00" in card.when.text()
    QTest.mouseClick(card.title, LEFT)
    assert desk.window.deck.front_symbol == "BTCUSD"
    assert desk.window.deck.views[1].plot.hovered_row == 290
    assert not desk.window.alerts.toasts.cards


def test_that_a_click_on_a_waiting_setup_shows_its_card(desk: DeskWindow) -> None:
    plan_id = propose(desk)
    desk.desk.alerts.show(alert("XAUUSD", plan_id=plan_id), 0.0)
    flush()
    (card,) = desk.window.alerts.toasts.cards.values()
    QTest.mouseClick(card, LEFT)
    shown = desk.window.trading.desk.cards[plan_id]
    assert not shown.visibleRegion().isEmpty()


def test_that_the_cross_removes_a_toast_and_selects_nothing(desk: DeskWindow) -> None:
    fill(desk, 2)
    first, _ = desk.window.alerts.toasts.cards.values()
    QTest.mouseClick(first.cross, LEFT)
    assert len(desk.window.alerts.toasts.cards) == 1
    assert desk.window.deck.front_symbol == "XAUUSD"


def test_that_toasts_leave_when_their_time_is_over(desk: DeskWindow) -> None:
    fill(desk)
    desk.desk.alerts.refresh(SHOWN_FOR_S, is_held=True)
    assert desk.window.alerts.toasts.cards == {}


def test_that_two_toasts_are_shown_and_all_alerts_stay_in_a_list(desk: DeskWindow) -> None:
    fill(desk, 5)
    row = desk.window.alerts.toasts
    assert [card.isVisible() for card in row.cards.values()] == [True, True]
    assert (row.more.text(), row.more.isVisible()) == ("+3 more", True)
    row.more.click()
    flush()
    listed = desk.window.findChild(AlertList)
    assert listed is not None
    assert listed.isVisible()
    assert listed.count() == 5
    assert row.more.isHidden()
    assert "Something about BTCUSD" in listed.item(0).text()
    listed.itemClicked.emit(listed.item(0))
    assert desk.window.deck.front_symbol == "BTCUSD"
    desk.window.deck.show_symbol(0)
    listed.setCurrentRow(0)
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert desk.window.deck.front_symbol == "BTCUSD"


def test_that_each_kind_can_be_tried_beside_its_settings(desk: DeskWindow) -> None:
    heard: list[str] = []
    desk.desk.alerts.sounded.connect(heard.append)
    tests = desk.window.alerts.make_tests()
    for button in tests.findChildren(QPushButton):
        assert button.toolTip()
        button.click()
    assert heard == [kind.value for kind in AlertKind]


def test_that_the_page_of_alerts_has_the_tests(desk: DeskWindow) -> None:
    desk.window.settings.open("alerts.quiet_above_speed")
    flush()
    assert desk.window.settings.dialog is not None
    words = [button.text() for button in desk.window.settings.dialog.findChildren(QPushButton)]
    assert "Test: A+ setup" in words


def test_that_the_tests_keep_their_height_while_the_page_is_being_filled(desk: DeskWindow) -> None:
    desk.window.settings.open("alerts.quiet_above_speed")
    flush()
    dialog = present(desk.window.settings.dialog)
    setup = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Test: Setup")
    tests = present(setup.parentWidget())
    tests.resize(tests.width(), 40)  # what the rows below leave of it until their words are wrapped
    assert tests.height() >= tests.sizeHint().height()


# -- the desktop --------------------------------------------------------------------------------------------------


def test_that_a_desktop_without_a_tray_is_no_matter(desk: DeskWindow) -> None:
    assert not QSystemTrayIcon.isSystemTrayAvailable()
    assert desk.window.alerts.tray.icon is None
    desk.desk.alerts.notified.emit(alert())


def test_that_the_trays_menu_shows_the_desk_and_halts_it(desk: DeskWindow) -> None:
    menu = desk.window.alerts.tray.menu
    show, halt = menu.actions()
    desk.window.showMinimized()
    show.trigger()
    assert not desk.window.isMinimized()
    halt.trigger()
    assert desk.asked == [Halt("manual halt")]


class Tray(QSystemTrayIcon):
    """A tray icon that remembers what it was to show."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def showMessage(self, title: str, *_: object) -> None:  # noqa: N802
        self.said.append(title)


def test_that_a_notification_comes_while_another_program_is_in_front(desk: DeskWindow, qtbot: QtBot) -> None:
    icon = Tray()
    board = desk.desk.alerts
    DeskTray(board, desk.window, desk.window.trading.modes.halt_action, icon)
    chosen: list[Alert] = []
    board.chosen.connect(chosen.append)
    desk.desk.alerts.show(alert(check="a"), 0.0)
    assert icon.said == []
    desk.window.hide()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is None)
    desk.desk.alerts.show(alert(check="b"), 0.0)
    assert icon.said == ["Something about BTCUSD"]
    icon.messageClicked.emit()
    assert [each.check for each in chosen] == ["b"]
    assert desk.window.isVisible()


# -- sounds -------------------------------------------------------------------------------------------------------


def pitches(name: str) -> list[float]:
    return [hertz for hertz, _ in SOUNDS[name] if hertz != REST]


@pytest.mark.parametrize("kind", AlertKind)
def test_that_every_kind_has_a_short_and_small_sound_of_its_own_making(kind: AlertKind) -> None:
    path = FOLDER / f"{kind}.wav"
    with wave.open(str(path), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
        loudest = max(abs(sample) for sample in array.array("h", file.readframes(file.getnframes())))
    assert path.stat().st_size < 40_000
    assert 0.1 < seconds < 1.2
    assert 1_000 < loudest < 20_000
    assert path.read_bytes() == composed(kind)


def test_that_sounds_can_be_distinguished() -> None:
    assert set(SOUNDS) == {kind.value for kind in AlertKind} == {path.stem for path in FOLDER.glob("*.wav")}
    assert len({tuple(pitches(name)) for name in SOUNDS}) == len(SOUNDS)
    assert pitches("fill") == sorted(pitches("fill"))
    assert pitches("exit") == sorted(pitches("exit"), reverse=True)
    low = {name for name in SOUNDS if max(pitches(name)) < 250.0}
    assert low == {"feed_lost", "lock"}
    knocks = pitches("approval_waiting")
    assert knocks[0] == knocks[1] == knocks[2] == max(max(pitches(name)) for name in SOUNDS)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="those systems have a player of their own")
def test_that_a_sound_is_played_by_what_the_system_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    player, heard = tmp_path / "aplay", tmp_path / "heard"
    player.write_text(f'#!/bin/sh\necho "$@" > {heard}\n')
    player.chmod(player.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), "/bin")))
    sounds.play("one_gate_away")
    qtbot.waitUntil(heard.exists)
    qtbot.waitUntil(lambda: heard.read_text().strip().endswith("one_gate_away.wav"))


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="those systems have a player of their own")
@pytest.mark.usefixtures("qapp")
def test_that_a_system_without_a_player_beeps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    beeps: list[int] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    sounds.play("one_gate_away")
    assert beeps == [1]


def test_that_a_list_without_alerts_says_what_will_be_there(desk: DeskWindow) -> None:
    desk.window.panels.bring("alerts")
    flush()
    listed = desk.window.findChild(AlertList)
    assert listed is not None
    assert listed.count() == 0
    picture = listed.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}) > 2


def test_that_a_key_dismisses_the_toasts_that_are_shown_and_the_list_keeps_them(desk: DeskWindow) -> None:
    fill(desk, 2)
    assert len(desk.window.alerts.toasts.cards) == 2
    desk.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.alerts.toasts.cards == {}
    assert len(desk.desk.alerts.recent) == 2
