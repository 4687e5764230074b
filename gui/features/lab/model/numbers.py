"""Figures of studies in words."""

from __future__ import annotations

from datetime import date
from math import isfinite

from engine.reporting.words import percent
from gui.features.trading.model.words import MINUS, MISSING


def signed(value: float | None, digits: int = 3) -> str:
    """`+0.148`; no minus before what is written as zero."""
    return MISSING if value is None or not isfinite(value) else f"{value:+z,.{digits}f}".replace("-", MINUS)


def plain(value: float | None, digits: int = 2) -> str:
    """`1.32`, with a minus where it is negative."""
    return MISSING if value is None or not isfinite(value) else f"{value:z,.{digits}f}".replace("-", MINUS)


def in_r(value: float | None, digits: int = 3) -> str:
    """`+0.148 R`."""
    return MISSING if value is None else f"{signed(value, digits)} R"


def within(low: float | None, high: float | None, digits: int = 3) -> str:
    """An interval: `+0.062 to +0.231`."""
    return MISSING if low is None or high is None else f"{signed(low, digits)} to {signed(high, digits)}"


def within_r(low: float | None, high: float | None, digits: int = 3) -> str:
    """`+0.062 to +0.231 R`."""
    return MISSING if low is None or high is None else f"{within(low, high, digits)} R"


def share(value: float | None) -> str:
    """`34 %`; a small one with a digit more, so that it is not nothing."""
    if value is None:
        return MISSING
    return percent(value, 1 if 0.0 < value < 0.0995 else 0)


def probability(value: float | None) -> str:
    """A p value: `0.034`, `< 0.001`."""
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def count(value: float | None) -> str:
    """`1,571`; a mean of counts with a digit."""
    if value is None:
        return MISSING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def many(number: float, one: str, more: str = "") -> str:
    """`1 trade`, `1,571 trades`."""
    return f"{count(number)} {one if number == 1 else more or f'{one}s'}"


def day_text(day: str | None) -> str:
    """A date as files have it; nothing where there is none."""
    if not day:
        return MISSING
    try:
        return date.fromisoformat(day[:10]).isoformat()
    except ValueError:
        return MISSING


def setting_text(value: object) -> str:
    """The value of a setting: `0.25`, `yes`, `A, B`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6g}"
        case list() | tuple():
            return ", ".join(setting_text(each) for each in value)
        case _:
            return str(value)


def left_text(seconds: float | None) -> str:
    """How long something goes on: `about 40 s left`, `about 12 min left`, `about 2 h 10 min left`."""
    if seconds is None or not isfinite(seconds):
        return ""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 100 else f"about {minutes // 60} h {minutes % 60:02} min left"
