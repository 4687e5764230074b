"""The view-model of the whole window: chart and conditions of each symbol, the player, alerts, the status bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.market import Source
from engine.domain.messages.commands import ApprovePlan, BreakEven, CloseTrade, Flatten, MoveStops
from engine.domain.messages.manual import CloseTrades, PlaceOrder
from gui.features.alerts.model.alerts import AlertBoard
from gui.features.assistant.model.assistant import AssistantModel
from gui.features.calendar.model.calendar import CalendarModel
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.timeframe_charts import TimeframeCharts
from gui.features.closing.model import ClosingModel
from gui.features.conditions.model.check_worth import CheckWorthModel
from gui.features.conditions.model.conditions import ConditionsModel
from gui.features.connection.model.gateway import GatewayModel
from gui.features.drawing.model.keeper import DrawingKeeper
from gui.features.drawing.model.tools import DrawingTools
from gui.features.evidence.model.drift import DriftWatch
from gui.features.evidence.model.evidence import EvidenceModel
from gui.features.health.model import HealthModel
from gui.features.journal.model.journal import Chosen, JournalModel
from gui.features.practice.model.practice import PracticeModel
from gui.features.price_alerts.model.price_alerts import PriceAlertsModel
from gui.features.replay.model.playback import WAITS_FOR_QUOTE, PlaybackModel
from gui.features.settings.model.settings import SettingsModel
from gui.features.statistics.model.statistics import StatisticsModel
from gui.features.status.model import StatusModel
from gui.features.trading.model.trading import TradingModel
from gui.features.volatility.model.volatility import VolatilityModel
from gui.features.watchlist.model.watchlist import WatchlistModel
from gui.zones import DisplayZones

_ANSWERED_BY_A_QUOTE = (ApprovePlan, PlaceOrder, MoveStops, BreakEven, CloseTrade, CloseTrades, Flatten)


class DeskModel(QObject):
    """Owns the view-models. `opened` is emitted when the charts of a market exist.

    `faulted` carries a title and a sentence about a part that failed while the desk goes on.
    """

    opened = Signal()
    commanded = Signal(object)
    faulted = Signal(str, str)

    def __init__(self, settings: Settings | None = None, contracts: Mapping[str, Contract] | None = None) -> None:
        super().__init__()
        self._settings = settings or Settings()
        self.zones = DisplayZones(self._settings.interface.time_zone, self)
        self.sources: dict[str, Source] = {}
        self.charts: dict[str, ChartModel] = {}
        self.timeframes: dict[str, TimeframeCharts] = {}
        self.has_untold_charts = False
        self.conditions: dict[str, ConditionsModel] = {}
        self.playback = PlaybackModel()
        self.status = StatusModel()
        self.alerts = AlertBoard(self._settings, lambda: self.playback.speed, self)
        self.trading = TradingModel(self._settings, contracts)
        self.playback.changed.connect(lambda: self.trading.modes.set_paused(self.playback.is_paused))
        self.price_alerts = PriceAlertsModel(lambda: self.trading.now, self)
        self.price_alerts.front = lambda: self.front
        self.drawing_tools = DrawingTools(self)
        self.kept_drawings = DrawingKeeper(self.drawing_tools, self)
        self.evidence = EvidenceModel(self._settings, self)
        self.drift = DriftWatch(self.evidence, self.trading.modes, self)
        self.check_worth = CheckWorthModel(self._settings, self)
        self.trading.approvals.evidence = self.evidence.card_words
        self.evidence.changed.connect(self.trading.approvals.moved)
        self.trading.proposals.evidence = self.evidence.card_words
        self.evidence.changed.connect(self.trading.proposals.moved)
        self.trading.approvals.changed.connect(self._follow_proposals)
        self.gateway = GatewayModel(self)
        self.health = HealthModel(self.trading.modes, self)
        self.volatility = VolatilityModel(self._settings, self)
        self.journal = JournalModel(lambda: self.trading.now, self)
        self.statistics = StatisticsModel(
            lambda: self.trading.now,
            self,
            currency=lambda: self.trading.figures.currency,
            account=lambda: self.trading.account.account,
        )
        self.journal.note_asked.connect(self._write_note)
        self.trading.notes.changed.connect(self.journal.on_annotation)
        self.trading.notes.changed.connect(self.statistics.refresh)
        self.trading.history.rowsInserted.connect(self.statistics.refresh)
        self.zones.changed.connect(lambda: self.statistics.set_zone(self.zones.common))
        self.settings = SettingsModel(self._settings, self)
        self.assistant = AssistantModel(self.settings, self.trading.plans, self)
        self.trading.proposals.changed.connect(self.assistant.changed)
        self.practice = PracticeModel(
            *(self._settings, lambda: self.trading.now, lambda: self.trading.figures.currency), parent=self
        )
        self.practice.commanded.connect(self.commanded)
        self.practice.announced.connect(self.trading.announced)
        self.practice.pairs.chosen.connect(self.trading.on_chart.place_asked)
        self.zones.changed.connect(lambda: self.practice.pairs.set_zone(self.zones.common))
        self.watchlist = WatchlistModel(self.settings, self.trading, self.evidence, self)
        self.watchlist.alert_wanted.connect(self.price_alerts.form.begin)
        self.calendar = CalendarModel(lambda: self.trading.now, self.zones, self._settings, self)
        for owned in (self.playback, self.status, self.trading):
            owned.setParent(self)  # they end with the window: else what is connected to them would keep it forever
        for part in (
            self.playback,
            self.trading,
            self.gateway,
            self.settings,
            self.evidence,
            self.drift,
            self.price_alerts,
            self.calendar,
        ):
            part.commanded.connect(self.commanded)
        self.closing = ClosingModel(self.trading, self.playback, self)
        self.closing.commanded.connect(self.commanded)
        self.closing.score, self.closing.is_kept = self.practice.sentence, lambda: self.practice.is_kept
        self.trading.commanded.connect(self._say_what_waits)
        for speaker in (
            *(self.settings, self.evidence, self.drift, self.check_worth),
            *(self.watchlist, self.drawing_tools, self.kept_drawings, self.calendar),
        ):
            speaker.announced.connect(self.trading.announced)
        self.zones.changed.connect(lambda: self.trading.set_zone(self.zones.common))
        self.zones.changed.connect(lambda: self.price_alerts.set_zone(self.zones.common))

    def use_settings(self, settings: Settings) -> None:
        """Shows everything by settings that have come into force."""
        self._settings = settings
        self.settings.use_settings(settings)
        self.zones.use_settings(settings)
        self.alerts.use_settings(settings)
        self.trading.use_settings(settings)
        self.volatility.use_settings(settings)
        self.evidence.use_settings(settings)
        self.check_worth.use_settings(settings)
        self.practice.use_settings(settings)
        self.watchlist.use_settings(settings)
        self.calendar.use_settings(settings)
        for symbol, conditions in self.conditions.items():
            rules = settings.rules_for(symbol, self.charts[symbol].stands_for)
            conditions.use_rules(rules)
            self.timeframes[symbol].use_rules(rules)

    def _follow_proposals(self) -> None:
        waiting = self.trading.approvals.waiting_symbols
        for symbol, conditions in self.conditions.items():
            conditions.follow_proposal(symbol in waiting)

    def _say_what_waits(self, command: object) -> None:
        """The paper broker of a paused market answers with the next quote."""
        if self.playback.is_paused and isinstance(command, _ANSWERED_BY_A_QUOTE):
            self.trading.announced.emit(WAITS_FOR_QUOTE)

    def _write_note(self, chosen: Chosen) -> None:
        if chosen.annotation is not None:
            self.trading.notes.learn(chosen.annotation)
        plan_id = chosen.entry.plan_id or ""
        self.trading.notes.begin(plan_id, f"Plan {plan_id}")

    @property
    def front(self) -> str:
        """The symbol that the user looks at; empty before there are charts."""
        return self.volatility.front

    def show_front(self, symbol: str) -> None:
        """Brings another symbol to the front and updates everything about it."""
        self.volatility.front = symbol
        self.trading.entry.ticket.show_symbol(symbol)
        if symbol:
            self.conditions[symbol].refresh_live()

    def return_to_live(self) -> None:
        """Shows the conditions of the newest candles again."""
        for conditions in self.conditions.values():
            conditions.return_to_live()

    def open(self, sources: Sequence[Source]) -> None:
        """Empties the charts for a market that restarts; makes those that do not exist yet."""
        self.prepare(sources)
        self.announce_opened()

    def prepare(self, sources: Sequence[Source], *, goes_on: bool = False) -> None:
        """Like `open`, but without announcing new charts, which takes the window a whole frame. `goes_on` if the
        practice session does: its trades and figures stay."""
        self.sources = {source.symbol: source for source in sources}
        self.zones.open(sources)
        self.check_worth.open(sources)
        self.status.open(sources)
        self.playback.open()
        self.alerts.open(sources)
        for source in sources:
            if source.symbol in self.charts:
                self.charts[source.symbol].clear()
                self.conditions[source.symbol].clear()
            else:
                self._add(source)
                self.has_untold_charts = True
            self.charts[source.symbol].set_reading(True)
            self.volatility.open(self.charts[source.symbol])
        self.trading.open(sources, goes_on=goes_on)
        self.price_alerts.open(sources, self._judged)
        self.evidence.open(sources)
        self.watchlist.open(sources, self.charts)
        self.calendar.open(sources)

    def complete_history(self) -> None:
        """All candles from before the live stream are shown: a paused market stands at their end until it is played."""
        for chart in self.charts.values():
            chart.set_reading(False)
        self.playback.complete_history()
        if (ends_at := self.playback.history_ends_at) is not None:
            self.status.stand_at(ends_at)
            self.trading.stand_at(ends_at)

    def _judged(self) -> dict[str, bool]:
        """The symbols of the market, each with whether it has rules."""
        rules_for = self._settings.rules_for
        return {
            symbol: rules_for(symbol, source.instrument.stands_for) is not None
            for symbol, source in self.sources.items()
        }

    def announce_opened(self) -> None:
        """Announces the charts that were added since."""
        if self.has_untold_charts:
            self.has_untold_charts = False
            self.opened.emit()

    def _add(self, source: Source) -> None:
        chart = ChartModel(source.instrument)
        rules = self._settings.rules_for(source.symbol, chart.stands_for)
        conditions = ConditionsModel(chart, rules)
        timeframes = TimeframeCharts(chart, source.instrument, rules)
        for owned in (chart, conditions, timeframes):
            owned.setParent(self)
        conditions.commanded.connect(self.commanded)
        self.trading.draw_on(chart)
        self.price_alerts.draw_on(chart)
        chart.drawings.use(self.drawing_tools)
        self.calendar.draw_on(source.symbol, chart.events)
        self.kept_drawings.add(source.symbol, chart.drawings)
        chart.drawings.refused.connect(self.trading.announced)
        self.charts[source.symbol], self.conditions[source.symbol] = chart, conditions
        self.timeframes[source.symbol] = timeframes
