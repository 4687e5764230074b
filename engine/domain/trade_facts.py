"""Everything known about a closed trade: why its order was sent, its result, the user's notes."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.domain.market import Session
from engine.domain.trades import ClosedTrade


class EntryGrounds(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why an order was sent: the setup of the candle that opened at `candle_time`, in its session.

    `is_edited` if the user changed levels or volume before it was sent.
    """

    signal_id: str
    candle_time: datetime
    session: Session
    signals: tuple[str, ...]
    edges: tuple[str, ...]
    score: float
    is_a_plus: bool
    is_edited: bool = False


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """What the user wrote about a trade, at `at` (aware UTC); an empty one has been taken back."""

    trade_id: str
    at: datetime
    note: str = ""
    tags: tuple[str, ...] = ()


class MinutePrices(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Bid prices of the minute that opened at `at` (aware UTC)."""

    at: datetime
    low: float
    high: float
    close: float


class TradeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A closed trade as data. `run` names the practice run it was made in, empty where it was no practice; `account`
    is the one it was made on, empty if that is not known.

    `session` is that of the signal, or of the fill where no signal is known; `score` is None, and `signals` and `edges`
    are empty, where the desk does not know why it was entered.
    """

    trade: ClosedTrade
    run: str
    session: Session
    signals: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    score: float | None = None
    created_by: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    account: str = ""
    is_edited: bool = False
    """Whether the user changed what the desk had proposed before the order was sent."""
