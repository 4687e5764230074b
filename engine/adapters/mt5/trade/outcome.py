"""The outcome of a trade request, from the terminal's answer or the lack of one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.adapters.mt5.calls import Answer, Answered, Failed, Lost, NotSent
from engine.adapters.mt5.codes import RAISED, TradeAction
from engine.adapters.mt5.market.terms import Fields
from engine.adapters.mt5.trade.treatments import Treatment, treatment
from engine.domain.messages.broker import (
    BrokerEvent,
    BrokerRequest,
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    CloseRefused,
    OrderRefused,
    OrderUncertain,
    QueryFailed,
    QueryState,
    StopsRefused,
    SubmitOrder,
)
from engine.domain.orders import Refusal, RefusalPolicy


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`result` is the terminal's own, empty where there is none; `code` that of the result or of the error.

    `attempts` is how many requests were sent; all but the last were refused.
    """

    treatment: Treatment
    code: int = RAISED
    words: str
    result: Fields = {}
    attempts: int = 1

    @property
    def is_done(self) -> bool:
        """Whether it was carried out, if only in part; what it brought has to be looked at."""
        return self.treatment in (Treatment.DONE, Treatment.PARTIAL)

    @property
    def is_open(self) -> bool:
        """Whether the request may have been carried out without our knowing."""
        return self.treatment in (Treatment.UNKNOWN, Treatment.ACCEPTED)

    def unseen(self, words: str) -> Outcome:
        """The same where the server does not show what it says to have done."""
        return msgspec.structs.replace(self, treatment=Treatment.UNKNOWN, words=words)


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
            return Outcome(treatment=Treatment.BACK_OFF, words=reason)


def refused(words: str, kind: Treatment) -> Outcome:
    """A refusal by the desk, before anything was sent."""
    return Outcome(treatment=kind, words=words)


def event_of(request: BrokerRequest, outcome: Outcome, now: datetime) -> BrokerEvent:
    """The report on a request that was not executed, or whose outcome is unknown."""
    policy = outcome.treatment.policy or RefusalPolicy.INVALID
    refusal = Refusal(code=outcome.code, reason=outcome.words, policy=policy)
    match request:
        case QueryState(number=asked):
            return QueryFailed(number=asked, reason=outcome.words, at=now)
        case SubmitOrder(order=order) if outcome.is_open:
            number = int(outcome.result.get("order", 0)) or None
            return OrderUncertain(
                token=order.token, reason=outcome.words, at=now, number=number, attempts=outcome.attempts
            )
        case SubmitOrder(order=order):
            return OrderRefused(token=order.token, refusal=refusal, at=now)
        case ClosePosition(ticket=ticket) | ChangeStops(ticket=ticket) if outcome.is_open:
            return ChangeUncertain(ticket=ticket, reason=outcome.words, at=now)
        case ClosePosition(ticket=ticket):
            return CloseRefused(ticket=ticket, refusal=refusal, at=now)
        case ChangeStops(ticket=ticket):
            return StopsRefused(ticket=ticket, refusal=refusal, at=now)
