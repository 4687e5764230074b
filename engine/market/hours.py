"""When a market trades at all, as far as its kind tells: metals rest each evening and over the weekend."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from engine.domain.market import DayRoll
from engine.market.sessions import LONG_AGO, NEW_YORK

_CLOSES, _OPENS = 17, 18
"""Hours in New York between which metals rest."""
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def open_since(roll: DayRoll, instant: datetime) -> datetime | None:
    """Since when (aware UTC) the market has been open at `instant`; None while it rests. Holidays are not known."""
    if roll is DayRoll.UTC_MIDNIGHT:
        return LONG_AGO
    local = instant.astimezone(NEW_YORK)
    if _rests(local.weekday(), local.hour):
        return None
    day = local.date() if local.hour >= _OPENS else local.date() - timedelta(days=1)
    return datetime.combine(day, time(_OPENS), NEW_YORK).astimezone(UTC)


def _rests(weekday: int, hour: int) -> bool:
    if weekday == _SATURDAY or (weekday == _FRIDAY and hour >= _CLOSES) or (weekday == _SUNDAY and hour < _OPENS):
        return True
    return _CLOSES <= hour < _OPENS
