"""Facts about swings and the structure that closes beyond them make."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.domain.market import Candle
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import BreakKind, Direction, StructureBreak
from tests.builders import candle
from tests.indicators.analyzed import read

UP, DOWN = Direction.UP, Direction.DOWN


def with_highs(*highs: float) -> list[Candle]:
    return [candle(minute, close=1990.0, high=high) for minute, high in enumerate(highs)]


def with_closes(*prices: float) -> list[Candle]:
    """Candles without wicks that open where the one before closed."""
    opens = (prices[0], *prices)
    return [candle(minute, open=opens[minute], close=price) for minute, price in enumerate(prices)]


def breaks(snapshots: Sequence[MarketSnapshot]) -> list[tuple[int, BreakKind, Direction, float]]:
    """Number of the candle, kind, direction and level of every break."""
    made = [(number, snapshot.structure) for number, snapshot in enumerate(snapshots)]
    return [(number, one.event, one.direction, one.level) for number, one in made if one is not None]


@pytest.mark.parametrize(
    ("highs", "is_swing"),
    [
        ((2000, 2001, 2005, 2001, 2000), True),
        ((2001, 2000, 2005, 2000, 2001), True),
        ((2000, 2001, 2005, 2005, 2000), True),
        ((2000, 2001, 2005, 2000, 2005), True),
        ((2000, 2005, 2005, 2001, 2000), False),
        ((2005, 2001, 2005, 2001, 2000), False),
        ((2000, 2001, 2005, 2006, 2000), False),
        ((2000, 2001, 2005, 2001, 2006), False),
        ((2000, 2000, 2000, 2000, 2000), False),
    ],
)
def test_that_a_swing_high_is_above_the_two_before_and_not_below_the_two_after(
    highs: tuple[float, ...], is_swing: bool
) -> None:
    assert bool(read(with_highs(*highs))[-1].swings) is is_swing


def test_that_a_swing_is_known_two_candles_later_and_never_earlier() -> None:
    snapshots = read(with_highs(2000, 2001, 2005, 2001, 2000, 2000))
    assert [len(snapshot.swings) for snapshot in snapshots] == [0, 0, 0, 0, 1, 0]
    (swing,) = snapshots[4].swings
    assert (swing.is_high, swing.price) == (True, 2005.0)
    assert (swing.candle_time, swing.known_at) == (snapshots[2].candle.opened_at, snapshots[4].candle.opened_at)


def test_that_one_candle_may_be_a_swing_high_and_a_swing_low() -> None:
    candles = [candle(minute, close=2000.0) for minute in range(5)]
    candles[2] = candle(2, close=2000.0, high=2005.0, low=1995.0)
    assert [(swing.is_high, swing.price) for swing in read(candles)[-1].swings] == [(True, 2005.0), (False, 1995.0)]


def test_that_the_first_break_ever_continues_the_structure() -> None:
    snapshots = read(with_closes(2000, 2001, 2005, 2001, 2000, 2006))
    assert breaks(snapshots) == [(5, BreakKind.BOS, UP, 2005.0)]
    assert [snapshot.structure_direction for snapshot in snapshots] == [None] * 5 + [UP]
    assert snapshots[-1].choch is None


def test_that_a_high_through_the_swing_without_a_close_above_it_breaks_nothing() -> None:
    candles = with_closes(2000, 2001, 2005, 2001, 2000)
    assert breaks(read([*candles, candle(5, close=2005.0, high=2009.0)])) == []


def test_that_a_break_against_the_structure_is_a_change_of_character() -> None:
    snapshots = read(with_closes(2000, 2001, 2005, 2001, 2000, 2006, 2007, 2004, 1999, 1990))
    # The low of 2000 at candle 4 is known at candle 6 and broken at candle 8.
    assert breaks(snapshots) == [(5, BreakKind.BOS, UP, 2005.0), (8, BreakKind.CHOCH, DOWN, 2000.0)]
    assert snapshots[8].structure_direction is DOWN


def test_that_a_swing_is_broken_once() -> None:
    snapshots = read(with_closes(2000, 2001, 2005, 2001, 2000, 2006, 2004, 2008))
    assert len(breaks(snapshots)) == 1


def test_that_an_older_unbroken_swing_no_longer_counts() -> None:
    # Swing highs at 2010 and then at 2005: after the lower one is broken, 2010 is not asked again.
    prices = (2000, 2001, 2010, 2001, 2000, 2001, 2005, 2001, 2000, 2006, 2011)
    assert breaks(read(with_closes(*prices))) == [(9, BreakKind.BOS, UP, 2005.0)]


def test_that_a_swing_known_by_a_candle_already_counts_for_its_close() -> None:
    # At its last candle the high of 2010 becomes known; the close of 2006 would have broken the older 2005.
    candles = [
        *with_closes(2000, 2001, 2005, 2001, 2000, 2001),
        candle(6, close=2003.0, high=2010.0, low=2001.0),
        candle(7, open=2003.0, close=2004.0),
        candle(8, open=2004.0, close=2006.0),
    ]
    assert breaks(read(candles)) == []


def test_that_the_latest_change_of_character_keeps_its_age_on_each_side() -> None:
    prices = (2000, 2001, 2005, 2001, 2000, 2006, 2007, 2004, 1999, 1990, 1989, 1995, 2008, 2009)
    snapshots = read(with_closes(*prices))
    last = snapshots[-1]
    assert [kind for _, kind, _, _ in breaks(snapshots)] == [BreakKind.BOS, BreakKind.CHOCH, BreakKind.CHOCH]
    assert last.choch == StructureBreak(
        event=BreakKind.CHOCH,
        direction=UP,
        level=2007.0,
        swing_time=snapshots[6].candle.opened_at,
        known_at=snapshots[12].candle.opened_at,
    )
    assert (last.choch_age, last.choch_up_age, last.choch_down_age) == (1, 1, 5)
    assert (snapshots[8].choch_age, snapshots[8].choch_up_age, snapshots[8].choch_down_age) == (0, None, 0)
