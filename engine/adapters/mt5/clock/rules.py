"""The time zone rules of trade servers, and how one is found from gold's daily break.

That hour says how far the server's clock is ahead of New York's, even if this computer's clock is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

_NEW_YORK: Final = ZoneInfo("America/New_York")
_NAMED_FIXED: Final = re.compile(r"UTC([+-])(\d{1,2})(?::(\d\d))?")
_NAMED_NEW_YORK: Final = re.compile(r"New York ([+-]) (\d{1,2}) h")
_FARTHEST: Final = timedelta(hours=18)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

HOURS_ASKED: Final = 120
"""Five trading days of candles of one hour: few enough that summer time seldom begins within them."""

_BREAK_HOUR: Final = 17
"""In New York."""
_MIN_DAYS: Final = 3
_MIN_CANDLES: Final = 20
"""Of a day that counts as whole."""
_MIN_AHEAD: Final = -6


@dataclass(frozen=True, slots=True)
class ServerRule:
    """A zone, read `ahead` early; `words` name it to the user, and `rule_named` finds it again by them."""

    words: str
    zone: tzinfo
    ahead: timedelta = timedelta()

    def offset_at(self, instant: datetime) -> timedelta:
        """The server's clock less UTC at `instant`, aware."""
        offset = instant.astimezone(self.zone).utcoffset()
        return self.ahead + (offset or timedelta())


def new_york_rule(ahead_hours: int) -> ServerRule:
    """A whole number of hours ahead of New York, all year."""
    sign = "-" if ahead_hours < 0 else "+"
    return ServerRule(f"New York {sign} {abs(ahead_hours)} h", _NEW_YORK, timedelta(hours=ahead_hours))


def fixed_rule(offset: timedelta) -> ServerRule:
    """One offset for all times."""
    minutes = round(offset / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    words = f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
    return ServerRule(words, timezone(timedelta(minutes=minutes)))


NEW_YORK_CLOSE: Final = new_york_rule(7)
ATHENS: Final = ServerRule("Europe/Athens", ZoneInfo("Europe/Athens"))
UTC_ALL_YEAR: Final = ServerRule("UTC", UTC)

WITH_SUMMER_TIME: Final = (NEW_YORK_CLOSE, ATHENS)
"""In the order in which they are met: most servers let their day begin at 17:00 New York."""

USUAL: Final = (*WITH_SUMMER_TIME, UTC_ALL_YEAR)


def rule_named(words: str) -> ServerRule | None:
    """The rule of that name; None where there is none."""
    if (usual := next((rule for rule in USUAL if rule.words == words), None)) is not None:
        return usual
    if named := _NAMED_NEW_YORK.fullmatch(words):
        hours = int(f"{named[1]}{named[2]}")
        return new_york_rule(hours) if abs(timedelta(hours=hours)) <= _FARTHEST else None
    if named := _NAMED_FIXED.fullmatch(words):
        offset = timedelta(hours=int(named[2]), minutes=int(named[3] or 0))
        return fixed_rule(-offset if named[1] == "-" else offset) if offset <= _FARTHEST else None
    return None


def rule_of_break(opened_s: Iterable[int]) -> ServerRule | None:
    """The rule by which an hour without candles is 17:00 New York; None where no hour of the day, or more than one, is.

    `opened_s` are the openings of candles of one hour as the server's clock shows them, in seconds since 1970.
    """
    opened = [_EPOCH + timedelta(seconds=each) for each in opened_s]
    candles_of_day = Counter(each.date() for each in opened)
    whole = {day for day, count in candles_of_day.items() if count >= _MIN_CANDLES}
    resting = set(range(24)) - {each.hour for each in opened if each.date() in whole}
    if len(whole) < _MIN_DAYS or len(resting) != 1:
        return None
    ahead = (resting.pop() - _BREAK_HOUR - _MIN_AHEAD) % 24 + _MIN_AHEAD
    return new_york_rule(ahead)
