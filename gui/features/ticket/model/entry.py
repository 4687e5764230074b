"""What the user does himself: orders of the ticket, edits of proposals, and the menu of a position."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.market import Quote
from engine.domain.messages.engine import Event
from engine.domain.messages.execution import AccountUpdated, OrderFailed
from engine.domain.messages.manual import EditProposal, OrderReviewed
from engine.domain.messages.trading import CommandRefused, PlanChanged
from gui.features.approvals.model import ApprovalsModel
from gui.features.chart.model.chart import ChartModel
from gui.features.ticket.model.proposal import OWNER as PROPOSAL
from gui.features.ticket.model.proposal import ProposalEditor
from gui.features.ticket.model.ticket import OWNER as TICKET
from gui.features.ticket.model.ticket import OrderTicket
from gui.features.trading.model.chart import ChartLevels
from gui.features.trading.model.position_menu import PositionMenu
from gui.features.trading.model.positions import PositionsTable


class OrderEntry(QObject):
    """Hands each what it needs; `commanded` and `announced` carry what they say."""

    commanded = Signal(object)
    announced = Signal(str)

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        approvals: ApprovalsModel,
        positions: PositionsTable,
        levels: ChartLevels,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._equity: float | None = None
        self._now: datetime | None = None
        self.ticket = OrderTicket(settings, contracts, lambda: self._equity, self)
        self.editor = ProposalEditor(approvals, settings, contracts, lambda: self._equity, self)
        self.position_menu = PositionMenu(positions, contracts, settings)
        self.position_menu.add_to = self.ticket.begin
        levels.hands |= {TICKET: self.ticket.move_line, PROPOSAL: self.editor.move_line}
        for part in (self.ticket, self.editor):
            part.commanded.connect(self.commanded)
        self.ticket.announced.connect(self.announced)

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force."""
        self.ticket.use_settings(settings)
        self.editor.use_settings(settings)
        self.position_menu.use_settings(settings)

    def add_chart(self, chart: ChartModel) -> None:
        """A symbol that can be traded."""
        self.ticket.add_chart(chart)
        self.editor.add_chart(chart)
        self.position_menu.add_chart(chart)

    def open(self) -> None:
        """A market restarts with its own account."""
        self._equity = self._now = None
        self.ticket.restart()
        self.editor.end()

    def on_event(self, event: Event) -> None:
        """Applies what is about orders of the user and edits; ignores any other event."""
        match event:
            case OrderReviewed():
                self.ticket.on_review(event)
            case PlanChanged(plan):
                self.ticket.answer.on_plan(plan, self._now)
            case CommandRefused(EditProposal() as edit, reason):
                self.editor.on_refusal(edit, reason)
            case CommandRefused():
                self.ticket.answer.on_refusal(event, self._now)
            case OrderFailed():
                self.ticket.answer.on_failure(event)
            case AccountUpdated(account=account):
                self._equity = account.equity

    def move_on(self, quotes: Mapping[str, Quote], now: datetime | None) -> None:
        """The newest quotes by symbol, and the market's time."""
        self._now = now
        self.ticket.move_on(quotes, now)

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self.ticket.answer.zone = zone
        self.ticket.changed.emit()
