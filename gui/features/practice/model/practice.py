"""A practice session as state: its score, and how AUTO would have done on the same parts of the market."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.messages.engine import Seek
from engine.domain.practice import PracticeChanged, PracticeSession, PracticeTrade, Stretch
from engine.market.account_day import AccountDay
from engine.practice.score import PracticeScore, fresh_parts, score_of
from engine.practice.versus import Versus, compare
from gui.features.practice.model.pairs import PairsTable
from gui.features.practice.model.words import NO_TRADES, ScoreLine, score_lines, score_sentence, versus_lines
from gui.platform.background import Background, Progress

LIVE = ScoreLine(
    "Practice", "This market is live", "A practice session belongs to a played market: File, Open recording plays one"
)
OUTDATED = ScoreLine("", "You have traded on since: compare again", "AUTO has not played the newest parts")
STEPS = 1000


class AutoProgress(Progress):
    """How far AUTO has played; it can be given up at any time."""

    cancelled = Signal()

    def give_up(self) -> None:
        super().give_up()
        self.cancelled.emit()


class PracticeModel(QObject):
    """Counts off the window's thread, while it `is_watched`.

    `changed` follows the score, the comparison and its progress. `auto_wanted` carries the parts that AUTO has to play,
    `auto_unwanted` ends that.
    """

    changed = Signal()
    commanded = Signal(object)
    announced = Signal(str)
    auto_wanted = Signal(object)
    auto_unwanted = Signal()

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime | None],
        currency: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        """`now` returns market time, None before the first quote; `currency` that of the account."""
        super().__init__(parent)
        self._settings, self._now, self._currency = settings, now, currency
        self.session: PracticeSession | None = None
        self.score: PracticeScore | None = None
        self.versus: Versus | None = None
        self.progress: AutoProgress | None = None
        self.pairs = PairsTable(self)
        self.lines: tuple[ScoreLine, ...] = (NO_TRADES,)
        self._parts: tuple[Stretch, ...] = ()
        self._compared: PracticeSession | None = None
        self._kept: tuple[PracticeTrade, ...] | None = None
        self._is_watched = self._is_counting = False
        self._background = Background(self, self.announced.emit)

    def use_settings(self, settings: Settings) -> None:
        """AUTO plays by other settings from now on."""
        self._settings = settings

    def set_live(self) -> None:
        """This market is not played."""
        self.lines = (LIVE,)
        self.changed.emit()

    def close(self) -> None:
        """Ends what is being counted."""
        self._background.close()

    # -- the score ----------------------------------------------------------------------------------------------

    def show(self, event: PracticeChanged) -> None:
        """The session went on."""
        is_other = self.session is not None and len(event.session.trades) < len(self.session.trades)
        self.session = event.session
        if is_other:
            self.score = None
            self._forget_comparison()
        self.changed.emit()
        self._count()

    def watch(self, is_watched: bool) -> None:
        """Whether the user looks."""
        self._is_watched = is_watched
        self._count()

    @property
    def session_until_now(self) -> PracticeSession | None:
        """The session with its last part up to where the market stands: the engine announces it only with what happens,
        and a part without a setup or a trade was played all the same."""
        session, now = self.session, self._now()
        if session is None or now is None or not session.stretches or now <= session.stretches[-1].ends_at:
            return session
        last = Stretch(session.stretches[-1].begins_at, now)
        return msgspec.structs.replace(session, stretches=(*session.stretches[:-1], last))

    @property
    def has_trades(self) -> bool:
        return self.session is not None and bool(self.session.trades)

    @property
    def is_kept(self) -> bool:
        """Whether all trades are kept as a journal."""
        return self.session is not None and self.session.trades == self._kept

    def note_kept(self, session: PracticeSession) -> None:
        """The session was kept as a journal, as far as it was."""
        self._kept = session.trades

    def sentence(self) -> str:
        """The score in words, for the end of a session; a moment's work."""
        return "" if self.session is None else score_sentence(score_of(self.session))

    def _count(self) -> None:
        session = self.session
        if session is None or not self._is_watched or self._is_counting:
            return
        self._is_counting = True

        def show(score: PracticeScore) -> None:
            self._is_counting = False
            self.score = score
            self.lines = score_lines(session, score, self._currency())
            self.changed.emit()
            if self.session is not session:
                self._count()

        self._background.run(lambda: score_of(session), show)

    # -- a new session ------------------------------------------------------------------------------------------

    def begin_session(self) -> None:
        """Goes on at the same place with a paper account of its own."""
        now = self._now()
        if self.session is not None:
            at = now or self.session.stretches[-1].ends_at
            self.commanded.emit(Seek(at, is_new_session=True))

    # -- you against AUTO ---------------------------------------------------------------------------------------

    @property
    def may_compare(self) -> bool:
        """Whether something was played that AUTO could play."""
        return self.progress is None and bool(self._fresh_parts)

    @property
    def _fresh_parts(self) -> tuple[Stretch, ...]:
        session = self.session_until_now
        return () if session is None else fresh_parts(session.stretches)

    @property
    def versus_lines(self) -> tuple[ScoreLine, ...]:
        """The comparison; empty before one was made."""
        if self.versus is None:
            return ()
        lines = versus_lines(self.versus)
        return lines if self._compared is self.session else (*lines, OUTDATED)

    def begin_comparison(self) -> None:
        """Lets AUTO play the parts that were played for the first time, by the settings in force."""
        if not self.may_compare or self.session is None:
            return
        self._compared = self.session
        self._parts = self._fresh_parts
        self.progress = AutoProgress("AUTO plays the same parts", STEPS, self)
        self.progress.cancelled.connect(self.auto_unwanted)
        self.changed.emit()
        self.auto_wanted.emit(self._parts)

    def show_share(self, share: float) -> None:
        """AUTO has played so much of the parts, 0..1."""
        if self.progress is not None:
            self.progress.report(round(share * STEPS))

    def show_autos(self, trades: tuple[PracticeTrade, ...]) -> None:
        """AUTO has played all of them, with these trades."""
        session, parts, day = self._compared, self._parts, AccountDay.by(self._settings.risk_mitigation)
        if session is not None:
            self._background.run(lambda: compare(session.trades, trades, parts, day), self._show_versus)

    def fail(self, reason: str) -> None:
        """AUTO could not play, or the user gave it up (no reason)."""
        self._end_progress()
        if reason:
            self.announced.emit(f"The comparison with AUTO failed: {reason}")
        self.changed.emit()

    def _show_versus(self, versus: Versus) -> None:
        self._end_progress()
        self.versus = versus
        self.pairs.show(versus.pairs)
        self.changed.emit()

    def _forget_comparison(self) -> None:
        if self.progress is not None:
            self.progress.give_up()
        self.versus = self._compared = None
        self.pairs.show(())

    def _end_progress(self) -> None:
        if self.progress is not None:
            self.progress.ended.emit()
            self.progress.deleteLater()
            self.progress = None
