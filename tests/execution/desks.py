"""Execution on a broker that follows the test: the desk of the facts about orders and positions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from config.trading import ExecutionSettings
from engine.clock import MarketClock
from engine.domain.market import Candle
from engine.domain.messages.broker import (
    BrokerEvent,
    BrokerRequest,
    BrokerState,
    ConnectionChanged,
    OrderFilled,
    QueryState,
)
from engine.domain.messages.execution import ExecutionEvent
from engine.domain.orders import (
    Order,
    Position,
)
from engine.domain.trades import OpenTrade
from engine.market.state import MarketState
from engine.trading.broker import Broker, BrokerListener
from engine.trading.orders.execution import Execution
from engine.trading.positions.portfolio import Portfolio
from engine.trading.reconciliation.ledger import KnownOrder
from tests.broker_values import CONTRACTS, broker_state, position
from tests.builders import MONDAY, at, order, permit, quote
from tests.conditions.markets import a_setup
from tests.whole import Heard

T = TypeVar("T")


def new_portfolio() -> Portfolio:
    """An empty portfolio whose trading days are those of UTC."""
    return Portfolio(CONTRACTS, _utc_day)


class ScriptedBroker:
    """A broker that records requests and publishes what the test wants."""

    def __init__(self) -> None:
        self.requests: Heard[BrokerRequest] = Heard()
        self._listener: BrokerListener | None = None

    def connect(self, listener: BrokerListener) -> None:
        self._listener = listener

    def send(self, request: BrokerRequest) -> None:
        self.requests.append(request)

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        """Nothing waits here."""

    def publish(self, event: BrokerEvent) -> None:
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
        self.events: Heard[ExecutionEvent] = Heard()
        self.execution = Execution(
            broker,
            clock,
            market,
            settings or ExecutionSettings(),
            new_portfolio(),
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
        self.broker.publish(
            ConnectionChanged(
                is_connected=is_connected, may_trade=may_trade, reason=reason, round_trip=None, at=self.clock.now()
            )
        )

    def show(self, state: BrokerState) -> None:
        """Answers the latest question."""
        number = self.broker.asked(QueryState)[-1].number
        fields = {name: getattr(state, name) for name in state.__struct_fields__}
        self.broker.publish(BrokerState(**(fields | {"number": number, "at": self.clock.now()})))

    def quote(self, seconds: float, bid: float = 2000.0, symbol: str = "XAUUSD") -> None:
        self.clock.set(at(seconds))
        one = quote(seconds, bid=bid, symbol=symbol)
        self.market.on_quote(one)
        self.execution.on_quote(one)

    def open_trade(self, *, stop_loss: float | None = 1999.5, **changes: Any) -> OpenTrade:
        """Sends `order()` and lets the broker fill it."""
        self.submit(order())
        self.fill(position(stop_loss=stop_loss, **changes))
        return self.portfolio.open_trades[-1]

    def fill(self, filled: Position, token: str | None = None) -> None:
        self.broker.publish(
            OrderFilled(
                token=filled.token if token is None else token,
                volume_lots=filled.volume_lots,
                price=filled.entry,
                position=filled,
                at=self.clock.now(),
            )
        )


def _utc_day(instant: datetime) -> date:
    return instant.date()
