"""The order of a table's rows by one column, and the words that rows are searched for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import inf
from typing import NamedTuple

_DAYS = re.compile(r"(\d+) d (\d+) h")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


class RowOrder(NamedTuple):
    """The column that rows are sorted by, and whether the largest comes first."""

    column: int
    is_falling: bool = False


def number_in(text: str) -> float | None:
    """The number that a cell shows (a duration in seconds); None if it shows none.

    `+1,000.00 R` is 1000, `3:07` is 187, `2 d 04 h` is 187200.
    """
    plain = text.replace("−", "-")
    if days := _DAYS.fullmatch(plain):
        return 86_400.0 * int(days[1]) + 3600.0 * int(days[2])
    if clock := _CLOCK.fullmatch(plain):
        return 3600.0 * int(clock[1] or 0) + 60.0 * int(clock[2]) + int(clock[3])
    number = _NUMBER.match(plain)
    return None if number is None else float(number[0].replace(",", ""))


def order_key(text: str, amount: float | None, *, is_number: bool) -> float | str:
    """The sort key of a cell in its column: its number if the column has numbers, missing values first."""
    if not is_number:
        return text.casefold()
    number = number_in(text) if amount is None else amount
    return -inf if number is None else number


def search_text(texts: Iterable[str]) -> str:
    """The text in which a row is searched: those of its cells, case-insensitive."""
    return " ".join(texts).casefold()


def is_found(search: str, text: str) -> bool:
    """Whether `search_text` contains each word of `search`."""
    return all(word in text for word in search.casefold().split())
