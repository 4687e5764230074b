"""Facts about the prices that the market remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from engine.domain.market import Candle
from tests.approximate import close_to
from tests.builders import candle
from tests.indicators.analyzed import BITCOIN_SOURCE, read, rules_with


def at(text: str, price: float) -> Candle:
    """A candle from one below to one above `price`."""
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return candle(start=start, close=price, high=price + 1.0, low=price - 1.0)


def minutes_from(text: str, prices: Sequence[float]) -> list[Candle]:
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return [candle(minute, start=start, close=price) for minute, price in enumerate(prices)]


def peaks(*prices: float, every: int = 4, floor: float = 2000.0) -> list[Candle]:
    """Fifteen candles of range one, then a swing high at each price with quiet candles around it."""
    highs = [floor + 1.0] * 15
    for price in prices:
        highs += [price] + [floor + 1.0] * (every - 1)
    return [candle(minute, close=floor, high=high, low=floor) for minute, high in enumerate(highs)]


# -- day ------------------------------------------------------------------------------------------------------


def test_that_the_day_range_waits_for_thirty_candles_and_leaves_out_the_newest() -> None:
    snapshots = read(minutes_from("2026-03-03 08:00", [*range(2000, 2030), 2500, 2010]))
    assert snapshots[29].day_high is None
    assert (snapshots[30].day_high, snapshots[30].day_low) == (2029.0, 2000.0)
    assert snapshots[31].day_high == 2500.0


def test_that_the_day_range_restarts_when_gold_rolls() -> None:
    evening = minutes_from("2026-03-03 21:20", [2000.0] * 40)
    snapshots = read([*evening, *minutes_from("2026-03-03 23:00", [2100.0] * 31)])
    assert snapshots[40].day_high is None
    assert (snapshots[-1].day_high, snapshots[-1].day_low) == (2100.0, 2100.0)


def test_that_the_prior_day_is_the_last_one_with_candles() -> None:
    friday, monday = at("2026-03-06 15:00", 2000.0), at("2026-03-09 15:00", 2100.0)
    snapshots = read([friday, monday, at("2026-03-10 15:00", 2200.0)])
    assert snapshots[0].prior_day_high is None
    assert (snapshots[1].prior_day_high, snapshots[1].prior_day_low) == (2001.0, 1999.0)
    assert (snapshots[2].prior_day_high, snapshots[2].prior_day_low) == (2101.0, 2099.0)


# -- session --------------------------------------------------------------------------------------------------


def prior_session_highs(*candles: Candle) -> list[float | None]:
    return [snapshot.prior_session_high for snapshot in read(candles)]


def test_that_a_session_is_complete_with_the_first_candle_of_the_next() -> None:
    highs = prior_session_highs(
        at("2026-03-03 01:00", 2000.0), at("2026-03-03 02:00", 2010.0), at("2026-03-03 08:00", 2050.0)
    )
    assert highs == [None, None, 2011.0]


def test_that_the_overlap_belongs_to_new_york() -> None:
    highs = prior_session_highs(
        at("2026-03-03 12:00", 2000.0),  # London
        at("2026-03-03 14:00", 2050.0),  # both
        at("2026-03-03 18:00", 2020.0),  # New York
        at("2026-03-03 23:30", 2010.0),  # after New York, which has no range of its own
        at("2026-03-04 01:00", 2005.0),  # Asia
    )
    assert highs == [None, 2001.0, 2001.0, 2051.0, 2051.0]


def test_that_hours_without_a_session_complete_one_but_are_none() -> None:
    highs = prior_session_highs(
        at("2026-07-14 03:00", 2000.0), at("2026-07-14 23:30", 2050.0), at("2026-07-15 00:30", 2010.0)
    )
    assert highs == [None, 2001.0, 2001.0]


def test_that_the_same_session_of_another_day_is_another_session() -> None:
    assert prior_session_highs(at("2026-03-03 10:00", 2000.0), at("2026-03-04 10:00", 2050.0)) == [None, 2001.0]


def test_that_the_trading_day_of_bitcoin_divides_its_sessions_at_midnight() -> None:
    night = [at("2026-03-03 23:59", 2000.0), at("2026-03-04 00:00", 2050.0), at("2026-03-04 08:00", 2010.0)]
    assert [snapshot.prior_session_high for snapshot in read(night, BITCOIN_SOURCE)] == [None, None, 2051.0]


# -- equal highs and lows -------------------------------------------------------------------------------------


def test_that_two_near_swing_highs_are_one_level_at_their_mean() -> None:
    assert read(peaks(2003.0, 2003.1))[-1].equal_highs == (close_to(2003.05),)


def test_that_one_swing_high_alone_is_no_level() -> None:
    assert read(peaks(2003.0, 2003.9))[-1].equal_highs == ()


def test_that_a_group_is_measured_from_its_first_price_not_from_neighbour_to_neighbour() -> None:
    candles = peaks(2003.0, 2003.12, 2003.24)
    last = read(candles)[-1]
    assert last.atr14 is not None
    assert 0.12 < 0.1 * last.atr14 < 0.24
    assert last.equal_highs == (close_to(2003.06),)


def test_that_equal_lows_are_found_likewise() -> None:
    mirrored = [
        candle(minute, close=2000.0, high=2000.0, low=4000.0 - mirror.high)
        for minute, mirror in enumerate(peaks(2003.0, 2003.1))
    ]
    assert read(mirrored)[-1].equal_lows == (close_to(1996.95),)


def test_that_a_level_is_known_only_when_its_second_swing_is() -> None:
    known = [bool(snapshot.equal_highs) for snapshot in read(peaks(2003.0, 2003.1))]
    assert known.index(True) == 15 + 4 + 2


def test_that_swings_older_than_sixty_candles_make_no_level() -> None:
    candles = peaks(2003.0, 2003.1)
    quiet = [candle(len(candles) + minute, close=2000.0, high=2001.0, low=2000.0) for minute in range(60)]
    first_swing = candles[15].opened_at
    for snapshot in read(candles + quiet)[21:]:
        is_young = snapshot.candle.opened_at - first_swing <= timedelta(minutes=60)
        assert bool(snapshot.equal_highs) is is_young


def test_that_levels_follow_the_atr_of_each_candle() -> None:
    candles = peaks(2003.0, 2003.2)
    wild = [candle(len(candles), close=2000.0, high=2060.0, low=1990.0)]
    snapshots = read(candles + wild)
    assert snapshots[-2].equal_highs == ()
    assert snapshots[-1].equal_highs == (close_to(2003.1),)


def test_that_no_level_is_reported_before_atr14_is_known() -> None:
    candles = [candle(minute, close=2000.0, high=2003.0 if minute in (3, 7) else 2001.0) for minute in range(14)]
    assert read(candles)[-1].equal_highs == ()
    assert read(candles, rules=rules_with(atr_length=5))[-1].equal_highs == (2003.0,)


def test_that_swings_grow_too_old_also_while_atr14_is_unknown() -> None:
    rules = rules_with(atr_length=40, equal_level_max_age=10)
    early = peaks(*[2003.0] * 4)
    quiet = [candle(len(early) + minute, close=2000.0, high=2001.0, low=2000.0) for minute in range(20)]
    snapshots = read([*early, *quiet], rules=rules)
    assert snapshots[-1].atr14 is not None
    assert [snapshot.equal_highs for snapshot in snapshots] == [()] * len(snapshots)
