"""Sessions and trading days as anybody would tell them from the clocks on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.indicators import SessionHours, SessionsSettings
from engine.domain.market import DayRoll, Session


def session_of(instant: datetime, sessions: SessionsSettings) -> Session:
    """What the clocks in the cities say."""

    def is_open(hours: SessionHours) -> bool:
        clock = instant.astimezone(ZoneInfo(hours.zone)).strftime("%H:%M")
        if hours.opens < hours.closes:
            return hours.opens <= clock < hours.closes
        return clock >= hours.opens or clock < hours.closes

    if is_open(sessions.london) and is_open(sessions.new_york):
        return Session.OVERLAP
    for hours, session in (
        (sessions.london, Session.LONDON),
        (sessions.new_york, Session.NEW_YORK),
        (sessions.post_ny, Session.POST_NY),
        (sessions.asia, Session.ASIA),
    ):
        if is_open(hours):
            return session
    return Session.OFF


def trading_day_of(instant: datetime, day_roll: DayRoll) -> date:
    """Seven hours after New York's clocks it is midnight at five in the afternoon there."""
    if day_roll is DayRoll.UTC_MIDNIGHT:
        return instant.astimezone(UTC).date()
    local = instant.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)
    return (local + timedelta(hours=7)).date()
