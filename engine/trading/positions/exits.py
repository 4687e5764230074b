"""Closes positions: asks the broker, and asks again until the position is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from engine.domain.messages.broker import BrokerRequest, ClosePosition
from engine.domain.messages.execution import (
    ExecutionEvent,
    ExitRefused,
    ExitSent,
    PartialCloseRefused,
    PartialCloseSent,
)
from engine.domain.orders import ExitReason, Refusal, RefusalPolicy
from engine.domain.trades import ExitOrder, OpenTrade
from engine.trading.broker import ANSWER_WITHIN

FIRST_PAUSE: Final = timedelta(seconds=1)
NAKED_PAUSE: Final = timedelta(milliseconds=100)
"""The first pause where the position has no stop: it has to be gone within one second."""
MAX_PAUSE: Final = timedelta(seconds=30)
"""Also the first pause where the market is closed."""

_ORDERED: Final = (ExitReason.MANUAL, ExitReason.FLATTEN)
"""Exit reasons that are orders of the user."""


class _Exit(msgspec.Struct):
    """A position on its way out. `retry_at` is when to ask again, None while an answer is awaited."""

    reason: ExitReason
    attempts: int
    asked_at: datetime
    retry_at: datetime | None = None
    awaited_state: int | None = None
    refusal: str = ""
    """The broker's words at the last attempt."""


class _Part(msgspec.Struct):
    """A part of a position that the broker was asked to close, once."""

    volume_lots: float
    asked_at: datetime
    awaited_state: int | None = None


class ExitDesk:
    """Sole sender of closing requests: one under way per position, the first reason stands.

    A part is asked for once: whether the broker refuses it or its answer is lost, only the user asks again.
    """

    def __init__(self, send: Callable[[BrokerRequest], None], announce: Callable[[ExecutionEvent], None]) -> None:
        self._send = send
        self._announce = announce
        self._exits: dict[int, _Exit] = {}
        self._parts: dict[int, _Part] = {}
        self._ordered: dict[int, ExitOrder] = {}
        self.is_flattening = False
        """Whether every position is to be closed, those that orders still open included."""

    def is_leaving(self, ticket: int) -> bool:
        return ticket in self._exits

    def is_reducing(self, ticket: int) -> bool:
        """Whether the broker was asked to close a part of the position, and has not answered."""
        return ticket in self._parts

    def is_ordered(self, ticket: int) -> bool:
        """Whether the position is being closed because the user ordered it."""
        return self.reason(ticket) in _ORDERED

    def reason(self, ticket: int) -> ExitReason | None:
        """Why the desk asked for the position to be closed; None if it did not."""
        one = self._exits.get(ticket)
        return one.reason if one else None

    @property
    def next_attempt(self) -> tuple[datetime, str] | None:
        """When the first of the refused closes is asked for again, and why it was refused."""
        return min(((one.retry_at, one.refusal) for one in self._exits.values() if one.retry_at), default=None)

    # -- orders that outlive a run ------------------------------------------------------------------------------

    def restore(self, ordered: Iterable[ExitOrder]) -> None:
        """Takes up closes decided before: each is requested as soon as the broker shows the position."""
        self._ordered = {order.identifier: order for order in ordered}

    def take_up(self, trade: OpenTrade, now: datetime) -> bool:
        """Requests the close that was ordered before the position was seen; False if there was none."""
        order = self._ordered.pop(trade.position.identifier, None)
        if order is not None and order.is_about(trade.position):
            self.ask(trade, order.reason, now)
        elif self.is_flattening:
            self.ask(trade, ExitReason.FLATTEN, now)
        return self.is_leaving(trade.ticket)

    def end_flatten(self) -> None:
        """Requests no further close for the Flatten; one under way is not taken back."""
        self.is_flattening = False
        for ticket, one in list(self._exits.items()):
            if one.reason is ExitReason.FLATTEN and one.retry_at is not None:
                del self._exits[ticket]

    # -- one position -------------------------------------------------------------------------------------------

    def ask(self, trade: OpenTrade, reason: ExitReason, now: datetime) -> None:
        """Asks the broker to close the whole position; nothing if that is under way."""
        if trade.ticket in self._exits:
            return
        self._exits[trade.ticket] = _Exit(reason=reason, attempts=0, asked_at=now)
        self._ask_again(trade, now)

    def ask_at_once(self, trade: OpenTrade, reason: ExitReason, now: datetime) -> None:
        """As `ask`; a next attempt that waits for its time is made now.

        A close that the user orders while a Flatten is in force stands even if the Flatten is cancelled.
        """
        one = self._exits.get(trade.ticket)
        if one is not None and one.reason is ExitReason.FLATTEN:
            one.reason = reason
        if one is not None and one.retry_at is not None:
            self._ask_again(trade, now)
        else:
            self.ask(trade, reason, now)

    def ask_part(self, trade: OpenTrade, volume_lots: float, now: datetime) -> None:
        """Asks the broker once to close that much of the position; refused while it is being closed already."""
        if trade.ticket in self._exits or trade.ticket in self._parts:
            words = "it is being closed" if trade.ticket in self._exits else "a part of it is being closed"
            self._announce(PartialCloseRefused(trade=trade, volume_lots=volume_lots, reason=words, at=now))
            return
        self._parts[trade.ticket] = _Part(volume_lots=volume_lots, asked_at=now)
        self._send(_closing(trade, volume_lots))
        self._announce(PartialCloseSent(trade=trade, volume_lots=volume_lots, at=now))

    def retry_if_due(self, trade: OpenTrade, now: datetime) -> None:
        """Asks again after a refusal once its pause is over."""
        one = self._exits[trade.ticket]
        if one.retry_at is not None and now >= one.retry_at:
            self._ask_again(trade, now)

    def is_overdue(self, ticket: int, now: datetime) -> bool:
        """Whether a request has gone without any answer for far too long."""
        part, one = self._parts.get(ticket), self._exits.get(ticket)
        if part is not None and part.awaited_state is None and now - part.asked_at >= ANSWER_WITHIN:
            return True
        if one is None or one.retry_at is not None or one.awaited_state is not None:
            return False
        return now - one.asked_at >= ANSWER_WITHIN

    def was_refused(self, trade: OpenTrade, refusal: Refusal, now: datetime) -> None:
        """Plans the next attempt: at the next quote where the price moved, after a growing pause otherwise."""
        if (part := self._parts.pop(trade.ticket, None)) is not None:
            self._announce(
                PartialCloseRefused(trade=trade, volume_lots=part.volume_lots, reason=refusal.reason, at=now)
            )
        # Where all of it is asked for as well, either may have been refused: in doubt that is asked for again.
        one = self._exits.get(trade.ticket)
        if one is None:
            return
        one.refusal, one.retry_at = refusal.reason, now + _pause(trade, one.attempts, refusal.policy)
        if one.reason is ExitReason.FLATTEN and not self.is_flattening:
            del self._exits[trade.ticket]  # it was cancelled while the answer was on its way
            one.retry_at = None
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
        """The answer was lost: the broker's state of this number shows whether the position is still there."""
        if (one := self._exits.get(ticket)) is not None:
            one.awaited_state = number
        if (part := self._parts.get(ticket)) is not None:
            part.awaited_state = number

    def still_there(self, trade: OpenTrade, number: int, now: datetime) -> None:
        """The broker's state of this number shows the position: if that was awaited, asks again.

        At once the first time; a broker that never gives a clear answer is asked ever more slowly.
        """
        part, one = self._parts.get(trade.ticket), self._exits.get(trade.ticket)
        if part is not None and part.awaited_state is not None and number >= part.awaited_state:
            del self._parts[trade.ticket]
            reason = "the answer was lost, and the broker shows no close of it"
            self._announce(PartialCloseRefused(trade=trade, volume_lots=part.volume_lots, reason=reason, at=now))
        if one is None or one.awaited_state is None or number < one.awaited_state:
            return
        if one.attempts == 1:
            self._ask_again(trade, now)
        else:
            one.retry_at, one.awaited_state = now + _pause(trade, one.attempts - 1), None

    def was_reduced(self, trade: OpenTrade, now: datetime) -> None:
        """Only a part was closed: asks for the rest, unless no more was wanted."""
        self._parts.pop(trade.ticket, None)
        if trade.ticket in self._exits:
            self._ask_again(trade, now)

    def forget(self, ticket: int) -> None:
        self._exits.pop(ticket, None)
        self._parts.pop(ticket, None)

    def _ask_again(self, trade: OpenTrade, now: datetime) -> None:
        one = self._exits[trade.ticket]
        one.attempts += 1
        one.asked_at, one.retry_at, one.awaited_state = now, None, None
        self._send(_closing(trade, trade.position.volume_lots))
        # Only now: a listener may take long.
        self._announce(ExitSent(trade=trade, reason=one.reason, attempt=one.attempts, at=now))


def _closing(trade: OpenTrade, volume_lots: float) -> ClosePosition:
    position = trade.position
    return ClosePosition(
        ticket=position.ticket,
        symbol=position.symbol,
        side=position.side,
        volume_lots=volume_lots,
        token=trade.order.token if trade.order else position.token,
    )


def _pause(trade: OpenTrade, attempts: int, policy: RefusalPolicy | None = None) -> timedelta:
    """The pause before the next attempt, after this many; none if only the price moved: the next quote brings one."""
    if policy is RefusalPolicy.PRICE_MOVED:
        return timedelta()
    if policy is RefusalPolicy.MARKET_CLOSED:
        return MAX_PAUSE
    first = NAKED_PAUSE if trade.position.stop_loss is None else FIRST_PAUSE
    doublings: int = min(attempts - 1, 10)
    return min(first * (1 << doublings), MAX_PAUSE)
