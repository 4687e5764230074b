"""The window of a desk: the shell, populated once the chart libraries are loaded."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QWidget

from gui.bars import BarredWindow
from gui.features.layout.menu import LayoutMenu
from gui.theme import theme_for
from gui.theme.iconing import tint_icons
from gui.widgets.actions import make_action
from gui.widgets.one_row import OneRow

# The views bring numpy and pyqtgraph, a good half second of imports: they come in `populate`, after the first paint.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from gui.desk_model import DeskModel
    from gui.features.conditions.view.conditions import ConditionPanel
    from gui.features.phone.panel import PhoneAlerts


class MainWindow(BarredWindow):
    """Toolbars, charts, panels and status bar around a `DeskModel`."""

    phone: PhoneAlerts

    # -- panels -------------------------------------------------------------------------------------------------

    def populate(self, desk: DeskModel) -> None:
        """Puts in the charts, the conditions, the player and the status bar."""
        from gui.features.chart.view.deck import ChartDeck
        from gui.features.status.view.status_bar import DeskStatusBar
        from gui.panels import Panels

        self.desk = desk
        self.deck = ChartDeck(self)
        self.deck.hide()
        self.status = DeskStatusBar(desk.status, desk.playback, desk.zones)
        self.add_messages()
        self.add_bars()
        self.setStatusBar(self.status)
        self.panels = Panels(self, self.panels_menu, desk)
        self.panels.fill()
        self._add_controls()
        self._add_links()
        self._fill_menus()
        tint_icons(self, self._theme)
        OneRow(self, self.modes, self.badge, self.player)
        self._follow()
        self._show_look()
        self._show_charts()

    def begin_layouts(self) -> None:
        """Everything is there: puts it as it was kept, and keeps it from now on."""
        self.layouts.begin(self.deck, self.desk.settings, self.desk.watchlist.symbols)
        self.desk.opened.connect(self.layouts.restore_charts)

    def _add_controls(self) -> None:
        """What opens dialogs, and what comes by itself."""
        from gui.features.alerts.panel import AlertDisplay
        from gui.features.drawing.panel import DrawingControls
        from gui.features.evidence.panel import AutoPermission
        from gui.features.keyboard.panel import Keyboard
        from gui.features.price_alerts.panel import PriceAlertOpener
        from gui.features.proposals.panel import ProposalControls
        from gui.features.settings.panel import SettingsOpener
        from gui.features.ticket.panel import TicketOpener
        from gui.features.trading.panel import TradingControls
        from gui.features.watchlist.panel import Watchlist

        desk = self.desk
        approvals, tabs = self.panels.content("approvalDesk"), self.panels.content("trading")
        self.trading = TradingControls(
            *(self, desk.trading, self.modes, approvals, tabs), lambda: self.deck.front_symbol
        )
        self.ticket = TicketOpener(
            *(self, desk.trading.entry, self.panels["orderTicket"], lambda: self.panels.content("orderTicket")),
            self.deck.bring,
        )
        self.watchlist = Watchlist(self, desk.watchlist, lambda: self._theme)
        self.proposals = ProposalControls(
            *(self, desk.trading.proposals, self.panels["proposals"], lambda: self.panels.content("proposals")),
            self.deck.bring,
        )
        self.price_alerts = PriceAlertOpener(self, desk.price_alerts)
        desk.price_alerts.place_asked.connect(self.deck.bring)
        self.permission = AutoPermission(desk.trading.modes, desk.evidence, self)
        self.view_bar.add_before_overlays(self.panels["conditions"].toggleViewAction())
        self.drawing = DrawingControls(self, self.deck, desk.drawing_tools)
        self.view_bar.add_before_overlays(self.drawing.menu.menuAction())
        self.live.triggered.connect(self.drawing.cancel)
        self._conditions: ConditionPanel = self.panels.content("conditions")
        self.settings = SettingsOpener(self, desk.settings, desk.zones)
        self.alerts = AlertDisplay(self, desk.alerts, desk.zones, self.deck, approvals, self.modes.halt_action)
        self.alerts.show_proposal = self.proposals.show
        self.keyboard = Keyboard(self, desk.trading.arming, desk.settings)
        self.keys = self.keyboard.map
        self.settings.add_extra("alerts", self.alerts.make_tests)
        self.settings.add_extra("keyboard", self.keyboard.make_button)

    def _add_links(self) -> None:
        """Ways from one part of the desk to another."""
        from gui.features.calendar.panel import CalendarOpener
        from gui.features.chart.view.finder import CandleFinder
        from gui.features.closing.panel import ClosingGuard
        from gui.features.health.view.strip import HealthStrip
        from gui.features.journal.panel import RecordFinder
        from gui.features.replay.view.jump_guard import JumpGuard
        from gui.features.statistics.panel import Report

        desk = self.desk
        self.jumps = JumpGuard(self, desk.playback, desk.trading.positions.rowCount)
        self.candles = CandleFinder(desk.charts, desk.zones, self.deck)
        RecordFinder(desk.journal, self.candles)
        desk.trading.on_chart.place_asked.connect(self._look_at)
        desk.trading.on_chart.row_asked.connect(self._show_row)
        self.calendar = CalendarOpener(
            *(self, desk.calendar, desk.alerts, self.panels["calendar"], lambda: self.panels.content("calendar")),
            lambda at: self._look_at(self.deck.front_symbol, at),
        )
        desk.watchlist.chosen.connect(self.deck.bring)
        desk.watchlist.ticket_wanted.connect(desk.trading.entry.ticket.wanted)
        desk.watchlist.settings_wanted.connect(self.settings.open)
        self.closed.connect(self.watchlist.close)
        self.report = Report(self, desk.statistics)
        self.closing = ClosingGuard(self, desk.closing, lambda: self.practice.ask_for_name())
        self.health = HealthStrip(desk.health, self._theme)
        self.status.addPermanentWidget(self.health)
        self.health.clicked.connect(lambda: self.panels.bring("health"))
        self.alerts.toasts.asked.connect(lambda: self.panels.bring("alerts"))

    def _fill_menus(self) -> None:
        from gui.features.chart.panel import ChartPictures, OverlayDialogs
        from gui.features.help.panel import Help
        from gui.features.lab.panel import LabOpener
        from gui.features.layout.panel import ChartOnly
        from gui.features.layout.part_keys import PartKeys
        from gui.features.practice.panel import Practice

        toggle = self.desk.settings.toggle_surfaces
        self.file_menu.addActions([self.report.action, self.calendar.action])
        self.tools_menu.addMenu("Trading").addActions(
            [*self.ticket.actions, *self.trading.actions, *self.proposals.actions]
        )
        self.tools_menu.addMenu(self.drawing.menu)
        self.tools_menu.addActions([self.price_alerts.add, self.alerts.dismiss])
        self.practice = Practice(
            *(self, self.desk.practice, lambda: self.desk.settings.in_force),
            note_of=self.desk.trading.notes.of,
            theme=lambda: self._theme,
        )
        self.practice.shown.connect(lambda: self.panels.bring("practice"))
        self.closed.connect(self.practice.close)
        self.tools_menu.addMenu("Practice").addActions(self.practice.actions)
        self.lab = LabOpener(self)
        self.tools_menu.addActions([self.watchlist.add, self.lab.action, self.settings.action])
        self.view_menu.addAction(
            make_action(
                self, "view.theme", "Light or dark", "Switches between light and dark theme", toggle, key="Ctrl+T"
            )
        )
        self.help_menu.addAction(self.keyboard.action)
        places: dict[str, list[QWidget]] = {
            "charts": [self.deck],
            "account": [self.account],
            "conditions": [self.panels["conditions"]],
            "approvals": [self.trading.desk_dock],
            "halt": [self.modes.halt, self.modes.flatten],
            "health": [self.health],
            "settings": [self.settings.button] if self.settings.button else [],
        }
        self.help = Help(
            *(self, self.help_menu, places),
            theme=lambda: self._theme,
            chart=lambda: self.desk.charts.get("XAUUSD") or self.desk.charts.get(self.desk.front),
            settings=lambda: self.desk.settings.in_force,
        )
        self.layout_menu = LayoutMenu(self.layouts, self)
        self.pictures = ChartPictures(self, self.deck, self._theme)
        self.overlays = OverlayDialogs(self, self.deck, self.layouts, self.view_bar, self._theme)
        self.view_menu.addActions([*self.overlays.actions, self.pictures.copy, self.pictures.save])
        self.chart_only = ChartOnly(
            *(self, self.layouts, self.panels.values(), (self.player, self.timeline)), lambda: self.deck.front_view
        )
        self.view_menu.addAction(self.chart_only.action)
        self.parts = PartKeys(
            *(self, lambda: self.deck.front_view, [*self.panels.values(), self.trading.desk_dock]),
            dict.fromkeys((self.faults, self.gateway, self.safety), None)
            | {self.modes: self.modes.arm, self.player: None, self.timeline: None},
        )
        self.view_menu.addActions(self.parts.moves)
        self.panels_menu.addSeparator()
        self.panels_menu.addActions(self.parts.sizes)
        self.help.introduction.model.chosen.connect(self.desk.settings.choose)
        self.view_menu.addMenu(self.layout_menu)

    def _follow(self) -> None:
        from gui.widgets.late import Late

        desk = self.desk
        self.deck.front_changed.connect(self._show_front)
        desk.status.changed.connect(self.timeline.refresh_position)
        desk.gateway.changed.connect(self._show_title)
        desk.trading.approvals.changed.connect(self._show_title)
        self.trading.desk.chosen.connect(self.deck.bring)
        for dock in self.findChildren(QDockWidget):
            dock.topLevelChanged.connect(self.trading.clear_desk_soon)
        self.layouts.restored.connect(self.place_bars)
        self.layouts.restored.connect(self.trading.show_desk)
        self.layouts.was_reset.connect(self.panels.arrange)
        for announced in (
            self.layouts.announced,
            self.report.announced,
            self.pictures.announced,
            desk.journal.announced,
            desk.trading.announced,
        ):
            announced.connect(self.say)
        desk.settings.look_changed.connect(self._show_look)
        desk.opened.connect(self._show_charts)
        desk.zones.changed.connect(self._show_zones)
        for late in self.findChildren(Late):
            late.made.connect(self.layouts.settle)

    def _look_at(self, symbol: str, at: datetime | None) -> None:
        """Brings what a row of a table is about to the front."""
        if words := self.candles.look_at(symbol, at):
            self.say(words)

    def _show_row(self, table: str, key: Hashable) -> None:
        """Shows the row of a trade that was chosen on a chart; the keyboard stays with the chart."""
        self.panels.bring("trading")
        self.trading.tabs.show_row(table, key)
        self.say(self.desk.trading.on_chart.words_of(key).replace("\n", " · "))

    def _show_charts(self) -> None:
        from gui.features.chart.view.chart_view import ChartView
        from gui.features.chart.view.timeframes.board import TimeframeBoard

        for symbol, model in self.desk.charts.items():
            if symbol not in self.deck.symbols:
                view = ChartView(model, self._theme)
                board = TimeframeBoard(view, self.desk.timeframes[symbol], self._theme)
                board.set_zone(self.desk.zones.of(symbol))
                view.hovered.connect(self.desk.conditions[symbol].point_at)
                self.live.triggered.connect(view.look_away)
                self.drawing.follow(model.drawings)
                self.deck.add(symbol, board)
        if self.deck.views and self.centralWidget() is not self.deck:
            self.setCentralWidget(self.deck)
            self.deck.show()
            self.view_bar.fill_overlays(self.deck.views[0])
            self.deck.show_symbol(0)
            if not self.layouts.is_restored:
                self.panels.arrange()
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
        self.desk.show_front(symbol)
        self.badge.show_symbol(symbol)
        if symbol:
            self._conditions.show_model(self.desk.conditions[symbol])
            self._conditions.set_zone(self.desk.zones.of(symbol))

    def _show_look(self) -> None:
        interface = self.desk.settings.in_force.interface
        self.set_theme(theme_for(interface.theme, interface.colours))

    def _show_zones(self) -> None:
        for symbol, board in self.deck.boards.items():
            board.set_zone(self.desk.zones.of(symbol))
        self._conditions.set_zone(self.desk.zones.of(self.deck.front_symbol))
