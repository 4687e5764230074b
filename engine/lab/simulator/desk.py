"""A desk that trades one recording: orders, fills and ends of positions, in the order in which they happen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import timedelta
from heapq import heappop, heappush
from typing import Final, NamedTuple

import msgspec

from config.settings import Settings
from engine.adapters.paper.broker import MAX_WAIT
from engine.domain.market import Quote
from engine.domain.orders import DealReason, Order
from engine.domain.risk import Denial
from engine.domain.trades import ClosedTrade
from engine.fills.exits import way_of
from engine.fills.minutes import SECONDS
from engine.lab.simulator.account import SimulatedAccount
from engine.lab.simulator.course import Courses
from engine.lab.simulator.held import Held, Left, sent_order
from engine.lab.simulator.market import SimulatedMarket, instant
from engine.lab.simulator.setups import FoundSetup

_LONGEST_WAIT: Final = MAX_WAIT // timedelta(seconds=1)
_AFTER_POSITIONS: Final = 1 << 62


class SimulatedTrade(msgspec.Struct, frozen=True, gc=False):
    """A trade, and the place of its setup among those that were given."""

    setup: int
    trade: ClosedTrade


class _Entry(NamedTuple):
    """An order on its way."""

    setup: int
    order: Order
    sent: int


class _Open(NamedTuple):
    """A position that was filled at a second of the minute in `row`; `left` is None where the recording ends first."""

    setup: int
    order: Order
    entry: float
    row: int
    second: int
    held: Held
    left: Left | None


class _Due(NamedTuple):
    """What happens next: by second; levels before requests, requests as they were sent, older positions first."""

    at: int
    is_request: bool
    order: int
    ticket: int
    row: int
    second: int
    entry: _Entry | None


class SimulatedDesk:
    """Trades the setups of a recording on one account, from the first to the last."""

    def __init__(self, market: SimulatedMarket, courses: Courses, settings: Settings) -> None:
        self._market, self._courses = market, courses
        self._account = SimulatedAccount(courses.contract, settings, instant(market.opened[0]))
        self._due: list[_Due] = []
        self._open: dict[int, _Open] = {}
        self._is_at_risk = False
        """Whether the account may run out of margin by what is open."""
        self._watched_from = 0
        """From which second on that is still to be seen."""
        self.trades: list[SimulatedTrade] = []

    def consider(self, place: int, setup: FoundSetup) -> Denial | None:
        """Sends the order of a setup when its candle closes; why there is none, where the risk check objects."""
        market, row = self._market, setup.row
        closed = market.opened[row] + SECONDS
        self.advance(closed)
        now = instant(closed)
        order = self._account.order(setup, market.last_quote(row), now, self._courses.close_after(closed, row))
        if isinstance(order, Order):
            self._account.sent(now)
            self._await_market(_Entry(place, order, closed))
            return None
        return order

    def advance(self, until: int) -> None:
        """Lets happen what happens before that second."""
        while True:
            due = self._due[0] if self._due and self._due[0].at < until else None
            watched_to = until if due is None else due.at + due.is_request
            if self._is_at_risk and self._stops_out(watched_to):
                continue
            if due is None:
                return
            heappop(self._due)
            self._watched_from = watched_to
            self._happens(due)

    def _happens(self, due: _Due) -> None:
        quote = self._quote(due.row, due.second)
        if due.entry is not None:
            self._enter(due, due.entry, quote)
        elif (ended := self._open.pop(due.ticket, None)) is not None:
            assert ended.left is not None, "its end was foreseen"
            self._note(ended.setup, self._account.leave(due.ticket, ended.left.deal, ended.held, quote))
            self._look_at_margin(due.row)

    def _note(self, setup: int, trade: ClosedTrade) -> None:
        self.trades.append(SimulatedTrade(setup, trade))

    def _quote(self, row: int, second: int) -> Quote:
        return self._market.quote(row, second, self._courses.paths.bid(row, second))

    # -- entries ------------------------------------------------------------------------------------------------

    def _await_market(self, entry: _Entry) -> None:
        """Finds the first quote after the latency."""
        market, arrives = self._market, entry.sent + self._courses.delay
        row = bisect_left(market.opened, arrives - SECONDS + 1)
        if row == len(market):
            return
        second = max(0, arrives - market.opened[row])
        sent_as, ticket = sent_order(entry.sent, is_at_close=True), _AFTER_POSITIONS + entry.setup
        heappush(self._due, _Due(market.opened[row] + second, True, sent_as, ticket, row, second, entry))

    def _enter(self, due: _Due, entry: _Entry, quote: Quote) -> None:
        if due.at - entry.sent > _LONGEST_WAIT:
            self._account.refused()
            return
        order = entry.order
        position = self._account.enter(order, quote)
        if position is None:
            return
        held = _held(order, position.entry, due.row, due.second, due.at)
        left = self._courses.follow(held)
        ticket = position.ticket
        self._open[ticket] = _Open(entry.setup, order, position.entry, due.row, due.second, held, left)
        if left is not None:
            at, is_request = self._market.opened[left.row] + left.second, left.deal is DealReason.DESK
            heappush(self._due, _Due(at, is_request, left.order, ticket, left.row, left.second, None))
        self._look_at_margin(due.row)

    # -- margin -------------------------------------------------------------------------------------------------

    def _look_at_margin(self, row: int) -> None:
        """After money has moved: looks at how far prices can go in the recording, then in the time that is ahead."""
        market, account = self._market, self._account
        self._is_at_risk = account.may_run_out(market.whole_height) and account.may_run_out(
            market.height(row, max(len(market) if one.left is None else one.left.row for one in self._open.values()))
        )

    def _stops_out(self, until: int) -> bool:
        """Whether the broker closes a position before that second because the account cannot carry it."""
        market = self._market
        row = max(0, bisect_right(market.opened, self._watched_from) - 1)
        while row < len(market) and (opened := market.opened[row]) < until:
            for second in range(max(0, self._watched_from - opened), min(SECONDS, until - opened)):
                if self._stops_out_at(row, second):
                    return True
            row += 1
        self._watched_from = until
        return False

    def _stops_out_at(self, row: int, second: int) -> bool:
        at = self._market.opened[row] + second
        ended = self._account.stop_out(self._quote(row, second), lambda ticket: self._course_until(ticket, at))
        for ticket, trade in ended:
            self._note(self._open.pop(ticket).setup, trade)
        if ended:
            self._watched_from = at + 1
            self._look_at_margin(row)
        return bool(ended)

    def _course_until(self, ticket: int, at: int) -> Held:
        one = self._open[ticket]
        held = _held(one.order, one.entry, one.row, one.second, self._market.opened[one.row] + one.second)
        self._courses.follow(held, at)
        return held


def _held(order: Order, entry: float, row: int, second: int, at: int) -> Held:
    return Held(way_of(order.side), entry, order.stop_loss, order.take_profit, row, second, at)
