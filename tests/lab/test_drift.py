"""Drift: live trades that fall behind the lab's raise the alarm, and trades of the user are no evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from engine.domain.market import Session, Side
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.lab.drift import LiveTrade
from engine.lab.lab_trade import LabTrade
from engine.lab.studies.drift import drift, live_trades
from tests.builders import closed_trade

FIRST = date(2026, 3, 2)
SINCE = FIRST + timedelta(days=39)
DAYS, A_DAY = 80, 10


def of_lab(shift_after: float = 0.0) -> list[LabTrade]:
    """Ten trades a day with a mean of zero, shifted after `SINCE`."""
    rs = iter(np.random.default_rng(7).normal(0.0, 1.0, DAYS * A_DAY).tolist())
    trades = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        for minute in range(A_DAY):
            at = datetime(day.year, day.month, day.day, 9, 5 * minute, tzinfo=UTC)
            r = next(rs) + (shift_after if day > SINCE else 0.0)
            trades.append(LabTrade(day=day, entered_at=at, side=Side.BUY, r=r, cost_r=0.1, exit=ExitReason.STOP_LOSS))
    return trades


def live(trades: list[LabTrade], worse_by: float) -> list[LiveTrade]:
    """The same trades on the account, worse by some R and by chance."""
    chance = np.random.default_rng(5).normal(0.0, 0.2, len(trades)).tolist()
    return [
        LiveTrade(trade.day, trade.entered_at, trade.side, trade.r - worse_by + by_chance)
        for trade, by_chance in zip(trades, chance, strict=True)
    ]


@pytest.mark.parametrize(("worse_by", "is_alarm"), [(0.0, False), (0.15, True)])
def test_that_live_trades_that_fall_behind_raise_the_alarm(worse_by: float, is_alarm: bool) -> None:
    lab = of_lab()
    found = drift(live(lab, worse_by), lab, SINCE)
    assert found.live_minus_lab.trades == 40 * A_DAY
    assert found.live_minus_lab.is_alarm is is_alarm


@pytest.mark.parametrize(("shift", "is_alarm"), [(0.0, False), (-0.5, True)])
def test_that_a_market_that_pays_less_than_before_raises_the_alarm(shift: float, is_alarm: bool) -> None:
    found = drift([], of_lab(shift), SINCE)
    assert found.lab_minus_evidence.is_alarm is is_alarm
    assert found.live_minus_lab.s is None


@pytest.mark.parametrize(
    ("of_facts", "of_trade", "count"),
    [
        ({}, {}, 1),
        ({"created_by": "manual"}, {}, 0),
        ({"is_edited": True}, {}, 0),
        ({}, {"is_touched": True}, 0),
        ({}, {"reason": ExitReason.MANUAL}, 0),
    ],
)
def test_that_trades_in_which_the_user_took_a_hand_are_no_evidence(
    of_facts: dict[str, Any], of_trade: dict[str, Any], count: int
) -> None:
    trade = closed_trade(r=-1.0, **of_trade)
    facts = {"run": "", "session": Session.LONDON, "created_by": "scanner"} | of_facts
    assert len(live_trades([TradeFacts(trade=trade, **facts)], "XAUUSD")) == count
