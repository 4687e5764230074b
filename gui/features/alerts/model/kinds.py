"""The kinds of alerts, and what one of them carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.market import Side


class AlertKind(StrEnum):
    """The kinds, by the names that the settings and the sounds have for them."""

    SETUP = "setup"
    A_PLUS = "a_plus"
    ONE_GATE_AWAY = "one_gate_away"
    APPROVAL_WAITING = "approval_waiting"
    FILL = "fill"
    EXIT = "exit"
    DENIAL = "denial"
    ECONOMIC_EVENT = "economic_event"
    PRICE_ALERT = "price_alert"
    POSITION_AT_RISK = "position_at_risk"
    FEED_LOST = "feed_lost"
    LOCK = "lock"


KIND_TITLES = {
    AlertKind.SETUP: "Setup",
    AlertKind.A_PLUS: "A+ setup",
    AlertKind.ONE_GATE_AWAY: "1 condition missing",
    AlertKind.APPROVAL_WAITING: "Approval waiting",
    AlertKind.FILL: "Fill",
    AlertKind.EXIT: "Exit",
    AlertKind.DENIAL: "Denial",
    AlertKind.ECONOMIC_EVENT: "Economic event",
    AlertKind.PRICE_ALERT: "Price alert",
    AlertKind.POSITION_AT_RISK: "Position at risk",
    AlertKind.FEED_LOST: "Feed lost",
    AlertKind.LOCK: "Trading blocked",
}


REJECTED = "Order rejected"
"""What a denial is called that came from the broker."""
NEW_AUTHOR = "New author of plans"
"""What a lock is called that is none: a program writes plans into the table."""
NOT_LOCKED = "not_locked"
"""The check that fails while a lock holds."""
NO_NEWS = frozenset({NOT_LOCKED, "data_fresh"})
"""Checks that say nothing of the market: a lock follows from what the desk did, and lost or paused quotes have alerts
and words of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something to show once. `symbol` is empty where it is about the whole desk; `at` is market time, aware UTC.

    `safe_words` are the words as far as they hold no money, volume or account; the title never does.
    `check` distinguishes causes of one kind, symbol and side. `candle_time` is the candle it is about, `plan_id` the
    proposal that waits. `heading` says more exactly than its kind what it is.
    """

    kind: AlertKind
    title: str
    words: str = ""
    safe_words: str = ""
    symbol: str = ""
    side: Side | None = None
    check: str = ""
    at: datetime | None = None
    candle_time: datetime | None = None
    plan_id: str = ""
    heading: str = ""

    @property
    def label(self) -> str:
        """What it is in a word or two: its heading, or the title of its kind."""
        return self.heading or KIND_TITLES[self.kind]

    @property
    def cause(self) -> tuple[AlertKind, str, Side | None, str]:
        """What must not alert twice within a minute."""
        return self.kind, self.symbol, self.side, self.check

    def is_near_miss_of(self, symbol: str) -> bool:
        """Whether it says that one condition of a symbol is missing."""
        return self.kind is AlertKind.ONE_GATE_AWAY and self.symbol == symbol
