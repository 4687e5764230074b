"""A line in the engine is where the chart draws it, over gaps of the market as well."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.price_alerts import AtLine, LineKind
from engine.price_alerts.market_time import MarketTime
from gui.features.drawing.model.axis import CandleAxis
from gui.features.drawing.model.drawing import Anchor, Drawing, Kind, price_at
from tests.approximate import close_to
from tests.builders import candle
from tests.conditions.markets import a_setup
from tests.price_alerts.desks import AlertDesk, alert, line

WEEKEND = 2 * 24 * 60


def time_of(minutes: list[int]) -> MarketTime:
    """The time of a market that had candles in these minutes."""
    time, previous = MarketTime(), None
    for minute in minutes:
        closed = candle(minute)
        time.on_candle(a_setup(candle=closed, previous=previous))
        previous = closed
    return time


def test_that_a_minute_without_a_candle_does_not_count() -> None:
    time = time_of([0, 1, 2, 2 + WEEKEND, 3 + WEEKEND])
    places = [time.position(candle(minute).opened_at) for minute in (1, 2, 500, 2 + WEEKEND, 3 + WEEKEND)]
    assert [place - places[0] for place in places] == [0.0, 60.0, 120.0, 120.0, 180.0]


def test_that_a_market_that_begins_again_from_earlier_counts_its_gaps_once() -> None:
    minutes = [0, 1, 10, 11, 30]
    time = time_of(minutes + minutes)
    assert time.position(candle(30).opened_at) - time.position(candle(0).opened_at) == 240.0


def test_that_a_rising_line_is_not_crossed_by_a_market_that_was_closed_over_the_weekend() -> None:
    with AlertDesk() as desk:
        friday = [candle(minute) for minute in (0, 1)]
        desk.add(alert(cause=line(LineKind.RAY, (0, 1990.0), (60, 1990.01))))
        desk.candle(a_setup(candle=friday[0], previous=None))
        desk.prices(2000.0, seconds=60)
        desk.candle(a_setup(candle=friday[1], previous=friday[0]))
        desk.prices(2000.0, 1990.03, seconds=60 * WEEKEND)
        assert [(fired.price, round(fired.level or 0, 2)) for fired in desk.fired] == []
        desk.prices(1990.02, seconds=60 * WEEKEND + 2)
        assert [fired.price for fired in desk.fired] == [1990.02]


@given(
    st.lists(st.integers(1, 5) | st.integers(100, 3000), min_size=3, max_size=40),
    st.sampled_from([Kind.TREND_LINE, Kind.RAY]),
    st.data(),
)
def test_that_engine_and_chart_agree_on_the_price_of_a_line(steps: list[int], kind: Kind, data: st.DataObject) -> None:
    minutes = np.cumsum([0, *steps]).tolist()
    openings = [int(candle(minute).opened_at.timestamp()) for minute in minutes]
    first, second = data.draw(st.lists(st.sampled_from(openings[:-1]), min_size=2, max_size=2, unique=True))
    drawing = Drawing(id="d", kind=kind, anchors=(Anchor(first, 2000.0), Anchor(second, 2010.0)))
    kinds = {Kind.TREND_LINE: LineKind.TREND, Kind.RAY: LineKind.RAY}
    points = ((first, 2000.0), (second, 2010.0))
    in_engine = line(kinds[kind], *((seconds - openings[0], price) for seconds, price in points))
    time, axis = time_of(minutes[:-1]), CandleAxis(np.array(openings[:-1], np.int64), openings[-1], 60)
    now = datetime.fromtimestamp(openings[-1], UTC)
    on_chart = price_at(drawing, openings[-1], axis.position)
    assert isinstance(in_engine, AtLine)
    found = in_engine.straight(time.position).price_at(time.live_position(now))
    assert (found is None) == (on_chart is None)
    assert found is None or found == close_to(on_chart or 0.0)
