"""Leads positions out: asks the broker to close, and asks again until the position is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from engine.domain.broker_messages import BrokerRequest, ClosePosition
from engine.domain.execution_events import ExecutionEvent, ExitRefused, ExitSent
from engine.domain.orders import ExitReason, Refusal, RefusalPolicy
from engine.domain.trades import OpenTrade
from engine.execution.broker import ANSWER_WITHIN

FIRST_PAUSE: Final = timedelta(seconds=1)
NAKED_PAUSE: Final = timedelta(milliseconds=100)
"""The first pause where the position has no stop: it has to be gone within one second."""
LONGEST_PAUSE: Final = timedelta(seconds=30)


class _Exit(msgspec.Struct):
    """A position on its way out. `retry_at` is when to ask again, None while an answer is awaited."""

    reason: ExitReason
    attempts: int
    asked_at: datetime
    retry_at: datetime | None = None
    awaited_state: int | None = None


class ExitDesk:
    """Sole sender of closing requests: one under way per position, the first reason stands."""

    def __init__(self, send: Callable[[BrokerRequest], None], announce: Callable[[ExecutionEvent], None]) -> None:
        self._send = send
        self._announce = announce
        self._exits: dict[int, _Exit] = {}

    def is_leaving(self, ticket: int) -> bool:
        return ticket in self._exits

    def reason(self, ticket: int) -> ExitReason | None:
        """Why the desk asked for the position to be closed; None if it did not."""
        one = self._exits.get(ticket)
        return one.reason if one else None

    def ask(self, trade: OpenTrade, reason: ExitReason, now: datetime) -> None:
        """Asks the broker to close the whole position; nothing if that is under way."""
        if trade.ticket in self._exits:
            return
        self._exits[trade.ticket] = _Exit(reason=reason, attempts=0, asked_at=now)
        self._ask_again(trade, now)

    def ask_at_once(self, trade: OpenTrade, reason: ExitReason, now: datetime) -> None:
        """As `ask`; where the next attempt waits for its time it is made now."""
        one = self._exits.get(trade.ticket)
        if one is not None and one.retry_at is not None:
            self._ask_again(trade, now)
        else:
            self.ask(trade, reason, now)

    def retry_if_due(self, trade: OpenTrade, now: datetime) -> None:
        """Asks again after a refusal once its pause is over."""
        one = self._exits[trade.ticket]
        if one.retry_at is not None and now >= one.retry_at:
            self._ask_again(trade, now)

    def is_overdue(self, ticket: int, now: datetime) -> bool:
        """Whether a request has gone without any answer for far too long."""
        one = self._exits.get(ticket)
        if one is None or one.retry_at is not None or one.awaited_state is not None:
            return False
        return now - one.asked_at >= ANSWER_WITHIN

    def was_refused(self, trade: OpenTrade, refusal: Refusal, now: datetime) -> None:
        """Plans the next attempt: at the next quote where the price moved, after a growing pause otherwise."""
        one = self._exits.get(trade.ticket)
        if one is None:
            return
        one.retry_at = now if refusal.policy is RefusalPolicy.PRICE_MOVED else now + _pause(trade, one.attempts)
        self._announce(
            ExitRefused(
                trade=trade,
                reason=refusal.reason,
                at=now,
                policy=refusal.policy,
                attempt=one.attempts,
                retry_at=one.retry_at,
            )
        )

    def awaits_state(self, ticket: int, number: int) -> None:
        """The answer was lost: the broker's state of this number tells whether the position is still there."""
        if (one := self._exits.get(ticket)) is not None:
            one.awaited_state = number

    def still_there(self, trade: OpenTrade, number: int, now: datetime) -> None:
        """The broker's state of this number shows the position: if that was awaited, asks again.

        At once the first time; a broker that never gives a clear answer is asked ever more slowly.
        """
        one = self._exits.get(trade.ticket)
        if one is None or one.awaited_state is None or number < one.awaited_state:
            return
        if one.attempts == 1:
            self._ask_again(trade, now)
        else:
            one.retry_at, one.awaited_state = now + _pause(trade, one.attempts - 1), None

    def was_reduced(self, trade: OpenTrade, now: datetime) -> None:
        """Only a part was closed: asks for the rest."""
        if trade.ticket in self._exits:
            self._ask_again(trade, now)

    def forget(self, ticket: int) -> None:
        self._exits.pop(ticket, None)

    def _ask_again(self, trade: OpenTrade, now: datetime) -> None:
        one = self._exits[trade.ticket]
        one.attempts += 1
        one.asked_at, one.retry_at, one.awaited_state = now, None, None
        position = trade.position
        self._send(
            ClosePosition(
                ticket=position.ticket,
                symbol=position.symbol,
                side=position.side,
                volume_lots=position.volume_lots,
                token=trade.order.token if trade.order else position.token,
            )
        )
        # Only now: whoever hears of it may take as long as he likes.
        self._announce(ExitSent(trade=trade, reason=one.reason, attempt=one.attempts, at=now))


def _pause(trade: OpenTrade, attempts: int) -> timedelta:
    """Before the next attempt, after so many."""
    first = NAKED_PAUSE if trade.position.stop_loss is None else FIRST_PAUSE
    doublings: int = min(attempts - 1, 10)
    return min(first * (1 << doublings), LONGEST_PAUSE)
