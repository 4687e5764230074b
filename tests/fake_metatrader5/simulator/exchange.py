"""The world at one moment: its time, its markets and the ledgers of its accounts, with the arithmetic of money."""

from __future__ import annotations

import copy
from collections.abc import Callable

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5.simulator.clock import WorldClock
from tests.fake_metatrader5.simulator.ledger import Ledger, Record, Tickets
from tests.fake_metatrader5.simulator.market import Market, Tick
from tests.fake_metatrader5.simulator.world import Symbol, World

_FIRST_TICKET = 500_001
TickListener = Callable[[Market, Tick], None]
_BUYS = (mt5.ORDER_TYPE_BUY, mt5.ORDER_TYPE_BUY_LIMIT, mt5.ORDER_TYPE_BUY_STOP)


class Exchange:
    """Its listeners receive each tick, after the prices of positions followed it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = WorldClock(world.clock)
        tickets = Tickets(_FIRST_TICKET)
        self.ledgers = {each.login: Ledger(each, world.server, self.clock, tickets) for each in world.accounts}
        self.markets = {each.name: Market(each, self.clock, self._heard) for each in world.symbols}
        self.listeners: list[TickListener] = []

    def step(self) -> None:
        """Lets happen what is due now."""
        self.clock.tick()
        for market in self.markets.values():
            market.step()

    def photograph(self) -> Exchange:
        """The world as it is now, which nothing will change: what a terminal has that lost its broker."""
        taken = copy.copy(self)
        taken.ledgers = {login: ledger.photograph() for login, ledger in self.ledgers.items()}
        taken.markets = {name: market.photograph() for name, market in self.markets.items()}
        return taken

    def symbol(self, name: str) -> Symbol:
        return self.markets[name].symbol

    def _heard(self, market: Market, tick: Tick) -> None:
        for ledger in self.ledgers.values():
            for position in ledger.positions.values():
                if position["symbol"] == market.symbol.name:
                    self.mark(position, tick)
        for listener in self.listeners:
            listener(market, tick)

    def mark(self, position: Record, tick: Tick) -> None:
        """Values a position at what it could be closed at."""
        price = tick.bid if position["type"] == mt5.POSITION_TYPE_BUY else tick.ask
        position["price_current"] = price
        position["profit"] = self.profit(
            position["symbol"], position["type"], position["volume"], position["price_open"], price
        )

    def profit(self, symbol: str, kind: int, volume: float, opened: float, closed: float) -> float:
        """Money of the account."""
        terms = self.symbol(symbol)
        moved = (closed - opened) if is_buy(kind) else (opened - closed)
        return round(moved / terms.point * terms.value_of_tick * volume, 2)

    def margin(self, ledger: Ledger, symbol: str, volume: float, price: float) -> float:
        terms = self.symbol(symbol)
        return round(price / terms.point * terms.value_of_tick * volume / ledger.account.leverage, 2)

    def margin_used(self, ledger: Ledger) -> float:
        held = ledger.positions.values()
        margins = (self.margin(ledger, each["symbol"], each["volume"], each["price_open"]) for each in held)
        return round(sum(margins, 0.0), 2)

    def equity(self, ledger: Ledger) -> float:
        floating: float = sum(each["profit"] + each["swap"] for each in ledger.positions.values())
        return round(ledger.balance + floating, 2)

    def margin_level(self, ledger: Ledger) -> float:
        """In percent, 0 without positions."""
        used = self.margin_used(ledger)
        return self.equity(ledger) / used * 100.0 if used else 0.0


def is_buy(kind: int) -> bool:
    """Whether an order or position of this type is on the buying side."""
    return kind in _BUYS
