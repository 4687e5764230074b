"""A desk at which everything is as it should be, and an order that nothing speaks against."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from config.settings import SymbolRules
from config.trading import RiskMitigation
from engine.domain.calendar import NewsBlackout
from engine.domain.market import MarketClose, Quote, Side
from engine.domain.risk import Authority, DeskState, OrderProposal
from engine.trading.risk.gate import RiskGate
from tests.builders import GOLD_CONTRACT, MONDAY, news, quote

GATE = RiskGate(SymbolRules(), RiskMitigation())
NOW = MONDAY + timedelta(seconds=70)

BUY = OrderProposal(
    plan_id="plan-1",
    signal_id="signal-1",
    symbol="XAUUSD",
    side=Side.BUY,
    idea_price=2000.0,
    stop_loss=1999.0,
    take_profit=2002.0,
    volume=0.01,
    ends_at=NOW + timedelta(seconds=50),
)
SELL = msgspec.structs.replace(BUY, side=Side.SELL, stop_loss=2001.0, take_profit=1998.0)
UNKNOWN_MONEY = msgspec.structs.replace(GOLD_CONTRACT, tick_value=0.0, is_money_known=False)


def seconds(count: float) -> datetime:
    """That long after now."""
    return NOW + timedelta(seconds=count)


def close_in(minutes: float) -> MarketClose:
    """A close before which the desk has to be flat for ten minutes."""
    closes_at = NOW + timedelta(minutes=minutes)
    return MarketClose(closes_at=closes_at, flat_from=closes_at - timedelta(minutes=10))


def blackout(minutes: float) -> NewsBlackout:
    """News in so many minutes, which block entries for ten minutes before and five after."""
    at = NOW + timedelta(minutes=minutes)
    return NewsBlackout(event=news(at), begins_at=at - timedelta(minutes=10), ends_at=at + timedelta(minutes=5))


def quote_with(spread: float, ask: float = 2000.0) -> Quote:
    """A quote of a second ago."""
    return quote(69.0, bid=ask - spread, spread=spread)


def state(**changes: Any) -> DeskState:
    """A desk at rest: everything is as it should be, and a gold quote of 1999.80 to 2000.00 is a second old."""
    fields: dict[str, Any] = {
        "at": NOW,
        "authority": Authority.MANUAL,
        "is_connected": True,
        "is_reconciled": True,
        "has_unknown_outcome": False,
        "is_flattening": False,
        "may_trade_side": True,
        "is_signal_used": False,
        "cooldown_until": None,
        "cool_off_until": None,
        "quote": quote(69.0, bid=1999.8),
        "spread_mean": 0.2,
        "is_volume_low": False,
        "latency_ms": 40.0,
        "positions_of_symbol": 0,
        "positions_in_all": 0,
        "entries_last_hour": 0,
        "entries_today": 0,
        "realised_today": 0.0,
        "open_profit": 0.0,
        "consecutive_losses": 0,
        "equity": 10_000.0,
        "margin_free": 10_000.0,
        "margin_required": 20.0,
        "contract": GOLD_CONTRACT,
    }
    return DeskState(**(fields | changes))
