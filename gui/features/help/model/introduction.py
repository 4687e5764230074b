"""The introduction as state: a few steps, each about a part of the window."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal


class Offer(NamedTuple):
    """A choice that a step offers: a setting by its key, the value, and what follows from it."""

    label: str
    key: str
    value: str
    words: str


class Step(NamedTuple):
    """What is said of a place, and what can be chosen there; `place` is its name for the window."""

    place: str
    title: str
    words: str
    offers: tuple[Offer, ...] = ()


_AT_THE_NEXT_START = "From the next start the desk shows live prices of {what}, with a paper account."
_SOURCES = (
    Offer("Demo market", "feeds.source", "demo", "The desk goes on with the demo market."),
    Offer("Binance", "feeds.source", "binance", _AT_THE_NEXT_START.format(what="gold (a perpetual) and bitcoin")),
    Offer("Kraken", "feeds.source", "kraken", _AT_THE_NEXT_START.format(what="bitcoin")),
)


STEPS = (
    Step(
        "charts",
        "One candle a minute",
        "The desk starts on the demo market: simulated prices and a paper account, so no money is at risk. Markers "
        "show what the strategy found on each candle. Drag to pan, scroll to zoom. Live prices need no account: choose "
        "an exchange under Settings, Feeds.",
        _SOURCES,
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
        "reject it, or edit it first; one that you do not answer in time expires. F9 opens the order ticket for "
        "manual orders.",
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
        "The account",
        "PAPER, DEMO or REAL, equity, open and today's result, and what is left of the daily loss limit before the "
        "desk blocks new entries.",
    ),
    Step(
        "settings",
        "Make it yours",
        "Settings holds all limits, colours and keys, each with what it does. F1 shows every key. "
        "Help, Introduction shows this again.",
    ),
)


class IntroductionModel(QObject):
    """`ended` is emitted when the user has seen the last step, or had enough; `chosen` carries values by the keys of
    settings."""

    changed = Signal()
    chosen = Signal(object)
    ended = Signal()

    def __init__(self, steps: tuple[Step, ...] = STEPS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = steps
        self._number: int | None = None
        self._taken: Offer | None = None
        self.may_choose = False
        """Whether what is chosen is kept, as at the user's own desk."""

    @property
    def step(self) -> Step | None:
        """The step that is shown; None while there is none."""
        return None if self._number is None else self._steps[self._number]

    @property
    def words(self) -> str:
        """What is said at this step: of the place, or of what was chosen there."""
        step, taken = self.step, self._taken
        if step is None:
            return ""
        return taken.words if taken in step.offers and taken is not None else step.words

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What can be chosen at this step."""
        return self.step.offers if self.step is not None and self.may_choose else ()

    def choose(self, offer: Offer) -> None:
        """The user wants this."""
        self._taken = offer
        self.chosen.emit({offer.key: offer.value})
        self.changed.emit()

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
        self._number, self._taken = 0, None
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
