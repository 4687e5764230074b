"""Quiet hours by the clock on the wall, also in the nights in which it is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from config.phone import PhoneSettings

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
SPRING, AUTUMN, SUMMER = (datetime(2026, month, day, 12, tzinfo=BERLIN) for month, day in ((3, 28), (10, 24), (7, 1)))


def stretches(begin: str, end: str, noon: datetime) -> list[tuple[str, str]]:
    """From when to when it is quiet within 24 hours from noon on, by the clock on the wall; with its offset."""
    settings = PhoneSettings(quiet_hours=True, quiet_from=begin, quiet_until=end)
    start = noon.astimezone(UTC)
    minutes = [(start + timedelta(minutes=minute)).astimezone(noon.tzinfo) for minute in range(24 * 60)]
    found = [(quiet, list(group)) for quiet, group in groupby(minutes, settings.is_quiet_at)]
    ends = [group[0] for _, group in found[1:]] + [minutes[-1]]
    spans = [(group[0], after) for (quiet, group), after in zip(found, ends, strict=True) if quiet]
    return [(f"{since:%H:%M%z}", f"{until:%H:%M%z}") for since, until in spans]


@pytest.mark.parametrize(
    ("noon", "begin", "end", "quiet"),
    [
        (SUMMER, "22:00", "07:00", [("22:00+0200", "07:00+0200")]),
        (SUMMER, "13:00", "15:00", [("13:00+0200", "15:00+0200")]),
        (SUMMER, "22:00", "22:00", []),
        # the clock goes from 02:00 to 03:00
        (SPRING, "22:00", "07:00", [("22:00+0100", "07:00+0200")]),
        (SPRING, "02:30", "07:00", [("03:00+0200", "07:00+0200")]),
        (SPRING, "22:00", "02:30", [("22:00+0100", "03:00+0200")]),
        (SPRING, "02:10", "02:50", []),
        # the clock goes from 03:00 back to 02:00
        (AUTUMN, "22:00", "07:00", [("22:00+0200", "07:00+0100")]),
        (AUTUMN, "02:30", "07:00", [("02:30+0200", "07:00+0100")]),
        (AUTUMN, "22:00", "02:30", [("22:00+0200", "02:30+0100")]),
        (AUTUMN, "02:10", "02:50", [("02:10+0200", "02:50+0100")]),
        (AUTUMN, "02:00", "03:00", [("02:00+0200", "03:00+0100")]),
        (AUTUMN, "03:00", "02:00", [("12:00+0200", "02:00+0200"), ("03:00+0100", "10:59+0100")]),
        (AUTUMN, "01:30", "02:00", [("01:30+0200", "02:00+0200")]),
        (AUTUMN, "03:00", "04:00", [("03:00+0100", "04:00+0100")]),
    ],
)
def test_that_quiet_hours_are_one_stretch_in_every_night(
    noon: datetime, begin: str, end: str, quiet: list[tuple[str, str]]
) -> None:
    assert stretches(begin, end, noon) == quiet


def test_that_the_hour_that_comes_twice_is_that_of_the_zone() -> None:
    noon = datetime(2026, 10, 31, 12, tzinfo=NEW_YORK)
    assert stretches("22:00", "01:30", noon) == [("22:00-0400", "01:30-0500")]


def test_that_nothing_is_quiet_while_quiet_hours_are_off() -> None:
    assert not PhoneSettings(quiet_from="00:00", quiet_until="23:59").is_quiet_at(SUMMER)
