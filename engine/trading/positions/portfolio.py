"""Open positions with their open profit, and the results of closed trades."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from engine.domain.contract import MONEY_DECIMALS, Contract
from engine.domain.market import Quote, Side
from engine.domain.messages.broker import PositionClosed
from engine.domain.orders import ExitReason, Position, WorkingOrder, exit_price
from engine.domain.trades import ClosedTrade, DayFigures, LiveResult, OpenTrade, Realised

DayOf = Callable[[datetime], date]
"""The trading day of the account at an instant: one day for all its symbols."""

COUNTED_FOR = timedelta(days=2)
"""Trades that ended longer ago count against no daily limit, whenever the day begins."""

VOLUME_TOLERANCE = 1e-9
"""Lots below which nothing is left."""


class Portfolio:
    """Open trades of ours by ticket, positions of others, and realised figures per day of the account.

    Trades come from the store and the broker as well: their symbol may be one that is not watched now.
    """

    def __init__(self, contracts: Mapping[str, Contract], day_of: DayOf) -> None:
        self._contracts = contracts
        self.day_of = day_of
        self._recent: deque[ClosedTrade] = deque()
        self._entries: list[datetime] = []
        self._entries_of_day: Counter[date] = Counter()
        self._trades: dict[int, OpenTrade] = {}
        self._by_symbol: dict[str, tuple[OpenTrade, ...]] = {}
        self._figures: dict[date, DayFigures] = {}
        self.others: tuple[Position, ...] = ()
        self.other_orders: tuple[WorkingOrder, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """What can be traded."""
        return tuple(self._contracts)

    @property
    def foreign(self) -> tuple[Position | WorkingOrder, ...]:
        """Positions of others, and their working orders, each of which may become a position at any time."""
        return (*self.others, *self.other_orders)

    # -- what is open -------------------------------------------------------------------------------------------

    @property
    def open_trades(self) -> tuple[OpenTrade, ...]:
        """All open trades of ours, oldest first."""
        return tuple(self._trades.values())

    @property
    def is_flat(self) -> bool:
        return not self._trades

    def on(self, symbol: str) -> tuple[OpenTrade, ...]:
        """Open trades of ours in `symbol`, oldest first."""
        return self._by_symbol.get(symbol, ())

    def get(self, ticket: int) -> OpenTrade | None:
        return self._trades.get(ticket)

    def find(self, identifier: int) -> OpenTrade | None:
        """The open trade whose position the broker's history names so."""
        return next((trade for trade in self._trades.values() if trade.position.identifier == identifier), None)

    def put(self, trade: OpenTrade) -> None:
        """Keeps the newest state of a trade."""
        self._trades[trade.ticket] = trade
        self._index(trade.symbol)

    def remove(self, trade: OpenTrade) -> None:
        del self._trades[trade.ticket]
        self._index(trade.symbol)

    def contract(self, symbol: str) -> Contract | None:
        """The terms of `symbol`; None where it is not watched now."""
        return self._contracts.get(symbol)

    # -- what it would bring ------------------------------------------------------------------------------------

    def live(self, trade: OpenTrade, quote: Quote) -> LiveResult:
        """The result of the open part if it were closed at `quote`; no money where its terms are not known."""
        position = trade.position
        price = exit_price(position.side, quote)
        contract = self.contract(position.symbol)
        profit = 0.0
        if contract is not None:
            profit = contract.profit(position.side, position.entry, price, position.volume_lots)
        return LiveResult(profit=profit, r=trade.r_at(price))

    def floating_profit(self, quotes: Mapping[str, Quote]) -> float:
        """Money that all open trades of ours would bring now; a symbol without a quote counts nothing."""
        live = (
            self.live(trade, quotes[trade.symbol]).profit for trade in self._trades.values() if trade.symbol in quotes
        )
        return round(sum(live), MONEY_DECIMALS)

    @property
    def realised_in_part(self) -> float:
        """Money that the closed parts of open trades brought, net of costs: in no day's figures until they end."""
        parts = (trade.realised for trade in self._trades.values())
        return round(sum(part.profit + part.commission + part.swap for part in parts), MONEY_DECIMALS)

    @property
    def has_unknown_money(self) -> bool:
        """Whether an open trade of ours is in a symbol without a known tick value."""
        contracts = (self.contract(trade.symbol) for trade in self._trades.values())
        return any(contract is None or not contract.is_money_known for contract in contracts)

    def risk_money(self, trade: OpenTrade) -> float | None:
        """1 R of the whole trade in money; None where it has no initial stop or unknown terms."""
        contract = self.contract(trade.symbol)
        if contract is None or not contract.is_money_known or trade.risk_distance is None or trade.initial_stop is None:
            return None
        return contract.risk(trade.position.entry, trade.initial_stop, trade.whole_lots)

    # -- orders that were sent ----------------------------------------------------------------------------------

    def count_entry(self, at: datetime) -> None:
        """Counts an order that was sent at `at` against the limits of hour and day."""
        insort(self._entries, at)
        self._entries_of_day[self.day_of(at)] += 1
        while self._entries[0] < at - COUNTED_FOR:
            self._entries_of_day[self.day_of(self._entries.pop(0))] -= 1

    def entries_within(self, after: datetime, until: datetime) -> int:
        """Orders that were sent later than `after`, up to `until`."""
        return bisect_right(self._entries, until) - bisect_right(self._entries, after)

    def entries_on(self, day: date) -> int:
        """Orders that were sent on that day of the account."""
        return self._entries_of_day[day]

    # -- what it brought ----------------------------------------------------------------------------------------

    def realise(self, trade: OpenTrade, closing: PositionClosed) -> OpenTrade:
        """The trade after a part or all of its position was closed; its volume is what remains."""
        part = Realised(
            volume_lots=closing.volume_lots,
            turnover=closing.price * closing.volume_lots,
            profit=closing.profit,
            commission=closing.commission,
            swap=closing.swap,
            price_cost=closing.price_cost,
        )
        remaining = 0.0 if closing.remaining_lots < VOLUME_TOLERANCE else closing.remaining_lots
        return msgspec.structs.replace(
            trade,
            position=msgspec.structs.replace(trade.position, volume_lots=remaining),
            realised=trade.realised.plus(part),
        )

    def finish(self, trade: OpenTrade, reason: ExitReason, at: datetime) -> ClosedTrade:
        """Takes a trade with nothing left out of the open ones and counts its result."""
        if self._trades.pop(trade.ticket, None) is not None:
            self._index(trade.symbol)
        closed = self._closed(trade, reason, at)
        self.record(closed)
        return closed

    def record(self, trade: ClosedTrade) -> None:
        """Counts a closed trade: one just closed, or one that the store remembers."""
        is_late = bool(self._recent) and trade.exited_at < self._recent[-1].exited_at
        self._recent.append(trade)
        while self._recent[0].exited_at < trade.exited_at - COUNTED_FOR:
            self._recent.popleft()
        if is_late:  # which losses are in a row depends on the order
            self._recent = deque(sorted(self._recent, key=lambda one: one.exited_at))
            self.use_day(self.day_of)
        else:
            self._count(trade)

    def recall(self, trades: Iterable[ClosedTrade], entries: Iterable[datetime]) -> None:
        """Counts what a practice session did before: each trade and order on its day, also one that lies ahead after a
        jump back."""
        self._recent = deque(sorted(trades, key=lambda one: one.exited_at))
        self._entries = sorted(entries)
        self.use_day(self.day_of)

    def use_day(self, day_of: DayOf) -> None:
        """Counts by another day from now on; recounts the orders and trades of the last `COUNTED_FOR`."""
        self.day_of = day_of
        self._entries_of_day = Counter(map(day_of, self._entries))
        self._figures.clear()
        for trade in self._recent:
            self._count(trade)

    def figures(self, day: date) -> DayFigures:
        """Realised results of a day of the account."""
        return self._figures.get(day, DayFigures())

    def _count(self, trade: ClosedTrade) -> None:
        """By the day in force now: the store may have the trade under another one."""
        day = self.day_of(trade.exited_at)
        self._figures[day] = self.figures(day).plus(trade)

    def _closed(self, trade: OpenTrade, reason: ExitReason, at: datetime) -> ClosedTrade:
        position, realised, order = trade.position, trade.realised, trade.order
        net = realised.profit + realised.commission + realised.swap
        contract, risk = self.contract(trade.symbol), self.risk_money(trade)
        price = round(realised.turnover / realised.volume_lots, MONEY_DECIMALS)
        best, worst = _excursion(trade, price)
        return ClosedTrade(
            plan_id=trade.plan_id,
            token=order.token if order else position.token,
            ticket=trade.ticket,
            symbol=trade.symbol,
            side=trade.side,
            volume_lots=realised.volume_lots,
            entered_at=position.opened_at,
            entry=position.entry,
            stop_loss=trade.initial_stop,
            take_profit=order.take_profit if order else position.take_profit,
            exited_at=at,
            exit=price,
            reason=reason,
            profit=realised.profit,
            commission=realised.commission,
            swap=realised.swap,
            r=net / risk if risk else None,
            trading_day=self.day_of(at),
            best_price=best,
            worst_price=worst,
            is_touched=trade.is_touched,
            fill_model=None if contract is None else contract.fill_model,
            cost_r=None
            if not risk or realised.price_cost is None
            else (realised.price_cost - realised.commission - realised.swap) / risk,
        )

    def _index(self, symbol: str) -> None:
        self._by_symbol[symbol] = tuple(trade for trade in self._trades.values() if trade.symbol == symbol)


def merged_entry(position: Position, price: float, volume_lots: float) -> float:
    """The mean entry price of a position once so many lots were added to it at `price`."""
    whole = position.volume_lots + volume_lots
    return (position.entry * position.volume_lots + price * volume_lots) / whole


def _excursion(trade: OpenTrade, exit: float) -> tuple[float | None, float | None]:
    """Best and worst exit price of the trade, that of its end included; None where it was not watched throughout."""
    if trade.worst_price is None:
        return None, None
    prices = (trade.best_price, trade.worst_price, exit)
    lowest, highest = min(prices), max(prices)
    return (highest, lowest) if trade.side is Side.BUY else (lowest, highest)
