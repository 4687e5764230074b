"""News that matter to symbols: which currencies count, what blocks entries now, and what is about to be published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from config.alerts import AlertsSettings
from config.calendar import currencies_named
from config.settings import Settings
from config.symbol_names import currencies_of
from config.trading import RiskMitigation
from engine.domain.calendar import Calendar, CalendarCommand, CalendarEvent, EventAhead, Impact, NewsBlackout
from engine.domain.market import Source

_MINUTE: Final = timedelta(minutes=1)
_LOOK_EVERY: Final = timedelta(seconds=5)
"""Of the market's time, between two looks for news that are close."""


class CalendarSource(Protocol):
    """Where the economic calendar comes from."""

    @property
    def calendar(self) -> Calendar:
        """The newest one."""

    def handle(self, command: CalendarCommand) -> None:
        """Carries out a command of the user; returns at once."""

    async def run(self, publish: Callable[[CalendarEvent], None]) -> None:
        """Announces the calendar now and each time it changes; ends only by cancellation."""


def currencies_for(symbol: str, stands_for: str, risk: RiskMitigation) -> tuple[str, ...]:
    """Whose news count for a symbol: as the settings say, else the currencies in its name; all if there are none."""
    named = currencies_named(risk.news_currencies, symbol, stands_for)
    return currencies_of(symbol, stands_for) if named is None else named


def blackout_at(
    calendar: Calendar, now: datetime, currencies: Collection[str], risk: RiskMitigation
) -> NewsBlackout | None:
    """The news around which nothing is entered at `now`, the one that blocks for longest; None if none does.

    A window includes both of its ends. News without a time of day block nothing: there is nothing to measure from.
    """
    minutes = risk.news_blackout_minutes
    reach = minutes.longest * _MINUTE
    found: NewsBlackout | None = None
    for event in calendar.between(now - reach, now + reach):
        before, after = minutes.around(event.impact)
        if event.is_all_day or not (before or after) or not event.concerns(currencies):
            continue
        begins_at, ends_at = event.at - before * _MINUTE, event.at + after * _MINUTE
        if begins_at <= now <= ends_at and (found is None or _is_longer(event.impact, ends_at, found)):
            found = NewsBlackout(event=event, begins_at=begins_at, ends_at=ends_at)
    return found


def _is_longer(impact: Impact, ends_at: datetime, other: NewsBlackout) -> bool:
    return (ends_at, impact.rank) > (other.ends_at, other.event.impact.rank)


def news_gap(calendar: Calendar, now: datetime, currencies: Collection[str], risk: RiskMitigation) -> str:
    """Why news are unknown while they should block entries, as a clause; empty if they are known, or block nothing."""
    return calendar.gap_at(now, currencies) if risk.news_blackout_minutes.is_on else ""


class EventWatch:
    """Finds the news that are close, each once. Every symbol of the feed counts."""

    def __init__(self, sources: Iterable[Source], publish: Callable[[EventAhead], None]) -> None:
        self._instruments = tuple(source.instrument for source in sources)
        self._publish = publish
        self._announced: set[tuple[datetime, str, str]] = set()
        self._due_at = datetime.max.replace(tzinfo=UTC)

    def look(self, now: datetime, calendar: Calendar, settings: Settings) -> None:
        """Announces what comes within the minutes of the settings; looks again after some seconds of market time."""
        if self._due_at - _LOOK_EVERY <= now < self._due_at:  # a clock that was set back looks again
            return
        self._due_at = now + _LOOK_EVERY
        alerts: AlertsSettings = settings.alerts
        min_rank = Impact(alerts.event_impact).rank
        coming = calendar.between(now, now + alerts.event_minutes * _MINUTE)
        close = [event for event in coming if event.impact.rank >= min_rank and not event.is_all_day]
        for event in close:
            if event.key not in self._announced and event.concerns(self._currencies(settings.risk_mitigation)):
                self._announced.add(event.key)
                self._publish(EventAhead(event, now))
        self._announced &= {event.key for event in close}

    def _currencies(self, risk: RiskMitigation) -> Collection[str]:
        """Of all symbols; none, which is all, if one of them has none."""
        of_each = [currencies_for(each.symbol, each.stands_for, risk) for each in self._instruments]
        return {code for codes in of_each for code in codes} if all(of_each) else ()
