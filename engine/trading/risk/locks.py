"""Locks on new entries: cooldown after an entry, cool-off after an exit, the latched halt, and a Flatten in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import inf
from typing import Protocol

from engine.domain.account import NO_ACCOUNT, PAPER_ACCOUNT
from engine.domain.facts import FlattenBegun, FlattenCancelled, FlattenEnded, Halted, HaltReleased
from engine.domain.journal import JournalRecord
from engine.domain.records import record_of
from engine.domain.risk import EVERY_SYMBOL, Lock, LockName


class LockTable(Protocol):
    """Durable locks. A lock that is held is never forgotten: what cannot be written now is kept and written later.

    A lock is lifted only where that is on the disk; otherwise `UnusableStore` is raised.
    """

    @property
    def is_behind(self) -> bool:
        """Whether something waits for `catch_up`."""
        ...

    @property
    def unwritten(self) -> str:
        """What is in force but not in the store yet, and why, in words; empty if nothing is."""
        ...

    def catch_up(self, at: datetime) -> None:
        """Writes what had to wait, as far as that is possible now."""

    def locks(self) -> tuple[Lock, ...]: ...

    def hold(self, lock: Lock, record: JournalRecord) -> None: ...

    def lift(self, lock: Lock, record: JournalRecord) -> None: ...


class Locks:
    """The locks in force on `account`, the same after a restart as before it; a halt holds on every account.

    A lock that begins with an entry or an exit is made here and handed to the store, which writes it together with
    the fill or the result that it follows from: neither is ever without the other.
    """

    def __init__(
        self, table: LockTable, cooldown: timedelta, cool_off: timedelta, account: str = PAPER_ACCOUNT
    ) -> None:
        self._table = table
        self._account = account
        self._cooldown = cooldown
        self._cool_off = cool_off
        self._locks: dict[tuple[LockName, str], Lock] = {}
        self._of_orders: dict[str, Lock] = {}
        for lock in table.locks():
            if lock.account in (NO_ACCOUNT, account):
                self._keep_longer(lock)

    def use(self, cooldown: timedelta, cool_off: timedelta) -> None:
        """Locks that begin from now on last that long; those that hold are left as they are."""
        self._cooldown, self._cool_off = cooldown, cool_off

    @property
    def table(self) -> LockTable:
        """Where the locks are kept."""
        return self._table

    # -- what holds ---------------------------------------------------------------------------------------------

    @property
    def halt(self) -> Lock | None:
        """The halt, where one is latched."""
        return self._locks.get((LockName.HALT, EVERY_SYMBOL))

    @property
    def flatten(self) -> Lock | None:
        """The order to close everything, as long as it is in force."""
        return self._locks.get((LockName.FLATTEN, EVERY_SYMBOL))

    def lock(self, name: LockName, symbol: str) -> Lock | None:
        """The newest lock of that name on `symbol`, whether it still holds or not."""
        return self._locks.get((name, symbol))

    def until(self, name: LockName, symbol: str) -> datetime | None:
        """When the lock of that name on `symbol` ends, or ended; None where there was none."""
        lock = self._locks.get((name, symbol))
        return None if lock is None else lock.until

    def holding(self, at: datetime) -> tuple[Lock, ...]:
        """Every lock that holds at that instant."""
        return tuple(lock for lock in self._locks.values() if lock.holds_at(at))

    def seconds_left(self, symbol: str, at: datetime) -> float:
        """How long entries of `symbol` stay locked: infinite while a lock waits for the user, 0.0 without a lock."""
        holding = (lock for lock in self.holding(at) if lock.symbol in (symbol, EVERY_SYMBOL))
        return max((inf if lock.until is None else (lock.until - at).total_seconds() for lock in holding), default=0.0)

    # -- cooldown and cool-off ----------------------------------------------------------------------------------

    def with_order(self, symbol: str, at: datetime) -> tuple[Lock, ...]:
        """Begins the cooldown of `symbol` with an order that is about to leave; hand what is returned to the store."""
        begun = self._begin(LockName.COOLDOWN, symbol, at, self._cooldown, "after an entry")
        for lock in begun:
            self._of_orders[symbol] = lock
        return begun

    def after_entry(self, symbol: str, at: datetime) -> tuple[Lock, ...]:
        """Begins the cooldown of `symbol` at the fill; hand what is returned to the store."""
        self._of_orders.pop(symbol, None)
        return self._begin(LockName.COOLDOWN, symbol, at, self._cooldown, "after an entry")

    def entry_failed(self, symbol: str) -> None:
        """An order became no position: the cooldown that began with it ends. After a restart it runs out by itself."""
        key, begun = (LockName.COOLDOWN, symbol), self._of_orders.pop(symbol, None)
        if begun is not None and self._locks.get(key) is begun:
            del self._locks[key]

    def after_exit(self, symbol: str, at: datetime) -> tuple[Lock, ...]:
        """Begins the cool-off of `symbol`; hand what is returned to the store."""
        return self._begin(LockName.COOL_OFF, symbol, at, self._cool_off, "after an exit")

    def recall(self, on_record: Iterable[Lock], at: datetime) -> tuple[Lock, ...]:
        """Applies locks from the journal; returns those that hold now and that the table lacked or had shorter."""
        missing = []
        for lock in on_record:
            before = self._locks.get((lock.name, lock.symbol))
            self._keep_longer(lock)
            if lock.holds_at(at) and self._locks[lock.name, lock.symbol] is not before:
                missing.append(lock)
        return tuple(missing)

    def _keep_longer(self, lock: Lock) -> None:
        """Keeps the longer of two locks with the same name."""
        known = self._locks.get((lock.name, lock.symbol))
        if known is None or (known.until is not None and (lock.until is None or lock.until > known.until)):
            self._locks[lock.name, lock.symbol] = lock

    def _begin(self, name: LockName, symbol: str, at: datetime, length: timedelta, reason: str) -> tuple[Lock, ...]:
        until, former = at + length, self.until(name, symbol)
        if length <= timedelta() or (former is not None and former >= until):
            return ()
        lock = Lock(name=name, symbol=symbol, since=at, until=until, reason=reason, account=self._account)
        self._locks[name, symbol] = lock  # in force at once, even if the store should fail
        return (lock,)

    # -- halt ---------------------------------------------------------------------------------------------------

    def engage_halt(self, at: datetime, *, by: str, reason: str) -> Lock:
        """Blocks every entry from this instant until the user lets go; the first reason stands."""
        if self.halt is not None:
            return self.halt
        lock = Lock(name=LockName.HALT, since=at, until=None, reason=reason)
        self._locks[LockName.HALT, EVERY_SYMBOL] = lock
        self._table.hold(lock, record_of(Halted(by, reason), at))
        return lock

    def release_halt(self, at: datetime, *, by: str) -> bool:
        """Lets entries through again; False where there was no halt."""
        if (lock := self.halt) is None:
            return False
        record = record_of(HaltReleased(by, lock.since), at)
        self._table.lift(lock, record)  # no entry leaves before this is on the disk: its intent is written after it
        del self._locks[LockName.HALT, EVERY_SYMBOL]
        return True

    # -- flatten ------------------------------------------------------------------------------------------------

    def engage_flatten(self, at: datetime, *, by: str) -> Lock:
        """Puts a Flatten in force until everything is closed or the user cancels; one already in force stays."""
        if self.flatten is not None:
            return self.flatten
        lock = Lock(
            name=LockName.FLATTEN, since=at, until=None, reason="every position is to be closed", account=self._account
        )
        self._locks[LockName.FLATTEN, EVERY_SYMBOL] = lock
        self._table.hold(lock, record_of(FlattenBegun(by), at, self._account))
        return lock

    def end_flatten(self, at: datetime, *, by: str, is_cancelled: bool) -> bool:
        """Ends the Flatten, durably as a halt is released; False if none was in force."""
        if (lock := self.flatten) is None:
            return False
        ended = FlattenCancelled if is_cancelled else FlattenEnded
        self._table.lift(lock, record_of(ended(by, lock.since), at, self._account))
        del self._locks[LockName.FLATTEN, EVERY_SYMBOL]
        return True
