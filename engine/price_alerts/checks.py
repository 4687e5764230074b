"""What an alert needs so that it can be kept and can fire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from engine.domain.price_alerts import (
    MAX_MISSING,
    NOTE_LENGTH,
    AlertCause,
    AtLevel,
    AtLine,
    LineKind,
    OnConditions,
    PriceAlert,
)
from engine.domain.well_formed import one_line

MAX_ID_LENGTH: Final = 64
MAX_SYMBOL_LENGTH: Final = 64


def faults_of(alert: PriceAlert, now: datetime, judged: Mapping[str, bool]) -> Iterator[str]:
    """Everything that speaks against an alert, as sentences; `judged` has the symbols of the market, and whether they
    have rules."""
    if alert.symbol not in judged:
        yield f"{alert.symbol} is not watched; the market has {', '.join(judged)}"
    elif isinstance(alert.cause, OnConditions) and not judged[alert.symbol]:
        yield f"{alert.symbol} has no rules, so no conditions are evaluated"
    if alert.expires_at is not None and alert.expires_at <= now:
        yield f"it would expire at {alert.expires_at:%d %b %Y %H:%M} UTC, which is in the past"
    yield from faults_within(alert)


def faults_within(alert: PriceAlert) -> Iterator[str]:
    """What speaks against an alert in any market at any time."""
    if not 0 < len(alert.alert_id) <= MAX_ID_LENGTH:
        yield f"the id has {len(alert.alert_id)} characters; 1 to {MAX_ID_LENGTH} are allowed"
    if not 0 < len(alert.symbol) <= MAX_SYMBOL_LENGTH:
        yield f"the symbol has {len(alert.symbol)} characters; 1 to {MAX_SYMBOL_LENGTH} are allowed"
    if len(alert.note) > NOTE_LENGTH:
        yield f"the note has {len(alert.note)} characters, max {NOTE_LENGTH}"
    if alert.note != one_line(alert.note):
        yield "the note has line breaks or control characters; one line of plain text is allowed"
    yield from faults_of_cause(alert.cause)


def faults_of_cause(cause: AlertCause) -> Iterator[str]:
    """What speaks against a level, a line or a number of conditions."""
    match cause:
        case AtLevel(level) if level <= 0.0:
            yield f"the level is {level:g}; a price above 0 is allowed"
        case AtLine(kind=LineKind.HORIZONTAL, first=first) if first.price <= 0.0:
            yield f"the line is at {first.price:g}; a price above 0 is allowed"
        case OnConditions(max_missing=missing) if not 0 <= missing <= MAX_MISSING:
            yield f"{missing} conditions may be missing; 0 to {MAX_MISSING} are allowed"
