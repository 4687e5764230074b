"""The practice session: its score on the left, you against AUTO on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.practice.model.practice import PracticeModel
from gui.features.trading.view.table import SHOWS_ON_CHART, TradeTable
from gui.theme import Theme
from gui.widgets.controls import make_button, make_words
from gui.widgets.scrolling import leave_ground_to_frame
from gui.widgets.work_line import WorkLine

SILENCE = (
    "Compare with AUTO lets AUTO trade the same parts of the market with the settings in force. Its trades are listed "
    "here beside yours."
)


class PracticeView(QWidget):
    """Counts only while it can be seen."""

    def __init__(self, practice: PracticeModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._practice = practice
        self.setObjectName("practicePanel")
        self.table = TradeTable(practice.pairs, theme, SILENCE, name="You against AUTO", shows=SHOWS_ON_CHART)
        self.table.setProperty(TABLE_NAME_PROPERTY, "practice")
        self.table.acted.connect(practice.pairs.click)
        self.work = WorkLine()
        self.work.cancel.setToolTip("Stops AUTO's run")
        self.compare = make_button(
            "Compare with AUTO",
            "Lets AUTO trade the parts that you played for the first time",
            practice.begin_comparison,
        )
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self.compare)
        self._values: list[tuple[QLabel, QLabel]] = []
        self._lay_out()
        practice.changed.connect(self._show_state)
        self._show_state()

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        page = QWidget()
        page.setObjectName("practiceLines")
        left = QVBoxLayout(page)
        left.setContentsMargins(12, 8, 12, 8)
        left.addLayout(self._grid)
        left.addStretch(1)
        self.page = QScrollArea()
        self.page.setAccessibleName("Score")
        self.page.setObjectName("practicePage")
        self.page.setWidgetResizable(True)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setWidget(page)
        leave_ground_to_frame(self.page)
        right = QVBoxLayout()
        right.setContentsMargins(0, 4, 0, 0)
        right.setSpacing(2)
        self.buttons.addWidget(self.work, 1)
        self.buttons.addStretch(1)
        right.addLayout(self.buttons)
        right.addWidget(self.table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.page, 1)
        row.addLayout(right, 1)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def _show_state(self) -> None:
        practice = self._practice
        self._show_lines()
        self.compare.setEnabled(practice.may_compare)
        self.work.show_progress(practice.progress)

    def _show_lines(self) -> None:
        lines = (*self._practice.versus_lines, *self._practice.lines)
        while len(self._values) < len(lines):
            title, value = make_words("figureName", wraps=False), make_words("figureValue", is_selectable=True)
            row = len(self._values)
            self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)
            self._values.append((title, value))
        for place, (title, value) in enumerate(self._values):
            is_used = place < len(lines)
            title.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                line = lines[place]
                title.setText(line.title)
                value.setText(line.words)
                value.setToolTip(line.tip)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._practice.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._practice.watch(False)
