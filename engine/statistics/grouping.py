"""Groups closed trades by what they have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, tzinfo
from enum import StrEnum
from math import floor
from typing import Any

import msgspec

from engine.domain.market import Session, Side
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.statistics.figures import Figures, figures_of


class Grouping(StrEnum):
    """What trades are grouped by."""

    SESSION = "session"
    HOUR = "hour"
    SIGNAL = "signal"
    SCORE = "score"
    EXIT_REASON = "exit_reason"
    SYMBOL = "symbol"
    SIDE = "side"
    ACCOUNT = "account"
    TAG = "tag"

    @property
    def may_overlap(self) -> bool:
        """Whether a trade may stand in several groups."""
        return self in (Grouping.SIGNAL, Grouping.TAG)


class Group(msgspec.Struct, frozen=True):
    """The trades that have `key` in common: a session, an hour 0..23, a machine name, the whole points of a score.

    `key` is None for trades of which it is not known, or that have none.
    """

    key: Any
    figures: Figures


def tabulate(facts: Iterable[TradeFacts], grouping: Grouping, zone: tzinfo = UTC) -> tuple[Group, ...]:
    """One group for each key that occurs, in the natural order of keys, None last; hours are those of the entry.

    `facts` are trades that have a result.
    """
    members: defaultdict[Hashable, list[TradeFacts]] = defaultdict(list)
    for each in facts:
        for key in keys_of(each, grouping, zone):
            members[key].append(each)
    order = _ORDERS.get(grouping, _by_itself)
    keys = sorted((key for key in members if key is not None), key=order)
    return tuple(Group(key, figures_of(members[key])) for key in (*keys, *((None,) if None in members else ())))


def keys_of(facts: TradeFacts, grouping: Grouping, zone: tzinfo = UTC) -> tuple[Hashable, ...]:
    """The groups that a trade belongs to; never none."""
    trade = facts.trade
    match grouping:
        case Grouping.SESSION:
            return (facts.session,)
        case Grouping.HOUR:
            return (trade.entered_at.astimezone(zone).hour,)
        case Grouping.SIGNAL:
            return facts.signals or (None,)
        case Grouping.SCORE:
            return (None if facts.score is None else floor(facts.score),)
        case Grouping.EXIT_REASON:
            return (trade.reason,)
        case Grouping.SYMBOL:
            return (trade.symbol,)
        case Grouping.SIDE:
            return (trade.side,)
        case Grouping.ACCOUNT:
            return (facts.account or None,)
        case Grouping.TAG:
            return facts.tags or (None,)


def _place_in(order: Sequence[Any]) -> Callable[[Any], Any]:
    return {member: place for place, member in enumerate(order)}.__getitem__


def _by_itself(key: Any) -> Any:
    return key


_ORDERS: dict[Grouping, Callable[[Any], Any]] = {
    Grouping.SESSION: _place_in(tuple(Session)),
    Grouping.EXIT_REASON: _place_in(tuple(ExitReason)),
    Grouping.SIDE: _place_in(tuple(Side)),
}
