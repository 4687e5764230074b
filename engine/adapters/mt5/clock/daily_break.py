"""How far a trade server's clock is ahead of New York's, found from gold's daily break, whatever this computer's clock
shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.adapters.mt5.clock.rules import ServerRule, new_york_rule

HOURS_ASKED: Final = 120
"""Five trading days of candles of one hour: few enough that summer time seldom begins within them."""

_BREAK_HOUR: Final = 17
"""In New York."""
_MIN_DAYS: Final = 3
_MIN_CANDLES: Final = 20
"""Of a day that counts as whole."""
_LEAST_AHEAD: Final = -6
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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
    ahead = (resting.pop() - _BREAK_HOUR - _LEAST_AHEAD) % 24 + _LEAST_AHEAD
    return new_york_rule(ahead)
