"""The score of a practice session, and the comparison with AUTO on the same parts of the market."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from config.trading import RiskMitigation
from engine.adapters.demo_market import demo_markets
from engine.commands.auto_run import play_auto
from engine.domain.fills import FillModel
from engine.domain.orders import ExitReason
from engine.domain.practice import PracticeSession, PracticeTrade, Stretch
from engine.errors import UnreadableRecording
from engine.market.account_day import AccountDay
from engine.practice.score import fresh_parts, score_of
from engine.practice.session import seen_in
from engine.practice.versus import compare, days_of, pairs_of
from tests.builders import MONDAY, closed_trade

DAY = AccountDay.by(RiskMitigation())


def one(minute: float, r: float, *, is_seen: bool = False, **changes: Any) -> PracticeTrade:
    entered_at = MONDAY + timedelta(minutes=minute)
    facts: dict[str, Any] = {"fill_model": FillModel.PATHS, "r": r, "trading_day": DAY.day_of(entered_at)} | changes
    trade = closed_trade(
        f"plan-{minute:g}",
        ticket=int(minute),
        profit=r,
        entered_at=entered_at,
        exited_at=entered_at + timedelta(minutes=2),
        **facts,
    )
    return PracticeTrade(trade=trade, stretch=0, is_seen=is_seen)


def session(*trades: PracticeTrade) -> PracticeSession:
    return PracticeSession(starting_balance=100.0, balance=100.0, trades=trades)


def part(begin: float, end: float) -> Stretch:
    return Stretch(MONDAY + timedelta(minutes=begin), MONDAY + timedelta(minutes=end))


def test_that_trades_on_a_part_seen_before_are_counted_apart() -> None:
    (score,) = score_of(session(one(1, 1.0), one(2, 3.0, is_seen=True), one(3, -1.0))).by_fills
    assert (score.first.trades, score.first.mean_r) == (2, 0.0)
    assert (score.seen.trades, score.seen.mean_r) == (1, 3.0)


def test_that_trades_of_different_fill_models_are_never_counted_together() -> None:
    scores = score_of(session(one(1, 1.0), one(2, 3.0, fill_model=FillModel.TICKS))).by_fills
    assert [(each.fills, each.first.mean_r) for each in scores] == [(FillModel.TICKS, 3.0), (FillModel.PATHS, 1.0)]


def test_that_a_score_of_few_days_has_no_interval_and_one_of_many_has() -> None:
    few = score_of(session(*(one(1440 * day, 1.0) for day in range(4)))).by_fills[0].first
    many = score_of(session(*(one(1440 * day, day % 3 - 1.0) for day in range(12)))).by_fills[0].first
    assert few.mean_r_interval is None
    assert many.mean_r_interval is not None
    assert many.mean_r_interval.low <= 0.0 <= many.mean_r_interval.high


def test_that_a_trade_cut_off_by_a_jump_counts() -> None:
    (score,) = score_of(session(one(1, -0.5, reason=ExitReason.JUMP))).by_fills
    assert score.first.mean_r == -0.5


# -- parts --------------------------------------------------------------------------------------------------------


def test_that_only_parts_played_for_the_first_time_are_compared() -> None:
    assert fresh_parts([part(0, 100), part(50, 160), part(900, 960)]) == (part(0, 100), part(100, 160), part(900, 960))
    assert fresh_parts([part(900, 960), part(0, 100)]) == (part(900, 960),)


MINUTES = st.integers(0, 100_000)


@given(st.lists(st.tuples(MINUTES, st.integers(0, 3000)), max_size=7), MINUTES)
def test_that_a_fresh_part_is_played_and_was_not_seen_before(played: list[tuple[int, int]], minute: int) -> None:
    stretches = [part(begin, begin + length) for begin, length in played]
    at = MONDAY + timedelta(minutes=minute)
    is_fresh = any(
        each.begins_at <= at < each.ends_at
        and not any(seen.begins_at <= at < seen.ends_at for seen in seen_in(tuple(stretches[:place])))
        for place, each in enumerate(stretches)
    )
    parts = fresh_parts(stretches)
    assert is_fresh == any(each.begins_at <= at < each.ends_at for each in parts)


def test_that_a_part_over_the_end_of_a_day_has_both_days() -> None:
    begins_at = DAY.begins(DAY.day_of(MONDAY)) - timedelta(minutes=1)
    part_over_the_end = Stretch(begins_at, begins_at + timedelta(minutes=2))
    assert len(days_of([part_over_the_end], DAY)) == 2


# -- you against AUTO ---------------------------------------------------------------------------------------------


def test_that_entries_within_a_minute_are_the_same_trade_and_others_stand_alone() -> None:
    mine, autos = one(10.5, 1.0).trade, one(10.1, 0.4).trade
    late = one(30, -1.0).trade
    pairs = pairs_of([mine], [autos, late])
    assert [(pair.yours, pair.autos) for pair in pairs] == [(mine, autos), (None, late)]
    assert [pair.difference for pair in pairs] == [pytest.approx(0.6), 1.0]


def test_that_the_difference_has_an_interval_once_there_are_days_enough() -> None:
    mine = [one(1440 * day, 1.0) for day in range(8)]
    autos = [one(1440 * day, 0.25) for day in range(8)]
    found = compare(mine, autos, [part(0, 8 * 1440)], DAY).by_fills[0]
    assert found.per_trade is not None
    assert (found.per_trade.value, found.per_trade.low, found.per_trade.high) == (0.75, 0.75, 0.75)
    few = compare(mine[:3], autos[:3], [part(0, 3 * 1440)], DAY).by_fills[0]
    assert (few.per_trade, few.per_day, few.yours.trades, few.autos.trades) == (None, None, 3, 3)


def played(parts: list[Stretch]) -> tuple[PracticeTrade, ...]:
    shares: list[float] = []
    trades = play_auto(demo_markets(7), Settings(), parts, shares.append)
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert shares == sorted(shares)
    return trades


def test_that_auto_trades_on_the_parts_alone_and_the_same_each_time() -> None:
    opens_at: datetime = demo_markets(7)[0].opens_at
    parts = [
        Stretch(opens_at, opens_at + timedelta(hours=3)),
        Stretch(opens_at + timedelta(hours=30), opens_at + timedelta(hours=33)),
    ]
    trades = played(parts)
    assert trades
    assert all(any(each.begins_at <= one.trade.entered_at < each.ends_at for each in parts) for one in trades)
    assert all(one.trade.exited_at <= parts[-1].ends_at for one in trades)
    assert [one.trade.r for one in trades] == [one.trade.r for one in played(parts)]


def test_that_a_part_of_another_recording_is_refused() -> None:
    with pytest.raises(UnreadableRecording, match="not in these recordings"):
        played([Stretch(datetime(1990, 1, 1, tzinfo=MONDAY.tzinfo), datetime(1990, 1, 2, tzinfo=MONDAY.tzinfo))])
