"""A server whose clock is measured by its ticks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.adapters.mt5.clock.gauge import ClockGauge

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Market:
    """Ticks of a server whose clock is ahead, one each second, seen `late` after they happened."""

    def __init__(self, gauge: ClockGauge, at: datetime = NOON) -> None:
        self.gauge = gauge
        self.now = at
        self.wall_ahead = timedelta(0)

    def tick(self, ahead: timedelta, symbol: str = "XAUUSD", late: timedelta = timedelta(0)) -> bool:
        self.now += timedelta(seconds=1)
        stamp_ms = round((self.now - late + ahead).timestamp() * 1000)
        return self.gauge.look(symbol, stamp_ms, self.now, self.wall_ahead)

    def measure(self, ahead: timedelta) -> None:
        """The first look never counts: nobody knows how old that tick is."""
        while not self.tick(ahead):
            pass
