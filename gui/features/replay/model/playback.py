"""The player's buttons, as state: what is shown follows the engine's events, never the click itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, Signal

from engine.domain.market import Candle, minute_of
from engine.domain.messages.engine import Pause, PlaybackChanged, Resume, Seek, SetSpeed, StepCandle
from gui.features.replay.model.search import SearchModel
from gui.features.replay.model.timeline import TimelineModel
from gui.features.replay.model.timeline_ground import instant

_MINUTE = timedelta(minutes=1)

SPEEDS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 100.0, 300.0, 1000.0, math.inf)


def speed_label(speed: float) -> str:
    """`10x`, or `max` for as fast as it can."""
    return "max" if math.isinf(speed) else f"{speed:g}x"


WAITS_FOR_QUOTE: Final = "The market is paused: this waits for the next quote"
"""What is said to an order in a market that is paused."""


class PlaybackModel(QObject):
    """Whether the market is paused, how fast it plays, and where in the recording it is.

    `looked_ahead` asks for a search beyond the setups that are known.
    """

    changed = Signal()
    commanded = Signal(object)
    looked_ahead = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.is_played = True
        self.is_paused = False
        self.may_jump: Callable[[Callable[[], None]], None] = _at_once
        """Carries a jump out, or asks the user first."""
        self.speed = 1.0
        self.has_ended = False
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None
        self.position: datetime | None = None
        self.newest_candle_at: datetime | None = None
        self._heading: datetime | None = None
        self._has_opened = self._has_history = True
        self.timeline = TimelineModel(self)
        self.search = SearchModel(self)

    # -- what the engine says

    def show(self, event: PlaybackChanged) -> None:
        self.is_paused = event.is_paused
        self.speed = event.speed
        self.changed.emit()

    def set_live(self) -> None:
        """This market cannot be paused, and has no jumps: it is the broker's."""
        self.is_played = False
        self.changed.emit()

    def set_span(self, first_at: datetime, last_at: datetime | None) -> None:
        """The first and the last instant that can be jumped to; no last one where the market never ends."""
        self.first_at, self.last_at = first_at, last_at
        if last_at is not None:
            self.timeline.set_span(first_at, last_at + _MINUTE)
        self.changed.emit()

    def open(self) -> None:
        """A market begins, at its start or at the target of a jump."""
        self.newest_candle_at = None
        self._has_opened, self._has_history = True, False
        if self._heading is not None:
            self.position = self._heading
        self.set_ended(False)

    def complete_history(self) -> None:
        """The candles before the position are all known."""
        self._has_history = True
        if self.history_ends_at is not None:
            self.reach(self.history_ends_at)

    @property
    def history_ends_at(self) -> datetime | None:
        """The close of the newest candle; None before there is one."""
        return None if self.newest_candle_at is None else self.newest_candle_at + _MINUTE

    def on_candle(self, candle: Candle) -> None:
        """A candle has closed."""
        self.reach(candle.closed_at)
        self.newest_candle_at = max(candle.opened_at, self.newest_candle_at or candle.opened_at)

    def reach(self, at: datetime) -> None:
        """The market stands at an instant; what comes of history, or of before a jump, is not where it stands.

        Nor is the last quote of a candle, which is shown in the same frame as its close, and after it.
        """
        if self._heading is None and self._has_history:
            newest = self.newest_candle_at
            self.position = at if newest is None else max(at, newest + _MINUTE)
        elif self._heading is not None and self._has_opened and at >= self._heading:
            self.position, self._heading = at, None

    @property
    def destination(self) -> datetime | None:
        """Where the last jump leads while it is under way, else the position: the next jump counts from here."""
        return self._heading or self.position

    def set_ended(self, has_ended: bool) -> None:
        if has_ended != self.has_ended:
            self.has_ended = has_ended
            self.changed.emit()

    # -- what the user asks for

    def toggle_pause(self) -> None:
        self.commanded.emit(Resume() if self.is_paused else Pause())

    def step(self) -> None:
        self.commanded.emit(StepCandle())

    def step_back(self) -> None:
        """Holds the market as it was before its newest candle, or the newest of all symbols where they are several."""
        newest = self.newest_candle_at if self._has_history else None
        if newest is None and self._heading is not None:
            newest = self._heading - _MINUTE
        if newest is not None:
            back = newest
            self.may_jump(lambda: self._go_back(back))

    def faster(self) -> None:
        self.set_speed(next((speed for speed in SPEEDS if speed > self.speed), SPEEDS[-1]))

    def slower(self) -> None:
        self.set_speed(next((speed for speed in reversed(SPEEDS) if speed < self.speed), SPEEDS[0]))

    def set_speed(self, speed: float) -> None:
        if speed != self.speed:
            self.commanded.emit(SetSpeed(speed))

    def _go_back(self, instant: datetime) -> None:
        self.commanded.emit(Pause())
        self._seek(instant)

    def seek(self, instant: datetime) -> None:
        """Jumps to an instant; asks first where that would end something."""
        self.may_jump(lambda: self._seek(instant))

    def _seek(self, instant: datetime) -> None:
        self._heading, self._has_opened, self._has_history = instant, False, False
        self.commanded.emit(Seek(instant))

    def next_setup(self) -> None:
        """Jumps to the next known setup, or asks to look for one."""
        if self.destination is not None:
            mark = self.timeline.setup_from(minute_of(self.destination))
            if mark is None:
                self.looked_ahead.emit()
            else:
                self.show_candle(instant(mark.at_us))

    def previous_setup(self) -> None:
        """Jumps to the last setup before the one that was just played."""
        if self.destination is not None:
            mark = self.timeline.setup_before(minute_of(self.destination) - _MINUTE)
            if mark is not None:
                self.show_candle(instant(mark.at_us))

    def show_candle(self, opened_at: datetime) -> None:
        """Plays one candle, so that what it brings happens now and can be traded, and holds the market after it."""
        self.may_jump(lambda: self._show_candle(opened_at))

    def _show_candle(self, opened_at: datetime) -> None:
        self._seek(opened_at)
        self._heading = opened_at + _MINUTE
        self.step()


def _at_once(jump: Callable[[], None]) -> None:
    jump()
