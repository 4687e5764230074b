"""On which account and for how long a lock holds, and what the journal has of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from engine.domain.journal import JournalRecord
from engine.domain.risk import Lock, LockName
from engine.trading.risk.locks import Locks
from tests.builders import MONDAY

COOLDOWN, COOL_OFF = timedelta(seconds=30), timedelta(seconds=60)


class Table:
    """Locks in memory."""

    is_behind = False
    unwritten = ""

    def __init__(self, *locks: Lock) -> None:
        self.held = list(locks)
        self.records: list[JournalRecord] = []

    def catch_up(self, at: datetime) -> None:
        """Nothing waits here."""

    def locks(self) -> tuple[Lock, ...]:
        return tuple(self.held)

    def hold(self, lock: Lock, record: JournalRecord) -> None:
        self.held.append(lock)
        self.records.append(record)

    def lift(self, lock: Lock, record: JournalRecord) -> None:
        self.held.remove(lock)
        self.records.append(record)

    @property
    def written(self) -> list[tuple[str, datetime, object, str | None]]:
        return [(record.kind, record.at, record.payload, record.account) for record in self.records]


def new_locks(table: Table | None = None, account: str = "1234") -> Locks:
    return Locks(table or Table(), COOLDOWN, COOL_OFF, account)


def after(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def a_lock(until: float | None = 30.0, **changes: object) -> Lock:
    cooldown = Lock(
        name=LockName.COOLDOWN,
        symbol="XAUUSD",
        since=MONDAY,
        until=None if until is None else after(until),
        reason="after an entry",
        account="1234",
    )
    return msgspec.structs.replace(cooldown, **changes)


def test_that_a_cooldown_holds_on_the_account_of_its_entry_alone() -> None:
    (lock,) = new_locks().after_entry("XAUUSD", MONDAY)
    assert lock == a_lock()
    assert new_locks(Table(lock)).holding(MONDAY) == (lock,)
    assert new_locks(Table(lock), account="5678").holding(MONDAY) == ()


def test_that_a_halt_holds_on_every_account_and_a_flatten_on_its_own() -> None:
    table = Table()
    locks = new_locks(table)
    halt, flatten = locks.engage_halt(MONDAY, by="user", reason="news"), locks.engage_flatten(MONDAY, by="user")
    assert (new_locks(table).halt, new_locks(table).flatten) == (halt, flatten)
    other = new_locks(table, account="5678")
    assert (other.halt, other.flatten) == (halt, None)


def test_that_a_cool_off_begins_with_the_exit_and_lasts_as_long_as_is_set_then() -> None:
    locks = new_locks()
    (first,) = locks.after_exit("XAUUSD", MONDAY)
    assert (first.name, first.since, first.until) == (LockName.COOL_OFF, MONDAY, after(60))
    locks.use(timedelta(seconds=5), timedelta(seconds=120))
    assert locks.until(LockName.COOL_OFF, "XAUUSD") == after(60)
    assert [lock.until for lock in locks.after_exit("XAUUSD", after(1))] == [after(121)]
    assert [lock.until for lock in locks.after_entry("XAUUSD", after(1))] == [after(6)]


def test_that_a_lock_as_long_as_the_one_that_holds_is_not_begun_again() -> None:
    locks = new_locks()
    (lock,) = locks.after_entry("XAUUSD", MONDAY)
    assert locks.after_entry("XAUUSD", MONDAY) == ()
    assert locks.lock(LockName.COOLDOWN, "XAUUSD") is lock
    assert len(locks.after_entry("XAUUSD", after(0.001))) == 1


def test_that_of_two_locks_of_a_symbol_in_the_store_the_longer_one_holds() -> None:
    short, long, latched = a_lock(30.0), a_lock(90.0), a_lock(None)
    for held in ([short, long], [long, short]):
        assert new_locks(Table(*held)).lock(LockName.COOLDOWN, "XAUUSD") == long
    for held in ([short, latched], [latched, short]):
        assert new_locks(Table(*held)).lock(LockName.COOLDOWN, "XAUUSD") == latched


def test_that_of_the_locks_on_record_those_are_missing_that_hold_now_and_the_table_had_not_or_shorter() -> None:
    locks = new_locks(Table(a_lock(30.0)))
    gone, longer, of_bitcoin = a_lock(5.0, symbol="EURUSD"), a_lock(40.0), a_lock(30.0, symbol="BTCUSD")
    assert locks.recall([gone, a_lock(20.0), longer, of_bitcoin], after(10)) == (longer, of_bitcoin)
    assert locks.holding(after(10)) == (longer, of_bitcoin)
    assert locks.recall([longer, of_bitcoin], after(10)) == ()


def test_that_a_flatten_keeps_every_symbol_waiting_and_a_lock_of_another_symbol_does_not() -> None:
    locks = new_locks()
    locks.after_entry("XAUUSD", MONDAY)
    assert locks.seconds_left("XAUUSD", after(10)) == 20.0
    assert locks.seconds_left("BTCUSD", after(10)) == 0.0
    locks.engage_flatten(after(10), by="user")
    assert locks.seconds_left("BTCUSD", after(10)) == float("inf")
    assert locks.seconds_left("XAUUSD", after(10)) == float("inf")


def test_that_the_journal_has_when_and_by_whom_a_flatten_began_and_how_it_ended() -> None:
    table = Table()
    locks = new_locks(table)
    begun = locks.engage_flatten(MONDAY, by="user")
    assert locks.engage_flatten(after(1), by="assistant") is begun
    assert locks.end_flatten(after(2), by="user", is_cancelled=True)
    assert not locks.end_flatten(after(3), by="user", is_cancelled=True)
    locks.engage_flatten(after(4), by="user")
    assert locks.end_flatten(after(5), by="desk", is_cancelled=False)
    assert locks.flatten is None
    assert table.held == []
    assert table.written == [
        ("flatten_begun", MONDAY, {"by": "user"}, "1234"),
        ("flatten_cancelled", after(2), {"by": "user", "since": MONDAY}, "1234"),
        ("flatten_begun", after(4), {"by": "user"}, "1234"),
        ("flatten_ended", after(5), {"by": "desk", "since": after(4)}, "1234"),
    ]


def test_that_the_journal_has_when_by_whom_and_why_a_halt_began_and_when_it_was_released() -> None:
    table = Table()
    locks = new_locks(table)
    halt = locks.engage_halt(MONDAY, by="user", reason="news")
    assert halt == Lock(name=LockName.HALT, since=MONDAY, until=None, reason="news")
    assert locks.release_halt(after(9), by="user")
    assert (locks.halt, table.held) == (None, [])
    assert [written[:3] for written in table.written] == [
        ("halted", MONDAY, {"by": "user", "reason": "news"}),
        ("halt_released", after(9), {"by": "user", "since": MONDAY}),
    ]
