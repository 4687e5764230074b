"""One gate away: a side that lacks exactly one check, told discreetly and never twice a minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from config.settings import InterfaceSettings, Settings
from engine.conditions.catalogue import sentence
from engine.domain.judgement import Explanation, Judgement
from engine.domain.market import Side

REPEAT_AFTER_S = 60.0
"""The same cause stays silent for so long."""
SHOWN_FOR_S = 12.0
ONE_GATE_AWAY_SOUND = "one_gate_away"


@dataclass(frozen=True, slots=True)
class Cause:
    """A side and the one check that it lacks, by name and in words."""

    side: Side
    check: str
    words: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The candle it is about, and the side or the two that are one gate away."""

    symbol: str
    candle_time: datetime
    causes: tuple[Cause, ...]


class NoticeBoard(QObject):
    """The newest notice, for as long as it is shown. Times are monotonic seconds of the window."""

    changed = Signal()
    sounded = Signal(str)

    def __init__(self, interface: InterfaceSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._interface = interface
        self._told_at: dict[tuple[str, Side, str], float] = {}
        self._gone_at = 0.0
        self.notice: Notice | None = None

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force."""
        self._interface = settings.interface
        if not self._interface.one_gate_away_notice:
            self.clear()

    def take(self, explanation: Explanation, now_s: float) -> None:
        """Looks at the newest candle's judgement."""
        if not self._interface.one_gate_away_notice:
            return
        self._drop_older(explanation.judgement)
        symbol = explanation.judgement.symbol
        causes = tuple(cause for cause in _causes(explanation) if self._is_due(symbol, cause, now_s))
        if causes:
            self._told_at |= {(symbol, cause.side, cause.check): now_s for cause in causes}
            self._tell(Notice(symbol, explanation.judgement.candle_time, causes), now_s)

    def refresh(self, now_s: float) -> None:
        """Takes the notice away when its time is over."""
        if self.notice is not None and now_s >= self._gone_at:
            self.clear()

    def clear(self) -> None:
        if self.notice is not None:
            self.notice = None
            self.changed.emit()

    def _drop_older(self, judgement: Judgement) -> None:
        """A notice of a candle that is not the newest any more has nothing to say."""
        notice = self.notice
        if notice is not None and notice.symbol == judgement.symbol and notice.candle_time != judgement.candle_time:
            self.clear()

    def _is_due(self, symbol: str, cause: Cause, now_s: float) -> bool:
        return now_s - self._told_at.get((symbol, cause.side, cause.check), -REPEAT_AFTER_S) >= REPEAT_AFTER_S

    def _tell(self, notice: Notice, now_s: float) -> None:
        self.notice = notice
        self._gone_at = now_s + SHOWN_FOR_S
        self.changed.emit()
        if self._interface.sounds and self._interface.one_gate_away_sound:
            self.sounded.emit(ONE_GATE_AWAY_SOUND)


def _causes(explanation: Explanation) -> Iterator[Cause]:
    for side, name in explanation.judgement.near_misses:
        checks = (check for layer in explanation.of(side) for check in layer.deciding)
        yield Cause(side, name, next(sentence(check) for check in checks if check.name == name))
