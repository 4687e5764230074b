"""Whether keys that trade are armed, as state: armed by the user, for a time, and disarmed by anything unexpected."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from config.desk import KeyboardSettings
from engine.clock import running_s

TICK_MS = 250


class Arming(QObject):
    """Armed until `arm_seconds` pass without a trading key. `clock` returns seconds that go on during sleep.

    `announced` carries a message for the user. `key_words` names the keys that arm, for those sentences.
    """

    changed = Signal()
    announced = Signal(str)

    def __init__(
        self,
        keyboard: KeyboardSettings,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = running_s,
    ) -> None:
        super().__init__(parent)
        self._keyboard = keyboard
        self._clock = clock
        self._ends_s: float | None = None
        self.key_words = ""
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.refresh)

    def use_keyboard(self, keyboard: KeyboardSettings) -> None:
        """Settings changed: what was armed under the old ones is so no more."""
        if (keyboard.needs_arming, keyboard.arm_seconds) != (self._keyboard.needs_arming, self._keyboard.arm_seconds):
            self._end()
        self._keyboard = keyboard
        self.changed.emit()

    # -- what is shown

    @property
    def is_needed(self) -> bool:
        """Whether keys have to be armed at all."""
        return self._keyboard.needs_arming

    @property
    def is_armed(self) -> bool:
        return self._ends_s is not None and self._clock() < self._ends_s

    @property
    def seconds_left(self) -> int:
        """Whole seconds until the keyboard is disarmed by itself, rounded up; 0 while it is not armed."""
        return 0 if self._ends_s is None else max(0, math.ceil(self._ends_s - self._clock()))

    # -- what the user does

    def toggle(self) -> None:
        if self.is_armed:
            self._end()
        else:
            self.arm()

    def arm(self) -> None:
        """Nothing changes where no arming is needed."""
        if self.is_needed:
            self._ends_s = self._clock() + self._keyboard.arm_seconds
            self._timer.start()
            self.changed.emit()

    def admit(self, deed: str, *, is_typing: bool) -> bool:
        """Whether the key of a trading action may act now; says why not, and restarts the time if so.

        `deed` is the action in words, `is_typing` whether the keyboard belongs to a text field.
        """
        if is_typing:
            self.announced.emit(f"{deed}: its key does nothing while a text field has the keyboard")
            return False
        if self.is_needed and not self.is_armed:
            self.announced.emit(f"{deed}: its key does nothing until the keyboard is armed ({self.way_to_arm})")
            return False
        self.arm()
        return True

    @property
    def way_to_arm(self) -> str:
        return f"press {self.key_words} or click Arm keys" if self.key_words else "click Arm keys"

    # -- what disarms

    def disarm(self, cause: str) -> None:
        """Says `cause` where the keyboard was armed."""
        if self._ends_s is not None:
            self._end()
            self.announced.emit(f"The keyboard is disarmed: {cause}")

    def refresh(self) -> None:
        """Lets the countdown be seen, and ends it in time."""
        if self._ends_s is not None and not self.is_armed:
            self.disarm("the time is over")
        else:
            self.changed.emit()

    def _end(self) -> None:
        self._ends_s = None
        self._timer.stop()
        self.changed.emit()
