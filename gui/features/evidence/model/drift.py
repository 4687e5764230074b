"""Once per trading day: whether live trades of symbols on AUTO still match the lab's. It can only lower authority."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from engine.domain.messages.auto import WithdrawAuto
from engine.lab.memory.measured import DriftCheck, UnusableMeasurement
from engine.market.sessions import SessionCalendar
from gui.features.evidence.model.evidence import EvidenceModel
from gui.features.evidence.model.own_study import OwnStudy
from gui.features.lab.model.answers.odds import Cusum, Drift
from gui.features.lab.model.numbers import many, plain
from gui.features.trading.model.modes import ModesModel
from gui.platform.background import Background

LOOK_EVERY_MS = 60_000
PATHS = 1


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class DriftWatch(QObject):
    """Starts with `begin`. A day counts as checked whatever the outcome; a check that fails is `announced`."""

    commanded = Signal(object)
    announced = Signal(str)

    def __init__(
        self,
        evidence: EvidenceModel,
        modes: ModesModel,
        parent: QObject | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._evidence, self._modes, self._now = evidence, modes, now
        self._study: OwnStudy | None = None
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._background = Background(self, self.announced.emit)

    def begin(self) -> None:
        """For a desk on a broker's account: paper trades are not checked."""
        self._timer.start()

    def close(self) -> None:
        """Ends the running check."""
        self._timer.stop()
        if self._study is not None:
            self._study.end()
            self._study = None
        self._background.close()

    @property
    def is_idle(self) -> bool:
        """Whether no check is running."""
        return self._study is None

    def look(self) -> None:
        """Checks the next symbol that was not checked on this trading day; one at a time."""
        if self._study is not None or self._evidence.measuring:
            return
        due = next(self._due(), None)
        if due is None:
            return
        check, study = due
        self._study = study
        study.answered.connect(lambda result: self._read(check, bytes(result)))
        study.failed.connect(lambda reason: self._give_up(check, reason))
        study.start()

    def _due(self) -> Iterator[tuple[DriftCheck, OwnStudy]]:
        """The check as it will be kept if there is no new alarm, and its study."""
        for symbol in self._modes.symbols:
            if not (self._modes.master == "AUTO" and self._modes.is_auto(symbol)):
                continue
            day, before = self._day_of(symbol), self._evidence.drift_check(symbol)
            settings_hash = self._evidence.settings_hash(symbol)
            if day is None or not settings_hash or (before is not None and before.day >= day):
                continue
            study = self._evidence.own_study("drift", PATHS, symbol)
            if study is not None:
                alarm = "" if before is None else before.alarm
                yield DriftCheck(symbol=symbol, settings_hash=settings_hash, day=day, alarm=alarm), study

    def _day_of(self, symbol: str) -> date | None:
        source = self._evidence.source(symbol)
        if source is None:
            return None
        return SessionCalendar(self._evidence.settings.sessions, source.instrument.day_roll).trading_day(self._now())

    def _read(self, check: DriftCheck, result: bytes) -> None:
        self._background.run(
            partial(_alarm_in, result, check.settings_hash),
            partial(self._note, check),
            lambda reason: self._give_up(check, reason),
        )

    def _note(self, check: DriftCheck, alarm: str) -> None:
        """Only a new alarm lowers authority: the user may have confirmed AUTO with an older alarm in view."""
        is_new = bool(alarm) and not check.alarm
        self._keep(msgspec.structs.replace(check, alarm=alarm))
        if is_new and self._evidence.settings_hash(check.symbol) == check.settings_hash:
            self.commanded.emit(WithdrawAuto(check.symbol, alarm))

    def _give_up(self, check: DriftCheck, reason: str) -> None:
        self._keep(check)
        self.announced.emit(f"{check.symbol} was not checked for drift: {reason}")

    def _keep(self, check: DriftCheck) -> None:
        if self._study is not None:
            self._study.deleteLater()
            self._study = None
        self._evidence.keep_drift(check)


def _alarm_in(result: bytes, settings_hash: str) -> str:
    """What the check found, in words; empty where there is no alarm. Raises `UnusableMeasurement`."""
    try:
        answer = msgspec.json.decode(result, type=Drift)
    except (ValueError, RecursionError) as error:
        raise UnusableMeasurement(f"the result is damaged: {error}") from error
    if answer.settings_hash != settings_hash:
        raise UnusableMeasurement("the settings were changed during the check")
    found = {
        "live trades earn less than simulated trades on the same days": answer.live_minus_lab,
        "simulated trades earn less than in the evidence": answer.lab_minus_evidence,
    }
    return "; ".join(_words(what, cusum) for what, cusum in found.items() if cusum is not None and cusum.is_alarm)


def _words(what: str, cusum: Cusum) -> str:
    return f"drift: {what} (CUSUM {plain(cusum.s)}, alarm at {plain(cusum.threshold)}, {many(cusum.trades, 'trade')})"
