"""Values and answers of a broker, with only the detail that matters in a test."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.messages.broker import (
    BrokerState,
    PositionClosed,
)
from engine.domain.orders import (
    Account,
    Deal,
    DealReason,
    EndedOrder,
    OrderEnd,
    Position,
    Refusal,
    RefusalPolicy,
)
from engine.domain.trades import OpenTrade
from tests.builders import GOLD_CONTRACT, MONDAY, at, order

BITCOIN_CONTRACT = Contract(
    symbol="BTCUSD",
    digits=2,
    tick_size=0.01,
    tick_value=0.01,
    contract_size=1.0,
    volume_min=0.01,
    volume_max=200.0,
    volume_step=0.01,
    is_round_the_clock=True,
)
NO_MONEY = Refusal(code=10019, reason="No money", policy=RefusalPolicy.LIMIT_REACHED)
REQUOTE = Refusal(code=10004, reason="Requote", policy=RefusalPolicy.PRICE_MOVED)
TOO_CLOSE = Refusal(code=10016, reason="Invalid stops", policy=RefusalPolicy.STOPS_TOO_CLOSE)
BUSY = Refusal(code=10024, reason="Too many requests", policy=RefusalPolicy.WAIT)
GONE = Refusal(code=10036, reason="Position closed", policy=RefusalPolicy.POSITION_GONE)
SAME = Refusal(code=10025, reason="No changes", policy=RefusalPolicy.NO_CHANGE)
CONTRACTS = {"XAUUSD": GOLD_CONTRACT, "BTCUSD": BITCOIN_CONTRACT}


def account(**changes: Any) -> Account:
    """A hedging account with 10,000."""
    fields: dict[str, Any] = {
        "balance": 10_000.0,
        "equity": 10_000.0,
        "margin": 0.0,
        "free_margin": 10_000.0,
        "currency": "USD",
        "is_hedging": True,
        "at": MONDAY,
    }
    return Account(**(fields | changes))


def position(ticket: int = 1, **changes: Any) -> Position:
    """The position that comes of `order()`, filled at 2000.2 one second after Monday's start."""
    fields: dict[str, Any] = {
        "ticket": ticket,
        "identifier": ticket,
        "symbol": "XAUUSD",
        "side": Side.BUY,
        "volume_lots": 0.01,
        "entry": 2000.2,
        "stop_loss": 1999.5,
        "take_profit": 2001.5,
        "opened_at": at(1),
        "token": order().token,
    }
    return Position(**(fields | changes))


def trade(**changes: Any) -> OpenTrade:
    """The open trade of `position()`."""
    fields: dict[str, Any] = {
        "position": position(),
        "order": order(),
        "initial_stop": 1999.5,
        "best_price": 2000.2,
    }
    return OpenTrade(**(fields | changes))


def broker_state(**changes: Any) -> BrokerState:
    """An account with nothing open."""
    fields: dict[str, Any] = {
        "number": 0,
        "positions": (),
        "working": (),
        "deals": (),
        "account": account(),
        "at": MONDAY,
    }
    return BrokerState(**(fields | changes))


def closing(**changes: Any) -> PositionClosed:
    """The whole of `position()` leaves at 1999.5 by its stop."""
    fields: dict[str, Any] = {
        "ticket": 1,
        "identifier": 1,
        "symbol": "XAUUSD",
        "reason": DealReason.STOP_LOSS,
        "price": 1999.5,
        "volume_lots": 0.01,
        "remaining_lots": 0.0,
        "profit": -0.7,
        "commission": 0.0,
        "swap": 0.0,
        "at": at(5),
    }
    return PositionClosed(**(fields | changes))


def ended_order(**changes: Any) -> EndedOrder:
    """`order()` in the broker's history as rejected, nothing of it filled."""
    fields: dict[str, Any] = {
        "ticket": 11,
        "symbol": "XAUUSD",
        "side": Side.BUY,
        "volume_lots": 0.01,
        "filled_lots": 0.0,
        "end": OrderEnd.REJECTED,
        "at": at(1),
        "token": order().token,
    }
    return EndedOrder(**(fields | changes))


def deals_of(
    identifier: int, *, reason: DealReason = DealReason.STOP_LOSS, token: str | None = None
) -> tuple[Deal, ...]:
    """The entry at 2000.2 and the exit at 1999.5 of a position of 0.01 lots, each with 0.05 of commission."""
    entry = Deal(
        ticket=identifier + 100,
        position_id=identifier,
        symbol="XAUUSD",
        side=Side.BUY,
        is_entry=True,
        reason=DealReason.DESK,
        volume_lots=0.01,
        price=2000.2,
        profit=0.0,
        commission=-0.05,
        swap=0.0,
        at=at(1),
        token=order().token if token is None else token,
    )
    exit = msgspec.structs.replace(
        entry,
        ticket=identifier + 200,
        side=Side.SELL,
        is_entry=False,
        reason=reason,
        price=1999.5,
        profit=-0.7,
        at=at(5),
        token="",
    )
    return entry, exit
