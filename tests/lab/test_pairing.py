"""Facts about matching the trades of one market that was played twice."""

from __future__ import annotations

import pytest

from engine.domain.market import Side
from engine.lab.calibration import Calibration, Verdict, calibration_of
from engine.lab.pairing import Pairs, PlayedTrade, paired


def bought(minute: int, r: float) -> PlayedTrade:
    return PlayedTrade(minute, Side.BUY, r)


def sold(minute: int, r: float) -> PlayedTrade:
    return PlayedTrade(minute, Side.SELL, r)


def test_that_trades_of_one_minute_and_side_are_the_same_trade() -> None:
    found = paired([bought(1, 1.0), sold(2, -1.0)], [[bought(1, 0.5), sold(2, -0.5)]])
    assert found == Pairs((1.0, -1.0), (0.5, -0.5), 0, 0.0)


def test_that_a_trade_counts_once_with_the_mean_of_the_paths_that_have_it() -> None:
    found = paired([bought(1, 1.0), bought(5, 2.0)], [[bought(1, 0.0), bought(5, 1.0)], [bought(5, 2.0)]])
    assert found == Pairs((1.0, 2.0), (0.0, 1.5), 0, 0.0)


def test_that_what_only_one_side_has_is_counted_and_compared_with_nothing() -> None:
    found = paired([bought(1, 1.0), sold(3, 1.0)], [[bought(3, 9.0)], [bought(1, 0.0)]])
    assert found == Pairs((1.0,), (0.0,), 1, 0.5)


def pairs(*differences: float) -> Pairs:
    return Pairs(tuple(0.1 for _ in differences), tuple(0.1 + by for by in differences), 2, 1.5)


def test_that_days_are_put_together_in_any_order() -> None:
    days = [pairs(0.1, 0.2, 0.3), pairs(0.0, -0.1)]
    found, turned = calibration_of(days), calibration_of(reversed(days))
    assert found is not None
    assert found == turned
    assert (found.trades, found.days, found.unmatched_quotes, found.unmatched_paths) == (5, 2, 4, 3.0)
    assert found.quotes_r == pytest.approx(0.1)
    assert found.difference_r == pytest.approx(0.1)
    assert found.low < 0.1 < found.high


def test_that_nothing_is_said_without_a_pair() -> None:
    assert calibration_of([Pairs((), (), 3, 1.0)]) is None


@pytest.mark.parametrize(
    ("low", "high", "trades", "days", "verdict"),
    [
        (-0.02, 0.03, 6000, 14, Verdict.CALIBRATED),
        (-0.02, 0.03, 5999, 14, Verdict.UNDECIDED),
        (-0.02, 0.06, 6000, 14, Verdict.UNDECIDED),
        (0.04, 0.06, 9000, 14, Verdict.UNDECIDED),
        (0.051, 0.3, 300, 5, Verdict.REFUTED),
        (0.051, 0.3, 300, 4, Verdict.UNDECIDED),
        (-0.3, -0.051, 300, 5, Verdict.REFUTED),
    ],
)
def test_that_only_a_narrow_interval_about_zero_on_many_trades_calibrates(
    low: float, high: float, trades: int, days: int, verdict: Verdict
) -> None:
    found = Calibration(
        trades=trades,
        days=days,
        quotes_r=0.0,
        paths_r=0.0,
        difference_r=(low + high) / 2.0,
        low=low,
        high=high,
        unmatched_quotes=0,
        unmatched_paths=0.0,
    )
    assert found.verdict is verdict
