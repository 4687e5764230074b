"""The trading half of the window on a desk with the paper broker; a test plays the market and the frames."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.adapters.paper.faults import FaultPlan
from engine.domain.messages.commands import ReviewApprovals, TradingCommand
from engine.domain.messages.manual import ReviewOrder
from gui import theme
from gui.features.approvals.view.approval_desk import ApprovalDesk
from gui.features.approvals.view.click_guard import LOOK_EVERY_MS, STILL_FOR_MS
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.features.keyboard.view.key_map import KeyMap
from gui.features.settings.model.settings import SettingsModel
from gui.features.ticket.panel import TicketOpener
from gui.features.ticket.view.ticket import TicketView
from gui.features.trading.model.table import RowTable, Tone
from gui.features.trading.model.trading import TradingModel
from gui.features.trading.panel import TradingControls
from gui.features.trading.view.desk_tabs import DeskTabs
from gui.features.trading.view.mode_bar import HindranceLine, ModeBar
from gui.features.trading.view.table import TradeTable
from gui.widgets.dock import make_dock
from tests.builders import GOLD, GOLD_CONTRACT, quote
from tests.fakes import source
from tests.gui.chart.builders import flush, quiet_hours
from tests.trading.desks import BID, TradingDesk


class TradingWindow:
    """`frame` brings the window up to what the desk has said; nothing is shown before."""

    def __init__(self, qtbot: QtBot, faults: FaultPlan | None = None) -> None:
        self.desk = TradingDesk(faults=faults)
        self.model = TradingModel(Settings(), {"XAUUSD": GOLD_CONTRACT})
        self.asked: list[TradingCommand] = []
        self.messages: list[str] = []
        self.model.commanded.connect(self._remember)
        self.model.commanded.connect(self.desk.do)
        self.model.announced.connect(self.messages.append)
        self.window = QMainWindow()
        self.model.setParent(self.window)
        qtbot.addWidget(self.window)
        self._populate()
        modes = ModeBar(self.model.modes, self.model.arming, theme.DARK)
        self.window.addToolBar(modes)
        approvals = ApprovalDesk(self.model.approvals, self.model.account, self.model.entry.editor)
        tabs = DeskTabs(self.model, theme.DARK)
        waiting = make_dock(self.window, "approvalDesk", "Approvals", approvals, theme.DARK, is_closable=False)
        self.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, waiting)
        self.window.splitDockWidget(waiting, self._conditions, Qt.Orientation.Vertical)
        tables = make_dock(self.window, "trading", "Trading", tabs, theme.DARK)
        self.window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, tables)
        self.window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.hindrance = HindranceLine(self.model.modes)
        self.window.statusBar().addWidget(self.hindrance)
        self.controls = TradingControls(self.window, self.model, modes, approvals, tabs)
        self.ticket = TicketView(self.model.entry.ticket)
        ticket = make_dock(self.window, "orderTicket", "Order ticket", self.ticket, theme.DARK)
        self.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, ticket)
        ticket.hide()
        self.opener = TicketOpener(self.window, self.model.entry, ticket, lambda: self.ticket, self._bring)
        self.keys = KeyMap(self.window, self.model.arming, SettingsModel(Settings(), self.model))
        self.keys.adopt()
        self._seen = 0
        self.desk.start()
        self.window.resize(1280, 720)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.frame()

    def _populate(self) -> None:
        self.chart = ChartModel(GOLD)
        self.model.draw_on(self.chart)
        self.model.open([source()])
        self.chart.append(quiet_hours(60))
        self.view = ChartView(self.chart, theme.DARK)
        self.field = QLineEdit()
        self._conditions = QDockWidget()
        self._conditions.setWidget(self.field)
        self.window.setCentralWidget(self.view)
        self.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._conditions)

    def _bring(self, symbol: str) -> None:
        self.model.entry.ticket.show_symbol(symbol)

    # -- the market ---------------------------------------------------------------------------------------------

    def propose(self, minute: int = 0) -> None:
        """A setup to buy at 2000.0 with its stop at 1999.5."""
        self.desk.propose(minute)
        self.model.on_quote(quote(60 * minute + 59, bid=BID))
        self.frame()

    def tick(self, seconds: float, *, bid: float = BID) -> None:
        self.desk.tick(seconds, bid=bid)
        self.model.on_quote(quote(seconds, bid=bid))
        self.frame()

    def frame(self) -> None:
        new, self._seen = self.desk.events[self._seen :], len(self.desk.events)
        for event in new:
            self.model.on_event(event)
        self.model.refresh()
        flush()

    def _remember(self, command: TradingCommand) -> None:
        if not isinstance(command, ReviewApprovals | ReviewOrder):  # the window's own question, several times a second
            self.asked.append(command)

    # -- the user -----------------------------------------------------------------------------------------------

    def press(self, key: Qt.Key, on: QWidget | None = None, *, shift: bool = False) -> None:
        """Ctrl and a key, where the keyboard is or on the window."""
        modifiers = Qt.KeyboardModifier.ControlModifier
        if shift:
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(on or self.window, key, modifiers)

    def arm(self) -> None:
        """By its key, as the user would."""
        self.press(Qt.Key.Key_A, shift=True)

    def click(self, button: QWidget, *, is_double: bool = False) -> None:
        """With the mouse, on a button of a card that has been in sight for long enough."""
        QTest.qWait(STILL_FOR_MS + 2 * LOOK_EVERY_MS)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        if is_double:
            QTest.mouseDClick(button, Qt.MouseButton.LeftButton)

    def click_cell(self, table: TradeTable, row: int, words: str) -> None:
        """The cell of a row that says so."""
        rows = table.model()
        assert isinstance(rows, RowTable)
        column = rows.words(row).index(words)
        if rows.cell(row, column).tone is Tone.ACTION:
            QTest.qWait(STILL_FOR_MS)
        place = table.visualRect(rows.index(row, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def point(self, price: float) -> QPoint:
        """A point of the chart at a price, away from labels."""
        return QPoint(200, round(float(self.view.plot.canvas.view_scale.y(price))))

    def drag(self, start: float, end: float) -> None:
        """Presses the mouse at one price of the chart, and lets go at another."""
        viewport = self.view.plot.viewport()
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=self.point(start))
        QTest.mouseMove(viewport, self.point(0.5 * (start + end)))
        QTest.mouseMove(viewport, self.point(end))
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=self.point(end))

    @property
    def card(self) -> str:
        """The id of the one plan that waits."""
        (plan_id,) = self.controls.desk.cards
        return plan_id
