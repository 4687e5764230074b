"""The window: it stands at once, and is furnished when the charts' libraries are there."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QDialog, QDockWidget, QMainWindow, QWidget

from gui.features.layout.file import LayoutFile
from gui.features.layout.keeper import LayoutKeeper
from gui.features.layout.menu import LayoutMenu
from gui.features.opening.view.opening_page import OpeningPage
from gui.panels import PanelBoard
from gui.theme import Theme, style_sheet, theme_for
from gui.theme.iconing import tint_icons
from gui.widgets.actions import make_action
from gui.widgets.place import largest_size
from gui.widgets.theming import switch_theme

# The views bring numpy and pyqtgraph, a good half second of imports: they come in `furnish`, after the first paint.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from gui.desk_model import DeskModel
    from gui.features.closing.panel import ClosingGuard

SAID_FOR_MS = 12_000
FIRST_SIZE = QSize(1400, 860)
"""Pixels, where the screen has room for them."""


class MainWindow(QMainWindow):
    """Toolbar, charts and status bar around a `DeskModel`. `closed` is emitted when the user closes it."""

    closed = Signal()

    def __init__(self, theme: Theme, layout_file: LayoutFile | None = None) -> None:
        """Without a file the window forgets at its end how it stood."""
        super().__init__()
        self._theme = theme
        self.setStyleSheet(style_sheet(theme))
        self.caption = "Micro-scalp desk"
        self.setWindowTitle(self.caption)
        self.resize(FIRST_SIZE.boundedTo(largest_size(self.screen())))
        self.layout_file = layout_file
        self.layouts = LayoutKeeper(self, layout_file)
        self.layouts.place_window()
        self.opening = OpeningPage()
        self.setCentralWidget(self.opening)
        bar = self.menuBar()
        self.file_menu, self.view_menu = bar.addMenu("&File"), bar.addMenu("&View")
        self.tools_menu, self.help_menu = bar.addMenu("&Tools"), bar.addMenu("&Help")
        self.panels_menu = self.view_menu.addMenu("Panels")
        for menu in (self.file_menu, self.view_menu, self.tools_menu, self.help_menu, self.panels_menu):
            menu.setToolTipsVisible(True)
        self._board = PanelBoard(self, self.panels_menu)
        self.closing: ClosingGuard | None = None

    def add_panel(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, *, is_shown: bool = False
    ) -> QDockWidget:
        """A dock called `name` around `content`, and a switch for it in the menu of panels."""
        return self._board.add(name, title, content, area, self._theme, is_shown=is_shown)

    @property
    def panels(self) -> dict[str, QDockWidget]:
        """The docks that can be hidden, by name."""
        return self._board.docks

    @property
    def theme(self) -> Theme:
        """The look it has now."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Another look, of which the loop gets a turn between its steps."""
        if theme != self._theme:
            self._theme = theme
            switch_theme(self, theme)

    def close_now(self) -> None:
        """Closes without a question: the program ends, or another desk takes this one's place."""
        if self.closing is not None:
            self.closing.let_go()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks first where something is open; `close_now` does not."""
        if self.closing is not None and not self.closing.may_close():
            event.ignore()
            return
        self.layouts.close()
        for dialog in self.findChildren(QDialog):
            dialog.close()
        for dock in self.findChildren(QDockWidget):
            if dock.isFloating():
                dock.hide()  # while the models that it looks at are still there
        self.closed.emit()
        event.accept()

    # -- furnishing ---------------------------------------------------------------------------------------------

    def furnish(self, desk: DeskModel) -> None:
        """Puts in the charts, the conditions, the player and the status bar, all at once."""
        for _ in self.furnishing(desk):
            pass

    def furnishing(self, desk: DeskModel) -> Iterator[None]:
        """The same, in steps that are short enough for another window beside it to go on."""
        from gui.features.chart.view.deck import ChartDeck
        from gui.features.keyboard.panel import KeyboardRoom
        from gui.features.status.view.status_bar import DeskStatusBar

        self.desk = desk
        self.deck = ChartDeck(self)
        self.deck.hide()
        self.status = DeskStatusBar(desk.status, desk.playback, desk.zones)
        self._add_messages()
        self._add_bars()
        self.setStatusBar(self.status)
        yield
        self._add_trading()
        yield
        self._add_rooms()
        yield
        self.keyboard = KeyboardRoom(self, desk.trading.arming, desk.settings)
        self.keys = self.keyboard.map
        self._fill_menus()
        yield
        tint_icons(self, self._theme)
        yield
        self._follow()
        self._show_look()
        self._show_charts()

    def _add_messages(self) -> None:
        """Lines across the window, which take room only while they have something to say."""
        from gui.features.connection.view.gateway_bar import GatewayBar
        from gui.features.status.view.fault_bar import FaultBar
        from gui.features.trading.view.decision_bar import DecisionBar
        from gui.features.trading.view.safety_bar import SafetyBar

        self.faults, self.gateway = FaultBar(), GatewayBar(self.desk.gateway)
        self.desk.faulted.connect(self.faults.tell)
        self.decisions = DecisionBar(self.desk.trading.decisions)
        self.safety = SafetyBar(self.desk.trading.safety, self.desk.trading.arming)
        for bar in (self.faults, self.gateway, self.safety, self.decisions):
            self.addToolBar(bar)
            self.addToolBarBreak()

    def _add_bars(self) -> None:
        from gui.features.chart.view.actions import ChartActions
        from gui.features.chart.view.view_bar import ViewBar
        from gui.features.conditions.panel import ConditionsRoom
        from gui.features.replay.view.playback_bar import PlaybackBar
        from gui.features.replay.view.timeline.bar import TimelineBar

        playback, zones = self.desk.playback, self.desk.zones
        self.player = PlaybackBar(playback, zones)
        self.player.set_theme(self._theme)
        self.addToolBar(self.player)
        self.timeline = TimelineBar(playback, zones, self._theme)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        self.conditions = ConditionsRoom(self, self, self.desk, self._theme)
        self.chart_actions = ChartActions(self.deck)
        side_by_side, reset = self.chart_actions.side_by_side, self.chart_actions.reset
        self.view_menu.addActions([side_by_side, reset, self.conditions.live])
        self.view_bar = ViewBar(self.deck, [side_by_side, reset, self.conditions.toggle], self)
        self.addToolBar(self.view_bar)

    def _add_trading(self) -> None:
        from gui.features.alerts.panel import AlertRoom
        from gui.features.settings.panel import SettingsRoom
        from gui.features.trading.panel import TradingRoom
        from gui.theme.icons import application_icon

        desk = self.desk
        self.trading = TradingRoom(
            self, desk.trading, self._theme, self.conditions.dock, lambda: self.deck.front_symbol
        )
        self.settings = SettingsRoom(self, desk.settings, desk.zones)
        self.alerts = AlertRoom(
            *(self, desk.alerts, desk.zones, self.deck, self.trading.desk),
            *(application_icon(), self.trading.modes.halt_action),
        )
        self.settings.add_extra("alerts", self.alerts.make_tests)
        self.settings.add_extra("keyboard", lambda: self.keyboard.make_button())

    def _add_rooms(self) -> None:
        """Panels beside the tables of trading."""
        from gui.features.closing.panel import ClosingGuard
        from gui.features.health.panel import HealthRoom
        from gui.features.journal.panel import HistoryRoom
        from gui.features.volatility.panel import VolatilityRoom

        desk, tables = self.desk, self.trading.dock
        self.history = HistoryRoom(self, desk, self.deck, self.trading)
        self.closing = ClosingGuard(self, desk.closing, self.history.ask_report)
        self.health = HealthRoom(self, desk.health, desk.trading.arming, tables)
        self.volatility = VolatilityRoom(self, desk.volatility, desk.zones, tables, desk.status.changed)
        self.alerts.add_list(self, tables)
        self._board.enlist(tables)

    def _fill_menus(self) -> None:
        from gui.features.help.room import HelpRoom

        toggle = self.desk.settings.toggle_surfaces
        self.tools_menu.addMenu("Trading").addActions(self.trading.actions)
        self.tools_menu.addAction(self.settings.action)
        self.view_menu.addAction(
            make_action(
                self, "view.theme", "Light or dark", "Switches between light and dark theme", toggle, key="Ctrl+T"
            )
        )
        self.help_menu.addAction(self.keyboard.action)
        self.help = HelpRoom(self)
        self.layout_menu = LayoutMenu(self.layouts, self)
        self.view_menu.addMenu(self.layout_menu)

    def _follow(self) -> None:
        from gui.widgets.late import Late

        desk = self.desk
        self.deck.front_changed.connect(self._show_front)
        desk.status.changed.connect(self.timeline.refresh_position)
        desk.gateway.changed.connect(self._show_title)
        desk.trading.approvals.changed.connect(self._show_title)
        self.trading.desk.chosen.connect(self.deck.bring)
        self.trading.tabs.positions.chosen.connect(self.deck.bring)
        for dock in self.findChildren(QDockWidget):
            dock.topLevelChanged.connect(self.trading.clear_desk_soon)
        self.layouts.told.connect(self.say)
        desk.settings.look_changed.connect(self._show_look)
        desk.opened.connect(self._show_charts)
        desk.zones.changed.connect(self._show_zones)
        for late in self.findChildren(Late):
            late.made.connect(self.layouts.settle)

    def _show_charts(self) -> None:
        from gui.features.chart.view.chart_view import ChartView

        for symbol, model in self.desk.charts.items():
            if symbol not in self.deck.symbols:
                view = ChartView(model, self._theme)
                view.set_zone(self.desk.zones.of(symbol))
                view.hovered.connect(self.desk.conditions[symbol].point_at)
                self.conditions.live.triggered.connect(view.look_away)
                self.deck.add(symbol, view)
        if self.deck.views and self.centralWidget() is not self.deck:
            self.setCentralWidget(self.deck)
            self.deck.show()
            self.view_bar.fill_overlays(self.deck.views[0])
            self.deck.views[0].setFocus()
            if not self.layouts.is_restored:
                self.arrange_panels()
        self._show_front(self.deck.front_symbol)
        self._show_title()
        self.keys.adopt()

    def _show_title(self) -> None:
        """Whose money it is stands first."""
        symbols, account = ", ".join(self.desk.charts), self.desk.gateway.account
        count = len(self.desk.trading.approvals.waiting)
        waiting = f"{count} awaiting approval" if count else ""
        parts = (account.upper() if self.desk.gateway.is_real else account, waiting, self.caption, symbols)
        self.setWindowTitle(" — ".join(part for part in parts if part))

    def _show_front(self, symbol: str) -> None:
        self.status.set_symbol(symbol)
        self.desk.volatility.front = symbol
        if symbol:
            self.conditions.show(symbol)

    def say(self, words: str) -> None:
        """A sentence that the user must read once."""
        self.statusBar().showMessage(words, SAID_FOR_MS)

    def _show_look(self) -> None:
        interface = self.desk.settings.in_force.interface
        self.set_theme(theme_for(interface.theme, interface.colours))

    def _show_zones(self) -> None:
        for symbol, view in zip(self.deck.symbols, self.deck.views, strict=True):
            view.set_zone(self.desk.zones.of(symbol))
        self.conditions.show_zone(self.deck.front_symbol)

    def arrange_panels(self) -> None:
        """As they stand the first time."""
        self._board.arrange(self.conditions.dock, self.trading.dock)

    @property
    def overlay_actions(self) -> list[QAction]:
        """What the toolbar can switch off, on all charts at once."""
        return self.view_bar.overlays.actions()
