"""Alerts on levels, lines and indicators, by the quotes of a market."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.price_alerts import (
    AtIndicator,
    AtLevel,
    Crossing,
    IndicatorLevel,
    LineKind,
    MovePriceAlert,
    PriceAlert,
    PriceOf,
    SwitchPriceAlert,
)
from tests.builders import MONDAY, at, candle, quote
from tests.conditions.markets import a_setup
from tests.examples import examples
from tests.price_alerts.desks import AlertDesk, alert, line

AGES = (0.0, 20.0)
"""Seconds by which a quote is late: in time, and later than a feed may be before it counts as lost."""


def test_that_a_gap_over_the_level_fires_with_the_first_price_beyond_it() -> None:
    with AlertDesk() as desk:
        desk.add(alert()).prices(1990.0, 2010.0)
        assert [(fired.price, fired.level, fired.at) for fired in desk.fired] == [(2010.0, 2000.0, at(1))]


@pytest.mark.parametrize(
    ("crossing", "fires"), [(Crossing.UP, [2001.0]), (Crossing.DOWN, [1999.0]), (Crossing.EITHER, [2001.0])]
)
def test_that_only_the_wanted_direction_fires(crossing: Crossing, fires: list[float]) -> None:
    with AlertDesk() as desk:
        desk.add(alert(crossing=crossing)).prices(1999.0, 2001.0, 1999.0, 2001.0)
        assert desk.fired_at == fires


def test_that_an_alert_on_the_ask_fires_when_the_ask_is_there_though_the_bid_is_not() -> None:
    with AlertDesk() as desk:
        desk.add(alert(price_of=PriceOf.ASK)).prices(1999.0, 1999.9)
        assert desk.fired_at == [quote(bid=1999.9).ask]


def test_that_an_alert_that_does_not_repeat_fires_once() -> None:
    with AlertDesk() as desk:
        desk.add(alert()).prices(1999.0, 2001.0, 1999.0, 2001.0, step_s=60.0)
        assert desk.fired_at == [2001.0]


def test_that_an_alert_that_repeats_fires_at_most_once_in_a_candle() -> None:
    with AlertDesk() as desk:
        desk.add(alert(repeats=True)).prices(1999.0, 2001.0, 1999.0, 2001.0, step_s=25.0)
        assert [fired.at for fired in desk.fired] == [at(25), at(75)]
        assert desk.fired[-1].alert.times_fired == 2


def test_that_an_alert_with_an_expiry_fires_until_then_and_not_after() -> None:
    with AlertDesk() as desk:
        desk.add(alert(repeats=True, expires_at=at(100))).prices(1999.0, 2001.0, 1999.0, step_s=60.0)
        assert desk.fired_at == [2001.0]


def test_that_an_alert_that_is_off_does_not_fire_and_starts_over_when_it_is_switched_on() -> None:
    with AlertDesk() as desk:
        desk.add(alert()).prices(1999.0).do(SwitchPriceAlert("a", is_on=False)).prices(2001.0, seconds=1)
        desk.do(SwitchPriceAlert("a", is_on=True)).prices(2002.0, 1999.0, seconds=2)
        assert desk.fired_at == [1999.0]


def test_that_an_alert_that_fired_waits_again_once_it_is_switched_on() -> None:
    with AlertDesk() as desk:
        desk.add(alert()).prices(1999.0, 2001.0).do(SwitchPriceAlert("a", is_on=True)).prices(1999.0, seconds=60)
        assert desk.fired_at == [2001.0, 1999.0]


def test_that_late_quotes_fire_nothing_and_the_next_fresh_one_does() -> None:
    with AlertDesk() as desk:
        desk.add(alert()).prices(1999.0).prices(2001.0, 2002.0, seconds=1, age_s=20.0)
        assert desk.fired_at == []
        desk.prices(2003.0, seconds=30)
        assert desk.fired_at == [2003.0]


def test_that_a_rising_line_is_reached_by_a_price_that_stands_still() -> None:
    with AlertDesk() as desk:
        desk.add(alert(cause=line(LineKind.RAY, (0, 1990.0), (100, 2000.0))))
        desk.prices(1999.0, 1999.0, 1999.0, step_s=60.0)
        assert [(fired.at, fired.level) for fired in desk.fired] == [(at(120), 2002.0)]


def test_that_a_trend_line_begins_at_its_earlier_anchor_and_a_ray_at_its_first() -> None:
    anchors = ((100, 2000.0), (0, 1990.0))
    with AlertDesk() as desk:
        desk.add(*(alert(kind.value, cause=line(kind, *anchors)) for kind in (LineKind.TREND, LineKind.RAY)))
        desk.prices(1980.0, 1980.0, 2020.0, step_s=90.0)
        assert [fired.alert.alert_id for fired in desk.fired] == ["trend"]


def test_that_the_last_closed_candle_says_where_vwap_is() -> None:
    with AlertDesk() as desk:
        desk.add(alert(cause=AtIndicator(IndicatorLevel.VWAP_UP_2)))
        desk.prices(2000.0)
        desk.candle(a_setup(candle=candle(), vwap=2000.0, vwap_sigma=1.5))
        desk.prices(2002.0, 2003.0, seconds=60)
        assert [(fired.price, fired.level) for fired in desk.fired] == [(2003.0, 2003.0)]


def test_that_a_vwap_that_starts_over_with_the_day_has_not_been_touched() -> None:
    with AlertDesk() as desk:
        desk.add(alert(cause=AtIndicator(IndicatorLevel.VWAP)))
        for day, vwap in enumerate((1990.0, 2010.0)):
            start = MONDAY + timedelta(days=day)
            desk.candle(a_setup(candle=candle(start=start), vwap=vwap, trading_day=start.date()))
            desk.prices(2000.0, seconds=60 + 86_400 * day)
        assert desk.fired == []


def test_that_an_alert_is_on_the_disk_before_anybody_hears_that_it_fired(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(alert()).prices(1999.0, 2001.0)
        assert desk.kept_when_fired == [(desk.fired[0].alert,)]
        assert desk.fired[0].alert.fired_at == at(1)
        kinds = [entry.kind for entry in desk.archive.journal.read(symbol="XAUUSD")]
        assert kinds == ["price_alert_added", "price_alert_fired"]


def test_that_a_market_that_is_played_again_from_earlier_has_crossed_nothing() -> None:
    with AlertDesk(is_played=True, now=at(600)) as desk:
        desk.add(alert()).prices(1999.0, seconds=600)
        desk.desk.begin_market({"XAUUSD": True}, desk.market)
        desk.prices(2001.0, 2002.0)
        assert desk.fired == []


@examples(60)
@given(
    st.lists(
        st.tuples(st.integers(-2, 2), st.sampled_from([1, 30, 60]), st.sampled_from(AGES), st.booleans()), max_size=25
    ),
    st.booleans(),
)
def test_that_no_alert_fires_twice_in_a_candle_or_while_the_feed_is_stale_or_again_after_it_fired(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, float, bool]], repeats: bool
) -> None:
    """Each step is a price, seconds since the last one, how late it comes, and whether the desk restarts before it."""
    directory = tmp_path_factory.mktemp("desk")
    seconds, fired = 0, []
    desk = AlertDesk(directory).add(alert(repeats=repeats))
    for offset, wait, age_s, restarts in steps:
        seconds += wait
        if restarts:
            desk.__exit__(None, None, None)
            desk = AlertDesk(directory, now=at(seconds))
        before = len(desk.fired)
        desk.prices(2000.0 + offset, seconds=seconds, age_s=age_s)
        assert not age_s or len(desk.fired) == before
        fired += [event.at for event in desk.fired[before:]]
    kept: tuple[PriceAlert, ...] = desk.archive.price_alerts.alerts()
    desk.__exit__(None, None, None)
    minutes = [instant.replace(second=0) for instant in fired]
    assert len(set(minutes)) == len(minutes)
    assert repeats or len(fired) <= 1
    assert kept[0].times_fired == len(fired)


def test_that_a_level_that_is_moved_counts_from_where_the_price_is_now() -> None:
    with AlertDesk() as desk:
        desk.add(alert()).prices(1999.0).do(MovePriceAlert("a", AtLevel(1990.0))).prices(1998.0, 1989.0, seconds=1)
        assert desk.fired_at == [1989.0]
