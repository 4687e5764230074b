"""Edits the size and the levels of a proposal before its approval, on its card and on the chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.messages.manual import EditProposal
from engine.domain.risk import ApprovalCard
from gui.features.approvals.model import ApprovalsModel
from gui.features.chart.model.chart import ChartModel
from gui.features.ticket.model.fields import Basis, Levels, OrderFields
from gui.features.ticket.model.form import OrderForm
from gui.features.trading.model.levels import TradeLine

OWNER = "Proposal"


class ProposalEditor(QObject):
    """At most one proposal at a time; each change goes to the desk at once, and the card shows what it took."""

    changed = Signal()
    commanded = Signal(object)

    def __init__(
        self,
        approvals: ApprovalsModel,
        settings: Settings,
        contracts: Mapping[str, Contract],
        equity: Callable[[], float | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._approvals, self._settings = approvals, settings
        self._contracts, self._equity = contracts, equity
        self._charts: dict[str, ChartModel] = {}
        self.plan_id = ""
        """The plan of the proposal that is being edited; empty where none is."""
        self._symbol = ""
        self._originals: dict[str, OrderFields] = {}
        self.form = OrderForm(OWNER, self)
        self.form.edited.connect(self._send)
        self.form.moved.connect(self._draw)
        approvals.changed.connect(self._follow)

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force."""
        self._settings = settings

    def add_chart(self, chart: ChartModel) -> None:
        """A symbol on whose chart levels can be dragged."""
        self._charts[chart.symbol] = chart

    def begin(self, plan_id: str) -> None:
        """Edits that proposal, or no longer where it is being edited already."""
        card = self._approvals.card(plan_id)
        is_same = plan_id == self.plan_id
        self.end()
        if card is None or is_same or card.plan.symbol not in self._contracts:
            return
        self.plan_id, self._symbol = plan_id, card.plan.symbol
        self._originals = {each: self._originals[each] for each in self._approvals.waiting if each in self._originals}
        self._originals.setdefault(plan_id, _fields(card))
        self.form.begin(_fields(card), self._basis(card))
        self.changed.emit()

    @property
    def is_changed(self) -> bool:
        """Whether size, stop or target are not those that were proposed."""
        original, levels = self._originals.get(self.plan_id), self.form.levels
        if original is None or levels is None:
            return False
        return (levels.lots, levels.stop, levels.target) != (original.size, original.stop, original.target)

    def restore(self) -> None:
        """Puts back what was proposed."""
        card, original = self._approvals.card(self.plan_id), self._originals.get(self.plan_id)
        if card is not None and original is not None:
            self.form.begin(original, self._basis(card))
            self._send()

    def begin_oldest(self) -> None:
        """Edits the proposal that has waited longest, or ends that."""
        if self._approvals.waiting:
            self.begin(self._approvals.waiting[0])

    def end(self) -> None:
        """Edits none any more; the proposal stays as it is."""
        if self.plan_id:
            ended, self.plan_id = self.plan_id, ""
            self.form.end()
            self._approvals.refuse_change(ended, "")
            self.changed.emit()

    def _follow(self) -> None:
        """What is answered or over cannot be edited."""
        if self.plan_id and (self.plan_id not in self._approvals.waiting or self._approvals.is_answered(self.plan_id)):
            self.end()

    def _basis(self, card: ApprovalCard) -> Basis:
        chart = self._charts.get(self._symbol)
        readout = None if chart is None else chart.snapshot_row(chart.count - 1)
        return Basis(
            contract=self._contracts[self._symbol],
            price=card.idea_price,
            atr14=None if readout is None else readout.atr14,
            equity=self._equity(),
            max_lots=self._settings.risk_mitigation.max_volume_lots,
            costs_per_lot=2.0 * self._settings.paper.commission_per_lot,
        )

    def move_line(self, line: TradeLine, price: float) -> None:
        """Its stop or target was dragged on the chart."""
        self.form.move_line(line, price)

    def _send(self) -> None:
        card, levels = self._approvals.card(self.plan_id), self.form.levels
        if card is None:
            return
        self._approvals.refuse_change(self.plan_id, self.form.fault)
        if levels is None or levels == _levels(card):
            return
        self.commanded.emit(_edit(self.plan_id, levels))

    def on_refusal(self, edit: EditProposal, reason: str) -> None:
        """The desk did not accept a change; one that the form no longer shows is ignored."""
        levels = self.form.levels
        if levels is not None and edit == _edit(self.plan_id, levels):
            self._approvals.refuse_change(self.plan_id, reason)

    def _draw(self) -> None:
        if self._symbol in self._charts:
            self._charts[self._symbol].trades.show_draft(self.form.lines, OWNER)


def _edit(plan_id: str, levels: Levels) -> EditProposal:
    return EditProposal(plan_id=plan_id, stop_loss=levels.stop, take_profit=levels.target, volume=levels.lots)


def _levels(card: ApprovalCard) -> Levels:
    return Levels(card.idea_price, card.plan.stop_loss, card.plan.take_profit, card.plan.volume)


def _fields(card: ApprovalCard) -> OrderFields:
    plan = card.plan
    return OrderFields(side=plan.direction, size=plan.volume, stop=plan.stop_loss, target=plan.take_profit)
