"""The introduction as state: a few steps, each about a part of the window."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal


class Step(NamedTuple):
    """What is said of a place; `place` is its name for the window."""

    place: str
    title: str
    words: str


STEPS = (
    Step(
        "charts",
        "One candle a minute",
        "The desk starts on the demo market: simulated prices and a paper account, so no money is at risk. Markers "
        "show what the strategy found on each candle. Drag to pan, scroll to zoom.",
    ),
    Step(
        "conditions",
        "Why, and why not",
        "Every closed candle is judged for BUY and for SELL in four layers. The first layer that fails decides, and "
        "is highlighted here. Point at a candle to see its conditions.",
    ),
    Step(
        "approvals",
        "You decide",
        "When all four layers pass, a card appears here with size, stop, target, cost and a countdown. Approve or "
        "reject it; a proposal that you do not answer in time expires.",
    ),
    Step(
        "halt",
        "Stop at once",
        "HALT blocks every entry and cancels waiting proposals, without asking. FLATTEN closes every position. Keys "
        "that trade do nothing until they are armed; HALT always works.",
    ),
    Step(
        "health",
        "Health of the desk",
        "If quotes are too old or the machine falls behind, the desk reduces its own authority. Click here to see "
        "why, and to restore it when all is well.",
    ),
    Step(
        "account",
        "Whose money it is",
        "PAPER, DEMO or REAL, what the account is worth, what is open, what today brought, and how much may still be "
        "lost before the desk stops entering.",
    ),
    Step(
        "settings",
        "Make it yours",
        "Settings holds all limits, colours and keys, each with what it does. F1 shows every key. "
        "Help, Introduction shows this again.",
    ),
)


class IntroductionModel(QObject):
    """`ended` is emitted when the user has seen the last step, or had enough."""

    changed = Signal()
    ended = Signal()

    def __init__(self, steps: tuple[Step, ...] = STEPS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = steps
        self._number: int | None = None

    @property
    def step(self) -> Step | None:
        """The step that is shown; None while there is none."""
        return None if self._number is None else self._steps[self._number]

    @property
    def count_words(self) -> str:
        """`2 of 7`."""
        return "" if self._number is None else f"{self._number + 1} of {len(self._steps)}"

    @property
    def is_first(self) -> bool:
        return self._number == 0

    @property
    def is_last(self) -> bool:
        return self._number == len(self._steps) - 1

    def begin(self) -> None:
        """Starts at the first step, even if it was seen before."""
        self._number = 0
        self.changed.emit()

    def go_on(self) -> None:
        """Goes to the next step; ends after the last one."""
        if self._number is None or self.is_last:
            self.end()
        else:
            self._number += 1
            self.changed.emit()

    def go_back(self) -> None:
        if self._number:
            self._number -= 1
            self.changed.emit()

    def end(self) -> None:
        """Takes it away; nothing where it is not shown."""
        if self._number is not None:
            self._number = None
            self.changed.emit()
            self.ended.emit()
