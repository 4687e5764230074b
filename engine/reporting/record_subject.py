"""What a record of the journal is about: its symbol, and its market time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from engine.domain.journal import JournalEntry
from engine.domain.market import minute_of

EARLIEST_YEAR, LATEST_YEAR = 1900, 8999
"""Instants outside these years cannot be shown in every time zone."""

Payload = Mapping[str, Any]


def unwrapped(payload: Payload) -> Payload:
    """An event that met a conflict is contained in it."""
    event = payload.get("event")
    return event if isinstance(event, dict) else payload


def symbol_of(entry: JournalEntry) -> str | None:
    """The symbol that a record is about, also where it stands only within a nested event."""
    if entry.symbol:
        return entry.symbol
    payload = unwrapped(entry.payload)
    for part in (payload.get("order"), payload.get("trade"), payload.get("plan"), payload.get("asked")):
        if isinstance(part, dict):
            inner = part.get("position") or part.get("plan") or part.get("alert") or part
            if isinstance(inner, dict) and isinstance(inner.get("symbol"), str):
                return str(inner["symbol"])
    return None


def candle_time_of(entry: JournalEntry) -> datetime:
    """The opening of the candle that a record belongs to: that of its signal or of its trade, where there is one.

    A denial holds the quote that the risk check judged: at the close of a candle the last one of that candle, whose
    setup was denied.
    """
    return _stated_minute(entry.payload) or minute_of(entry.at)


def _stated_minute(payload: Payload) -> datetime | None:
    details = payload.get("told")
    parts = (payload.get("inputs"), details, details.get("grounds") if isinstance(details, dict) else None)
    times = [part.get("candle_time") for part in parts if isinstance(part, dict)]
    for time in (*times, payload.get("traded_at"), _judged_at(details)):
        if not isinstance(time, str):
            continue
        with suppress(ValueError):
            at = datetime.fromisoformat(time)
            if at.tzinfo is not None and EARLIEST_YEAR <= at.year <= LATEST_YEAR:
                return minute_of(at)
    return None


def _judged_at(details: object) -> object:
    inputs = details.get("inputs") if isinstance(details, dict) else None
    quote = inputs.get("quote") if isinstance(inputs, dict) else None
    return quote.get("at") if isinstance(quote, dict) else None
