from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from config.indicators import SessionsSettings
from config.settings import SymbolRules
from engine.bus import Bus
from engine.domain.market import Candle
from engine.domain.messages.engine import (
    CandleClosed,
    ExplainLive,
    HistoryCompleted,
    HistoryRead,
    MarketEnded,
    MarketOpened,
    PlaybackChanged,
    QuoteReceived,
    QuoteRefused,
)
from engine.indicators.analyzer import Analyzer
from gui.bridge import CANDLE_MS, EngineBridge
from gui.desk_model import DeskModel
from gui.features.chart.view.layers.ground_layers import waits_for
from tests.builders import BITCOIN, candle, quote
from tests.fakes import source


def read(*candles: Candle) -> tuple[CandleClosed, ...]:
    analyzer = Analyzer(source(), SymbolRules(), SessionsSettings())
    return tuple(CandleClosed(analyzer.update(each), None) for each in candles)


class Doorway:
    """A bus, a bridge and the view-models behind it."""

    def __init__(self) -> None:
        self.bus = Bus()
        self.desk = DeskModel()
        self.bridge = EngineBridge(self.bus, self.desk)
        self.bus.publish(MarketOpened((source(),)))

    @property
    def chart_count(self) -> int:
        chart = self.desk.charts.get("XAUUSD")
        return 0 if chart is None else len(chart.columns)


@pytest.fixture
def doorway(qtbot: QtBot) -> Doorway:  # noqa: ARG001
    return Doorway()


def test_that_nothing_reaches_the_window_before_the_frame(doorway: Doorway) -> None:
    assert doorway.desk.charts == {}
    doorway.bridge.drain()
    assert list(doorway.desk.charts) == ["XAUUSD"]


def test_that_history_and_live_candles_arrive_in_order(doorway: Doorway) -> None:
    first, second, third = read(candle(0), candle(1), candle(2))
    doorway.bus.publish(HistoryRead((first, second)))
    doorway.bus.publish(third)
    doorway.bridge.drain()
    assert doorway.chart_count == 3


def test_that_a_long_history_fills_the_chart_while_it_is_read_and_stands_whole_when_it_is(
    doorway: Doorway, qtbot: QtBot
) -> None:
    first, second, third = read(candle(0), candle(1), candle(2))
    doorway.bridge.start()
    doorway.bus.publish(HistoryRead((first,)))
    qtbot.waitUntil(lambda: doorway.chart_count == 1)
    doorway.bus.publish(HistoryRead((second,)))
    qtbot.waitUntil(lambda: doorway.chart_count == 2)
    doorway.bus.publish(HistoryRead((third,)))
    doorway.bus.publish(HistoryCompleted(3))
    qtbot.waitUntil(lambda: doorway.chart_count == 3)
    doorway.bridge.stop()


def test_that_a_quote_waits_for_the_candles_of_the_past_that_do_not_fit_into_the_frame(doorway: Doorway) -> None:
    past = read(*(candle(minute) for minute in range(30)))
    doorway.bridge.drain()
    doorway.bus.publish(HistoryRead(past[:10]))
    doorway.bus.publish(HistoryRead(past[10:]))
    doorway.bus.publish(QuoteReceived(quote(1830), candle(30)))
    doorway.bridge.drain(max_ms=10 * CANDLE_MS)
    chart = doorway.desk.charts["XAUUSD"]
    assert (chart.count, chart.forming) == (10, None)
    doorway.bridge.drain(max_ms=10 * CANDLE_MS)
    assert (chart.count, chart.forming) == (30, candle(30))


def test_that_a_frame_without_time_shows_one_event_and_leaves_the_rest_in_their_order(doorway: Doorway) -> None:
    first, second = read(candle(0), candle(1))
    for event in (first, second, PlaybackChanged(True, 30.0)):
        doorway.bus.publish(event)
    seen: list[tuple[int, bool]] = []
    for _ in range(4):
        doorway.bridge.drain(max_ms=0.0)
        seen.append((doorway.chart_count, doorway.desk.playback.is_paused))
    assert seen == [(0, False), (1, False), (2, False), (2, True)]


def test_that_the_newest_quote_of_a_frame_wins(doorway: Doorway) -> None:
    for seconds, bid in ((0, 2000.0), (1, 2001.0), (2, 2002.0)):
        doorway.bus.publish(QuoteReceived(quote(seconds, bid=bid), candle(close=bid)))
    seen: list[float] = []
    doorway.bridge.drain()
    doorway.desk.charts["XAUUSD"].live_changed.connect(lambda: seen.append(1.0))
    doorway.bus.publish(QuoteReceived(quote(3, bid=2003.0), candle(close=2003.0)))
    doorway.bus.publish(QuoteReceived(quote(4, bid=2004.0), candle(close=2004.0)))
    doorway.bridge.drain()
    assert seen == [1.0]
    assert doorway.desk.status.market_time == quote(4).at


def test_that_a_paused_market_stands_where_its_history_ends_before_any_quote(doorway: Doorway) -> None:
    doorway.bus.publish(QuoteReceived(quote(3), candle(0)))
    doorway.bridge.drain()
    doorway.bus.publish(MarketOpened((source(),), goes_on=True))
    doorway.bus.publish(HistoryRead(read(candle(5000), candle(5001))))
    doorway.bus.publish(HistoryCompleted(2))
    doorway.bridge.drain()
    desk, end = doorway.desk, candle(5001).closed_at
    desk.trading.refresh()
    assert (desk.status.market_time, desk.trading.now) == (end, end)
    assert dict(desk.trading.figures.results)["Trading day"] == f"{end:%a %d %b %Y}"


def test_that_the_conditions_of_a_chart_that_comes_to_the_front_are_asked_for_at_once(doorway: Doorway) -> None:
    doorway.bus.publish(MarketOpened((source(), source(instrument=BITCOIN))))
    doorway.bus.publish(HistoryCompleted(0))
    doorway.bridge.drain()
    asked: list[object] = []
    doorway.desk.commanded.connect(asked.append)
    doorway.bridge.drain()
    assert asked == []
    doorway.desk.show_front("BTCUSD")
    doorway.bridge.drain()
    assert asked == [ExplainLive("BTCUSD")]


def test_that_a_market_that_restarts_empties_the_charts(doorway: Doorway) -> None:
    doorway.bus.publish(HistoryRead(read(candle(0), candle(1))))
    doorway.bridge.drain()
    doorway.bus.publish(MarketOpened((source(),)))
    doorway.bridge.drain()
    assert doorway.chart_count == 0


def test_that_quotes_from_before_a_seek_are_not_shown_after_it(doorway: Doorway) -> None:
    doorway.bus.publish(QuoteReceived(quote(0), candle()))
    doorway.bus.publish(MarketOpened((source(),)))
    doorway.bridge.drain()
    assert doorway.desk.status.market_time is None


def test_that_refused_quotes_and_the_players_state_are_shown(doorway: Doorway) -> None:
    doorway.bus.publish(QuoteRefused("XAUUSD", "crossed"))
    doorway.bus.publish(PlaybackChanged(True, 30.0))
    doorway.bus.publish(MarketEnded())
    doorway.bridge.drain()
    assert doorway.desk.status.trouble_text() == "1 quotes refused"
    assert (doorway.desk.playback.is_paused, doorway.desk.playback.speed) == (True, 30.0)
    assert doorway.desk.playback.has_ended


def test_that_an_empty_chart_says_that_history_is_being_read_until_all_of_it_has_come(doorway: Doorway) -> None:
    doorway.bridge.drain()
    chart = doorway.desk.charts["XAUUSD"]
    assert waits_for(chart) == "The history of XAUUSD is being read …"
    doorway.bus.publish(HistoryCompleted(0))
    doorway.bridge.drain()
    assert waits_for(chart).startswith("No XAUUSD candle yet")
    doorway.bus.publish(MarketOpened((source(),)))
    doorway.bridge.drain()
    assert waits_for(chart) == "The history of XAUUSD is being read …"
