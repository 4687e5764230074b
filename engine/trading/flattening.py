"""Flatten as a standing order: in force until all of the desk's positions are closed or the user cancels it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from engine.clock import Clock
from engine.domain.facts import FlattenProgress
from engine.domain.messages.trading import FlattenChanged, TradingEvent
from engine.domain.trades import FlattenRest
from engine.errors import UnusableStore
from engine.trading.orders.execution import Execution
from engine.trading.risk.locks import Locks

_PAUSE: Final = timedelta(seconds=1)
"""Between two attempts to write down that all is closed."""


class Flattening:
    """Keeps execution at it, says what is left, and ends the order once that is durable."""

    def __init__(
        self,
        clock: Clock,
        locks: Locks,
        execution: Execution,
        publish: Callable[[TradingEvent], None],
    ) -> None:
        self._clock = clock
        self._locks = locks
        self._execution = execution
        self._publish = publish
        self._rest: FlattenRest | None = None
        self._has_found = False
        self._ends_from: datetime | None = None

    @property
    def is_in_force(self) -> bool:
        return self._locks.flatten is not None

    def begin(self, by: str) -> None:
        """Orders everything closed; where that is in force already, refused closes are asked for again at once."""
        self._locks.engage_flatten(self._clock.now(), by=by)
        self._execution.positions.flatten()
        self.follow()

    def resume(self) -> None:
        """Continues a Flatten that an earlier run, or the market before, did not finish."""
        if self.is_in_force:
            self._has_found = True  # by the run that it was ordered in, as far as is known
            self._execution.positions.flatten()
            self.follow()

    def cancel(self, by: str) -> str | None:
        """Ends it before everything is closed; returns why not if none is in force. Raises `UnusableStore`."""
        flatten = self._locks.flatten
        if flatten is None:
            return "no Flatten is in force"
        self._end(flatten.since, by, is_cancelled=True)
        return None

    def follow(self) -> None:
        """Says what is left, and ends the order where nothing is."""
        flatten = self._locks.flatten
        if flatten is None:
            return
        rest = self._execution.rest
        if rest != self._rest:
            self._announce_rest(flatten.since, rest)
        now = self._clock.now()
        if rest.is_flat and (self._ends_from is None or now >= self._ends_from):
            self._ends_from = now + _PAUSE
            try:
                self._end(flatten.since, "desk", is_cancelled=False)
            except UnusableStore:
                return  # entries stay blocked until it is on the disk

    def _announce_rest(self, since: datetime, rest: FlattenRest) -> None:
        before, self._rest = self._rest, rest
        self._has_found = self._has_found or not rest.is_flat
        if before is None or (before.positions, before.orders) != (rest.positions, rest.orders):
            self._publish(FlattenProgress(rest.positions, rest.orders, rest.is_certain))
        self._publish(FlattenChanged(since, rest))

    def _end(self, since: datetime, by: str, *, is_cancelled: bool) -> None:
        self._locks.end_flatten(self._clock.now(), by=by, is_cancelled=is_cancelled)
        self._execution.positions.end_flatten()
        had_nothing, self._has_found = not self._has_found, False
        self._rest = self._ends_from = None
        self._publish(FlattenChanged(since, None, is_cancelled, had_nothing))
