"""When settings count as proven: looks, what each needs, and how seldom chance passes."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf
from typing import Any

import msgspec
import pytest

from benchmarks.lab_statistics import (
    ADOPTED_ON,
    COSTS,
    as_trades,
    clustered_results,
    is_ever,
    market_days,
    terms,
    verdicts,
    within,
)
from engine.lab.evidence import trades_needed
from engine.lab.lab_trade import LabTrade
from engine.lab.verdict import LabCosts, Terms, Verdict, VerdictKind, judged, level_of, out_of_sample_days

DAYS = market_days()
WINNING = as_trades(clustered_results(1, 0.5, 12.0), DAYS)
LOSING = as_trades(clustered_results(1, -0.5, 12.0), DAYS)


def verdict(trades: list[LabTrade] = WINNING, days: int = 60, **changes: Any) -> Verdict:
    return judged(trades, DAYS[:days], msgspec.structs.replace(terms(), **changes))


def costs(**changes: float) -> LabCosts:
    return msgspec.structs.replace(COSTS, **changes)


def test_that_sixty_days_of_an_edge_are_positive_and_of_a_loss_negative() -> None:
    won, lost = verdict(), verdict(LOSING)
    assert (won.kind, won.look, won.days, won.next_look_days) == (VerdictKind.POSITIVE, 1, 60, 120)
    assert won.low is not None
    assert won.low > 0.0
    assert lost.kind is VerdictKind.NEGATIVE
    assert (won.missing, lost.missing) == ((), ())


def test_that_between_looks_the_verdict_stands() -> None:
    for first, last in ((60, 119), (120, 239), (240, 252)):
        assert verdict(days=first) == verdict(days=last) == verdict(days=(first + last) // 2)
    assert [verdict(days=days).look for days in (59, 60, 119, 120, 239, 240)] == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"adopted_on": None}, "these settings were not adopted"),
        ({"is_calibrated": False}, "not calibrated"),
        ({"seeds": (1,)}, "seeds 1 to 8 are needed"),
        ({"seeds": (2, 3, 4, 5, 6, 7, 8, 9)}, "seeds 1 to 8 are needed"),
        ({"measured": None}, "no costs were measured"),
        ({"measured": costs(spread=0.21)}, "costs are lower than those measured"),
        ({"measured": costs(commission_per_lot=3.0)}, "costs are lower than those measured"),
        ({"measured": costs(slippage_spreads=0.5)}, "costs are lower than those measured"),
    ],
)
def test_that_a_verdict_needs_all_of_its_terms(changes: dict[str, Any], words: str) -> None:
    found = verdict(**changes)
    assert found.kind is VerdictKind.UNPROVEN
    assert [each for each in found.missing if words in each]


def test_that_days_and_trades_must_be_enough() -> None:
    assert verdict(days=59).missing == ("59 of 60 market days since they were adopted",)
    few = as_trades(clustered_results(1, 0.5, 6.0), DAYS)
    counted = verdict(few)
    assert counted.kind is VerdictKind.UNPROVEN
    assert counted.missing == (f"{counted.trades} of 400 trades",)
    assert verdict(few, days=120).kind is VerdictKind.POSITIVE


def test_that_a_loss_at_costs_above_those_measured_is_unproven() -> None:
    assert verdict(LOSING, measured=costs(spread=0.1)).kind is VerdictKind.UNPROVEN
    assert verdict(LOSING, measured=costs(spread=0.3)).kind is VerdictKind.NEGATIVE


def test_that_without_a_spread_it_is_a_what_if_however_good() -> None:
    assert verdict(costs=costs(spread=0.0)).kind is VerdictKind.WHAT_IF


def test_that_days_up_to_the_adoption_never_count() -> None:
    later = terms(adopted_on=DAYS[39])
    assert out_of_sample_days(DAYS, DAYS[39])[0] == DAYS[40]
    assert judged(WINNING, DAYS[:99], later).look == 0
    found = judged(WINNING, DAYS[:100], later)
    assert found.trades == sum(DAYS[40] <= trade.day <= DAYS[99] for trade in WINNING)
    earlier = [ADOPTED_ON - timedelta(days=each) for each in range(100)]
    assert verdict() == judged(WINNING, [*earlier, *DAYS[:60]], terms())
    assert out_of_sample_days(DAYS, None) == []


def test_that_a_market_day_without_trades_is_a_day_and_one_given_twice_is_one() -> None:
    quiet = [trade for trade in WINNING if trade.day != DAYS[3]]
    assert verdict(quiet).days == 60
    assert judged(WINNING, [*DAYS[:59], *DAYS[:59]], terms()).look == 0


def test_that_all_looks_of_all_adoptions_spend_no_more_than_2_5_percent() -> None:
    assert level_of(1, 1) == 0.00625
    assert level_of(2, 3) == pytest.approx(0.025 / 4 / 12)
    spent = sum(level_of(look, adoptions) for look in range(1, 40) for adoptions in range(1, 3000))
    assert 0.0249 < spent < 0.025
    assert verdict(days=120, adoptions=3).level == level_of(2, 3)


def test_that_the_more_was_adopted_the_wider_the_bounds() -> None:
    lows = [found.low if (found := verdict(adoptions=number)).low is not None else inf for number in (1, 2, 10, 100)]
    assert lows == sorted(lows, reverse=True)
    assert len(set(lows)) == 4


def test_that_chance_is_seldom_positive_in_a_year_of_daily_looks() -> None:
    found = [as_trades(clustered_results(seed, 0.0, 8.0), DAYS) for seed in range(20)]
    assert sum(is_ever(VerdictKind.POSITIVE, verdicts(trades, DAYS, terms())) for trades in found) <= 1


def test_that_an_edge_is_found_within_the_trades_that_the_formula_names() -> None:
    found = [as_trades(clustered_results(seed, 0.15, 12.0), DAYS) for seed in range(20)]
    in_time = (within(trades_needed(trades), verdicts(trades, DAYS, terms())) for trades in found)
    assert sum(is_ever(VerdictKind.POSITIVE, looks) for looks in in_time) >= 14


def test_that_terms_of_another_day_leave_the_verdict_to_that_day() -> None:
    not_begun = Terms(
        adopted_on=date(2030, 1, 1), adoptions=1, is_calibrated=True, seeds=terms().seeds, costs=COSTS, measured=COSTS
    )
    assert judged(WINNING, DAYS, not_begun).missing == ("0 of 60 market days since they were adopted",)
