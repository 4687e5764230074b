"""Trade requests, their outcomes, and what a fault may twist in carrying one out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fake_metatrader5 import _constants as mt5

Request = dict[str, Any]

COMMENTS = {
    0: "Done",
    mt5.TRADE_RETCODE_REQUOTE: "Requote",
    mt5.TRADE_RETCODE_REJECT: "Request rejected",
    mt5.TRADE_RETCODE_CANCEL: "Request canceled by trader",
    mt5.TRADE_RETCODE_PLACED: "Request placed",
    mt5.TRADE_RETCODE_DONE: "Request executed",
    mt5.TRADE_RETCODE_DONE_PARTIAL: "Request executed partially",
    mt5.TRADE_RETCODE_ERROR: "Request processing error",
    mt5.TRADE_RETCODE_TIMEOUT: "Request timed out",
    mt5.TRADE_RETCODE_INVALID: "Invalid request",
    mt5.TRADE_RETCODE_INVALID_VOLUME: "Invalid volume",
    mt5.TRADE_RETCODE_INVALID_PRICE: "Invalid price",
    mt5.TRADE_RETCODE_INVALID_STOPS: "Invalid stops",
    mt5.TRADE_RETCODE_TRADE_DISABLED: "Trade disabled",
    mt5.TRADE_RETCODE_MARKET_CLOSED: "Market closed",
    mt5.TRADE_RETCODE_NO_MONEY: "No money",
    mt5.TRADE_RETCODE_PRICE_CHANGED: "Price changed",
    mt5.TRADE_RETCODE_PRICE_OFF: "No prices",
    mt5.TRADE_RETCODE_NO_CHANGES: "No changes",
    mt5.TRADE_RETCODE_SERVER_DISABLES_AT: "AutoTrading disabled by server",
    mt5.TRADE_RETCODE_CLIENT_DISABLES_AT: "AutoTrading disabled by client",
    mt5.TRADE_RETCODE_TOO_MANY_REQUESTS: "Too many requests",
    mt5.TRADE_RETCODE_FROZEN: "Order or position frozen",
    mt5.TRADE_RETCODE_INVALID_FILL: "Unsupported filling mode",
    mt5.TRADE_RETCODE_CONNECTION: "No connection",
    mt5.TRADE_RETCODE_POSITION_CLOSED: "Position closed",
}

_BY_ACTION = {
    mt5.TRADE_ACTION_DEAL: "open",
    mt5.TRADE_ACTION_PENDING: "pending",
    mt5.TRADE_ACTION_SLTP: "sltp",
    mt5.TRADE_ACTION_MODIFY: "modify",
    mt5.TRADE_ACTION_REMOVE: "remove",
    mt5.TRADE_ACTION_CLOSE_BY: "close_by",
}


@dataclass(frozen=True, slots=True)
class Twist:
    """How carrying out departs from what was asked.

    `fraction` of the volume is filled; a request with `placed_for_s` is answered with 10008 and filled that much
    later; `slip_points` against the trader.
    """

    fraction: float = 1.0
    strips_stops: bool = False
    placed_for_s: float | None = None
    is_blank: bool = False
    slip_points: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a request, without the echo of it."""

    retcode: int
    deal: int = 0
    order: int = 0
    volume: float = 0.0
    price: float = 0.0
    bid: float = 0.0
    ask: float = 0.0
    request_id: int = 0

    @property
    def row(self) -> tuple[int, int, int, float, float, float, float, str, int, int]:
        """In the order of `OrderSendResult`."""
        words = COMMENTS.get(self.retcode, "")
        numbers = (self.retcode, self.deal, self.order, self.volume, self.price, self.bid, self.ask)
        return (*numbers, words, self.request_id, 0)


def kind_of(request: Request) -> str:
    """What a request wants: open, close, sltp, pending, modify, remove, close_by or unknown."""
    kind = _BY_ACTION.get(request["action"], "unknown")
    return "close" if kind == "open" and request["position"] else kind
