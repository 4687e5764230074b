"""The tabs below the charts: positions, plans, history, today."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QTabWidget, QWidget

from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.trading.model.chart_trades import HISTORY, POSITIONS
from gui.features.trading.model.trading import TradingModel
from gui.features.trading.view.figures import FiguresView
from gui.features.trading.view.history import HistoryView
from gui.features.trading.view.plan_table import PlanTable
from gui.features.trading.view.position_table import PositionTable
from gui.features.trading.view.table import TradeTable
from gui.theme import Theme
from gui.widgets.late import Late
from gui.widgets.scrolling import leave_ground_to_frame
from gui.widgets.theming import theme_parts

HEIGHT, MIN_HEIGHT = 164, 60


class DeskTabs(QTabWidget):
    """Titles count positions, live plans and closed trades; the corner has the day's result, or the filter of plans."""

    def __init__(self, trading: TradingModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("deskTabs")
        self.setAccessibleName("Trading")
        self.setDocumentMode(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabBar().setDrawBase(False)
        self.setMinimumHeight(MIN_HEIGHT)
        self._trading, self._theme = trading, theme
        self.positions = PositionTable(trading.positions, trading.entry.position_menu, theme, trading.arming)
        self.plans = PlanTable(trading.plans, theme)
        self.history = HistoryView(trading.history, theme)
        named = {POSITIONS: self.positions, "plans": self.plans.table, HISTORY: self.history}
        for name, view in named.items():
            view.setProperty(TABLE_NAME_PROPERTY, name)
        pages = {"Positions": self.positions, "Plans": self.plans, "History": self.history, "Today": Late(self._today)}
        for title, page in pages.items():
            self.addTab(page, title)
        self.summary = QLabel()
        self.summary.setObjectName("daySummary")
        corner = QWidget()
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.plans.head, self.summary):
            row.addWidget(part)
        self.setCornerWidget(corner)
        self.currentChanged.connect(lambda: self._show_corner())
        self._show_corner()
        for table in (trading.positions, trading.plans, trading.history):
            for changed in (table.rowsInserted, table.rowsRemoved, table.modelReset):
                changed.connect(self._count)
        trading.proposals.changed.connect(self._count)
        trading.figures.changed.connect(self._show_summary)
        self._count()
        self._show_summary()

    def _show_corner(self) -> None:
        """A row of its own for the filter of plans would leave no row for a plan in a low window."""
        is_plans = self.currentWidget() is self.plans
        self.plans.head.setVisible(is_plans)
        self.summary.setVisible(not is_plans)

    def show_row(self, name: str, key: Hashable) -> None:
        """Brings the table of that name to the front, with the row of a key selected."""
        view: TradeTable = self.history if name == HISTORY else self.positions
        self.setCurrentWidget(view)
        view.choose(key)

    def _today(self) -> QScrollArea:
        """The figures scroll: else they alone would keep the tabs high."""
        area = QScrollArea()
        area.setAccessibleName("Figures of today")
        area.setObjectName("today")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(FiguresView(self._trading.figures))
        leave_ground_to_frame(area)
        return area

    def add_late(self, title: str, make: Callable[[Theme], QWidget]) -> None:
        """A further tab, made when the user first looks at it."""
        self.addTab(Late(lambda: make(self._theme)), title)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        theme_parts(self, theme)

    def sizeHint(self) -> QSize:
        return QSize(800, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Not what the highest of the pages would like: each scrolls."""
        return QSize(super().minimumSizeHint().width(), MIN_HEIGHT)

    def _count(self) -> None:
        trading = self._trading
        counts = (trading.positions.count, trading.plans.live_count, trading.history.count)
        for place, (title, count) in enumerate(zip(("Positions", "Plans", "History"), counts, strict=True)):
            self.setTabText(place, f"{title} {count}" if count else title)
        if proposed := trading.proposals.count:
            self.setTabText(1, f"{self.tabText(1)} · {proposed} proposed")
        self.setTabToolTip(1, trading.plans.live_words)

    def _show_summary(self) -> None:
        words = self._trading.figures.summary
        if words != self.summary.text():
            self.summary.setText(words)
