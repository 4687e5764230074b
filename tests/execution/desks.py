"""A desk for tests: execution on a broker that follows a script, or on the paper broker."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from config.desk import PaperSettings
from config.trading import ExecutionSettings
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.faults import FaultPlan
from engine.clock import MarketClock
from engine.domain.broker_messages import (
    BrokerEvent,
    BrokerRequest,
    BrokerState,
    ConnectionChanged,
    OrderFilled,
    PositionClosed,
    QueryState,
)
from engine.domain.contract import Contract
from engine.domain.execution_events import ExecutionEvent
from engine.domain.market import Candle, Side
from engine.domain.orders import (
    Account,
    Deal,
    DealReason,
    EndedOrder,
    Order,
    OrderEnd,
    Position,
    Refusal,
    RefusalPolicy,
)
from engine.domain.trades import OpenTrade
from engine.market.state import MarketState
from engine.trading.broker import Broker, BrokerListener
from engine.trading.orders.execution import Execution
from engine.trading.positions.portfolio import Portfolio
from engine.trading.reconciliation.ledger import KnownOrder
from tests.builders import GOLD_CONTRACT, MONDAY, order, permit, quote
from tests.conditions.markets import a_setup

T = TypeVar("T")

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


def at(seconds: float) -> datetime:
    """That many seconds after Monday's start."""
    return MONDAY + timedelta(seconds=seconds)


def portfolio() -> Portfolio:
    """An empty portfolio whose trading days are those of UTC."""
    return Portfolio(CONTRACTS, _utc_day)


def account(**changes: object) -> Account:
    """A hedging account with 10,000."""
    fields: dict[str, object] = {
        "balance": 10_000.0,
        "equity": 10_000.0,
        "margin": 0.0,
        "free_margin": 10_000.0,
        "currency": "USD",
        "is_hedging": True,
        "at": MONDAY,
    }
    return Account(**(fields | changes))  # type: ignore[arg-type]


def position(ticket: int = 1, **changes: object) -> Position:
    """The position that comes of `order()`, filled at 2000.2 one second after Monday's start."""
    fields: dict[str, object] = {
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
    return Position(**(fields | changes))  # type: ignore[arg-type]


def trade(**changes: object) -> OpenTrade:
    """The open trade of `position()`."""
    fields: dict[str, object] = {
        "position": position(),
        "order": order(),
        "initial_stop": 1999.5,
        "best_price": 2000.2,
    }
    return OpenTrade(**(fields | changes))  # type: ignore[arg-type]


class ScriptedBroker:
    """A broker that remembers what it was asked and tells what the test wants."""

    def __init__(self) -> None:
        self.requests: list[BrokerRequest] = []
        self._listener: BrokerListener | None = None

    def connect(self, listener: BrokerListener) -> None:
        self._listener = listener

    def send(self, request: BrokerRequest) -> None:
        self.requests.append(request)

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        """Nothing waits here."""

    def tell(self, event: BrokerEvent) -> None:
        assert self._listener is not None
        self._listener(event)

    def asked(self, kind: type[T]) -> list[T]:
        return [request for request in self.requests if isinstance(request, kind)]


class Desk:
    """Execution and everything it announced."""

    def __init__(
        self,
        broker: Broker,
        clock: MarketClock,
        market: MarketState,
        settings: ExecutionSettings | None = None,
        **ownership: Any,
    ) -> None:
        self.clock = clock
        self.market = market
        self.events: list[ExecutionEvent] = []
        self.execution = Execution(
            broker,
            clock,
            market,
            settings or ExecutionSettings(),
            portfolio(),
            self.events.append,
            **ownership,
        )
        self.orders, self.positions = self.execution.orders, self.execution.positions

    def submit(self, one: Order) -> None:
        """Sends an order whose intent is durable."""
        self.orders.submit(one, permit(one))

    @property
    def portfolio(self) -> Portfolio:
        return self.positions.portfolio

    def close_candle(self, closed: Candle, atr1: float | None) -> None:
        """The candle closes with this ATR(1), in price units."""
        self.market.on_candle(msgspec.structs.replace(a_setup(candle=closed), atr1=atr1))
        self.execution.on_candle(closed)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]


class ScriptedDesk(Desk):
    """A desk whose broker follows the test."""

    def __init__(self, settings: ExecutionSettings | None = None, **ownership: Any) -> None:
        """`ownership` is the installation of the desk, and which tokens its store has."""
        self.broker = ScriptedBroker()
        super().__init__(self.broker, MarketClock(MONDAY), MarketState(), settings, **ownership)

    def start(self, *known: KnownOrder, state: BrokerState | None = None) -> None:
        """Connects and lets the broker show `state`, by default an account with nothing open."""
        self.execution.start(known)
        self.link(is_connected=True)
        self.show(state or broker_state())

    def link(self, *, is_connected: bool, may_trade: bool = True, reason: str = "") -> None:
        self.broker.tell(
            ConnectionChanged(
                is_connected=is_connected, may_trade=may_trade, reason=reason, round_trip=None, at=self.clock.now()
            )
        )

    def show(self, state: BrokerState) -> None:
        """Answers the latest question."""
        number = self.broker.asked(QueryState)[-1].number
        fields = {name: getattr(state, name) for name in state.__struct_fields__}
        self.broker.tell(BrokerState(**(fields | {"number": number, "at": self.clock.now()})))

    def quote(self, seconds: float, bid: float = 2000.0, symbol: str = "XAUUSD") -> None:
        self.clock.set(at(seconds))
        one = quote(seconds, bid=bid, symbol=symbol)
        self.market.on_quote(one)
        self.execution.on_quote(one)

    def open_trade(self, *, stop_loss: float | None = 1999.5, **changes: object) -> OpenTrade:
        """Sends `order()` and lets the broker fill it."""
        self.submit(order())
        self.fill(position(stop_loss=stop_loss, **changes))
        return self.portfolio.open_trades[-1]

    def fill(self, filled: Position, token: str | None = None) -> None:
        self.broker.tell(
            OrderFilled(
                token=filled.token if token is None else token,
                volume_lots=filled.volume_lots,
                price=filled.entry,
                position=filled,
                at=self.clock.now(),
            )
        )


class PaperDesk(Desk):
    """A desk on the paper broker; quotes reach the broker first, as in the engine."""

    def __init__(
        self,
        paper: PaperSettings | None = None,
        settings: ExecutionSettings | None = None,
        faults: FaultPlan | None = None,
    ) -> None:
        clock = MarketClock(MONDAY)
        self.broker = PaperBroker(CONTRACTS, paper or PaperSettings(), clock, MarketState(), faults)
        super().__init__(self.broker, clock, self.broker.market, settings)
        self.execution.start()

    def quote(self, seconds: float, bid: float = 2000.0, spread: float = 0.2, symbol: str = "XAUUSD") -> None:
        self.clock.set(at(seconds))
        one = quote(seconds, bid=bid, spread=spread, symbol=symbol)
        self.market.on_quote(one)
        self.broker.on_quote(one)
        self.execution.on_quote(one)

    def candle(self, closed: Candle, atr1: float | None = None) -> None:
        self.clock.set(closed.closed_at)
        self.close_candle(closed, atr1)


def broker_state(**changes: object) -> BrokerState:
    """An account with nothing open."""
    fields: dict[str, object] = {
        "number": 0,
        "positions": (),
        "working": (),
        "deals": (),
        "account": account(),
        "at": MONDAY,
    }
    return BrokerState(**(fields | changes))  # type: ignore[arg-type]


def _utc_day(instant: datetime) -> date:
    return instant.date()


def closing(**changes: object) -> PositionClosed:
    """The whole of `position()` leaves at 1999.5 by its stop."""
    fields: dict[str, object] = {
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
    return PositionClosed(**(fields | changes))  # type: ignore[arg-type]


def ended_order(**changes: object) -> EndedOrder:
    """`order()` in the broker's history as rejected, nothing of it filled."""
    fields: dict[str, object] = {
        "ticket": 11,
        "symbol": "XAUUSD",
        "side": Side.BUY,
        "volume_lots": 0.01,
        "filled_lots": 0.0,
        "end": OrderEnd.REJECTED,
        "at": at(1),
        "token": order().token,
    }
    return EndedOrder(**(fields | changes))  # type: ignore[arg-type]


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
