"""What became of a trade request, read from the terminal's answer or the lack of one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.adapters.mt5.calls import Answer, Answered, Failed, Lost, NotSent
from engine.adapters.mt5.codes import RAISED, TradeAction
from engine.adapters.mt5.market.terms import Fields
from engine.adapters.mt5.trade.treatments import Treatment, treatment
from engine.domain.broker_messages import (
    BrokerEvent,
    BrokerRequest,
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    OrderUncertain,
    QueryFailed,
    QueryState,
    SubmitOrder,
)
from engine.domain.orders import Refusal, RefusalPolicy


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`result` is the terminal's own, empty where there is none; `code` that of the result or of the error.

    `attempts` is how many requests were sent, of which all but the last were refused.
    """

    treatment: Treatment
    code: int
    words: str
    result: Fields = {}
    attempts: int = 1

    @property
    def refusal(self) -> Refusal:
        """The broker's No, for an outcome that is one."""
        policy = self.treatment.policy or RefusalPolicy.INVALID
        return Refusal(code=self.code, reason=self.words, policy=policy)

    @property
    def is_open(self) -> bool:
        """Whether the request may have been carried out without our knowing."""
        return self.treatment in (Treatment.UNKNOWN, Treatment.ACCEPTED)


def outcome_of(answer: Answer, action: TradeAction) -> Outcome:
    """The outcome of a request of this `action`."""
    match answer:
        case Answered(value=result):
            code = int(result["retcode"])
            return Outcome(
                treatment=treatment(code, action), code=code, words=f"{result['comment']} ({code})", result=result
            )
        case Failed(code=code, text=text):
            return Outcome(treatment=treatment(code, action), code=code, words=f"{text} ({code})")
        case Lost(reason=reason, code=code):
            return Outcome(treatment=Treatment.UNKNOWN, code=code or RAISED, words=reason)
        case NotSent(reason=reason):
            return Outcome(treatment=Treatment.BACK_OFF, code=RAISED, words=reason)


def refused(words: str, kind: Treatment) -> Outcome:
    """A No of our own, before anything was sent."""
    return Outcome(treatment=kind, code=RAISED, words=words)


def unclear(request: BrokerRequest, reason: str, now: datetime) -> BrokerEvent:
    """What is told of a request that nobody knows the outcome of."""
    match request:
        case SubmitOrder(order=order):
            return OrderUncertain(token=order.token, reason=reason, at=now)
        case QueryState(number=number):
            return QueryFailed(number=number, reason=reason, at=now)
        case ClosePosition(ticket=ticket) | ChangeStops(ticket=ticket):
            return ChangeUncertain(ticket=ticket, reason=reason, at=now)
