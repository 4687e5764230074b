"""The desk's own health as values: its vitals, how each is rated, and the authority they allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

from engine.domain.risk import Authority
from engine.domain.store import StoreSigns


class VitalName(StrEnum):
    """What is looked at, the gravest first."""

    DATA_AGE = "data_age"
    WORKER = "worker"
    SAFETY_ORDERS = "safety_orders"
    STORE = "store"
    CLOCK_OFFSET = "clock_offset"
    LOOP_LAG = "loop_lag"
    MEMORY = "memory"
    DECISION_AGE = "decision_age"
    ROUND_TRIP = "round_trip"
    CALENDAR = "calendar"


class VitalState(StrEnum):
    """What a vital is worth now; `UNKNOWN` was not measured yet, `NOT_NEEDED` means nothing on this market."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


ALLOWED_WHILE_BAD: Mapping[VitalName, Authority] = MappingProxyType(
    {
        VitalName.DATA_AGE: Authority.EXITS_ONLY,
        VitalName.WORKER: Authority.EXITS_ONLY,
        VitalName.SAFETY_ORDERS: Authority.EXITS_ONLY,
        VitalName.STORE: Authority.EXITS_ONLY,
        VitalName.CLOCK_OFFSET: Authority.EXITS_ONLY,
        VitalName.LOOP_LAG: Authority.MANUAL,
        VitalName.MEMORY: Authority.MANUAL,
        VitalName.DECISION_AGE: Authority.MANUAL,
        VitalName.ROUND_TRIP: Authority.MANUAL,
        VitalName.CALENDAR: Authority.AUTO,
    }
)
"""The most that the desk may do while a vital is bad: no entries on wrong prices or times, and a machine
that falls behind does not trade unasked."""


class Vital(msgspec.Struct, frozen=True, kw_only=True):
    """One vital of the desk, or of one `symbol`; `value`, `warn` and `bad` are in `unit`, None where there is none.

    `way_back` says what the user can do, empty while the vital is good. `is_holding`: it has been bad for so long that
    it holds authority down; it lets go when it has been good for as long.
    """

    name: VitalName
    state: VitalState
    sentence: str
    way_back: str = ""
    symbol: str = ""
    value: float | None = None
    unit: str = ""
    warn: float | None = None
    bad: float | None = None
    is_holding: bool = False

    @property
    def allowed_while_bad(self) -> Authority:
        return ALLOWED_WHILE_BAD[self.name]


class Health(msgspec.Struct, frozen=True):
    """All vitals at one moment."""

    vitals: tuple[Vital, ...]

    @property
    def holding(self) -> tuple[Vital, ...]:
        """The vitals that hold authority down."""
        return tuple(vital for vital in self.vitals if vital.is_holding)

    @property
    def allowed(self) -> Authority:
        """The most authority that health allows."""
        return min((vital.allowed_while_bad for vital in self.holding), default=Authority.AUTO)

    @property
    def cause(self) -> str:
        """Why it allows no more; empty where it allows everything."""
        return next((vital.sentence for vital in self.holding if vital.allowed_while_bad is self.allowed), "")


class SymbolSigns(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured for one symbol, in seconds of the market's time; None before the first quote or decision.

    `why_silent` says why no prices are expected now, empty where they are. `is_alone`: it has been silent for
    long while prices of other symbols come, as on an unannounced holiday.
    """

    symbol: str
    data_age_s: float | None
    decision_age_s: float | None
    why_silent: str = ""
    is_alone: bool = False


class LinkSigns(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured for the connection to a broker or an exchange, the `peer`; None if not measured yet.

    `clock_offset_ms` is the error of the desk's own clock at the last measurement, which the desk corrects.
    `computer_ahead_ms` is how far this computer's clock is ahead of the broker's now: it may have been set since.
    """

    is_working: bool
    sentence: str
    way_out: str = ""
    clock_offset_ms: float | None = None
    computer_ahead_ms: float | None = None
    round_trip_ms: float | None = None
    peer: str = "the broker"


class SafetySigns(msgspec.Struct, frozen=True, kw_only=True):
    """Safety orders that are not in the store yet, and why the reserve file cannot be used; in words, else empty."""

    unwritten: str = ""
    page_fault: str = ""


class NewsSigns(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of news: why none are known now, as a clause, else until when they are; and whether entries are
    denied meanwhile."""

    gap: str = ""
    known_until: datetime | None = None
    is_denied: bool = False


class VitalSigns(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was measured at one moment; `link` is None where prices are played and trades are on paper,
    `safety` where the store is in memory, `store` where nothing is kept, `news` where none block entries.
    """

    symbols: tuple[SymbolSigns, ...]
    loop_lag_ms: float | None
    memory_mb: float | None
    link: LinkSigns | None = None
    safety: SafetySigns | None = None
    store: StoreSigns | None = None
    news: NewsSigns | None = None
