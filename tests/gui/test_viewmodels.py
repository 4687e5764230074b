from __future__ import annotations

import math
from datetime import timedelta

import pytest

from engine.domain.messages.engine import Pause, PlaybackChanged, Resume, Seek, SetSpeed, StepCandle
from gui.features.replay.model.playback import PlaybackModel, speed_label
from gui.features.status.model import StatusModel
from tests.builders import MONDAY, candle, quote
from tests.fakes import source

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def playback() -> PlaybackModel:
    return PlaybackModel()


def test_that_a_click_asks_and_only_the_engines_word_changes_what_is_shown(playback: PlaybackModel) -> None:
    asked: list[object] = []
    playback.commanded.connect(asked.append)
    playback.toggle_pause()
    assert asked == [Pause()]
    assert not playback.is_paused
    playback.show(PlaybackChanged(True, 1.0))
    playback.toggle_pause()
    assert asked == [Pause(), Resume()]


def test_that_the_player_can_step_speed_up_and_jump(playback: PlaybackModel) -> None:
    asked: list[object] = []
    playback.commanded.connect(asked.append)
    playback.set_span(MONDAY, MONDAY + timedelta(hours=10))
    playback.step()
    playback.set_speed(100.0)
    playback.seek(MONDAY + timedelta(hours=5))
    assert asked == [StepCandle(), SetSpeed(100.0), Seek(MONDAY + timedelta(hours=5))]


def test_that_choosing_the_speed_that_is_shown_asks_nothing(playback: PlaybackModel) -> None:
    asked: list[object] = []
    playback.commanded.connect(asked.append)
    playback.set_speed(playback.speed)
    assert asked == []


def test_that_the_market_stands_nowhere_until_its_history_is_read(playback: PlaybackModel) -> None:
    """A search for the next setup begins where the market stands, and would read all of history piece by piece."""
    playback.open()
    for minute in range(3):
        playback.on_candle(candle(minute))
    assert playback.position is None
    playback.complete_history()
    assert playback.position == MONDAY + timedelta(minutes=3)
    playback.reach(MONDAY + timedelta(minutes=3, seconds=7))
    assert playback.position == MONDAY + timedelta(minutes=3, seconds=7)


@pytest.mark.parametrize(("speed", "label"), [(1.0, "1x"), (1000.0, "1000x"), (math.inf, "max")])
def test_that_speeds_are_named_as_a_trader_reads_them(speed: float, label: str) -> None:
    assert speed_label(speed) == label


@pytest.fixture
def status() -> StatusModel:
    model = StatusModel()
    model.open((source(format="MetaTrader 5 export", clock="New York + 7 h", name="gold.csv"),))
    return model


def test_that_the_bar_says_what_was_recognised(status: StatusModel) -> None:
    assert status.source_text("XAUUSD") == "XAUUSD · MetaTrader 5 export · gold.csv"
    assert status.clock_text("XAUUSD") == "source clock New York + 7 h"


def test_that_the_age_of_the_last_quote_grows_until_the_next(status: StatusModel) -> None:
    assert status.quote_age_text("XAUUSD", 0.0) == "no quote yet"
    status.on_quote(quote(0), 100.0)
    assert status.quote_age_text("XAUUSD", 101.5) == "quote 1.5 s ago"


def test_that_refused_quotes_and_errors_are_named(status: StatusModel) -> None:
    assert status.trouble_text() == ""
    status.count_refused_quote()
    status.failures = 2
    assert status.trouble_text() == "1 quotes refused; 2 internal errors, see the log"
