"""The legend: every mark of the charts with its picture, its meaning, a switch and a way to its style."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.legend import LEGEND, LegendEntry
from gui.features.chart.model.overlay_styles import STYLINGS
from gui.features.chart.model.sample import sample_chart
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.mark_pictures import HEIGHT, WIDTH, MarkPictures
from gui.theme import Theme
from gui.widgets.controls import make_button, make_words
from gui.widgets.place import FittedDialog

SIZE = (640, 560)


class LegendDialog(FittedDialog):
    """Does not block the window. `style_asked` carries the overlay whose style is wanted."""

    style_asked = Signal(str)

    def __init__(
        self, view: ChartView, switch: Callable[[str, bool], None], theme: Theme, parent: QWidget | None = None
    ) -> None:
        """`view` has the overlays and their styles, `switch` shows or hides one on all charts."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("legend")
        self.setWindowTitle("Chart legend")
        self.resize(*SIZE)
        self._view, self._switch, self._theme = view, switch, theme
        self._sample: ChartModel = sample_chart(self)
        self.pictures: dict[str, QLabel] = {}
        self.switches: dict[str, QCheckBox] = {}
        self.buttons: dict[str, QPushButton] = {}
        self._rows = self._make_rows()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Closes the legend")
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self._rows)
        column.addWidget(buttons)
        view.overlays_changed.connect(self.refresh)

    def _make_rows(self) -> QScrollArea:
        holder, grid = QWidget(), None
        grid = QGridLayout(holder)
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(1, 1)
        shown = dict(self._view.overlays)
        for row, entry in enumerate(each for each in LEGEND if each.overlay in shown):
            self._add_row(grid, row, entry)
        area = QScrollArea()
        area.setAccessibleName("Marks")
        area.setWidgetResizable(True)
        area.setWidget(holder)
        return area

    def _add_row(self, grid: QGridLayout, row: int, entry: LegendEntry) -> None:
        picture = self.pictures[entry.overlay] = QLabel()
        picture.setFixedSize(WIDTH, HEIGHT)
        picture.setAccessibleName(f"Picture of {entry.title}")
        text = QVBoxLayout()
        text.addWidget(make_words("legendTitle", entry.title, wraps=False))
        text.addWidget(make_words("legendWords", entry.words))
        text.addStretch(1)
        shown = self.switches[entry.overlay] = QCheckBox("Show")
        shown.setToolTip(f"Shows or hides {entry.title} on all charts")
        shown.toggled.connect(lambda is_on: self._switch(entry.overlay, is_on))
        controls = QVBoxLayout()
        controls.addWidget(shown)
        if entry.overlay in STYLINGS:
            button = make_button("Style …", f"Colour, width, opacity and labels of {entry.title}", lambda: None)
            button.clicked.connect(lambda: self.style_asked.emit(entry.overlay))
            self.buttons[entry.overlay] = button
            controls.addWidget(button)
        controls.addStretch(1)
        grid.addWidget(picture, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(text, row, 1)
        grid.addLayout(controls, row, 2)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Pictures and switches as the charts have them."""
        painted = MarkPictures(self._sample, self._theme, self._view.styles, self.devicePixelRatioF())
        for entry in LEGEND:
            if entry.overlay in self.pictures:
                self.pictures[entry.overlay].setPixmap(painted.picture(entry))
                shown = self.switches[entry.overlay]
                shown.blockSignals(True)
                shown.setChecked(self._view.is_overlay_visible(entry.overlay))
                shown.blockSignals(False)
