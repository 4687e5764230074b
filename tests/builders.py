"""Builders that show only the detail that matters in a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.calendar import EconomicEvent, Impact
from engine.domain.contract import Contract
from engine.domain.judgement import Setup, TradeIdea
from engine.domain.market import Candle, DayRoll, Instrument, Quote, Side
from engine.domain.orders import ExitReason, Order
from engine.domain.plan import Permit, PlanStatus, TradePlan
from engine.domain.tokens import order_token
from engine.domain.trades import ClosedTrade

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

GOLD = Instrument(symbol="XAUUSD", digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17)
BITCOIN = Instrument(symbol="BTCUSD", digits=2, tick_size=0.01, day_roll=DayRoll.UTC_MIDNIGHT)


def at(seconds: float) -> datetime:
    """That many seconds after Monday's start."""
    return MONDAY + timedelta(seconds=seconds)


def candle(
    minute: int = 0,
    *,
    open: float | None = None,
    high: float | None = None,
    low: float | None = None,
    close: float = 2000.0,
    volume: float | None = 100.0,
    spread: float | None = 0.2,
    taker_buy: float | None = None,
    start: datetime = MONDAY,
    symbol: str = "XAUUSD",
) -> Candle:
    """A candle `minute` minutes after `start`; what is not given lies as close to the close as it can."""
    opening = close if open is None else open
    return Candle(
        symbol=symbol,
        opened_at=start + timedelta(minutes=minute),
        open=opening,
        high=max(opening, close) if high is None else high,
        low=min(opening, close) if low is None else low,
        close=close,
        volume=volume,
        spread=spread,
        taker_buy=taker_buy,
    )


def quote(seconds: float = 0.0, *, bid: float = 2000.0, spread: float = 0.2, symbol: str = "XAUUSD") -> Quote:
    """A quote `seconds` after Monday's start."""
    return Quote(symbol=symbol, at=at(seconds), bid=bid, ask=bid + spread)


def news(at: datetime = MONDAY, **changes: Any) -> EconomicEvent:
    """US inflation of high impact, on Monday at the start unless said otherwise."""
    fields: dict[str, Any] = {"currency": "USD", "impact": Impact.HIGH, "title": "CPI m/m"}
    return EconomicEvent(at=at, **(fields | changes))


# -- trading ----------------------------------------------------------------------------------------------------------

GOLD_CONTRACT = Contract(
    symbol="XAUUSD",
    digits=2,
    tick_size=0.01,
    tick_value=1.0,
    contract_size=100.0,
    volume_min=0.01,
    volume_max=50.0,
    volume_step=0.01,
)


def plan(plan_id: str = "plan-1", **changes: Any) -> TradePlan:
    """A sound plan to buy gold at 2000 with half a dollar at risk, alive for half an hour from Monday's start."""
    fields: dict[str, Any] = {
        "symbol": "XAUUSD",
        "direction": Side.BUY,
        "entry_price": 2000.0,
        "stop_loss": 1999.5,
        "take_profit": 2001.5,
        "volume": 0.01,
        "conditions": {"plan_type": "micro_scalp", "timeframe": "M1"},
        "created_at": MONDAY,
        "account": PAPER_ACCOUNT,
        "created_by": "person",
        "expires_at": MONDAY + timedelta(minutes=30),
    }
    return TradePlan(plan_id=plan_id, **(fields | changes))


def setup(
    side: Side = Side.BUY, *, price: float = 2000.0, risk: float = 0.5, signal_id: str = "signal-1", minute: int = 0
) -> Setup:
    """A setup on the candle `minute` minutes after Monday's start, known at its close, with twice its risk to gain."""
    sign = 1.0 if side is Side.BUY else -1.0
    opened_at = MONDAY + timedelta(minutes=minute)
    idea = TradeIdea(
        side=side,
        entry=price,
        stop_loss=price - sign * risk,
        take_profit=price + sign * 2.0 * risk,
        stop_distance=risk,
        target_distance=2.0 * risk,
        is_spread_known=True,
        stop_in_ranges=0.5,
    )
    return Setup(
        signal_id=signal_id,
        symbol="XAUUSD",
        side=side,
        candle_time=opened_at,
        known_at=opened_at + timedelta(minutes=1),
        score=6.0,
        is_a_plus=False,
        edges=("INTRADAY_RANGE",),
        signals=("LONG_WICK_TRAP", "INCREASING_VOLUME"),
        idea=idea,
    )


def order(plan_id: str = "plan-1", **changes: Any) -> Order:
    """The order of `plan`."""
    fields: dict[str, Any] = {
        "token": order_token(plan_id),
        "magic": 7,
        "symbol": "XAUUSD",
        "side": Side.BUY,
        "volume_lots": 0.01,
        "stop_loss": 1999.5,
        "take_profit": 2001.5,
        "reference_price": 2000.0,
    }
    return Order(plan_id=plan_id, **(fields | changes))


def permit(order: Order) -> Permit:
    """What the store hands out once the intent of `order` is on the disk."""
    return Permit(token=order.token, approved_by="person", plan=plan(order.plan_id, status=PlanStatus.EXECUTING))


def closed_trade(plan_id: str = "plan-1", *, profit: float = -0.5, ticket: int = 1, **changes: Any) -> ClosedTrade:
    """A trade of gold, entered at Monday's start and closed five minutes later with this profit before costs."""
    fields: dict[str, Any] = {
        "token": order_token(plan_id),
        "symbol": "XAUUSD",
        "side": Side.BUY,
        "volume_lots": 0.01,
        "entered_at": MONDAY,
        "entry": 2000.0,
        "stop_loss": 1999.5,
        "take_profit": 2001.5,
        "exited_at": MONDAY + timedelta(minutes=5),
        "exit": 2000.0 + profit,
        "reason": ExitReason.STOP_LOSS if profit < 0.0 else ExitReason.TAKE_PROFIT,
        "commission": 0.0,
        "swap": 0.0,
        "r": profit / 0.5,
        "trading_day": MONDAY.date(),
    }
    return ClosedTrade(plan_id=plan_id, ticket=ticket, profit=profit, **(fields | changes))
