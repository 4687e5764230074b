"""The panel of spread and volatility: figures against limits, spreads by the hour, what a trade would cost."""

from __future__ import annotations

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from config.conditions import SpreadFilter
from config.desk import PaperSettings
from config.settings import Settings
from gui.features.chart.model.chart import ChartModel
from gui.features.volatility.model.spread_hours import MAX_KEPT, MIN_QUOTES, SpreadHours
from gui.features.volatility.model.summary import Line
from gui.features.volatility.model.volatility import RECENT, VolatilityModel
from tests.approximate import close_to
from tests.builders import BITCOIN, GOLD, candle, quote
from tests.conditions.markets import a_setup
from tests.examples import examples
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow

HOUR_S = 3600


class Market:
    """Gold in front; a test says what its candles and its newest quote are."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.model = VolatilityModel(settings or Settings())
        self.chart = ChartModel(GOLD)
        self.model.open(self.chart)
        self.model.front = GOLD.symbol

    def close(self, minutes: int = 1, *, spread: float | None = 0.2, **readings: object) -> None:
        for minute in range(minutes):
            shape = candle(minute, open=2000.0, high=2001.0, low=1999.6, close=2000.0, spread=spread)
            self.model.append(GOLD.symbol, [a_setup(candle=shape, **readings)])

    def lines(self) -> dict[str, Line]:
        summary = self.model.summary()
        assert summary is not None
        return {line.title: line for line in summary.lines}

    def words(self) -> dict[str, str]:
        return {title: line.words for title, line in self.lines().items()}


def test_that_figures_stand_against_their_limits() -> None:
    market = Market()
    market.close(atr1=0.4, atr14=1.1, range_avg=0.9, spread_mean=0.2, spread_ratio=1.0)
    words = market.words()
    assert words["Spread"] == "0.20 ≤ 0.25"
    assert words["Spread / average"] == "1.00 ≤ 1.50 × avg"
    assert words["ATR(1)"] == "0.40 < 0.50"
    assert words["ATR(14)"] == "1.10"
    assert words["Average M1 range"] == "0.90 ≥ 0.80"
    assert market.lines()["ATR(1)"].is_passed is False
    assert market.lines()["Average M1 range"].is_passed is True


def test_that_the_live_spread_takes_the_place_of_the_candles() -> None:
    market = Market()
    market.close(spread_mean=0.2, spread_ratio=1.0)
    market.chart.set_live(None, quote(61, spread=0.28))
    assert market.words()["Spread"] == "0.28 > 0.25"
    assert market.words()["Spread / average"] == "1.40 ≤ 1.50 × avg"


def test_that_a_trades_cost_is_spread_and_slippage_over_the_stop() -> None:
    market = Market(Settings(paper=PaperSettings(slippage_spreads=0.5)))
    market.close(range_avg=1.0)
    market.chart.set_live(None, quote(61, spread=0.32))
    summary = market.model.summary()
    assert summary is not None
    assert summary.stops == (close_to(0.8), close_to(1.2))
    assert market.words()["Cost of a trade"] == "BUY 0.60 R  SELL 0.40 R"


def test_that_a_stop_below_an_average_range_is_warned_of() -> None:
    market = Market()
    market.close(range_avg=2.0)
    summary = market.model.summary()
    assert summary is not None
    assert summary.warning.startswith("The stop is only 0.40 of an average M1 range: one candle can reach it")
    market.close(range_avg=0.8)
    summary = market.model.summary()
    assert summary is not None
    assert summary.warning == ""


def test_that_the_spread_is_ranked_among_those_of_its_hour() -> None:
    market = Market()
    for minute in range(59):
        market.model.append(GOLD.symbol, [a_setup(candle=candle(minute, spread=0.1 + 0.001 * minute))])
    market.chart.set_live(None, quote(59 * 60, spread=0.14))
    assert market.words()["At this hour"] == "wider than 69 % of 59"
    market.chart.set_live(None, quote(61 * 60, spread=0.14))
    assert market.words()["At this hour"] == "too few candles seen"


def test_that_a_source_without_spreads_and_a_symbol_without_rules_are_reported_as_such() -> None:
    market = Market()
    market.close(spread=None, spread_mean=None, spread_ratio=None)
    market.chart.set_live(None, quote(61, spread=0.0))
    assert market.words()["Cost of a trade"] == "no spread"
    assert market.words()["At this hour"] == "no spread"
    other = ChartModel(msgspec.structs.replace(BITCOIN, symbol="EURUSD"))
    market.model.open(other)
    market.model.append("EURUSD", [a_setup(candle=candle(symbol="EURUSD"))])
    market.model.front = "EURUSD"
    assert market.words()["Cost of a trade"] == "no rules: chart only"


def test_that_other_settings_bring_other_limits() -> None:
    market = Market()
    market.close()
    filters = Settings().xauusd_rules.pre_trade_filters.model_copy(update={"spread": SpreadFilter(max_spread=0.1)})
    rules = Settings().xauusd_rules.model_copy(update={"pre_trade_filters": filters})
    market.model.use_settings(Settings(xauusd_rules=rules))
    assert market.words()["Spread"] == "0.20 > 0.10"


def test_that_a_market_that_restarts_forgets_the_one_before() -> None:
    market = Market()
    market.close(RECENT + 10)
    summary = market.model.summary()
    assert summary is not None
    assert len(summary.ranges) == RECENT
    market.model.open(market.chart)
    assert market.model.summary() is None
    assert market.model.silence == "Waiting for the first closed candle of XAUUSD."


@given(st.lists(st.floats(0.01, 50.0), min_size=MIN_QUOTES, max_size=80), st.floats(0.01, 50.0))
@examples(40)
def test_that_a_share_is_between_none_and_all_and_grows_with_the_spread(spreads: list[float], spread: float) -> None:
    hours = SpreadHours()
    for spread_seen in spreads:
        hours.add(5 * HOUR_S, spread_seen)
    share, more = hours.narrower_share(5, spread), hours.narrower_share(5, spread * 1.5)
    assert share is not None
    assert more is not None
    assert 0.0 <= share <= more <= 1.0
    found = hours.of_hour(5)
    assert found is not None
    assert np.float32(min(spreads)) <= found.median <= found.wide <= np.float32(max(spreads)) * 1.000001


def test_that_an_hour_remembers_its_newest_candles_only() -> None:
    hours = SpreadHours()
    for _ in range(MAX_KEPT):
        hours.add(0, 1.0)
    for _ in range(MAX_KEPT):
        hours.add(24 * HOUR_S, 2.0)
    assert hours.count(0) == MAX_KEPT
    assert hours.narrower_share(0, 1.5) == 0.0
    assert hours.count(1) == 0


# -- the panel --------------------------------------------------------------------------------------------------------


def test_that_the_panel_is_about_the_chart_in_front_and_says_what_it_waits_for(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    desk.window.panels.bring("volatility")
    panel = desk.window.panels.content("volatility")
    flush()
    assert panel.silence.text() == "Waiting for the first closed candle of XAUUSD."
    desk.desk.volatility.append("XAUUSD", [a_setup(range_avg=2.0)])
    desk.desk.status.refresh()
    assert not panel.silence.isVisible()
    assert panel.warning.text().startswith("▲ The stop is only")
    assert "Ask minus bid" in panel.lines.tip_at(QPoint(20, 5))
    desk.window.deck.show_symbol(1)
    assert panel.silence.text() == "Waiting for the first closed candle of BTCUSD."


def test_that_a_narrow_panel_puts_its_pictures_below(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    dock, panel = desk.window.panels["volatility"], desk.window.panels.content("volatility")
    desk.desk.volatility.append("XAUUSD", [a_setup()])
    dock.setFloating(True)
    dock.show()
    dock.resize(400, 560)
    flush()
    assert panel.hours.y() > panel.lines.y()
    dock.resize(400, 240)
    flush()
    assert not panel.hours.isVisible()
    dock.resize(800, 240)
    flush()
    assert panel.hours.x() > panel.lines.x()
