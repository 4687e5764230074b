"""How the paper broker answers requests: executed, refused, or lost by an injected fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.adapters.paper.faults import Fault
from engine.adapters.paper.fills import Fills
from engine.domain.market import Quote
from engine.domain.messages.broker import (
    BrokerEvent,
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    CloseRefused,
    OrderRefused,
    OrderUncertain,
    StopsChanged,
    StopsRefused,
    SubmitOrder,
)
from engine.domain.orders import Refusal

_LOST = "the answer was lost"


class RequestHandler:
    """Executes or refuses requests, and publishes the answers; `publish_with_account` those that change the account."""

    def __init__(
        self,
        fills: Fills,
        publish: Callable[[BrokerEvent], None],
        publish_with_account: Callable[[BrokerEvent], None],
    ) -> None:
        self._fills = fills
        self._publish = publish
        self._publish_with_account = publish_with_account

    def order(self, request: SubmitOrder, fault: Fault, quote: Quote) -> None:
        if fault.is_answer_lost:
            if fault.is_executed:
                self._fills.enter(request.order, fault, quote)
            elif fault.is_recorded:
                self._fills.reject(request.order, fault, quote.at)
            if not fault.is_silent:
                self._publish(OrderUncertain(token=request.order.token, reason=_LOST, at=quote.at))
            return
        outcome = self._fills.enter(request.order, fault, quote)
        if isinstance(outcome, Refusal):
            self.refuse(request, outcome, quote.at)
            return
        for event in outcome:
            self._publish_with_account(event)

    def close(self, request: ClosePosition, fault: Fault, quote: Quote) -> None:
        if fault.is_answer_lost:
            if fault.is_executed:
                self._fills.close(request, fault, quote)
            self._lose_answer(request.ticket, fault, quote.at)
            return
        outcome = fault.refusal or self._fills.close(request, fault, quote)
        if isinstance(outcome, Refusal):
            self.refuse(request, outcome, quote.at)
        else:
            self._publish_with_account(outcome)

    def change(self, request: ChangeStops, fault: Fault, quote: Quote | None, now: datetime) -> None:
        if fault.is_answer_lost:
            if fault.is_executed:
                self._fills.change_stops(request, quote)
            self._lose_answer(request.ticket, fault, now)
            return
        outcome = fault.refusal or self._fills.change_stops(request, quote)
        if isinstance(outcome, Refusal):
            self._publish(StopsRefused(ticket=request.ticket, refusal=outcome, at=now))
            return
        self._publish(
            StopsChanged(ticket=request.ticket, stop_loss=outcome.stop_loss, take_profit=outcome.take_profit, at=now)
        )

    def _lose_answer(self, ticket: int, fault: Fault, now: datetime) -> None:
        if not fault.is_silent:
            self._publish(ChangeUncertain(ticket=ticket, reason=_LOST, at=now))

    def turn_away(self, request: SubmitOrder, fault: Fault, refusal: Refusal, now: datetime) -> None:
        """Refuses an order that is not looked at any further."""
        self._fills.reject(request.order, fault, now)
        self.refuse(request, refusal, now)

    def refuse(self, request: SubmitOrder | ClosePosition, refusal: Refusal, now: datetime) -> None:
        if isinstance(request, SubmitOrder):
            self._publish(OrderRefused(token=request.order.token, refusal=refusal, at=now))
        else:
            self._publish(CloseRefused(ticket=request.ticket, refusal=refusal, at=now))
