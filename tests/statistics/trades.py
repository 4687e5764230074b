"""Trades with just the facts that matter in a test."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.domain.market import Session
from engine.domain.trade_facts import TradeFacts
from tests.builders import MONDAY, closed_trade


def facts(
    profit: float = 1.0, *, minute: int = 0, at: datetime = MONDAY, session: Session = Session.LONDON, **changes: Any
) -> TradeFacts:
    """A trade that was entered `minute` minutes after `at`; what is no field of facts is one of the trade."""
    own = {name: changes.pop(name) for name in TradeFacts.__struct_fields__ if name in changes}
    entered_at = at + timedelta(minutes=minute)
    times = {"entered_at": entered_at, "exited_at": entered_at + timedelta(minutes=5)}
    fields: dict[str, Any] = {"ticket": minute + 1, "trading_day": entered_at.date()} | times | changes
    trade = closed_trade(f"plan-{minute}", profit=profit, **fields)
    known: dict[str, Any] = {"trade": trade, "run": "", "session": session}
    return TradeFacts(**known | own)
