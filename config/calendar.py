"""Settings of the economic calendar, and of times around news without entries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final

from annotated_types import Interval, MaxLen, Unit
from pydantic import AfterValidator, Strict

from config.section import Relaxes, Section, TimeZone, setting
from config.symbol_names import begins_with

Minutes = Annotated[int, Interval(ge=0, le=1440), Unit("min"), Relaxes.LOWER]
_LINE: Final = re.compile(r"\s*(\S{1,40})\s*:\s*([A-Z]{3}(?:[\s,]+[A-Z]{3})*)\s*")


def _is_line(line: str) -> str:
    if _LINE.fullmatch(line) is None:
        raise ValueError(f"{line!r} names no currencies; allowed is a symbol and its currencies, such as XAUUSD: USD")
    return line


CurrencyLine = Annotated[str, MaxLen(120), AfterValidator(_is_line)]
CurrencyLines = Annotated[tuple[CurrencyLine, ...], Strict(False), MaxLen(100), Relaxes.ANY]


def currencies_by_symbol(lines: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Currencies by the beginning of the symbols that they are for, as the lines of the setting say."""
    found = (_LINE.fullmatch(line) for line in lines)
    return {match[1]: tuple(re.split(r"[\s,]+", match[2])) for match in found if match is not None}


def currencies_named(lines: tuple[str, ...], symbol: str, stands_for: str = "") -> tuple[str, ...] | None:
    """The currencies of the longest beginning that fits `symbol` or what it stands for; None where none fits."""
    named = currencies_by_symbol(lines)
    fitting = [prefix for prefix in named if begins_with(prefix, symbol, stands_for)]
    return named[max(fitting, key=len)] if fitting else None


class NewsBlackoutMinutes(Section):
    """Minutes without entries before and after news, by their impact; 0 on both sides switches an impact off."""

    high_before: Minutes = setting(0, "Before high impact", "Blocks entries this long before high-impact news.")
    high_after: Minutes = setting(0, "After high impact", "Blocks entries this long after high-impact news.")
    medium_before: Minutes = setting(0, "Before medium impact", "Blocks entries this long before medium-impact news.")
    medium_after: Minutes = setting(0, "After medium impact", "Blocks entries this long after medium-impact news.")
    low_before: Minutes = setting(0, "Before low impact", "Blocks entries this long before low-impact news.")
    low_after: Minutes = setting(0, "After low impact", "Blocks entries this long after low-impact news.")

    def around(self, impact: str) -> tuple[int, int]:
        """Minutes before and after news of an impact: low, medium or high."""
        return getattr(self, f"{impact}_before"), getattr(self, f"{impact}_after")

    @property
    def is_on(self) -> bool:
        """Whether any news block entries."""
        return self.longest > 0

    @property
    def longest(self) -> int:
        """The most minutes that an event is away while it blocks entries."""
        return max(minutes for impact in ("low", "medium", "high") for minutes in self.around(impact))


class CalendarSettings(Section):
    """Where the economic calendar comes from."""

    time_zone: TimeZone = setting(
        "UTC",
        "Time zone of imported files",
        "IANA name of the zone in which an imported file states its times, if the file does not say.",
        synonyms=("timezone", "FXStreet", "Investing.com", "Myfxbook", "offset"),
    )
    terminal_file: Annotated[str, MaxLen(500)] = setting(
        "",
        "File written by MetaTrader 5",
        "Path of the file that the calendar service writes; if empty, the desk looks in the terminals' common folder.",
        synonyms=("MQL5", "CSV", "Common Files"),
    )
