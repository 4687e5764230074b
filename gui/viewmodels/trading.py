"""Trading as state: modes, what waits for approval, positions, plans, history and the day's figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.execution_events import (
    AccountUpdated,
    BrokerLinkChanged,
    OrderFailed,
    OrderUnknown,
    PositionVanished,
    ProtectionLost,
    StopMoveRefused,
)
from engine.domain.market import Quote, Source
from engine.domain.messages import Event
from engine.domain.trades import StopKind
from engine.domain.trading_messages import (
    ApprovalAnswered,
    ApprovalAsked,
    ApprovePlan,
    CommandRefused,
    ModesChanged,
    PlanRefused,
    RejectPlan,
)
from gui.viewmodels.trading_approvals import ApprovalsModel
from gui.viewmodels.trading_modes import ModesModel


class TradingModel(QObject):
    """Hears every trading event. `told` is a sentence that a person must read once.

    Figures that move with the quotes follow at `refresh`, a few times a second.
    """

    commanded = Signal(object)
    told = Signal(str)

    def __init__(
        self, settings: Settings, contracts: Mapping[str, Contract] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._contracts = contracts or {}
        self._quotes: dict[str, Quote] = {}
        self.now: datetime | None = None
        self.modes = ModesModel(self)
        self.approvals = ApprovalsModel(lambda: settings.risk_mitigation.max_price_drift_r, self)
        for part in (self.modes, self.approvals):
            part.commanded.connect(self.commanded)

    def open(self, sources: Sequence[Source]) -> None:
        """A market begins anew, with an account of its own."""
        self.now = None
        self._quotes.clear()
        self.modes.open(source.symbol for source in sources)
        self.approvals.open({source.symbol: source.instrument.digits for source in sources})

    def take(self, event: Event) -> None:
        """Shows what an event of trading tells; any other is no matter."""
        match event:
            case ModesChanged():
                self.modes.show(event)
            case ApprovalAsked(card):
                self._reach(card.asked_at)
                self.approvals.ask(card)
            case ApprovalAnswered(plan_id, _):
                self.approvals.take_away(plan_id)
            case CommandRefused(ApprovePlan(plan_id) | RejectPlan(plan_id), reason):
                self.approvals.refuse(plan_id, reason)
            case AccountUpdated(account=account):
                self.approvals.currency, self.approvals.balance = account.currency, account.balance
        if words := sentence_of(event):
            self.told.emit(words)

    def take_quote(self, quote: Quote) -> None:
        self._quotes[quote.symbol] = quote
        self._reach(quote.at)

    def refresh(self) -> None:
        """Brings everything that moves with quotes and time up to date."""
        self.approvals.move_on(self._quotes, self.now)

    def _reach(self, instant: datetime) -> None:
        """The market's time never goes back within a run."""
        self.now = instant if self.now is None else max(self.now, instant)


def sentence_of(event: Event) -> str:
    """What a person must be told about an event unasked; empty where its place in the tables says enough."""
    match event:
        case CommandRefused(command, reason):
            return f"{_deed(command)} was not done: {reason}"
        case PlanRefused(plan_id, reason):
            return f"Plan {plan_id} was refused: {reason}"
        case StopMoveRefused(trade=trade, kind=kind, reason=reason) if kind is not StopKind.TRAILING:
            return f"The levels of {trade.symbol} {trade.ticket} stay where they are: {reason}"
        case OrderFailed(order=order, reason=reason):
            return f"The order for {order.symbol} failed: {reason}"
        case OrderUnknown(order=order, reason=reason):
            return f"Nobody knows what became of the order for {order.symbol}: {reason}"
        case ProtectionLost(trade=trade, reason=reason):
            return f"{trade.symbol} {trade.ticket} STANDS WITHOUT A STOP: {reason}"
        case PositionVanished(trade=trade):
            return f"{trade.symbol} {trade.ticket} is gone and the broker does not tell how"
        case BrokerLinkChanged(is_connected=is_connected, may_trade=may_trade, reason=reason):
            return "" if is_connected and may_trade else f"The broker cannot trade: {reason}"
        case _:
            return ""


def _deed(command: object) -> str:
    """A command in words: `MoveStops` is told as `Move stops`."""
    name = type(command).__name__
    return name[0] + "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name[1:])
