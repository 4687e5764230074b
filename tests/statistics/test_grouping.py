"""Grouped trades: every trade in its group, groups in their natural order."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Session, Side
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.statistics.figures import MIN_TRADES
from engine.statistics.grouping import Grouping, keys_of, tabulate
from tests.approximate import close_to
from tests.statistics.trades import facts

SIGNALS = ("LONG_WICK_TRAP", "OB_RETEST", "INCREASING_VOLUME")

SOME_TRADES = st.lists(
    st.builds(
        lambda minute, session, signals, score, side, reason, result: facts(
            result,
            minute=minute,
            session=session,
            signals=tuple(sorted(signals)),
            score=score,
            side=side,
            reason=reason,
        ),
        st.integers(0, 3000),
        st.sampled_from(Session),
        st.sets(st.sampled_from(SIGNALS)),
        st.none() | st.sampled_from([5.0, 5.5, 6.99, 7.0, 8.0]),
        st.sampled_from(Side),
        st.sampled_from(ExitReason),
        st.sampled_from([-0.5, 0.0, 1.0]),
    ),
    max_size=25,
)


@given(SOME_TRADES, st.sampled_from(Grouping))
def test_that_each_group_holds_exactly_the_trades_that_have_its_key(trades: list[TradeFacts], by: Grouping) -> None:
    groups = tabulate(trades, by)
    keys = [group.key for group in groups]
    assert len(keys) == len(set(keys))
    for group in groups:
        members = [one.trade.net_profit for one in trades if group.key in keys_of(one, by)]
        assert (group.figures.trades, group.figures.net_profit) == (len(members), close_to(sum(members)))
    if not by.may_overlap:
        assert sum(group.figures.trades for group in groups) == len(trades)


def test_that_groups_stand_in_the_order_of_the_day_with_the_unknown_last() -> None:
    sessions = tabulate(
        [facts(session=each) for each in (Session.OFF, Session.NEW_YORK, Session.ASIA)], Grouping.SESSION
    )
    assert [group.key for group in sessions] == [Session.ASIA, Session.NEW_YORK, Session.OFF]
    scores = tabulate([facts(score=None), facts(score=7.2), facts(score=5.0)], Grouping.SCORE)
    assert [group.key for group in scores] == [5, 7, None]


def test_that_hours_are_those_of_the_zone_that_is_asked_for() -> None:
    assert keys_of(facts(), Grouping.HOUR) == (8,)
    assert keys_of(facts(), Grouping.HOUR, ZoneInfo("America/New_York")) == (3,)
    summer = facts(at=facts().trade.entered_at + timedelta(days=10))
    assert keys_of(summer, Grouping.HOUR, ZoneInfo("America/New_York")) == (4,)


def test_that_a_trade_of_three_signals_counts_for_each_of_them() -> None:
    groups = tabulate([facts(signals=SIGNALS), facts(minute=1)], Grouping.SIGNAL)
    assert [(group.key, group.figures.trades) for group in groups] == [
        *((name, 1) for name in sorted(SIGNALS)),
        (None, 1),
    ]


def test_that_tags_distinguish_trades() -> None:
    groups = tabulate([facts(tags=("fomo", "news")), facts(minute=1, tags=("news",))], Grouping.TAG)
    assert [(group.key, group.figures.trades) for group in groups] == [("fomo", 1), ("news", 2)]


def test_that_a_group_is_too_small_to_conclude_from_below_twenty_trades() -> None:
    groups = tabulate([facts(minute=minute) for minute in range(MIN_TRADES)], Grouping.SIDE)
    assert [group.figures.is_too_few for group in groups] == [False]
    assert tabulate([facts()], Grouping.SIDE)[0].figures.is_too_few
