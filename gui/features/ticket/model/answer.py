"""What became of the last order of the ticket: with its time, and with what to change where the broker refused it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import QObject, Signal

from config.words import capitalised
from engine.domain.contract import Contract
from engine.domain.messages.commands import ApprovePlan
from engine.domain.messages.execution import OrderFailed
from engine.domain.messages.manual import PlaceOrder
from engine.domain.messages.trading import CommandRefused
from engine.domain.orders import RefusalPolicy
from engine.domain.plan import PlanStatus, TradePlan
from gui.features.trading.model.words import lots_text, price_or_missing, reason_text
from gui.zones import named_second_text

_ENDED: Final = {PlanStatus.DENIED: "Denied", PlanStatus.FAILED: "Failed", PlanStatus.CANCELLED: "Cancelled"}


class OrderAnswer(QObject):
    """`changed` is emitted with each word of the desk about the order that was sent last."""

    changed = Signal()

    def __init__(self, contracts: Mapping[str, Contract], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._contracts = contracts
        self._order_id = self._words = self._advice = ""
        self._at: datetime | None = None
        self.zone: tzinfo = UTC
        self.is_sent = False
        """Whether an order is on its way: no other is sent meanwhile."""
        self.is_refused = False
        """Whether the order did not become a position."""

    @property
    def text(self) -> str:
        """The result of the last order, or why it was not sent; empty where there is nothing to say."""
        time = "" if self._at is None else f" ({named_second_text(self._at, self.zone)})"
        return f"{self._words}{time}{self._advice}"

    def forget(self) -> None:
        """The order is of a market that ended."""
        self.is_sent = False
        self.clear()

    def clear(self) -> None:
        """Another order is set up; one that is on its way is still answered."""
        if not self.is_sent:
            self._order_id = self._words = self._advice = ""
            self._at, self.is_refused = None, False
            self.changed.emit()

    def begin(self, order_id: str) -> None:
        """An order is on its way."""
        self._order_id, self._words, self._advice, self._at = order_id, "Sent", "", None
        self.is_sent, self.is_refused = True, False
        self.changed.emit()

    # -- events of the engine

    def on_plan(self, plan: TradePlan, now: datetime | None) -> None:
        """The order has become a plan, and the plan's status changes."""
        if not self.is_sent or not self._is_of(plan.plan_id):
            return
        if plan.status is PlanStatus.OPEN:
            filled = f"Filled: {plan.direction.value} {lots_text(plan.volume)} of {plan.symbol}"
            self._end(filled, now, is_refused=False)
        elif plan.is_final:
            words = f"{_ENDED.get(plan.status, 'Ended')}: {reason_text(plan.close_reason)}"
            self._end(words, plan.close_time or now, is_refused=True)

    def on_failure(self, failed: OrderFailed) -> None:
        """The broker refused the order; comes after its plan has failed."""
        too_near = failed.refusal is not None and failed.refusal.policy is RefusalPolicy.STOPS_TOO_CLOSE
        contract = self._contracts.get(failed.order.symbol)
        if too_near and contract is not None and self._is_of(failed.order.plan_id):
            distance = price_or_missing(contract.min_distance, contract.digits)
            self._advice = f". Move stop and target at least {distance} from the price"
            self.changed.emit()

    def on_refusal(self, refused: CommandRefused, now: datetime | None) -> None:
        """The order was not sent."""
        match refused.command:
            case PlaceOrder(order) if self.is_sent and order.order_id == self._order_id:
                self._end(refused.reason, now, is_refused=True)
            case ApprovePlan(plan_id) if self.is_sent and self._is_of(plan_id):
                self._end(refused.reason, now, is_refused=True)

    def _is_of(self, plan_id: str) -> bool:
        return bool(self._order_id) and plan_id.endswith(self._order_id)

    def _end(self, words: str, at: datetime | None, *, is_refused: bool) -> None:
        self._words, self._at = capitalised(words), at
        self.is_sent, self.is_refused = False, is_refused
        self.changed.emit()
