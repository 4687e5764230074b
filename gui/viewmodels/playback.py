"""The player's buttons, as state: what is shown follows the engine's events, never the click itself."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from engine.domain.messages import Pause, PlaybackChanged, Resume, Seek, SetSpeed, StepCandle

SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 100.0, 300.0, 1000.0, math.inf)


def speed_label(speed: float) -> str:
    """`10x`, or `max` for as fast as it can."""
    return "max" if math.isinf(speed) else f"{speed:g}x"


class PlaybackModel(QObject):
    """Whether the market is held, how fast it plays, and where in the recording it is."""

    changed = Signal()
    commanded = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_paused = False
        self.speed = 1.0
        self.has_ended = False
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None
        self.position: datetime | None = None

    # -- what the engine says

    def show(self, event: PlaybackChanged) -> None:
        self.is_paused = event.is_paused
        self.speed = event.speed
        self.changed.emit()

    def set_span(self, first_at: datetime, last_at: datetime | None) -> None:
        """The first and the last instant that can be wound to; no last one where the market never ends."""
        self.first_at, self.last_at = first_at, last_at
        self.changed.emit()

    def set_ended(self, has_ended: bool) -> None:
        if has_ended != self.has_ended:
            self.has_ended = has_ended
            self.changed.emit()

    # -- what a person asks for

    def toggle_pause(self) -> None:
        self.commanded.emit(Resume() if self.is_paused else Pause())

    def step(self) -> None:
        self.commanded.emit(StepCandle())

    def set_speed(self, speed: float) -> None:
        if speed != self.speed:
            self.commanded.emit(SetSpeed(speed))

    def seek(self, instant: datetime) -> None:
        self.commanded.emit(Seek(instant))

    def seek_fraction(self, fraction: float) -> None:
        """Winds to a share of the recording, 0..1."""
        if self.first_at is not None and self.last_at is not None:
            self.seek(self.first_at + fraction * (self.last_at - self.first_at))

    @property
    def fraction(self) -> float | None:
        """The share of the recording that has been played; None where it never ends."""
        if self.first_at is None or self.last_at is None or self.position is None:
            return None
        span = self.last_at - self.first_at
        return 0.0 if span <= timedelta(0) else min(1.0, max(0.0, (self.position - self.first_at) / span))
