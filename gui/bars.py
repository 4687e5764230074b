"""The bars of the window: messages across it, what is pressed, and the account."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.shell import Shell
from gui.widgets.actions import make_action

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gui.desk_model import DeskModel
    from gui.features.chart.view.deck import ChartDeck


class BarredWindow(Shell):
    """A shell with bars for a desk and its charts, which it is given before they are added."""

    desk: DeskModel
    deck: ChartDeck

    def add_messages(self) -> None:
        """Lines across the window, visible only while they have a message."""
        from config.loader import changed_settings
        from gui.features.connection.view.gateway_bar import GatewayBar
        from gui.features.crash.panel import CrashReports
        from gui.features.status.view.fault_bar import FaultBar
        from gui.features.trading.view.decision_bar import DecisionBar
        from gui.features.trading.view.safety_bar import SafetyBar

        self.faults, self.gateway = FaultBar(), GatewayBar(self.desk.gateway)
        self.desk.faulted.connect(self.faults.add_fault)
        trading = self.desk.trading
        self.decisions, self.safety = DecisionBar(trading.decisions), SafetyBar(trading.safety, trading.arming)
        self.crashes = CrashReports(self, lambda: changed_settings(self.desk.settings.in_force))
        self.closed.connect(self.crashes.close)
        for bar in (self.faults, self.crashes.bar, self.gateway, self.safety, self.decisions):
            self.addToolBar(bar)
            self.addToolBarBreak()

    def add_bars(self) -> None:
        """What is pressed, the player of a replay, and the account."""
        from gui.features.account.view.account_bar import AccountBar
        from gui.features.chart.view.actions import ChartActions
        from gui.features.chart.view.timeframes.actions import TimeframeActions
        from gui.features.chart.view.view_bar import ViewBar
        from gui.features.evidence.view.badge import EvidenceBadge
        from gui.features.replay.view.playback_bar import PlaybackBar
        from gui.features.replay.view.timeline.bar import TimelineBar
        from gui.features.trading.view.mode_bar import HindranceLine, ModeBar
        from gui.features.trading.view.table_actions import TableActions

        desk = self.desk
        self.player = PlaybackBar(desk.playback, desk.zones)
        self.player.set_theme(self._theme)
        self.timeline = TimelineBar(desk.playback, desk.zones, self._theme)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        tip = "The conditions of the newest candle"
        self.live = make_action(self, "chart.live", "Return to live", tip, desk.return_to_live, key="Esc")
        self.chart_actions = ChartActions(self.deck)
        self.timeframe_actions = TimeframeActions(self.deck)
        side_by_side, reset = self.chart_actions.side_by_side, self.chart_actions.reset
        self.view_menu.addActions([side_by_side, self.chart_actions.detach, reset, self.live])
        self.view_menu.addMenu(self.timeframe_actions.menu)
        self.view_menu.addMenu("Table").addActions(TableActions(self).actions)
        self.view_bar = ViewBar(self.deck, [side_by_side, reset], self)
        self.view_bar.setParent(self.deck)
        self.deck.put_beside_tabs(self.view_bar)
        self.view_menu.addAction(self.view_bar.signal_history)
        self.modes = ModeBar(desk.trading.modes, desk.trading.arming, self._theme)
        self.badge = EvidenceBadge(desk.evidence, lambda: desk.playback.is_played)
        place = self.modes.add_beside_symbols(self.badge)
        self.badge.shown.connect(place.setVisible)
        self.badge.refresh()
        self.account = AccountBar(desk.trading.account)
        self.account.add_at_end(HindranceLine(desk.trading.modes))
        self.place_bars()

    def place_bars(self) -> None:
        """One row for all that is pressed, one for the account; layouts of older versions had more."""
        for bar in (self.modes, self.player):
            self.addToolBar(bar)
        self.addToolBarBreak()
        self.addToolBar(self.account)
