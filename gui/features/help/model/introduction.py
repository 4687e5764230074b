"""The introduction as state: a few steps, each about a part of the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from gui.features.help.model.stops import StopExample, Values, atr_values, classic_values

SOURCE = "feeds.source"


class Offer(NamedTuple):
    """A choice that a step offers: values by the keys of settings, what follows from them, and what a picture of it
    shows, where there is one. `mode` is that of the stops."""

    label: str
    values: Values
    words: str
    tip: str
    mode: str = ""


class Step(NamedTuple):
    """What is said of a place, and what can be chosen there; `place` is its name for the window."""

    place: str
    title: str
    words: str
    offers: tuple[Offer, ...] = ()


_AT_THE_NEXT_START = "From the next start the desk shows live prices of {what}, with a paper account."


def _source(label: str, name: str, words: str) -> Offer:
    return Offer(label, ((SOURCE, name),), words, f"Prices from: {label}")


_SOURCES = (
    _source("Demo market", "demo", "The desk goes on with the demo market."),
    _source("Binance", "binance", _AT_THE_NEXT_START.format(what="gold (a perpetual) and bitcoin")),
    _source("Kraken", "kraken", _AT_THE_NEXT_START.format(what="bitcoin")),
)
_STOPS = (
    Offer(
        "Classic stops",
        classic_values(),
        "Classic stops from the next candle on: distances in price, the same whatever the market does. They can be "
        "changed at any time: Settings, Stops measured in.",
        "Stops as distances in price",
        "price",
    ),
    Offer(
        "ATR stops",
        atr_values(),
        "ATR stops from the next candle on: 1.2 to 2.5 times ATR(14), so they grow with the market. They can be "
        "changed at any time: Settings, Stops measured in.",
        "Stops as multiples of ATR(14), the average range of a candle",
        "atr",
    ),
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
        "charts",
        "How wide is the stop?",
        "A typical candle of this chart with both kinds of stops, to scale: below the entry is the risk, above it the "
        "target. A stop within a candle is hit by noise, and the nearer it is, the more R the spread costs.",
        _STOPS,
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


def _no_example(_: Values) -> StopExample | None:
    return None


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
        self.example: Callable[[Values], StopExample | None] = _no_example
        """A typical candle with stops by these settings; None before there is one."""
        self.stop_mode: Callable[[], str] = str
        """What stops are measured in now, as in the settings."""
        self.source: Callable[[], str] = str
        """Where prices come from by the settings."""

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
        if taken in step.offers and taken is not None:
            return taken.words
        return f"{step.words}{self._in_force(step)}"

    def _in_force(self, step: Step) -> str:
        """Which of the stops are in force while nothing is chosen."""
        if not any(offer.mode for offer in step.offers):
            return ""
        now = next((offer.label for offer in step.offers if offer.mode == self.stop_mode()), "")
        return f" Now: {now}; nothing changes until you choose." if now else ""

    @property
    def pictures(self) -> tuple[tuple[Offer, StopExample], ...]:
        """The offers of this step that have a picture, on the prices that the desk shows."""
        step = self.step
        if step is None:
            return ()
        found = ((offer, self.example(offer.values)) for offer in step.offers if offer.mode)
        return tuple((offer, example) for offer, example in found if example is not None)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What can be chosen at this step."""
        return self.step.offers if self.step is not None and self.may_choose else ()

    def is_chosen(self, offer: Offer) -> bool:
        """Whether it is what the user took at this step, or what is in force while nothing was taken."""
        if self.step is not None and self._taken in self.step.offers:
            return offer is self._taken
        return offer.mode == self.stop_mode() if offer.mode else (SOURCE, self.source()) in offer.values

    def choose(self, offer: Offer) -> None:
        """The user wants this."""
        self._taken = offer
        self.chosen.emit(dict(offer.values))
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
