"""Statistics of closed trades: the selection above, the groups below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.statistics.model.statistics import (
    EVERY_SYMBOL,
    FILL_TITLES,
    GROUPING_TITLES,
    PERIODS,
    RUNS,
    StatisticsModel,
)
from gui.features.trading.view.table import TradeTable
from gui.theme import Theme
from gui.widgets.work_line import WorkLine

SILENCE = (
    "No closed trades here. Choose Everything to see those of earlier runs; trades of this session are counted "
    "as soon as they close."
)
FORMS = "CSV, for spreadsheets (*.csv);;Parquet, for programs (*.parquet)"
MIN_WIDTH = 60


class Summary(QLabel):
    """Two small lines, elided where they do not fit; the tooltip has them in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName("statisticsSummary")
        self.setMinimumWidth(MIN_WIDTH)
        self._lines: tuple[str, ...] = ()

    def show_lines(self, lines: tuple[str, ...]) -> None:
        self._lines = lines
        self.setToolTip("\n".join(lines))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, width = self.fontMetrics(), self.width()
        cut = (metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in self._lines)
        self.setText("\n".join(cut))


class StatisticsView(QWidget):
    """Counts only while it can be seen."""

    def __init__(self, statistics: StatisticsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._statistics = statistics
        choose = statistics.choose
        self.grouping = _box(
            GROUPING_TITLES, "How trades are grouped", lambda title: choose(grouping=GROUPING_TITLES[title])
        )
        self.run = _box(RUNS, "Practice is on paper; a session goes on through jumps", lambda run: choose(run=run))
        self.symbol = _box([EVERY_SYMBOL], "Which symbol", lambda symbol: choose(symbol=symbol))
        self.period = _box(
            PERIODS, "When trades were closed, counted back from market time", lambda period: choose(period=period)
        )
        self.fills = _box(
            (),
            "How trades were filled: different fill models are never counted together",
            lambda title: choose(fills=FILL_TITLES[title]),
        )
        self.summary = Summary()
        self.export = QPushButton("Export …")
        self.export.setToolTip("Writes the shown trades, with notes, to a CSV or Parquet file")
        self.export.clicked.connect(self._ask_file)
        self.table = TradeTable(statistics.table, theme, SILENCE, name="Statistics")
        self.table.setProperty(TABLE_NAME_PROPERTY, "statistics")
        self.work = WorkLine()
        self._lay_out()
        statistics.changed.connect(self._show_state)
        self._show_state()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(6)
        for part in (self.grouping, self.run, self.symbol, self.period, self.fills):
            row.addWidget(part)
        row.addWidget(self.summary, 1)
        row.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.work)
        column.addWidget(self.table, 1)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Export trades", str(Path.home() / "trades.csv"), FORMS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._statistics.export(Path(name)))
        dialog.open()

    def _show_state(self) -> None:
        statistics = self._statistics
        self.summary.show_lines(statistics.summary)
        _offer(self.symbol, [EVERY_SYMBOL, *statistics.symbols], statistics.choice.symbol)
        titles = {model: title for title, model in FILL_TITLES.items()}
        _offer(self.fills, [titles[model] for model in statistics.fill_models], titles[statistics.fills])
        self.fills.setVisible(bool(statistics.fill_models))
        self.export.setEnabled(statistics.progress is None and statistics.table.count > 0)
        self.work.show_progress(statistics.progress)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._statistics.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._statistics.watch(False)


def _offer(box: QComboBox, titles: list[str], chosen: str) -> None:
    """Fills the box with these titles and shows the chosen one, without a signal."""
    with QSignalBlocker(box):
        if titles != [box.itemText(place) for place in range(box.count())]:
            box.clear()
            box.addItems(titles)
        box.setCurrentText(chosen)


def _box(items: Iterable[str], tip: str, choose: Callable[[str], object]) -> QComboBox:
    box = QComboBox()
    box.addItems(list(items))
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMinimumWidth(MIN_WIDTH)
    box.currentTextChanged.connect(choose)
    return box
