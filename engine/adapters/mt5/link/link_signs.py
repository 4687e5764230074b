"""The link to a terminal as the watch over health sees it."""

from __future__ import annotations

from datetime import timedelta

from engine.adapters.mt5.port import LinkReport
from engine.domain.health import LinkSigns

_MILLISECOND = timedelta(milliseconds=1)


def link_signs(report: LinkReport, computer_ahead: timedelta | None = None) -> LinkSigns:
    """A worker whose terminal can be read works; what else keeps it from trading has conditions of its own.

    `computer_ahead` is how far this computer's clock is ahead of the broker's now, None where nobody compares.
    """
    condition = report.condition
    return LinkSigns(
        is_working=report.may_read,
        sentence=condition.sentence,
        way_out=condition.way_out,
        clock_offset_ms=None if report.clock is None else report.clock.residual / _MILLISECOND,
        computer_ahead_ms=None if report.clock is None or computer_ahead is None else computer_ahead / _MILLISECOND,
        round_trip_ms=_round_trip_ms(report),
    )


def _round_trip_ms(report: LinkReport) -> float | None:
    """Of a terminal that tells nothing any more, the last one measured says nothing."""
    round_trip = report.round_trip
    return None if round_trip is None or not report.may_read else round_trip / _MILLISECOND
