"""Orders, positions, deals and the account, as the desk requests them and the broker reports them."""

from __future__ import annotations

import math
import re
from datetime import datetime
from enum import StrEnum

import msgspec

from engine.domain.market import Quote, Side
from engine.domain.tokens import TOKEN_LENGTH
from engine.errors import InvalidOrder

_TOKEN = re.compile(rf"[A-Za-z0-9]{{1,{TOKEN_LENGTH}}}")


class ExitReason(StrEnum):
    """Why a position ended, as far as can be known."""

    STOP_LOSS = "stop_loss"
    TRAILING_STOP = "trailing_stop"
    BREAK_EVEN = "break_even"
    TAKE_PROFIT = "take_profit"
    STOP_OUT = "stop_out"
    ADVERSE_CANDLE = "adverse_candle"
    TIME_STOP = "time_stop"
    FLAT_BEFORE_CLOSE = "flat_before_close"
    """The market was about to close for the weekend, or for its daily break."""
    MANUAL = "manual"
    FLATTEN = "flatten"
    JUMP = "jump"
    """The user jumped to another place of a played market."""
    UNPROTECTED = "unprotected"
    BY_DESK = "by_desk"
    """By an order of the desk whose reason is not known any more: it was restarted in between."""
    BY_HAND = "by_hand"
    """In the broker's own terminal, by the user."""
    PAPER_ENDED = "paper_ended"
    """The paper account it was in is gone."""
    OTHER = "other"


class DealReason(StrEnum):
    """What made a deal, as the broker reports it."""

    DESK = "desk"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"
    STOP_OUT = "stop_out"
    BY_HAND = "by_hand"
    OTHER = "other"


class RefusalPolicy(StrEnum):
    """What may follow a refusal."""

    PRICE_MOVED = "price_moved"
    """Worth another attempt at a fresh price, while the reason to trade lasts."""
    WAIT = "wait"
    """Too many requests, or busy: worth another attempt after a pause."""
    STOPS_TOO_CLOSE = "stops_too_close"
    """Worth one attempt with levels made from a fresh quote."""
    INVALID = "invalid"
    """Never repeated: the request itself is wrong."""
    MARKET_CLOSED = "market_closed"
    LIMIT_REACHED = "limit_reached"
    """Money, number or volume: no entries, exits remain possible."""
    TRADING_DISABLED = "trading_disabled"
    """Something has to be switched on."""
    SIDE_DISABLED = "side_disabled"
    POSITION_GONE = "position_gone"
    """The position is closed already: for a close, a success."""
    NO_CHANGE = "no_change"
    """The levels are those asked for: for a change of stops, a success."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The broker's No: its code, its words, and what may follow."""

    code: int
    reason: str
    policy: RefusalPolicy


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One market order to enter, with its stop and target inside.

    `token` names it forever, at the broker too; `reference_price` is what it expects to pay, `max_deviation` how
    much worse (price units) it may be filled, None at market. `may_merge` if it may add to a position of its side
    where the account nets positions. Raises `InvalidOrder` if it contradicts itself.
    """

    token: str
    plan_id: str
    magic: int
    symbol: str
    side: Side
    volume_lots: float
    stop_loss: float
    take_profit: float
    reference_price: float
    max_deviation: float | None = None
    may_merge: bool = False

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise InvalidOrder(f"{self.token!r} cannot name an order: allowed are 1 to 16 ASCII letters and digits")
        if not 0.0 < self.volume_lots < math.inf:
            raise InvalidOrder(f"order {self.token}: volume {self.volume_lots} lots is not above zero")
        low, high = sorted_levels(self.side, self.stop_loss, self.take_profit)
        if not 0.0 < low < self.reference_price < high < math.inf:
            raise InvalidOrder(
                f"order {self.token}: a {self.side} at {self.reference_price} cannot have its stop at "
                f"{self.stop_loss} and its target at {self.take_profit}"
            )


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """An open position as the broker shows it.

    `ticket` is what requests name it by, `identifier` what its deals name it by and never changes. `token` is the
    comment it carries, empty if the broker lost it. An adapter recognises what is ours by the desk's magic number; the
    desk then marks what belongs to another desk with the same magic number. A missing stop or target is None.
    """

    ticket: int
    identifier: int
    symbol: str
    side: Side
    volume_lots: float
    entry: float
    stop_loss: float | None
    take_profit: float | None
    opened_at: datetime
    token: str = ""
    is_ours: bool = True
    is_other_desk: bool = False


class Deal(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of the broker's history; `side` is that of the deal: a SELL closes a BUY position.

    Money in the account's currency, costs negative. `price_cost` is what spread and slippage took by the distance of
    `price` from the middle between bid and ask, never negative; None where that was not measured.
    """

    ticket: int
    position_id: int
    symbol: str
    side: Side
    is_entry: bool
    reason: DealReason
    volume_lots: float
    price: float
    profit: float
    commission: float
    swap: float
    at: datetime
    token: str = ""
    is_ours: bool = True
    price_cost: float | None = None


class WorkingOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that the broker has accepted and not yet executed; `price` at which it waits, None for the market's."""

    symbol: str
    side: Side
    volume_lots: float
    at: datetime
    ticket: int = 0
    price: float | None = None
    token: str = ""
    is_ours: bool = True
    is_other_desk: bool = False


class OrderEnd(StrEnum):
    """How an order ended, by the broker's history."""

    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"


class EndedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order in the broker's history. It is final: `filled_lots` of its `volume_lots` were executed."""

    ticket: int
    symbol: str
    side: Side
    volume_lots: float
    filled_lots: float
    end: OrderEnd
    at: datetime
    token: str = ""
    is_ours: bool = True


class OrderTrace(StrEnum):
    """What the broker shows of an order whose outcome is unknown."""

    NOT_ASKED = "not_asked"
    TOO_EARLY = "too_early"
    """Nothing yet; fills and history may show a while later."""
    NOTHING = "nothing"
    WORKING = "working"
    SEVERAL = "several"
    """More than one position that may have come of it."""
    EXECUTED = "executed"
    """The history has it as filled, and neither position nor deal is shown yet."""

    @property
    def sentence(self) -> str:
        """What the broker shows, for the user."""
        return _TRACES[self]


_TRACES = {
    OrderTrace.NOT_ASKED: "the broker has not been asked yet",
    OrderTrace.TOO_EARLY: "the broker shows nothing of it yet",
    OrderTrace.NOTHING: "the broker shows no trace of it",
    OrderTrace.WORKING: "the broker shows it as a working order",
    OrderTrace.SEVERAL: "the broker shows several positions that it may have opened",
    OrderTrace.EXECUTED: "the broker's history shows it filled, but there is no position yet",
}


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The account's money in its own `currency`, as reported at instant `at`; `equity` includes open positions."""

    balance: float
    equity: float
    margin: float
    free_margin: float
    currency: str
    is_hedging: bool
    at: datetime


def sorted_levels(side: Side, stop_loss: float, take_profit: float) -> tuple[float, float]:
    """Stop and target as (lower, higher) if they lie on the right sides of a trade of `side`."""
    return (stop_loss, take_profit) if side is Side.BUY else (take_profit, stop_loss)


def exit_price(side: Side, quote: Quote) -> float:
    """What closing a position of `side` is paid: the bid for a BUY, the ask for a SELL."""
    return quote.bid if side is Side.BUY else quote.ask


def is_beyond(side: Side, price: float, level: float) -> bool:
    """Whether `price` is better than `level` for a position of `side`: above for a BUY, below for a SELL."""
    return price > level if side is Side.BUY else price < level


def signed(side: Side, distance: float) -> float:
    """A distance in the direction in which a position of `side` gains."""
    return distance if side is Side.BUY else -distance
