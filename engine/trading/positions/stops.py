"""Keeps stops in place: one change in progress per position, and never a position without a stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from engine.domain.contract import Contract
from engine.domain.market import Quote
from engine.domain.messages.broker import BrokerRequest, ChangeStops
from engine.domain.messages.execution import ExecutionEvent, ProtectionLost, StopMoveRefused
from engine.domain.orders import Position, Refusal, RefusalPolicy, is_beyond
from engine.domain.trades import OpenTrade, StopKind
from engine.trading.broker import ANSWER_WITHIN
from engine.trading.positions.rules import missing_stop

PROTECT_WITHIN: Final = timedelta(milliseconds=500)
"""A missing stop has to be back by then; the rest of the one second is left for closing the position."""

TIGHTEN_PAUSE: Final = timedelta(seconds=1)
"""How long the desk does not tighten a stop again after the broker refused it."""

_TIGHTENED: Final = (StopKind.TRAILING, StopKind.BREAK_EVEN)

_MAY_TRY_ONCE_MORE = (RefusalPolicy.STOPS_TOO_CLOSE, RefusalPolicy.PRICE_MOVED, RefusalPolicy.WAIT)


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """Requested stop and target of a position."""

    stop_loss: float | None
    take_profit: float | None
    kind: StopKind


class _Change(msgspec.Struct):
    """A change under way, and the one the user wants after it."""

    levels: Levels
    asked_at: datetime
    awaited_state: int | None = None
    then: Levels | None = None


class _Naked(msgspec.Struct):
    """A position without a stop."""

    since: datetime
    attempts: int = 0
    is_hopeless: bool = False


class StopKeeper:
    """Sole sender of changed stops."""

    def __init__(self, send: Callable[[BrokerRequest], None], announce: Callable[[ExecutionEvent], None]) -> None:
        self._send = send
        self._announce = announce
        self._changes: dict[int, _Change] = {}
        self._naked: dict[int, _Naked] = {}
        self._tightens_from: dict[int, datetime] = {}
        self._refusals: dict[int, int] = {}

    def may_tighten(self, ticket: int, now: datetime) -> bool:
        """Whether the desk may tighten a stop by its rules: nothing is under way and none was refused a moment ago."""
        if ticket in self._changes:
            return False
        pause = self._tightens_from.get(ticket)
        return pause is None or now >= pause

    def move(self, trade: OpenTrade, levels: Levels, now: datetime) -> None:
        """Asks for these levels; behind a change that is under way, the latest wish waits."""
        change = self._changes.get(trade.ticket)
        if change is not None:
            change.then = levels
            return
        self._changes[trade.ticket] = _Change(levels=levels, asked_at=now)
        self._send(
            ChangeStops(
                ticket=trade.ticket,
                symbol=trade.symbol,
                stop_loss=levels.stop_loss,
                take_profit=levels.take_profit,
            )
        )

    def protect(self, trade: OpenTrade, quote: Quote | None, contract: Contract | None, now: datetime) -> bool:
        """Sees to a position that has no stop; False if it has to be closed instead.

        Without a quote or the terms of its symbol the planned stop is asked for as it is, once.
        """
        naked = self._naked.get(trade.ticket)
        if naked is None:
            naked = self._naked[trade.ticket] = _Naked(since=now)
            self._announce(ProtectionLost(trade=trade, reason="the position has no stop", at=now))
        if naked.is_hopeless or now - naked.since >= PROTECT_WITHIN:
            return False
        if trade.ticket in self._changes:
            return True
        stop = None
        if quote is not None and contract is not None:
            stop = missing_stop(trade, quote, contract, is_second=naked.attempts > 0)
        elif naked.attempts == 0:
            stop = trade.initial_stop
        if stop is None:
            return False
        naked.attempts += 1
        target = trade.position.take_profit
        if target is None and trade.order is not None and naked.attempts == 1:
            target = trade.order.take_profit
        self.move(trade, Levels(stop_loss=stop, take_profit=target, kind=StopKind.PROTECTION), now)
        return True

    def was_changed(self, trade: OpenTrade, now: datetime) -> StopKind:
        """The change under way is done; returns whose it was, and sends the one that waited."""
        self._refusals.pop(trade.ticket, None)
        if trade.position.stop_loss is not None:
            self._naked.pop(trade.ticket, None)
        change = self._changes.pop(trade.ticket, None)
        if change is None:
            return StopKind.BY_HAND
        if change.then is not None:
            self._move_next(trade, change.then, now)
        return change.levels.kind

    def was_refused(self, trade: OpenTrade, refusal: Refusal, now: datetime) -> None:
        """Leaves the levels as they are; a missing stop gets one more attempt, or none."""
        change = self._changes.pop(trade.ticket, None)
        if change is None:
            return
        kind = change.levels.kind
        if kind in _TIGHTENED:
            self._tightens_from[trade.ticket] = now + TIGHTEN_PAUSE
        if (naked := self._naked.get(trade.ticket)) is not None:
            naked.is_hopeless = naked.attempts > 1 or refusal.policy not in _MAY_TRY_ONCE_MORE
        attempt = self._refusals[trade.ticket] = self._refusals.get(trade.ticket, 0) + 1
        self._announce(
            StopMoveRefused(
                trade=trade, kind=kind, reason=refusal.reason, at=now, policy=refusal.policy, attempt=attempt
            )
        )
        if change.then is not None:
            self._move_next(trade, change.then, now)

    def _move_next(self, trade: OpenTrade, levels: Levels, now: datetime) -> None:
        """Sends what waited. Break-even was asked for a stop behind the entry: it may have gone beyond it meanwhile."""
        stop, stands = levels.stop_loss, trade.position.stop_loss
        is_free = levels.kind is not StopKind.BREAK_EVEN or stop is None or stands is None
        if is_free or is_beyond(trade.side, stop or 0.0, stands or 0.0):
            self.move(trade, levels, now)
            return
        reason = "the stop is already beyond the entry"
        self._announce(StopMoveRefused(trade=trade, kind=levels.kind, reason=reason, at=now))
        if levels.take_profit != trade.position.take_profit:  # asked for before, and still wanted
            self.move(trade, Levels(stop_loss=stands, take_profit=levels.take_profit, kind=StopKind.BY_HAND), now)

    def wanted(self, ticket: int) -> Levels | None:
        """The levels of the change under way."""
        change = self._changes.get(ticket)
        return change.levels if change else None

    def latest(self, trade: OpenTrade) -> Levels:
        """The levels that were asked for last, whatever waits for an answer; else those that stand."""
        change, position = self._changes.get(trade.ticket), trade.position
        if change is not None:
            return change.then or change.levels
        return Levels(stop_loss=position.stop_loss, take_profit=position.take_profit, kind=trade.stop_kind)

    def is_waiting(self, ticket: int) -> bool:
        """Whether levels wait behind a change that is under way."""
        change = self._changes.get(ticket)
        return change is not None and change.then is not None

    def is_overdue(self, ticket: int, now: datetime) -> bool:
        """Whether a change has gone without any answer for far too long."""
        change = self._changes.get(ticket)
        return change is not None and change.awaited_state is None and now - change.asked_at >= ANSWER_WITHIN

    def kind_seen(self, trade: OpenTrade, position: Position) -> StopKind:
        """Whose levels the broker shows: those of the change under way, or another program's."""
        change = self._changes.get(trade.ticket)
        is_wanted = change is not None and change.levels.stop_loss == position.stop_loss
        return change.levels.kind if change is not None and is_wanted else StopKind.BY_HAND

    def awaits_state(self, ticket: int, number: int) -> None:
        """The answer was lost: the broker's state of this number shows the levels."""
        if (change := self._changes.get(ticket)) is not None:
            change.awaited_state = number

    def was_seen(self, trade: OpenTrade, number: int, now: datetime) -> None:
        """The broker's state of this number shows the levels of `trade`: if that was awaited, the change is over."""
        change = self._changes.get(trade.ticket)
        if change is not None and change.awaited_state is not None and number >= change.awaited_state:
            self.was_changed(trade, now)

    def forget(self, ticket: int) -> None:
        for kept in (self._changes, self._naked, self._tightens_from, self._refusals):
            kept.pop(ticket, None)
