"""The trading day of an account: one day for all its symbols, independent of their own days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from config.trading import RiskMitigation

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AccountDay:
    """The day of the account's daily limits; VWAP, levels and sessions follow the day of each symbol instead.

    Instants are aware; a naive one raises TypeError.
    """

    ends: time
    zone: ZoneInfo

    @classmethod
    def by(cls, settings: RiskMitigation) -> Self:
        return cls(time.fromisoformat(settings.account_day_ends), ZoneInfo(settings.account_day_zone))

    def day_of(self, instant: datetime) -> date:
        """The date on which the day of `instant` ends: by 17:00 New York, Sunday evening is Monday.

        A day that ends at midnight has the date that it begins and ends with.
        """
        local = _aware(instant).astimezone(self.zone)
        is_past_end = self.ends != time() and local.time() >= self.ends
        return local.date() + _DAY if is_past_end else local.date()

    def begins(self, day: date) -> datetime:
        """When that day begins, in UTC."""
        date_of_start = day if self.ends == time() else day - _DAY
        return datetime.combine(date_of_start, self.ends, self.zone).astimezone(UTC)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise TypeError(f"{instant} has no time zone; allowed are aware instants")
    return instant
