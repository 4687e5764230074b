"""Positions, orders and deals as the terminal hands them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fake_metatrader5 import _results as results
from tests.fake_metatrader5.simulator.ledger import Record
from tests.fake_metatrader5.simulator.rows import Row, rows

if TYPE_CHECKING:
    from tests.fake_metatrader5.simulator.terminal import Terminal


class Records:
    """Of the account that the terminal is on."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.functions: dict[str, Callable[..., Any]] = {
            "positions_total": lambda: len(self._ledger.seen_positions()),
            "orders_total": lambda: len(self._ledger.seen_orders()),
            "positions_get": lambda *chosen: _current(results.TradePosition, self._ledger.seen_positions(), *chosen),
            "orders_get": lambda *chosen: _current(results.TradeOrder, self._ledger.seen_orders(), *chosen),
            "history_orders_get": lambda *chosen: rows(results.TradeOrder, self._orders(*chosen)),
            "history_deals_get": lambda *chosen: rows(results.TradeDeal, self._deals(*chosen)),
            "history_orders_total": lambda since, until: len(self._orders(since, until, None, None)),
            "history_deals_total": lambda since, until: len(self._deals(since, until, None, None)),
        }

    @property
    def _ledger(self) -> Any:
        return self._terminal.ledger

    def _orders(self, since: int, until: int, ticket: int | None, position: int | None) -> list[Record]:
        orders = self._ledger.seen_past_orders()
        return [each for each in orders if _is_meant(each, "time_done", "ticket", since, until, ticket, position)]

    def _deals(self, since: int, until: int, ticket: int | None, position: int | None) -> list[Record]:
        """`ticket` is that of an order here too."""
        deals = self._ledger.seen_deals()
        return [each for each in deals if _is_meant(each, "time", "order", since, until, ticket, position)]


def _current(kind: type[results._Result], records: list[Record], ticket: int | None, symbol: str | None) -> list[Row]:
    return rows(
        kind,
        (
            each
            for each in records
            if (ticket is None or each["ticket"] == ticket) and (symbol is None or each["symbol"] == symbol)
        ),
    )


def _is_meant(
    each: Record, time: str, number: str, since: int, until: int, ticket: int | None, position: int | None
) -> bool:
    if ticket is not None:
        return bool(each[number] == ticket)
    if position is not None:
        return bool(each["position_id"] == position)
    return bool(since <= each[time] <= until)
