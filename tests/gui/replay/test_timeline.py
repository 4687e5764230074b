"""The timeline of a played market: what it marks, its tooltips, and that it costs little."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from config.indicators import SessionsSettings
from engine.domain.market import Candle, DayRoll, Session, Side
from engine.domain.messages.engine import Pause, PlaybackChanged, Seek, StepCandle
from gui.features.replay.model.playback import PlaybackModel
from gui.features.replay.model.timeline import SetupMark, TimelineModel
from gui.features.replay.model.timeline_ground import Ground, ground_of, instant, microseconds
from gui.features.replay.view.playback_bar import PlaybackBar
from gui.features.replay.view.timeline.bar import TimelineBar
from gui.features.replay.view.timeline.widget import Timeline
from gui.theme import DARK
from gui.zones import DisplayZones
from tests.builders import MONDAY, candle
from tests.whole import present

pytestmark = pytest.mark.usefixtures("qapp")

WIDTH = 1016  # with the free sides: a thousand pixels of market
DAY = datetime(2026, 3, 2, tzinfo=UTC)


def ground(days: int = 3) -> Ground:
    return ground_of(SessionsSettings(), DayRoll.NEW_YORK_17, DAY, DAY + timedelta(days=days))


def mark(minute: int, side: Side = Side.BUY, *, is_a_plus: bool = False) -> SetupMark:
    return SetupMark(microseconds(DAY + timedelta(minutes=minute)), "XAUUSD", side, is_a_plus)


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    """Three days of gold, shown."""
    model = TimelineModel()
    model.set_span(DAY, DAY + timedelta(days=3))
    model.set_ground(ground())
    widget = Timeline(model, DARK)
    qtbot.addWidget(widget)
    widget.resize(WIDTH, widget.height())
    widget.show()
    return widget


def x_of(at: datetime) -> int:
    return round(8 + 1000 * (at - DAY) / timedelta(days=3))


def point(x: int) -> QPoint:
    return QPoint(x, 20)


# -- the ground -------------------------------------------------------------------------------------------------------


def test_that_sessions_follow_each_other_without_a_hole() -> None:
    stretches = ground().stretches
    assert [a.end_us for a in stretches[:-1]] == [b.start_us for b in stretches[1:]]
    assert all(a.session is not b.session for a, b in itertools.pairwise(stretches))


def test_that_the_session_of_an_instant_is_known() -> None:
    assert ground().session_at(microseconds(DAY + timedelta(hours=9))) is Session.LONDON
    assert ground().session_at(microseconds(DAY + timedelta(hours=15))) is Session.OVERLAP


def test_that_days_begin_where_gold_rolls() -> None:
    assert [f"{instant(day):%d %H:%M}" for day in ground().days] == ["02 22:00", "03 22:00", "04 22:00"]


def test_that_a_gap_is_where_no_symbol_has_candles() -> None:
    def minutes(*stretches: tuple[int, int]) -> np.ndarray:
        numbers = np.concatenate([np.arange(*each) for each in stretches])
        return microseconds(DAY) + numbers * 60_000_000

    gold, bitcoin = minutes((0, 100), (200, 300)), minutes((0, 150), (190, 300))
    ground = ground_of(SessionsSettings(), DayRoll.UTC_MIDNIGHT, DAY, DAY + timedelta(hours=5), [gold, bitcoin])
    assert ground.gaps == ((microseconds(DAY) + 150 * 60_000_000, microseconds(DAY) + 190 * 60_000_000),)


# -- setups -----------------------------------------------------------------------------------------------------------


def test_that_setups_are_found_before_and_after_an_instant() -> None:
    model = TimelineModel()
    model.add([mark(30), mark(10), mark(20)])
    assert model.setup_from(DAY + timedelta(minutes=20)) == mark(20)
    assert model.setup_before(DAY + timedelta(minutes=20)) == mark(10)
    assert model.setup_from(DAY + timedelta(minutes=31)) is None
    assert model.setup_before(DAY + timedelta(minutes=10)) is None


def test_that_a_setup_reported_twice_is_marked_once() -> None:
    model = TimelineModel()
    model.add([mark(10)])
    model.add([mark(10), mark(20)])
    assert len(model.marks) == 2


@pytest.fixture
def playback() -> PlaybackModel:
    model = PlaybackModel()
    model.set_span(DAY, DAY + timedelta(days=1))
    model.timeline.add([mark(10), mark(20), mark(30)])
    return model


def asked(playback: PlaybackModel) -> list[object]:
    commands: list[object] = []
    playback.commanded.connect(commands.append)
    return commands


def test_that_the_next_setup_is_played_and_held(playback: PlaybackModel) -> None:
    commands = asked(playback)
    playback.position = DAY + timedelta(minutes=12, seconds=5)
    playback.next_setup()
    assert commands == [Seek(DAY + timedelta(minutes=20)), StepCandle()]


def test_that_setups_are_walked_forth_and_back(playback: PlaybackModel) -> None:
    commands = asked(playback)
    for minute, walk in ((21, playback.next_setup), (31, playback.previous_setup)):
        playback.position = DAY + timedelta(minutes=minute)
        walk()
    assert [each.instant for each in commands if isinstance(each, Seek)] == [
        DAY + timedelta(minutes=minute) for minute in (30, 20)
    ]


def seeks(commands: list[object]) -> list[object]:
    return [each.instant for each in commands if isinstance(each, Seek)]


def test_that_three_presses_go_three_setups_on_before_any_of_them_has_arrived(playback: PlaybackModel) -> None:
    commands = asked(playback)
    playback.position = DAY + timedelta(minutes=5)
    playback.next_setup()
    playback.open()
    playback.on_candle(candle(-2000))  # of the history that is read again, from long ago
    playback.next_setup()
    playback.reach(DAY + timedelta(minutes=9))  # a quote of before the jump
    playback.next_setup()
    assert seeks(commands) == [DAY + timedelta(minutes=minute) for minute in (10, 20, 30)]
    playback.open()
    playback.reach(DAY + timedelta(minutes=31))
    playback.previous_setup()
    assert seeks(commands)[-1] == DAY + timedelta(minutes=20)


def test_that_the_next_setup_follows_the_one_played_though_its_last_quote_is_shown_late(
    playback: PlaybackModel,
) -> None:
    commands = asked(playback)
    playback.position = DAY + timedelta(minutes=5)
    for minute in (10, 20, 30):
        playback.next_setup()
        playback.open()
        playback.on_candle(a_candle_of(DAY + timedelta(minutes=minute)))
        playback.reach(DAY + timedelta(minutes=minute, seconds=59))
    assert seeks(commands) == [DAY + timedelta(minutes=minute) for minute in (10, 20, 30)]


def a_candle_of(at: datetime) -> Candle:
    return candle((at - MONDAY) // timedelta(minutes=1))


def test_that_steps_back_while_history_is_read_go_back_a_candle_each(playback: PlaybackModel) -> None:
    commands = asked(playback)
    playback.on_candle(candle(5))
    for _ in range(3):
        playback.step_back()
        playback.open()
        playback.on_candle(candle(-2000))
    assert seeks(commands) == [MONDAY + timedelta(minutes=minute) for minute in (5, 4, 3)]


def test_that_beyond_the_last_setup_one_is_looked_for(playback: PlaybackModel, qtbot: QtBot) -> None:
    playback.position = DAY + timedelta(minutes=31)
    with qtbot.waitSignal(playback.looked_ahead):
        playback.next_setup()


def test_that_a_step_back_begins_the_newest_candle_again(playback: PlaybackModel) -> None:
    commands = asked(playback)
    playback.on_candle(candle(4))
    playback.on_candle(candle(5))
    playback.step_back()
    assert commands == [Pause(), Seek(MONDAY + timedelta(minutes=5))]


# -- the mouse --------------------------------------------------------------------------------------------------------


def test_that_the_mouse_shows_time_session_and_setup(timeline: Timeline) -> None:
    timeline._model.add([mark(600, Side.SELL, is_a_plus=True)])
    QTest.mouseMove(timeline, point(x_of(DAY + timedelta(hours=20))))
    assert timeline.words_under_mouse.startswith("Mon 2 Mar 20:0")
    assert timeline.words_under_mouse.endswith("UTC · New York")
    QTest.mouseMove(timeline, point(x_of(DAY + timedelta(hours=10))))
    assert timeline.words_under_mouse == "Mon 2 Mar 10:00 UTC · London · SELL A+ XAUUSD"


def test_that_a_click_jumps_there(timeline: Timeline) -> None:
    sought: list[datetime] = []
    timeline.sought.connect(sought.append)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=point(508))
    assert abs(sought[0] - (DAY + timedelta(days=1.5))) < timedelta(minutes=5)


def test_that_dragging_jumps_only_where_it_ends_and_never_beyond_the_market(timeline: Timeline) -> None:
    sought: list[datetime] = []
    timeline.sought.connect(sought.append)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=point(100))
    QTest.mouseMove(timeline, point(400))
    assert sought == []
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=point(WIDTH - 1))
    assert sought == [DAY + timedelta(days=3)]


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_that_a_year_is_painted_once_and_then_costs_nothing(qtbot: QtBot) -> None:
    model = TimelineModel()
    year = timedelta(days=365)
    model.set_span(DAY, DAY + year)
    model.set_ground(ground_of(SessionsSettings(), DayRoll.NEW_YORK_17, DAY, DAY + year))
    model.add(mark(minute) for minute in range(0, 365 * 1440, 60))
    widget = Timeline(model, DARK)
    qtbot.addWidget(widget)
    widget.resize(WIDTH, widget.height())
    widget.show()
    widget.repaint()
    began_s = time.perf_counter()
    for day in range(60):
        widget.set_position(DAY + timedelta(days=day))
        widget.repaint()
    assert (time.perf_counter() - began_s) / 60 < 0.004


def test_that_the_bar_appears_with_a_span_and_shows_what_is_looked_for(qtbot: QtBot) -> None:
    playback = PlaybackModel()
    bar = TimelineBar(playback, DisplayZones(), DARK)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    playback.set_span(DAY, DAY + timedelta(days=1))
    assert not bar.isHidden()
    playback.search.show_progress(0.4)
    assert bar.search_words.text() == "Looking for setups: 40 %"
    with qtbot.waitSignal(playback.search.cancelled):
        bar.cancel.click()


def test_that_the_button_to_the_next_setup_stays_where_it_is_while_setups_are_looked_for(qtbot: QtBot) -> None:
    playback = PlaybackModel()
    bar = TimelineBar(playback, DisplayZones(), DARK)
    qtbot.addWidget(bar)
    playback.set_span(DAY, DAY + timedelta(days=1))
    bar.resize(1200, 60)
    bar.show()
    button = bar.widgetForAction(bar.next)
    assert button is not None
    qtbot.waitUntil(lambda: button.geometry().right() > 1000)
    places = set()
    layout = present(bar.layout())
    for fraction in (0.04, 0.5):
        playback.search.show_progress(fraction)
        layout.activate()
        places.add(button.geometry().right())
    playback.search.finish("No setup after this one")
    layout.activate()
    places.add(button.geometry().right())
    assert len(places) == 1


def test_that_pausing_moves_no_button(qtbot: QtBot, playback: PlaybackModel) -> None:
    bar = PlaybackBar(playback)
    qtbot.addWidget(bar)
    button = bar.widgetForAction(bar.play)
    assert button is not None
    widths, words = set(), set()
    for is_paused in (False, True):
        playback.show(PlaybackChanged(is_paused=is_paused, speed=1.0))
        words.add(bar.play.text())
        widths.add(button.sizeHint().expandedTo(button.minimumSize()).width())
    assert (words, len(widths)) == ({"Play", "Pause"}, 1)
