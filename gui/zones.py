"""The display time zone, and all formatting of times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timezone, tzinfo
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.market import DayRoll, Source
from gui.clock_zones import NEW_YORK, LocalZone, offset_name, zone_of_clock

EXCHANGES = {DayRoll.NEW_YORK_17: NEW_YORK, DayRoll.UTC_MIDNIGHT: UTC}
"""Metals and currencies trade by the clock of New York, crypto by UTC."""

# Not strftime's: those follow the language of the machine, while the desk speaks English.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class DisplayZones(QObject):
    """One zone for the desk, or, on the clock of the exchange or the broker, one for each symbol.

    `changed` is emitted when times have to be written again.
    """

    changed = Signal()

    def __init__(self, choice: str = "utc", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._local = LocalZone()
        self._sources: dict[str, Source] = {}

    def use_settings(self, settings: Settings) -> None:
        """Times are written again where another zone is chosen."""
        if settings.interface.time_zone != self._choice:
            self._choice = settings.interface.time_zone
            self.changed.emit()

    def open(self, sources: Sequence[Source]) -> None:
        """The sources of a market that restarts."""
        self._sources = {source.symbol: source for source in sources}
        self.changed.emit()

    def of(self, symbol: str) -> tzinfo:
        """The zone for what is about one symbol; UTC where its source's clock is no zone."""
        if self._choice == "local":
            return self._local
        source = self._sources.get(symbol)
        if self._choice == "utc" or source is None:
            return UTC
        if self._choice == "exchange":
            return EXCHANGES[source.instrument.day_roll]
        return zone_of_clock(source.clock) or UTC

    @property
    def common(self) -> tzinfo:
        """The zone for what is about several symbols or none: theirs where they agree on one, else UTC."""
        if self._choice == "local":
            return self._local
        clocks = {self._clock(source) for source in self._sources.values()}
        return self.of(next(iter(self._sources))) if len(clocks) == 1 else UTC

    def words(self, symbol: str) -> str:
        """The clock that times of a symbol are shown in: `New York, the exchange's clock`."""
        source = self._sources.get(symbol)
        if self._choice == "local":
            return "this machine's clock"
        if self._choice == "utc" or source is None:
            return "UTC"
        if self._choice == "exchange":
            place = "UTC" if EXCHANGES[source.instrument.day_roll] is UTC else "New York"
            return f"{place}, the exchange's clock"
        if zone_of_clock(source.clock) is None:
            return f"UTC, since the broker's clock ({source.clock}) is not one zone"
        return f"{source.clock}, the broker's clock"

    def _clock(self, source: Source) -> str | DayRoll:
        return source.clock if self._choice == "broker" else source.instrument.day_roll


# -- how a time is written; `at` is aware -----------------------------------------------------------------------


def minute_text(at: datetime, zone: tzinfo) -> str:
    """`14:23`."""
    return f"{at.astimezone(zone):%H:%M}"


def second_text(at: datetime, zone: tzinfo) -> str:
    """`14:23:05`."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def named_second_text(at: datetime, zone: tzinfo) -> str:
    """`14:23:05 EDT`, where times of several zones stand together."""
    return f"{second_text(at, zone)} {zone_name(zone, at)}"


def row_text(at: datetime, zone: tzinfo) -> str:
    """`03-18 14:23:05`, for the rows of tables."""
    return f"{at.astimezone(zone):%m-%d %H:%M:%S}"


def stamp_text(at: datetime, zone: tzinfo) -> str:
    """`2026-03-18 14:23:05`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def date_text(at: datetime, zone: tzinfo) -> str:
    """`18 Mar`."""
    local = at.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]}"


def day_minute_text(at: datetime, zone: tzinfo) -> str:
    """`Wed 18 Mar 14:23`."""
    local = at.astimezone(zone)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


def date_time_text(at: datetime, zone: tzinfo) -> str:
    """`Wed 18 Mar 2026 14:23`."""
    local = at.astimezone(zone)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%Y %H:%M}"


def zone_title(zone: tzinfo) -> str:
    """A short name of the zone for a column's head, independent of the season: `UTC`, `New York`, `local`, `broker`."""
    match zone:
        case LocalZone():
            return "local"
        case ZoneInfo(key=key):
            return str(key).rpartition("/")[2].replace("_", " ")
        case timezone():
            return offset_name(zone.utcoffset(None))
        case _:
            return "broker"


def zone_name(zone: tzinfo, at: datetime) -> str:
    """What the zone calls its time at an instant: `UTC`, `EDT`, or `UTC+03` where it has no name."""
    local = at.astimezone(zone)
    name = local.tzname() or ""
    return name if name.isalpha() else offset_name(local.utcoffset() or UTC.utcoffset(None))
