"""The panels of a window: a table with one row for each, and the docks made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabWidget, QWidget

from gui.desk_model import DeskModel
from gui.features.alerts.view.list import AlertList
from gui.features.approvals.view.approval_desk import ApprovalDesk
from gui.features.calendar.view.calendar import CalendarPanel
from gui.features.conditions.view.conditions import ConditionPanel
from gui.features.health.view.health import HealthPanel
from gui.features.journal.view.journal import JournalPanel
from gui.features.practice.view.practice import PracticeView
from gui.features.price_alerts.view.table import PriceAlertPanel
from gui.features.proposals.view.board import ProposalBoard
from gui.features.statistics.view.statistics import StatisticsView
from gui.features.ticket.view.ticket import TicketView
from gui.features.trading.view.desk_tabs import DeskTabs
from gui.features.volatility.view.volatility import VolatilityPanel
from gui.features.watchlist.view.watchlist import WatchlistView
from gui.shell import Shell
from gui.theme import Theme
from gui.widgets.dock import bring_to_front, hold_head, is_behind_tab, make_dock
from gui.widgets.late import Late

RIGHT, BOTTOM = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
TABLES_SHARE = 0.22
"""Of the window's height, at most, for the tables of trading the first time."""
HIGH_SHARE = 0.15
"""Of the height of a high window, for the tables: there more rows have room."""
CHART_SHARE = 0.5
"""Of the window's height, at least, for the charts the first time."""


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """A panel called `name`, by which layouts know it, and what makes its content.

    One `behind` another is a tab of it, and made when the user first looks at it. One that is not closable has no
    switch in the menu: it comes and goes by itself.
    """

    name: str
    title: str
    area: Qt.DockWidgetArea
    make: Callable[[DeskModel, Theme], QWidget]
    behind: str = ""
    is_shown: bool = False
    is_closable: bool = True
    tip: str = ""
    key: str = ""


def _tables(desk: DeskModel, theme: Theme) -> DeskTabs:
    tabs = DeskTabs(desk.trading, theme)
    tabs.add_late("Statistics", lambda theme: StatisticsView(desk.statistics, theme))
    return tabs


PANELS = (
    PanelSpec(
        *("conditions", "Conditions", RIGHT, lambda desk, theme: ConditionPanel(theme, desk.check_worth)),
        tip="Why a candle does or does not pass",
        key="Ctrl+I",
    ),
    PanelSpec(
        *(
            "approvalDesk",
            "Approvals",
            RIGHT,
            lambda desk, _: ApprovalDesk(desk.trading.approvals, desk.trading.account, desk.trading.entry.editor),
        ),
        is_shown=True,
        is_closable=False,
    ),
    PanelSpec(
        *("orderTicket", "Order ticket", RIGHT, lambda desk, _: TicketView(desk.trading.entry.ticket)),
        behind="conditions",
        tip="Market orders with size, stop and target, and what the risk check says",
    ),
    PanelSpec(
        *("watchlist", "Watch list", BOTTOM),
        lambda desk, theme: WatchlistView(desk.watchlist, desk.trading.arming, theme),
        behind="trading",
        tip="Prices, spread, conditions and open R of every symbol",
        key="Ctrl+M",
    ),
    PanelSpec(
        *("proposals", "Proposed plans", RIGHT, lambda desk, _: ProposalBoard(desk.trading.proposals)),
        behind="conditions",
        tip="Plans that other programs propose; none trades before you arm it",
    ),
    PanelSpec(
        *("journal", "Journal", BOTTOM, lambda desk, theme: JournalPanel(desk.journal, desk.zones, theme)),
        behind="trading",
    ),
    PanelSpec(
        *("health", "Health", BOTTOM, lambda desk, theme: HealthPanel(desk.health, desk.trading.arming, theme)),
        behind="trading",
    ),
    PanelSpec(
        *("volatility", "Spread and volatility", BOTTOM),
        lambda desk, theme: VolatilityPanel(desk.volatility, desk.zones, desk.status.changed, theme),
        behind="trading",
    ),
    PanelSpec(
        *("practice", "Practice", BOTTOM, lambda desk, theme: PracticeView(desk.practice, theme)),
        behind="trading",
        tip="Score of the practice session, and you against AUTO",
    ),
    PanelSpec(
        *("calendar", "Calendar", BOTTOM, lambda desk, theme: CalendarPanel(desk.calendar, theme)),
        behind="trading",
        tip="Scheduled news of your symbols' currencies, with the time that is left",
        key="Ctrl+Shift+N",
    ),
    PanelSpec("alerts", "Alerts", BOTTOM, lambda desk, _: AlertList(desk.alerts, desk.zones), behind="trading"),
    PanelSpec(
        *("priceAlerts", "Price alerts", BOTTOM, lambda desk, theme: PriceAlertPanel(desk.price_alerts, theme)),
        behind="trading",
        tip="Alerts on levels, lines, VWAP and conditions, with their state",
        key="Alt+Shift+A",
    ),
    PanelSpec(
        *("trading", "Trading", BOTTOM, _tables),
        is_shown=True,
        tip="Positions, plans, closed trades, figures of today, statistics",
        key="Alt+Shift+T",
    ),
)
"""In the order of the menu."""


class Panels(Mapping[str, QDockWidget]):
    """The docks that the user can hide, by name; each has a switch in a menu."""

    def __init__(self, window: Shell, menu: QMenu, desk: DeskModel) -> None:
        self._window, self._menu, self._desk = window, menu, desk
        self._contents: dict[str, QWidget] = {}
        self._docks: dict[str, QDockWidget] = {}
        self._is_behind = False
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def __len__(self) -> int:
        return len(self._docks)

    def fill(self) -> None:
        """Adds every panel of the table: approvals above the conditions, others behind one another."""
        made = {spec.name: self.add(spec) for spec in PANELS}
        self._window.splitDockWidget(made["approvalDesk"], made["conditions"], Qt.Orientation.Vertical)
        for spec in PANELS:
            if spec.behind:
                self._window.tabifyDockWidget(made[spec.behind], made[spec.name])

    def add(self, spec: PanelSpec) -> QDockWidget:
        """A dock as its row says, and its switch in the menu."""
        content = Late(lambda: self._make(spec)) if spec.behind else self._make(spec)
        dock = make_dock(
            *(self._window, spec.name, spec.title, content, self._window.theme), is_closable=spec.is_closable
        )
        self._window.addDockWidget(spec.area, dock)
        if not spec.is_shown:
            dock.hide()
        self._contents[spec.name] = content
        if isinstance(content, Late):
            content.made.connect(partial(hold_head, dock))
        if spec.is_closable:
            self._docks[spec.name] = dock
            self._add_switch(dock, spec)
        return dock

    def _make(self, spec: PanelSpec) -> QWidget:
        return spec.make(self._desk, self._window.theme)

    def _add_switch(self, dock: QDockWidget, spec: PanelSpec) -> None:
        switch = dock.toggleViewAction()
        switch.setObjectName(f"panel.{spec.name}")
        switch.setToolTip(spec.tip or f"Shows or hides {spec.title.lower()}")
        if spec.key:
            switch.setShortcut(QKeySequence(spec.key))
        switch.toggled.connect(lambda is_shown: self._remember(dock, is_shown))
        switch.triggered.connect(lambda is_shown: self._finish_switch(dock, is_shown))
        self._menu.addAction(switch)

    def _remember(self, dock: QDockWidget, is_shown: bool) -> None:
        """Before Qt hides it."""
        self._is_behind = not is_shown and is_behind_tab(dock)

    def _finish_switch(self, dock: QDockWidget, is_shown: bool) -> None:
        """Only what is in sight is hidden: a tab behind others comes to the front."""
        if is_shown or self._is_behind:
            bring_to_front(dock)

    def content(self, name: str) -> Any:
        """What stands in a panel, made now if it was not yet."""
        content = self._contents[name]
        return content.part if isinstance(content, Late) else content

    def bring(self, name: str) -> None:
        """Brings a panel to the front."""
        bring_to_front(self._docks[name])

    def arrange(self) -> None:
        """Arranges the panels as at first: conditions at their natural width, tables not too high."""
        self._docks["conditions"].show()
        QTimer.singleShot(0, self._window, self._size)

    def _size(self) -> None:
        """Has an effect only after the window is laid out. In a low one the chart comes before the tables."""
        window, beside, below = self._window, self._docks["conditions"], self._docks["trading"]
        window.resizeDocks([beside], [beside.widget().sizeHint().width()], Qt.Orientation.Horizontal)
        charts = window.centralWidget()
        assert charts is not None
        beyond_chart = charts.height() + below.height() - round(CHART_SHARE * window.height())
        wanted = max(below.sizeHint().height(), round(HIGH_SHARE * window.height()))
        height = min(wanted, round(TABLES_SHARE * window.height()), beyond_chart)
        window.resizeDocks([below], [max(height, below.minimumSizeHint().height())], Qt.Orientation.Vertical)
