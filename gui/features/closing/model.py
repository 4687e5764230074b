"""What to ask before a window closes, and what closing it means for open positions."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from engine.domain.messages.commands import Flatten
from gui.features.replay.model.playback import PlaybackModel
from gui.features.trading.model.trading import TradingModel

LOOK_EVERY_MS = 100
PAUSED = "The market is paused and fills nothing: choose Stay, play the market, then close."


class ClosingCause(Enum):
    """Who ends a desk."""

    USER = "user"
    SYSTEM = "system"
    """The user logs off, or the machine shuts down."""


class ClosingQuestion(NamedTuple):
    """A title, what closing means now, and two answers: to close as it is, and what to do first (empty if nothing)."""

    title: str
    words: str
    leave: str
    first: str


class ClosingModel(QObject):
    """`ready` follows `flatten_first` once nothing is open; `progressed` says what is still left."""

    ready = Signal()
    progressed = Signal(str)
    commanded = Signal(object)

    def __init__(self, trading: TradingModel, playback: PlaybackModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trading, self._playback = trading, playback
        self.is_replay = False
        self.is_paper_kept = False
        """Whether a paper account goes on when the desk is open again."""
        self.cause = ClosingCause.USER
        self.score: Callable[[], str] = str
        """The score of a practice session in words; empty without trades."""
        self.is_kept: Callable[[], bool] = bool
        """Whether every closed trade of a practice session is kept as a journal."""
        self._is_leaving = False
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def open_positions(self) -> int:
        """Positions of the desk; it never closes those of others."""
        return len(tuple(self._trading.positions.trades))

    @property
    def open_orders(self) -> int:
        """Orders sent whose outcome is not known yet."""
        return len(self._trading.orders_on_way)

    def question(self) -> ClosingQuestion | None:
        """What to ask before closing; None where there is nothing to ask, or the system is not to be held up."""
        if self._is_leaving or self.cause is ClosingCause.SYSTEM:
            return None
        if self.is_replay:
            return self._question_of_replay()
        if not (self.open_positions or self.open_orders):
            return None
        if self.is_paper_kept:
            words = (
                f"{self._what_is_open()}. The paper account is kept: stops and targets that prices reach while the "
                "desk is closed count when it is open again. Trailing stops, opposite-candle exits and time stops "
                "do not work until then."
            )
            return ClosingQuestion("Close the desk?", words, "Keep the positions and close", "Flatten, then close")
        if not self._playback.is_played:
            words = (
                f"{self._what_is_open()}. Stops and targets stay at the broker while the desk is closed; "
                "trailing stops, opposite-candle exits and time stops do not work until it is open again."
            )
            return ClosingQuestion("Close the desk?", words, "Keep the stops and close", "Flatten, then close")
        words = f"{self._what_is_open()}. The paper account ends with the desk: open positions end without a result."
        return ClosingQuestion("Close the desk?", words, "Close", "Flatten, then close")

    def _question_of_replay(self) -> ClosingQuestion | None:
        trades = self._trading.history.count
        if not self.open_positions and (not trades or self.is_kept()):
            return None
        counts = ((trades, "closed trade"), (self.open_positions, "open position"))
        parts = [_counted(number, what) for number, what in counts if number]
        words = f"This replay has {' and '.join(parts)}. Its trades are lost when the window closes."
        if score := self.score():
            words += f"\n\nScore: {score}"
        return ClosingQuestion(
            "Close the replay?", words, "Close without saving", "Save as journal …" if trades else ""
        )

    def _what_is_open(self) -> str:
        positions, orders = self.open_positions, self.open_orders
        parts = [_counted(positions, "position")] if positions else []
        parts += [f"{_counted(orders, 'order')} without an answer yet"] if orders else []
        return f"Open: {' and '.join(parts)}"

    # -- answers

    def flatten_first(self) -> None:
        """Closes everything; `ready` follows once that is done."""
        self.commanded.emit(Flatten())
        self._timer.start()
        self._look()

    def stay(self) -> None:
        """The window is not closed after all; what was flattened stays so."""
        self._timer.stop()

    def leave(self) -> None:
        """The window closes as things are."""
        self._timer.stop()
        self._is_leaving = True

    def end_session(self) -> None:
        """The system logs off or shuts down: nothing is asked any more."""
        self.cause = ClosingCause.SYSTEM

    def _look(self) -> None:
        if self.open_positions or self.open_orders:
            self.progressed.emit(f"Closing. {self._what_is_open()} …{self._why_it_waits()}")
        else:
            self._timer.stop()
            self.ready.emit()

    def _why_it_waits(self) -> str:
        return f" {PAUSED}" if self._playback.is_played and self._playback.is_paused else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
