"""A paper broker in a market that follows the test."""

from __future__ import annotations

from typing import Any, TypeVar

from config.desk import PaperSettings
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.contracts import contract_for
from engine.adapters.paper.faults import Fault
from engine.clock import MarketClock
from engine.domain.market import Candle, Side
from engine.domain.messages.broker import (
    BrokerEvent,
    BrokerRequest,
    BrokerState,
    ChangeStops,
    ClosePosition,
    OrderFilled,
    QueryState,
    SubmitOrder,
)
from engine.domain.orders import Order
from engine.market.state import MarketState
from tests.builders import BITCOIN, GOLD, MONDAY, at, order, quote

T = TypeVar("T")


class Faults:
    """Gives the faults of a test in turn, then none."""

    def __init__(self, *faults: Fault) -> None:
        self._faults = list(faults)

    def next(self, request: BrokerRequest) -> Fault:
        return Fault() if isinstance(request, QueryState) or not self._faults else self._faults.pop(0)


class Market:
    """A paper broker, its market, and all its events."""

    def __init__(self, *faults: Fault, is_worst: bool = False, **settings: Any) -> None:
        self.clock = MarketClock(MONDAY)
        self.events: list[BrokerEvent] = []
        paper = PaperSettings(**settings)
        contracts = {name: contract_for(one, paper) for name, one in (("XAUUSD", GOLD), ("BTCUSD", BITCOIN))}
        self.broker = PaperBroker(contracts, paper, self.clock, MarketState(), Faults(*faults), is_worst=is_worst)
        self.broker.connect(self.events.append)

    def quote(self, seconds: float, bid: float = 2000.0, spread: float = 0.2, symbol: str = "XAUUSD") -> None:
        self.clock.set(at(seconds))
        one = quote(seconds, bid=bid, spread=spread, symbol=symbol)
        self.broker.market.on_quote(one)
        self.broker.on_quote(one)

    def submit(self, **changes: Any) -> Order:
        one = order(**changes)
        self.broker.send(SubmitOrder(order=one))
        return one

    def enter(self, **changes: Any) -> OrderFilled:
        """Has an order filled at second 1, at a bid of 2000."""
        self.submit(**changes)
        self.quote(1)
        return self.the(OrderFilled)

    def close(self, filled: OrderFilled, volume_lots: float | None = None) -> None:
        one = filled.position
        self.broker.send(
            ClosePosition(
                ticket=one.ticket,
                symbol=one.symbol,
                side=one.side,
                volume_lots=volume_lots or one.volume_lots,
                token=filled.token,
            )
        )

    def move(self, filled: OrderFilled, stop_loss: float | None, take_profit: float | None = 2001.5) -> None:
        one = filled.position
        self.broker.send(
            ChangeStops(ticket=one.ticket, symbol=one.symbol, stop_loss=stop_loss, take_profit=take_profit)
        )

    def play(self, closed: Candle) -> None:
        """Plays a recorded candle of which open and close are seen."""
        minute, spread = (closed.opened_at - MONDAY).total_seconds(), closed.spread or 0.0
        self.quote(minute, bid=closed.open, spread=spread)
        self.broker.foresee(closed)
        self.quote(minute + 59, bid=closed.close, spread=spread)

    def all(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def the(self, kind: type[T]) -> T:
        [event] = self.all(kind)
        return event


def sell(**changes: Any) -> dict[str, Any]:
    """The terms of a SELL at 2000 with its stop at 2000.9 and its target at 1998."""
    return {"side": Side.SELL, "stop_loss": 2000.9, "take_profit": 1998.0, **changes}


def state_of(market: Market, seconds: float = 9.0, **terms: Any) -> BrokerState:
    """What the broker shows at that second."""
    market.broker.send(QueryState(number=1, since=MONDAY))
    market.quote(seconds, **terms)
    return market.all(BrokerState)[-1]
