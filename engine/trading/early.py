"""Halt and Flatten before a market has opened: in force at once, and handed to the trader that starts then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine.clock import Clock
from engine.domain.account import NO_ACCOUNT, PAPER_ACCOUNT
from engine.domain.messages.commands import USER, CancelFlatten, Flatten, Halt, ReleaseHalt
from engine.domain.messages.engine import Command
from engine.domain.messages.trading import FlattenChanged, ModesChanged, TradingEvent
from engine.domain.risk import Lock, LockName
from engine.domain.trades import FlattenRest
from engine.errors import UnusableStore
from engine.trading.risk.locks import Locks, LockTable
from engine.trading.risk.modes import Modes

_NOBODY_KNOWS = FlattenRest(positions=0, orders=0, is_certain=False)


class EarlyOrders:
    """Halt and Flatten, and cancelling them, on the locks alone.

    The account is not known yet, so an order holds for any account. Nothing trades until then.
    """

    def __init__(self, clock: Clock, table: LockTable) -> None:
        self._clock = clock
        self._table = table
        self.has_released = False
        """Whether the user released a halt: the desk that opens next begins without AUTO."""

    def announce(self, publish: Callable[[TradingEvent], None]) -> None:
        """Says what is in force, so that it can be seen and changed."""
        modes, halt = Modes(), self._locks(NO_ACCOUNT).halt
        publish(ModesChanged(modes.authority, modes.auto_symbols, modes.cause, halt, unwritten=self._table.unwritten))
        for lock in self._flattens():
            publish(FlattenChanged(lock.since, _NOBODY_KNOWS))

    def carry_out(self, command: Command, publish: Callable[[TradingEvent], None]) -> bool:
        """Carries out a safety command; False for any other command, and if the store cannot be written."""
        locks, now = self._locks(NO_ACCOUNT), self._clock.now()
        try:
            match command:
                case Halt(reason, by):
                    locks.engage_halt(now, by=by, reason=reason)
                case ReleaseHalt():
                    self.has_released |= locks.release_halt(now, by=USER)
                case Flatten():
                    if not self._flattens():
                        locks.engage_flatten(now, by=USER)
                case CancelFlatten():
                    self._cancel(publish)
                case _:
                    return False
        except UnusableStore:
            return False
        self.announce(publish)
        return True

    def _cancel(self, publish: Callable[[TradingEvent], None]) -> None:
        for lock in self._flattens():
            self._locks(lock.account).end_flatten(self._clock.now(), by=USER, is_cancelled=True)
            publish(FlattenChanged(lock.since, None, is_cancelled=True))

    def _flattens(self) -> tuple[Lock, ...]:
        """Flatten locks of every broker account, those that an earlier run did not finish included."""
        return tuple(
            lock for lock in self._table.locks() if lock.name is LockName.FLATTEN and lock.account != PAPER_ACCOUNT
        )

    def _locks(self, account: str) -> Locks:
        return Locks(self._table, timedelta(), timedelta(), account)
