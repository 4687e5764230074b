"""Numbers of trading in words: money, R, spans of time."""

from __future__ import annotations

from datetime import timedelta

from engine.reporting.words import spoken
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.table import Cell, Tone

MISSING = "–"
MINUS = "−"


def price_or_missing(price: float | None, digits: int) -> str:
    return MISSING if price is None else price_text(price, digits)


def money_text(amount: float) -> str:
    """A result with its sign: `+12.50`; no minus before what is written as zero."""
    return f"{amount:+z,.2f}".replace("-", MINUS)


def r_text(r: float | None) -> str:
    """A result in units of the risk taken: `+0.82 R`; no minus before what is written as zero."""
    return MISSING if r is None else f"{r:+z.2f} R".replace("-", MINUS)


def result_cell(text: str, amount: float | None) -> Cell:
    """Words about a result, marked as gain or loss."""
    if amount is None or amount == 0.0:
        return Cell(text, amount=amount)
    return Cell(text, Tone.GAIN if amount > 0.0 else Tone.LOSS, amount)


def lots_text(volume: float) -> str:
    """`0.01 lots`, `1 lot`."""
    return f"{volume:g} {'lot' if volume == 1.0 else 'lots'}"


def span_text(span: timedelta) -> str:
    """`42 s`, `3:07`, `1:02:09`, `2 d 04 h`; nothing is negative."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours >= 24:
        return f"{hours // 24} d {hours % 24:02d} h"
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def reason_text(reason: str) -> str:
    """Why a plan ended, without the machine name of a limit before the sentence that says the same."""
    name, _, sentence = reason.partition(": ")
    return spoken(sentence if sentence and name.isidentifier() else reason)
