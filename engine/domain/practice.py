"""A practice session: what was traded in a played market between its opening and its end, through every jump."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.domain.trades import ClosedTrade


class Stretch(msgspec.Struct, frozen=True):
    """A part of the market that was played without a jump, in market time (aware UTC)."""

    begins_at: datetime
    ends_at: datetime


class PracticeEntry(msgspec.Struct, frozen=True):
    """An order that was sent."""

    symbol: str
    at: datetime


class PracticeTrade(msgspec.Struct, frozen=True, kw_only=True):
    """A closed trade of the session, made in its `stretch` (a place in `PracticeSession.stretches`).

    `is_seen` if the session had shown the candle of its entry before: then it says nothing about foresight.
    """

    trade: ClosedTrade
    stretch: int
    is_seen: bool = False
    is_by_hand: bool = False
    """Whether it was a market order of the user, without a setup or a plan."""


class RuleCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How the rules were kept, on parts of the market that were played for the first time.

    Of `setups`, so many orders were `taken` from, so many proposals `declined` by the user and `unanswered` in time;
    the risk check or the mode held back the rest. `by_hand` counts market orders without a setup, `widened` stops that
    the user moved away from the price.
    """

    setups: int = 0
    taken: int = 0
    declined: int = 0
    unanswered: int = 0
    by_hand: int = 0
    widened: int = 0


class PracticeSession(msgspec.Struct, frozen=True, kw_only=True):
    """One paper account through all jumps; money in the account's currency. The last of `stretches` may go on."""

    starting_balance: float
    balance: float
    stretches: tuple[Stretch, ...] = ()
    trades: tuple[PracticeTrade, ...] = ()
    entries: tuple[PracticeEntry, ...] = ()
    rules: RuleCounts = RuleCounts()


class PlayedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A recording and what the user said about it; None is left to the file."""

    path: str
    symbol: str | None = None
    clock: str | None = None
    spread: float | None = None


class PracticeChanged(msgspec.Struct, frozen=True):
    """The practice session is this far; published where a market is played. `runs` name its stretches in the store."""

    session: PracticeSession
    runs: tuple[str, ...]
