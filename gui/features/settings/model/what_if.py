"""What the edited settings would have done on recordings, compared with those in force."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.market import Source
from gui.features.evidence.model.own_recordings import own_recordings
from gui.features.lab.model.desk_study import DeskStudy
from gui.features.lab.model.request import StudyRequest
from gui.features.lab.model.shelf import StudyShelf
from gui.features.lab.model.study import StudyProgress
from gui.features.settings.model.change_effect import ChangeEffect, effect_of
from gui.features.settings.model.form import SettingsForm
from gui.features.settings.model.settings import SettingsModel
from gui.platform.background import Background

CANCELLED = "Cancelled."


class WhatIfState(Enum):
    """The state of the comparison. `SAID`: there is no answer, and `said` is why."""

    IDLE = "idle"
    RUNNING = "running"
    ANSWERED = "answered"
    SAID = "said"


class _Asked(NamedTuple):
    """What is compared: the settings in force and those in the dialog, on which market and recordings."""

    before: Settings
    after: Settings
    symbol: str
    files: tuple[str, ...]

    @property
    def request(self) -> StudyRequest:
        return StudyRequest(kind="diff", files=self.files, symbol=self.symbol)


class WhatIfModel(QObject):
    """`changed` is emitted when anything shown changes, `lab_wanted` carries the key of a study to show in the lab.

    `symbol` is the market to compare on, `file` the recording that the user chose, empty for the desk's own.
    """

    changed = Signal()
    lab_wanted = Signal(str)

    def __init__(
        self,
        form: SettingsForm,
        settings: SettingsModel,
        directory: Path,
        sources: Mapping[str, Source],
        parent: QObject | None = None,
    ) -> None:
        """`directory` is the data folder, `sources` are the markets of the desk by symbol, the active one first."""
        super().__init__(parent)
        self._form, self._settings, self._directory = form, settings, directory
        self._sources = dict(sources)
        self.symbol = next(iter(sources), "")
        self.file = ""
        self.state, self.said = WhatIfState.IDLE, ""
        self.progress: StudyProgress | None = None
        self.effect: ChangeEffect | None = None
        self._turn: object = None
        """Identifies the running comparison: results of an earlier one are ignored."""
        self._study: DeskStudy | None = None
        self._answer: tuple[_Asked, bytes] | None = None
        self._key = ""
        self._background = Background(self, self._say)
        form.changed.connect(self.changed)

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self._sources)

    @property
    def may_compare(self) -> bool:
        """Whether a comparison is possible: the edited settings are valid and differ from those in force."""
        edited = self._form.settings
        return edited is not None and edited != self._settings.in_force and bool(self.symbol)

    @property
    def is_outdated(self) -> bool:
        """Whether the values in the dialog were edited after the answer."""
        return self._answer is not None and self._answer[0].after != self._form.settings

    # -- what the user does

    def choose(self, symbol: str, file: str = "") -> None:
        """Chooses the market, and the desk's own recordings or a file."""
        if (symbol, file) != (self.symbol, self.file):
            self.symbol, self.file = symbol, file
            self._stop()
            self._show(WhatIfState.IDLE)

    def compare(self) -> None:
        """Compares the edited settings with those in force; removes an earlier answer."""
        edited = self._form.settings
        if edited is None or not self.may_compare:
            return
        self._stop()
        in_force, symbol, file, directory = self._settings.in_force, self.symbol, self.file, self._directory
        source = self._sources[symbol]

        def prepare() -> _Asked | str:
            if not _affects_trades(in_force, edited, source):
                return f"This change affects no trade of {symbol}."
            files = (file,) if file else own_recordings(directory, source)
            if not files:
                return f"The desk has no recording of {symbol}: record it (File, Record), or choose a file."
            return _Asked(in_force, edited, symbol, files)

        turn = self._turn = object()
        self._show(WhatIfState.RUNNING)
        self._background.run(prepare, lambda prepared: self._begin(turn, prepared))

    def cancel(self) -> None:
        """Ends the running comparison."""
        if self.state is WhatIfState.RUNNING:
            self._say(CANCELLED)

    def close(self) -> None:
        """As `cancel`, with no signals after it: for the end of the dialog."""
        self._stop()
        self.blockSignals(True)

    def open_in_lab(self) -> None:
        """Adds the comparison to the lab's list and opens the lab."""
        if self._answer is None:
            return
        if self._key:
            self.lab_wanted.emit(self._key)
            return
        (asked, result), shelf = self._answer, StudyShelf(self._directory)
        self._background.run(
            lambda: shelf.add_answered(asked.request, asked.before, asked.after, result), self._show_in_lab
        )

    # -- what comes of it

    def _begin(self, turn: object, prepared: _Asked | str) -> None:
        if turn is not self._turn:
            return
        if isinstance(prepared, str):
            self._say(prepared)
            return
        self._study = study = DeskStudy(prepared.request, self._directory, prepared.before, prepared.after, parent=self)
        study.progressed.connect(self._show_progress)
        study.answered.connect(lambda result: self._read(turn, prepared, bytes(result)))
        study.failed.connect(self._say)
        study.start()

    def _show_progress(self, progress: StudyProgress) -> None:
        self.progress = progress
        self.changed.emit()

    def _read(self, turn: object, asked: _Asked, result: bytes) -> None:
        def show(effect: ChangeEffect) -> None:
            if turn is self._turn:
                self._answer, self.effect, self._study = (asked, result), effect, None
                self._show(WhatIfState.ANSWERED)

        self._background.run(lambda: effect_of(result), show, self._say)

    def _show_in_lab(self, key: str) -> None:
        self._key = key
        self.lab_wanted.emit(key)

    def _say(self, words: str) -> None:
        """Shows why there is no answer."""
        self._stop()
        self.said = words
        self._show(WhatIfState.SAID)

    def _stop(self) -> None:
        if self._study is not None:
            self._study.cancel()
        self._turn = self._study = self._answer = self.effect = self.progress = None
        self._key = ""

    def _show(self, state: WhatIfState) -> None:
        self.state = state
        self.changed.emit()


def _affects_trades(before: Settings, after: Settings, source: Source) -> bool:
    from engine.lab.identity import settings_hash

    return settings_hash(before, source.instrument) != settings_hash(after, source.instrument)
