"""The figures of simulated trades, against plain counts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from math import inf

import msgspec
import numpy as np
import pytest

from benchmarks.lab_statistics import as_trades, clustered_results, market_days, terms
from engine.domain.market import Session, Side
from engine.domain.orders import ExitReason
from engine.lab.evidence import equity_of, evidence_of, mean_result, report_of, trades_needed
from engine.lab.lab_trade import LabTrade
from engine.lab.verdict import judged

FIRST = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def trade(r: float, minute: int = 0, **changes: object) -> LabTrade:
    """A trade of the first day, entered that many minutes after half past nine."""
    base = LabTrade(
        day=FIRST, entered_at=AT + timedelta(minutes=minute), side=Side.BUY, r=r, cost_r=0.1, exit=ExitReason.STOP_LOSS
    )
    return msgspec.structs.replace(base, **changes)


def on_days(*days: list[float]) -> list[LabTrade]:
    return [
        trade(r, minute=1440 * place + number, day=FIRST + timedelta(days=place))
        for place, day in enumerate(days)
        for number, r in enumerate(day)
    ]


def test_that_the_figures_are_those_of_a_plain_count() -> None:
    trades = on_days([1.0, -1.0, -0.5], [0.0, -0.25], [2.0])
    found = evidence_of(trades, [FIRST + timedelta(days=each) for each in range(4)])
    assert (found.result.trades, found.result.days) == (6, 4)
    assert found.result.mean_r == pytest.approx(1.25 / 6)
    assert found.cost_r == pytest.approx(0.1)
    assert found.gross_r == pytest.approx(1.25 / 6 + 0.1)
    assert found.win_rate == pytest.approx(2 / 6)
    assert found.profit_factor == pytest.approx(3.0 / 1.75)
    assert (found.max_drawdown_r, found.losing_streak) == (1.75, 3)
    assert found.depends_on_path is None


def test_that_nothing_is_known_without_trades() -> None:
    found = evidence_of([], [FIRST])
    report = report_of(found, judged([], [FIRST], terms()), mean_result([]), is_calibrated=True, trials=None)
    assert (report["trades"], report["days"], report["verdict"], report["trials"]) == (0, 1, "unproven", None)
    known = {"trades", "days", "verdict", "trials", "calibrated", "out_of_sample", "by"}
    assert [report[key] for key in report if key not in known] == [None] * 11
    assert report["by"] == {"session": [], "score": [], "signal": [], "exit": []}


def test_that_what_never_lost_has_no_profit_factor_in_a_report() -> None:
    found = evidence_of(on_days([1.0]), [FIRST])
    assert found.profit_factor == inf
    report = report_of(found, judged([], [FIRST], terms()), mean_result([]), is_calibrated=False, trials=7)
    assert report["profit_factor"] is None
    json.dumps(report, allow_nan=False)


def test_that_trades_are_grouped_in_their_natural_order_and_unknown_ones_last() -> None:
    trades = [
        trade(1.0, 0, session=Session.NEW_YORK, score=81.5, signals=("sweep", "vwap"), exit=ExitReason.TAKE_PROFIT),
        trade(-1.0, 1, session=Session.ASIA, score=70.0, signals=("sweep",)),
        trade(0.5, 2),
    ]
    by = evidence_of(trades, [FIRST]).by
    names = {key: [(group.name, group.result.mean_r) for group in groups] for key, groups in by.items()}
    assert names["session"] == [(Session.ASIA, -1.0), (Session.NEW_YORK, 1.0), (None, 0.5)]
    assert names["score"] == [(70, -1.0), (81, 1.0), (None, 0.5)]
    assert names["signal"] == [("sweep", 0.0), ("vwap", 1.0), (None, 0.5)]
    assert names["exit"] == [(ExitReason.STOP_LOSS, -0.25), (ExitReason.TAKE_PROFIT, 1.0)]


# -- trades needed ------------------------------------------------------------------------------------------------


def test_that_independent_trades_need_785_times_their_variance() -> None:
    rs = np.random.default_rng(1).normal(0.3, 1.2, 4000)
    trades = on_days(*[[float(r)] for r in rs])
    assert trades_needed(trades) == pytest.approx(785 * 1.44, rel=0.08)


def test_that_a_day_of_equal_trades_is_worth_one() -> None:
    of_days = np.random.default_rng(2).normal(0.0, 1.0, 300)
    trades = on_days(*[[float(r)] * 7 for r in of_days])
    assert trades_needed(trades) == pytest.approx(7 * 785 * of_days.var(), rel=0.02)


def test_that_the_trades_needed_do_not_depend_on_the_mean() -> None:
    results = [[day + mean for day in clustered_results(3, 0.0, 12.0)] for mean in (0.0, 0.4)]
    plain, shifted = (trades_needed(as_trades(each, market_days())) for each in results)
    assert plain == pytest.approx(shifted, abs=1)
    assert trades_needed(on_days([1.0], [0.5], [-1.0], [0.2])) is None


# -- equity -------------------------------------------------------------------------------------------------------


def test_that_the_equity_ends_at_the_sum_and_stays_within_chance_without_an_edge() -> None:
    days = market_days()
    trades = as_trades(clustered_results(4, 0.0, 12.0), days)
    rows = equity_of(trades, days)
    assert len(rows) == len(days)
    assert rows[-1]["cumulative"] == pytest.approx(sum(each.r for each in trades))
    assert sum(row["low"] <= row["cumulative"] <= row["high"] for row in rows) > 200
    assert rows[-1]["high"] == pytest.approx(-rows[-1]["low"], rel=0.15)
    assert rows[-1]["high"] > 4.0 * rows[9]["high"]
    assert equity_of([], []) == []
