"""The books of one account: positions, orders and deals, as the trade server keeps them."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5.simulator.clock import WorldClock
from tests.fake_metatrader5.simulator.world import Account, Server

Record = dict[str, Any]
"""A position, order or deal by the package's field names; names with an underscore are the simulator's own."""


class Tickets:
    """Numbers of orders and deals, each given once."""

    def __init__(self, first: int) -> None:
        self._latest = first - 1

    def next(self) -> int:
        self._latest += 1
        return self._latest


class Ledger:
    """`visible_after_s` of the server passes before the terminal sees what has happened."""

    def __init__(self, account: Account, server: Server, clock: WorldClock, tickets: Tickets) -> None:
        self.account = account
        self.balance = 0.0
        self.positions: dict[int, Record] = {}
        self.orders: dict[int, Record] = {}
        self.past_orders: list[Record] = []
        self.deals: list[Record] = []
        self._gone: list[Record] = []
        self.server = server
        self._clock = clock
        self._tickets = tickets
        self._deposit()

    @property
    def is_hedging(self) -> bool:
        return self.account.margin_mode == mt5.ACCOUNT_MARGIN_MODE_RETAIL_HEDGING

    def position_of(self, symbol: str) -> Record | None:
        """The one position of a netting account."""
        return next((each for each in self.positions.values() if each["symbol"] == symbol), None)

    def has_known(self, position: int) -> bool:
        return any(deal["position_id"] == position for deal in self.deals)

    # -- writing --------------------------------------------------------------------------------------------------

    def write_order(self, **fields: Any) -> Record:
        """A new order with a ticket of its own, not yet in the list of active ones."""
        now_ms = self._stamp_ms()
        blank = {
            "ticket": self._tickets.next(), "time_setup": now_ms // 1000, "time_setup_msc": now_ms, "time_done": 0,
            "time_done_msc": 0, "time_expiration": 0, "type": 0, "type_time": 0, "type_filling": 0,
            "state": mt5.ORDER_STATE_STARTED, "magic": 0, "position_id": 0, "position_by_id": 0, "reason": 0,
            "volume_initial": 0.0, "volume_current": 0.0, "price_open": 0.0, "sl": 0.0, "tp": 0.0,
            "price_current": 0.0, "price_stoplimit": 0.0, "symbol": "", "comment": "", "external_id": "",
        }  # fmt: skip
        kept = {"comment": fields.get("comment", "")[: self.server.comment_kept]}
        return blank | fields | kept | self._seen_later()

    def write_position(self, order: Record, volume: float, price: float) -> Record:
        now_ms = self._stamp_ms()
        times = {"time": now_ms // 1000, "time_msc": now_ms, "time_update": now_ms // 1000, "time_update_msc": now_ms}
        prices = {"price_open": price, "price_current": price, "swap": 0.0, "profit": 0.0}
        taken = {name: order[name] for name in ("ticket", "magic", "reason", "sl", "tp", "symbol", "comment")}
        # Orders that waited have types of their own; positions and deals are buys or sells.
        kinds = {"type": order["type"] % 2, "identifier": order["ticket"], "volume": volume}
        position = {**times, **prices, **taken, **kinds}
        self.positions[order["ticket"]] = position | {"external_id": ""} | self._seen_later()
        return self.positions[order["ticket"]]

    def write_deal(self, order: Record, **fields: Any) -> Record:
        """A deal, whose money goes to the balance."""
        now_ms = self._stamp_ms()
        taken = {name: order[name] for name in ("magic", "reason", "symbol", "comment")} | {"type": order["type"] % 2}
        stamps = {"ticket": self._tickets.next(), "order": order["ticket"], "time": now_ms // 1000, "time_msc": now_ms}
        money = {"commission": 0.0, "swap": 0.0, "profit": 0.0, "fee": 0.0}
        deal = {**taken, **stamps, **money, "external_id": "", **fields, **self._seen_later()}
        self.deals.append(deal)
        self.balance = round(self.balance + sum(deal[name] for name in money), 2)
        return deal

    def touch(self, position: Record) -> None:
        now_ms = self._stamp_ms()
        position["time_update"], position["time_update_msc"] = now_ms // 1000, now_ms

    def remove_position(self, position: Record) -> None:
        del self.positions[position["ticket"]]
        self._gone.append(position | {"_until_ms": self._later_ms()})

    def file_order(self, order: Record, state: int) -> None:
        """Puts an order among the past ones."""
        now_ms = self._stamp_ms()
        self.orders.pop(order["ticket"], None)
        order |= {"state": state, "time_done": now_ms // 1000, "time_done_msc": now_ms} | self._seen_later()
        self.past_orders.append(order)

    def photograph(self) -> Ledger:
        """The same books as they are now, which nothing will change."""
        taken = copy.copy(self)
        taken.positions = {ticket: dict(each) for ticket, each in self.positions.items()}
        taken.orders = {ticket: dict(each) for ticket, each in self.orders.items()}
        taken.past_orders, taken.deals = list(self.past_orders), list(self.deals)
        return taken

    # -- what the terminal sees -----------------------------------------------------------------------------------

    def seen_positions(self) -> list[Record]:
        self._gone = [each for each in self._gone if each["_until_ms"] > self._clock.now_ms]
        return list(self._seen(itertools.chain(self.positions.values(), self._gone)))

    def seen_orders(self) -> list[Record]:
        return list(self._seen(self.orders.values()))

    def seen_past_orders(self) -> list[Record]:
        return list(self._seen(self.past_orders))

    def seen_deals(self) -> list[Record]:
        return list(self._seen(self.deals))

    def _seen(self, records: Iterable[Record]) -> Iterator[Record]:
        now_ms = self._clock.now_ms
        return (each for each in records if each["_from_ms"] <= now_ms < each["_until_ms"])

    def _seen_later(self) -> Record:
        return {"_from_ms": self._later_ms(), "_until_ms": math.inf}

    def _later_ms(self) -> float:
        return self._clock.now_ms + self.server.visible_after_s * 1000

    def _stamp_ms(self) -> int:
        return self._clock.stamp_ms(self._clock.now_ms)

    def _deposit(self) -> None:
        paid = {"ticket": 0, "type": 0, "magic": 0, "reason": 0, "symbol": "", "comment": "Deposit"}
        blank = {"entry": mt5.DEAL_ENTRY_IN, "position_id": 0, "volume": 0.0, "price": 0.0}
        self.write_deal(paid, type=mt5.DEAL_TYPE_BALANCE, profit=self.account.balance, **blank)
        self.deals[-1]["_from_ms"] = 0


def broker_side(records: Iterable[Record]) -> list[Record]:
    """The records as the broker has them, without the simulator's own notes."""
    return [{name: value for name, value in each.items() if not name.startswith("_")} for each in records]
