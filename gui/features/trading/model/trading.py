"""Trading as state: modes, proposals awaiting approval, positions, plans, history and the day's figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.market import Quote, Source
from engine.domain.messages.commands import AnnotateTrade, ApprovePlan, MoveStops, RejectPlan, ReplacePlan
from engine.domain.messages.engine import Event
from engine.domain.messages.execution import (
    AccountUpdated,
    BrokerLinkChanged,
    ExitRefused,
    ExitRulesChanged,
    ExitSent,
    OrderFailed,
    OrderMerged,
    OrderSent,
    OtherPositionsChanged,
    PositionAdopted,
    PositionVanished,
    ProtectionLost,
    Reconciled,
    ReconciliationStarted,
    StopMoved,
    StopMoveRefused,
    TradeAmended,
    TradeClosed,
    TradeOpened,
    TradeReduced,
    UnknownOrdersChanged,
)
from engine.domain.messages.proposals import ArmPlan, DeclinePlan, ProposalReviewed
from engine.domain.messages.trading import (
    AccountOpened,
    ApprovalAnswered,
    ApprovalAsked,
    ApprovalReviewed,
    CommandRefused,
    DayFiguresChanged,
    FlattenChanged,
    ModesChanged,
    OtherDesksChanged,
    PlanChanged,
    RecordsDiffer,
    TradeAnnotated,
    TradesRecalled,
)
from engine.domain.plan import TradePlan
from engine.domain.practice import PracticeChanged
from engine.domain.trades import ClosedTrade
from engine.market.account_day import AccountDay
from gui.features.account.model import AccountModel
from gui.features.approvals.model import ApprovalsModel
from gui.features.chart.model.chart import ChartModel
from gui.features.keyboard.model.arming import Arming
from gui.features.proposals.model import ProposalsModel
from gui.features.ticket.model.entry import OrderEntry
from gui.features.trading.model.chart import ChartLevels
from gui.features.trading.model.chart_trades import ChartTrades
from gui.features.trading.model.decisions import DecisionsModel
from gui.features.trading.model.draft import PlanDraft
from gui.features.trading.model.figures import FiguresModel
from gui.features.trading.model.history import HistoryTable
from gui.features.trading.model.modes import ModesModel
from gui.features.trading.model.notes import TradeNotes
from gui.features.trading.model.plans import PlansTable
from gui.features.trading.model.position_troubles import is_alarming
from gui.features.trading.model.positions import PositionsTable
from gui.features.trading.model.safety import SafetyModel
from gui.features.trading.model.sentences import sentence_of, sentence_of_change


class TradingModel(QObject):
    """Receives every trading event. `announced` carries a message for the user.

    Figures that move with the quotes follow at `refresh`, a few times a second. Without `contracts`, by symbol, open
    positions are shown in R only.
    """

    commanded = Signal(object)
    announced = Signal(str)

    def __init__(
        self, settings: Settings, contracts: Mapping[str, Contract] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._contracts = {} if contracts is None else contracts  # it may fill later
        self._day = AccountDay.by(settings.risk_mitigation)
        self._quotes: dict[str, Quote] = {}
        self.now: datetime | None = None
        self.orders_on_way: set[str] = set()
        """Tokens of orders that were sent and whose outcome is not known yet."""
        self.arming = Arming(settings.keyboard, self)
        self.modes = ModesModel(self)
        self.safety = SafetyModel(self)
        self.decisions = DecisionsModel(self)
        self.approvals = ApprovalsModel(lambda: self._settings.risk_mitigation.max_price_drift_r, self)
        self.proposals = ProposalsModel(self)
        self.positions = PositionsTable(self._contracts, self)
        self.plans = PlansTable(self)
        self.notes = TradeNotes(self)
        self.history = HistoryTable(self.notes, self)
        self.figures = FiguresModel(lambda: self._settings.risk_mitigation, self._contracts, self)
        self.account = AccountModel(self.figures, self.positions, self)
        self.draft = PlanDraft(settings, self._contracts, self.plans.plan, self)
        self._levels = ChartLevels(self.positions, self.plans, self.draft, self)
        self.plans.change_asked.connect(self.draft.begin_change)
        self.plans.proposal_asked.connect(self.proposals.asked)
        self.entry = OrderEntry(settings, self._contracts, self.approvals, self.positions, self._levels, self)
        self.on_chart = ChartTrades(self.positions, self.plans, self.history, self)
        for part in (
            *(self.modes, self.safety, self.decisions, self.approvals, self.proposals, self.positions),
            *(self.plans, self.draft, self.notes, self._levels, self.entry),
        ):
            part.commanded.connect(self.commanded)
        for speaker in (self.arming, self.approvals, self.proposals, self.positions, self.draft, self.entry):
            speaker.announced.connect(self.announced)

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force: limits, and the terms of plans that are written."""
        self._settings = settings
        self._day = AccountDay.by(settings.risk_mitigation)
        self.arming.use_keyboard(settings.keyboard)
        self.draft.use_settings(settings)
        self.entry.use_settings(settings)
        self.figures.changed.emit()
        self.approvals.moved.emit()

    def draw_on(self, chart: ChartModel) -> None:
        """Keeps the lines of a symbol's chart; what the user drags there is asked of the broker."""
        self._levels.draw_on(chart)
        self.on_chart.draw_on(chart)
        self.draft.add_chart(chart)
        self.entry.add_chart(chart)

    def open(self, sources: Sequence[Source], *, goes_on: bool = False) -> None:
        """A market restarts: with its own account, or with that of the practice session that `goes_on`."""
        self.now = None
        self._quotes.clear()
        self.orders_on_way.clear()
        self.arming.disarm("the market jumped" if goes_on else "the market was restarted")
        self.draft.end()
        self.entry.open()
        digits = {source.symbol: source.instrument.digits for source in sources}
        self.modes.open(digits)
        self.figures.open(goes_on=goes_on)
        self.decisions.open()
        self.safety.open()
        for part in (self.approvals, self.proposals, self.positions, self.plans):
            part.open(digits)
        self._levels.open(digits)
        if not goes_on:
            self.history.open(digits)
        self.on_chart.open(digits, goes_on=goes_on)

    # -- events of the engine

    def on_event(self, event: Event) -> None:
        """Applies an event of trading; ignores any other."""
        match event:
            case ModesChanged(halt=halt):
                if halt is not None and not self.modes.is_halted:
                    self.arming.disarm("the desk was halted")
                self.modes.show(event)
                self.safety.show_modes(event)
            case FlattenChanged():
                self.modes.show_flatten(event)
                self.safety.show_flatten(event)
            case DayFiguresChanged(trading_day, figures):
                self.figures.show(trading_day, figures)
            case PlanChanged(plan):
                self._on_plan(plan)
            case AccountUpdated(account=account):
                self.approvals.currency, self.approvals.balance = account.currency, account.balance
                self.figures.account = account
                self.proposals.currency = account.currency
                self.positions.show_currency(account.currency)
                self.history.show_currency(account.currency)
                self.on_chart.currency = account.currency
            case BrokerLinkChanged() | ReconciliationStarted() | Reconciled():
                self.modes.show_broker(event)
            case ApprovalAsked() | ApprovalReviewed() | ApprovalAnswered() | CommandRefused():
                self._on_approval(event)
            case ProposalReviewed(card):
                self.proposals.show(card)
            case UnknownOrdersChanged():
                self.decisions.show_unknown(event)
            case OtherDesksChanged():
                self.decisions.show_other_desks(event)
            case AccountOpened(account=account):
                self.plans.use_account(account)
                self.account.use_account(account)
            case RecordsDiffer():
                self.decisions.show_differences(event)
            case TradesRecalled(trades):
                for trade in trades:
                    self._show_closed(trade)
            case PracticeChanged(session):
                self.history.mark_seen(session)
            case TradeAnnotated(annotation):
                self.notes.on_annotation(annotation)
            case _:
                self._on_position(event)
        self.entry.on_event(event)
        self._announce(sentence_of(event))

    def _on_plan(self, plan: TradePlan) -> None:
        before = self.plans.plan(plan.plan_id)
        self.plans.show(plan)
        self.proposals.on_plan(plan)
        self.draft.on_plan(plan)
        self._announce(sentence_of_change(before, plan))
        self._levels.on_plan(plan)

    def _announce(self, words: str) -> None:
        if words:
            self.announced.emit(words)

    def _on_approval(self, event: ApprovalAsked | ApprovalReviewed | ApprovalAnswered | CommandRefused) -> None:
        match event:
            case ApprovalAsked(card):
                self._reach(card.asked_at)
                self.approvals.ask(card)
            case ApprovalReviewed(card):
                self.approvals.review(card)
            case ApprovalAnswered(plan_id, verdict):
                self.approvals.remove(plan_id, verdict)
            case CommandRefused(ApprovePlan(plan_id) | RejectPlan(plan_id), reason):
                self.approvals.refuse(plan_id, reason)
            case CommandRefused(ArmPlan(plan_id) | DeclinePlan(plan_id), reason):
                self.proposals.refuse(plan_id, reason)
            case CommandRefused(MoveStops(ticket)):
                self._levels.refuse(ticket)
            case CommandRefused(ReplacePlan(plan_id)):
                self._levels.refuse(plan_id)
                self.draft.on_refusal(event)
            case CommandRefused(AnnotateTrade(trade_id), reason):
                self.notes.refuse(trade_id, reason)
            case CommandRefused():
                self.draft.on_refusal(event)

    def _follow_order(self, event: Event) -> None:
        match event:
            case OrderSent(order=order):
                self.orders_on_way.add(order.token)
            case OrderFailed(order=order):
                self.orders_on_way.discard(order.token)
            case OrderMerged(order=order):
                self.orders_on_way.discard(order.token)
            case TradeOpened(trade=trade) | PositionAdopted(trade=trade) if trade.order is not None:
                self.orders_on_way.discard(trade.order.token)

    def _on_position(self, event: Event) -> None:
        self._follow_order(event)
        match event:
            case StopMoved(trade=trade):
                self.positions.end_stop_trouble(trade.ticket)
                self.positions.show(trade)
            case OrderMerged(trade=trade) if trade is not None:
                self.positions.show(trade)
            case TradeOpened() | PositionAdopted() | TradeReduced() | TradeAmended() | ExitRulesChanged():
                self.positions.show(event.trade)
            case ExitSent(trade=trade):
                self.positions.show_leaving(trade.ticket)
            case ExitRefused() | ProtectionLost():
                self.positions.show_trouble(event)
            case StopMoveRefused(trade=trade):
                self._levels.refuse(trade.ticket)
                if is_alarming(event):
                    self.positions.show_trouble(event)
            case PositionVanished():
                self.positions.remove_trade(event.trade.ticket)
            case TradeClosed(trade=trade):
                self.positions.remove_trade(trade.ticket)
                self._show_closed(trade)
            case OtherPositionsChanged(positions=positions, orders=orders):
                self.positions.show_others(positions, orders)
            case OrderSent(at=at):
                self.figures.count_entry(at)
        self._levels.draw()
        self.on_chart.draw_open()

    def _show_closed(self, trade: ClosedTrade) -> None:
        self.on_chart.add(self.history.show(trade), trade)

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        for part in (self.modes, self.decisions, self.plans, self.history, self.on_chart, self.entry):
            part.set_zone(zone)

    def stand_at(self, instant: datetime) -> None:
        """The market was read up to an instant; a paused one stays there until it is played."""
        self._reach(instant)

    def on_quote(self, quote: Quote) -> None:
        self._quotes[quote.symbol] = quote
        self._reach(quote.at)

    def refresh(self) -> None:
        """Brings everything that moves with quotes and time up to date."""
        self.approvals.move_on(self._quotes, self.now)
        self.proposals.move_on(self.now)
        self.positions.move_on(self._quotes, self.now)
        self.on_chart.refresh()
        self.safety.move_on(self.now)
        self.plans.move_on(self.now)
        self.draft.move_on(self._quotes, self.now)
        self.entry.move_on(self._quotes, self.now)
        self.figures.open_positions = self.positions.count
        self.figures.open_profit, self.figures.closed_parts = self.positions.profit, self.positions.closed_parts
        if self.now is not None:
            self.figures.move_on(self.now, self._day.day_of)

    def _reach(self, instant: datetime) -> None:
        """The market's time never goes back within a run."""
        self.now = instant if self.now is None else max(self.now, instant)
