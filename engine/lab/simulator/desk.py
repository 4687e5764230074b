"""A desk that trades one recording: orders, fills and ends of positions, in the order in which they happen."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from heapq import heappop, heappush
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from config.settings import Settings
from engine.adapters.paper.broker import MAX_WAIT
from engine.domain.market import Quote
from engine.domain.orders import DealReason, Order
from engine.domain.risk import Denial
from engine.domain.trades import ClosedTrade
from engine.fills.exits import way_of
from engine.fills.minutes import SECONDS
from engine.lab.simulator.account import SimulatedAccount
from engine.lab.simulator.course import Courses, Held, Left, sent_order
from engine.lab.simulator.market import SimulatedMarket, instant
from engine.lab.simulator.setups import FoundSetup
from engine.market.hours import next_close

_LONGEST_WAIT: Final = MAX_WAIT // timedelta(seconds=1)
_AFTER_POSITIONS: Final = 1 << 62


class SimulatedTrade(msgspec.Struct, frozen=True, gc=False):
    """A trade, and the place of its setup among those that were given."""

    setup: int
    trade: ClosedTrade


class _Entry(NamedTuple):
    order: Order
    sent: int


class _Exit(NamedTuple):
    held: Held
    left: Left


class _Due(NamedTuple):
    """What happens next: by second; levels before requests, requests as they were sent, older positions first."""

    at: int
    is_request: bool
    order: int
    ticket: int
    row: int
    second: int
    setup: int
    what: _Entry | _Exit


class SimulatedDesk:
    """Trades the setups of a recording on one account, from the first to the last."""

    def __init__(self, market: SimulatedMarket, atr1: NDArray[np.float64], settings: Settings, seed: int) -> None:
        self._market, self._execution = market, settings.execution
        self._account = SimulatedAccount(market.source.instrument, settings, instant(market.opened[0]))
        self._paths = market.paths(seed)
        self._courses = Courses(market, atr1, settings, self._account.contract, seed)
        self._due: list[_Due] = []
        self.trades: list[SimulatedTrade] = []

    def consider(self, place: int, setup: FoundSetup) -> Denial | None:
        """Sends the order of a setup when its candle closes; why there is none, where the risk check objects."""
        market, row = self._market, setup.row
        closed = market.opened[row] + SECONDS
        self.advance(closed)
        now = instant(closed)
        close = next_close(now, market.early(row), self._account.contract, self._execution)
        order = self._account.order(setup, market.last_quote(row), now, close)
        if isinstance(order, Order):
            self._account.sent(now)
            self._await_market(place, order, closed)
            return None
        return order

    def advance(self, until: int) -> None:
        """Lets happen what happens before that second."""
        while self._due and self._due[0].at < until:
            due = heappop(self._due)
            quote = self._market.quote(due.row, due.second, self._paths.bid(due.row, due.second))
            if isinstance(due.what, _Entry):
                self._enter(due, due.what, quote)
            else:
                trade = self._account.leave(due.ticket, due.what.left.deal, due.what.held, quote)
                self.trades.append(SimulatedTrade(due.setup, trade))

    def _await_market(self, place: int, order: Order, sent: int) -> None:
        """Finds the first quote after the latency."""
        market, arrives = self._market, sent + self._courses.delay
        row = bisect_left(market.opened, arrives - SECONDS + 1)
        if row == len(market):
            return
        second = max(0, arrives - market.opened[row])
        at, sent_as = market.opened[row] + second, sent_order(sent, is_at_close=True)
        heappush(self._due, _Due(at, True, sent_as, _AFTER_POSITIONS, row, second, place, _Entry(order, sent)))

    def _enter(self, due: _Due, entry: _Entry, quote: Quote) -> None:
        if due.at - entry.sent > _LONGEST_WAIT:
            self._account.refused()
            return
        order = entry.order
        position = self._account.enter(order, quote)
        if position is None:
            return
        way = way_of(order.side)
        held = Held(way, position.entry, order.stop_loss, order.take_profit, due.row, due.second, due.at)
        left = self._courses.follow(held)
        if left is None:
            return
        at, is_request = self._market.opened[left.row] + left.second, left.deal is DealReason.DESK
        exit = _Exit(held, left)
        heappush(self._due, _Due(at, is_request, left.order, position.ticket, left.row, left.second, due.setup, exit))
