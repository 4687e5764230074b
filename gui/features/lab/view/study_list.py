"""The studies, one below the other: what was asked, of what, and where it stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.features.chart.view.layers.labels import lettering
from gui.features.lab.model.study import Study, StudyState
from gui.features.lab.model.study_rows import StudyRows, local_time_text, state_words
from gui.features.lab.view.pictures.picture import elided
from gui.features.trading.model.table import Tone
from gui.theme import Theme, colour, font
from gui.widgets.scrolling import leave_ground_to_frame

ROW_HEIGHT, INSET, LINE = 66, 12, 17
BAR = 3.0
SILENCE = "No studies yet. What you run is listed here, and stays until you delete it."


class StudyPainter(QStyledItemDelegate):
    """Three lines: the question, the recordings, and the state with its icon in words."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._words = lettering(13, QFont.Weight.Medium), lettering(11)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ground, self._chosen, self._line = (
            colour(theme.surface),
            colour(theme.surface_hover),
            colour(theme.border),
        )
        self._text, self._muted, self._accent = colour(theme.text), colour(theme.text_muted), colour(theme.accent)
        self._inks: dict[Tone, QColor] = {
            Tone.PASSED: colour(theme.passed),
            Tone.FAILED: colour(theme.failed),
            Tone.ACTION: self._accent,
        }

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(0, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, self._chosen if is_chosen else self._ground)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._line)
        if is_chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height() - 1), self._accent)
        study: Study = index.data(Qt.ItemDataRole.UserRole)
        if study is not None:
            self._paint(painter, rect.adjusted(INSET, 7, -INSET, -4), study)

    def _paint(self, painter: QPainter, rect: QRect, study: Study) -> None:
        state, record = state_words(study), study.record
        left, top, width = rect.left(), rect.top(), rect.width()
        self._title.paint(painter, left, top, elided(self._title, study.title, width), self._text)
        subject = study.said if record is None else record.request.subject
        self._words.paint(painter, left, top + LINE + 2, elided(self._words, subject, width), self._muted)
        at = "" if record is None else local_time_text(record.ended_at or record.created_at)
        if study.state is StudyState.RUNNING:
            at = ""
        room = width - self._words.width(at) - 8
        words = elided(self._words, f"{state.icon} {state.words}", room)
        self._words.paint(painter, left, top + 2 * LINE + 2, words, self._inks.get(state.tone, self._muted))
        self._words.paint(painter, rect.right() - self._words.width(at), top + 2 * LINE + 2, at, self._muted)
        if study.state is StudyState.RUNNING and study.progress is not None:
            bar = QRectF(left, rect.bottom() - BAR + 1, width, BAR)
            painter.fillRect(bar, self._line)
            bar.setWidth(width * study.progress.share)
            painter.fillRect(bar, self._accent)


class StudyList(QListView):
    """`chosen` carries the key of the study that the user wants to see; empty where there is none."""

    chosen = Signal(str)

    def __init__(self, rows: StudyRows, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studyList")
        self.setAccessibleName("Studies")
        self._rows, self._theme, self._key = rows, theme, ""
        self._painter = StudyPainter(theme, self)
        self.setModel(rows)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(230)
        leave_ground_to_frame(self)
        rows.modelReset.connect(self._restore)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter.set_theme(theme)
        self.viewport().update()

    @property
    def key(self) -> str:
        """Of the chosen study."""
        return self._key

    def choose(self, key: str) -> None:
        """Brings a study to the front; an empty key chooses none."""
        row = self._rows.row_of(key)
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentIndex(self._rows.index(row))
            self.scrollTo(self._rows.index(row))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # type: ignore[override]
        super().currentChanged(current, previous)
        key = self._rows.key(current.row()) if current.isValid() else ""
        if key != self._key:
            self._key = key
            self.chosen.emit(key)

    def _restore(self) -> None:
        """Rows came or went."""
        row = self._rows.row_of(self._key)
        if row >= 0:
            self.setCurrentIndex(self._rows.index(row))
        elif self._key:
            self._key = ""
            self.chosen.emit("")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._rows.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setFont(font(12))
            painter.setPen(colour(self._theme.text_muted))
            area = self.viewport().rect().adjusted(16, 12, -16, -12)
            flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(area, flags, SILENCE)
            painter.end()
