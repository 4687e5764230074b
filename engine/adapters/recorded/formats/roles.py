"""The columns of a table by what they hold: from their names, or from the first rows where they have none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.adapters.recorded.formats.format import LOCAL_TIME
from engine.adapters.recorded.headers import (
    ASK,
    ASK_CLOSE,
    BID,
    COUNTED_TIMES,
    DATES,
    PRICES,
    TIMES_OF_DAY,
    VOLUMES,
    WHOLE_TIMES,
    is_unnamed,
    named,
    plain,
)
from engine.adapters.recorded.tables.tables import Table
from engine.adapters.recorded.times import WallTimes

_ZONES: Final = {"utc": "UTC", "gmt": "UTC", "eet": "Europe/Athens", "cet": "Europe/Berlin"}
"""By what is in the name of a column of times, such as *Time (EET)*."""
_OTHER_MONEY: Final = re.compile("quote|currency|usd|eur|gbp")
_TIME_OF_DAY: Final = re.compile(r"\d{1,2}:\d\d(:\d\d([.]\d+)?)?( [AP]M)?|\d{3,6}|\d{9}")
_DATE: Final = re.compile(r"\d{4}[-./]\d\d[-./]\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{8}")
_INSTANT: Final = re.compile(r"\d{9,19}([.]\d*)?|(\d{4}[-./]\d\d[-./]\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{8})[ T].*")
_ENOUGH_PRICES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Names of columns. `times` is one, or date and time of day; `prices` are open, high, low and close."""

    times: tuple[str, ...]
    prices: tuple[str, str, str, str]
    volume: str | None = None
    spread: str | None = None
    taker_buy: str | None = None
    ask_close: str | None = None

    @property
    def time_words(self) -> str:
        """The names of the times; places of a table without names say nothing."""
        return "time" if any(name.isdigit() for name in self.times) else " and ".join(self.times)


def has_candles(table: Table) -> bool:
    """Whether the table has times and most prices of candles; the missing one is reported when it is read."""
    if not table.has_header:
        return _by_place(table) is not None
    found = [named(table.names, wanted) for wanted in PRICES.values()]
    return len(found) - found.count(None) >= _ENOUGH_PRICES and bool(time_columns(table))


def candle_roles(table: Table) -> Roles:
    """Columns of candles; one that the table does not have is named as it is usual."""
    if not table.has_header and (roles := _by_place(table)) is not None:
        return roles
    opens, highs, lows, closes = (named(table.names, wanted) or usual for usual, wanted in PRICES.items())
    return Roles(
        times=time_columns(table),
        prices=(opens, highs, lows, closes),
        volume=named(table.names, VOLUMES) or _first_volume(table.names),
        spread=named(table.names, ("spread",)),
        taker_buy=next((name for name in table.names if "taker" in name and "quote" not in name), None),
        ask_close=named(table.names, ASK_CLOSE),
    )


def tick_roles(table: Table) -> tuple[str, str] | None:
    """The columns of bid and ask; None where the table lacks one of them."""
    bid, ask = named(table.names, BID), named(table.names, ASK)
    return None if bid is None or ask is None else (bid, ask)


def time_columns(table: Table) -> tuple[str, ...]:
    """The column of the times, or those of date and time of day; none where there is none."""
    names = table.names
    if counted := named(names, COUNTED_TIMES):
        return (counted,)
    date, time = named(names, DATES), named(names, TIMES_OF_DAY)
    if date is not None and time is not None and _TIME_OF_DAY.fullmatch(table.first_cell(time) or "0:00"):
        return (date, time)
    if whole := named(names, WHOLE_TIMES):
        return (whole,)
    return next(((name,) for name in names if plain(name).startswith("time")), _nameless(table))


def clock_of(times: Sequence[str], found: WallTimes) -> str:
    """The clock of times of which nothing else is known: UTC where they are counted, or as the column says."""
    if found.are_counts:
        return "UTC"
    words = plain("".join(times))
    return next((clock for words_of_zone, clock in _ZONES.items() if words_of_zone in words), LOCAL_TIME)


def _nameless(table: Table) -> tuple[str, ...]:
    name = next(iter(table.names), "")
    return (name,) if is_unnamed(name) and (not table.sample or _INSTANT.fullmatch(table.first_cell(name))) else ()


def _first_volume(names: Sequence[str]) -> str | None:
    """A volume named after what it counts; that in money only where there is no other."""
    found = [name for name in names if plain(name).startswith("volume")]
    return next((name for name in found if not _OTHER_MONEY.search(name)), next(iter(found), None))


def _by_place(table: Table) -> Roles | None:
    """Candles without names: a symbol perhaps, time or date and time, open, high, low, close, and what comes after."""
    if not table.sample:
        return None
    cells, places = table.sample[0], list(table.names)
    start = 0 if cells[0][:1].isdigit() else 1
    if len(cells) > start + 1 and _DATE.fullmatch(cells[start]) and _TIME_OF_DAY.fullmatch(cells[start + 1]):
        times = places[start : start + 2]
    elif len(cells) > start and _INSTANT.fullmatch(cells[start]):
        times = places[start : start + 1]
    else:
        return None
    first = start + len(times)
    prices, others = places[first : first + 4], places[first + 4 :]
    if len(prices) < len(PRICES) or not all(_are_candle(row[first : first + 4], table.decimal) for row in table.sample):
        return None
    opens, highs, lows, closes = prices
    return Roles(times=tuple(times), prices=(opens, highs, lows, closes), volume=next(iter(others), None))


def _are_candle(cells: Sequence[str], decimal: str) -> bool:
    try:
        opening, high, low, close = (float(cell.replace(decimal, ".")) for cell in cells)
    except ValueError:
        return False
    return low <= min(opening, close) <= max(opening, close) <= high
