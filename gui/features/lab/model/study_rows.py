"""The list of studies as rows, and what each says of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.clock_zones import LocalZone
from gui.features.lab.model.studies import StudiesModel
from gui.features.lab.model.study import Study, StudyState
from gui.features.trading.model.table import NOWHERE, Tone, plain_tip
from gui.zones import day_minute_text

Index = QModelIndex | QPersistentModelIndex
_LOCAL = LocalZone()
_ICONS = {
    StudyState.WAITING: ("…", Tone.MUTED),
    StudyState.RUNNING: ("▸", Tone.ACTION),
    StudyState.DONE: ("✓", Tone.PASSED),
    StudyState.FAILED: ("✗", Tone.FAILED),
    StudyState.CANCELLED: ("–", Tone.MUTED),
    StudyState.DAMAGED: ("!", Tone.FAILED),
}


class StateWords(NamedTuple):
    """An icon, and the same in words."""

    icon: str
    words: str
    tone: Tone


def state_words(study: Study) -> StateWords:
    """Where a study stands: `12 of 40 configurations, about 12 s left`."""
    icon, tone = _ICONS[study.state]
    words = str(study.state)
    if study.state is StudyState.RUNNING and study.progress is not None:
        words = study.progress.words
    return StateWords(icon, words, tone)


def local_time_text(at: datetime) -> str:
    """By the clock of this machine: studies are about the user's time, not the market's."""
    return day_minute_text(at, _LOCAL)


class StudyRows(QAbstractListModel):
    """Follows the studies; a row's data is its `Study`."""

    def __init__(self, studies: StudiesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studies = studies
        self._keys: list[str] = []
        studies.listed.connect(self._list)
        studies.changed.connect(self._change)
        self._list()

    def row_of(self, key: str) -> int:
        """-1 for one that is not there."""
        return self._keys.index(key) if key in self._keys else -1

    def key(self, row: int) -> str:
        return self._keys[row]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        study = self._studies.studies.get(self._keys[index.row()])
        if study is None:
            return None
        match role:
            case Qt.ItemDataRole.UserRole:
                return study
            case Qt.ItemDataRole.DisplayRole:
                return f"{study.title}: {state_words(study).words}"
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(_tip(study))
        return None

    def _list(self) -> None:
        self.beginResetModel()
        self._keys = list(self._studies.studies)
        self.endResetModel()

    def _change(self, key: str) -> None:
        if (row := self.row_of(key)) >= 0:
            index = self.index(row)
            self.dataChanged.emit(index, index)


def _tip(study: Study) -> str:
    record = study.record
    if record is None:
        return study.said
    parts = [study.title, *record.request.files[:10], record.request.settings_words, record.said]
    return "\n".join(part for part in parts if part)
