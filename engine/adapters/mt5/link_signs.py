"""The link to a terminal as the watch over health sees it."""

from __future__ import annotations

from datetime import timedelta

from engine.adapters.mt5.link import LinkReport
from engine.domain.health import LinkSigns

_MILLISECOND = timedelta(milliseconds=1)


def link_signs(report: LinkReport) -> LinkSigns:
    """A worker whose terminal can be read works; what else keeps it from trading has conditions of its own."""
    condition = report.condition
    return LinkSigns(
        is_working=report.may_read,
        sentence=condition.sentence,
        way_out=condition.way_out,
        clock_offset_ms=None if report.clock is None else report.clock.residual / _MILLISECOND,
        round_trip_ms=_round_trip_ms(report),
    )


def _round_trip_ms(report: LinkReport) -> float | None:
    """The terminal's own way to the broker, and ours to the terminal."""
    terminal, trips = report.terminal, report.round_trips
    if terminal is None or trips is None or not report.may_read:
        return None
    return terminal.ping / _MILLISECOND + trips.median_ms
