"""Facts about liquidity sweeps."""

from __future__ import annotations

import pytest

from engine.domain.market import Candle
from engine.domain.structure import Sweep, SweptSide
from tests.builders import candle
from tests.indicators.analyzed import read

FLOOR, CEILING = 2000.0, 2010.0


def sweep_by(last: Candle, *, before: int = 10, volume: float | None = 100.0) -> Sweep | None:
    """The sweep that `last` makes after quiet candles between floor and ceiling."""
    quiet = [candle(minute - before, close=2005.0, low=FLOOR, high=CEILING, volume=volume) for minute in range(before)]
    return read([*quiet, last])[-1].sweep


def below(low: float, close: float, *, opening: float | None = None, volume: float | None = 100.0) -> Candle:
    return candle(open=opening, low=low, close=close, volume=volume)


def test_that_a_wick_below_the_low_closing_back_above_it_is_a_sell_side_sweep() -> None:
    last = below(1999.0, 2003.0, opening=2009.0)
    assert sweep_by(last) == Sweep(side=SweptSide.SELL_SIDE, level=FLOOR, confidence=0.5, known_at=last.opened_at)


def test_that_a_wick_above_the_high_closing_back_below_it_is_a_buy_side_sweep() -> None:
    last = candle(open=2001.0, high=2011.0, close=2007.0)
    assert sweep_by(last) == Sweep(side=SweptSide.BUY_SIDE, level=CEILING, confidence=0.5, known_at=last.opened_at)


@pytest.mark.parametrize("close", [1999.5, 2000.0])
def test_that_a_close_at_or_below_the_low_is_a_break(close: float) -> None:
    assert sweep_by(below(1999.0, close, opening=2004.0)) is None


def test_that_a_low_equal_to_the_lowest_has_taken_nothing() -> None:
    assert sweep_by(below(FLOOR, 2004.0)) is None


def test_that_there_is_no_sweep_before_ten_candles() -> None:
    assert sweep_by(below(1999.0, 2004.0), before=9) is None


def test_that_older_lows_are_forgotten() -> None:
    deep = candle(-60, close=2005.0, low=1990.0)
    quiet = [candle(minute - 10, close=2005.0, low=FLOOR, high=CEILING) for minute in range(10)]
    assert read([deep, *quiet, below(1999.0, 2004.0)])[-1].sweep is not None


@pytest.mark.parametrize(
    ("opening", "volume", "confidence"),
    [
        (2009.0, 100.0, 0.5),  # wick 4, body 6
        (2005.0, 100.0, 0.8),  # wick 4, body 2
        (2009.0, 150.0, 0.7),
        (2005.0, 150.0, 1.0),
        (2009.0, 149.0, 0.5),
    ],
)
def test_that_a_long_wick_and_a_high_volume_add_confidence(opening: float, volume: float, confidence: float) -> None:
    found = sweep_by(below(1999.0, 2003.0, opening=opening, volume=volume))
    assert found is not None
    assert found.confidence == pytest.approx(confidence)


def test_that_a_body_below_one_tick_counts_as_one_tick() -> None:
    found = sweep_by(below(1999.99, 2000.004, opening=2000.004))
    assert found is not None
    assert found.confidence == pytest.approx(0.5)


def test_that_going_through_by_less_than_a_tenth_of_atr14_halves_the_confidence() -> None:
    deep, shallow = below(1998.9, 2003.0, opening=2009.0), below(1999.1, 2003.0, opening=2009.0)
    for last, confidence in ((deep, 0.5), (shallow, 0.25)):
        found = sweep_by(last, before=20)
        assert found is not None
        assert found.confidence == pytest.approx(confidence)


def test_that_exactly_a_tenth_of_atr14_is_deep_enough() -> None:
    found = sweep_by(candle(open=2008.0, low=1999.0, high=2009.0, close=2003.0), before=20)
    assert found is not None
    assert found.confidence == 0.5


def test_that_a_source_without_volume_adds_no_confidence_for_it() -> None:
    found = sweep_by(below(1999.0, 2003.0, opening=2009.0, volume=None), volume=None)
    assert found is not None
    assert found.confidence == 0.5


def test_that_of_two_sweeps_the_surer_one_stands() -> None:
    found = sweep_by(candle(open=2001.0, low=1999.0, high=2020.0, close=2003.0))
    assert found is not None
    assert found.side is SweptSide.BUY_SIDE


def test_that_of_two_equally_sure_sweeps_the_bullish_one_stands() -> None:
    found = sweep_by(candle(open=2005.0, low=1995.0, high=2015.0, close=2005.0))
    assert found is not None
    assert found.side is SweptSide.SELL_SIDE


def test_that_a_snapshot_shows_what_could_have_been_swept() -> None:
    quiet = [candle(minute, close=2005.0, low=FLOOR, high=CEILING) for minute in range(10)]
    snapshots = read([*quiet, candle(10, close=2005.0, high=2050.0)])
    assert (snapshots[9].sweepable_high, snapshots[9].sweepable_low) == (None, None)
    assert (snapshots[10].sweepable_high, snapshots[10].sweepable_low) == (CEILING, FLOOR)
