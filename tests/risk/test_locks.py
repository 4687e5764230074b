"""Locks and modes hold again after a restart, and only the user loosens them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.journal import JournalRecord
from engine.domain.risk import Authority, Lock, LockName
from engine.errors import UnusableStore
from engine.persistence.journal import Journal
from engine.persistence.lock_table import SqliteLockTable
from engine.persistence.opening import open_store
from engine.persistence.safety_table import SafetyTable
from engine.trading.risk.locks import Locks
from engine.trading.risk.modes import ModeSwitch
from tests.builders import MONDAY

COOLDOWN, COOL_OFF = timedelta(seconds=30), timedelta(seconds=60)


class Desk:
    """Locks and modes on a store in a directory, as often started again as a test likes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._open()

    def _open(self) -> None:
        self._database = open_store(self._directory, MONDAY).database
        self.journal = Journal(self._database)
        self.table = SafetyTable(SqliteLockTable(self._database, self.journal), None, MONDAY)
        self.locks = Locks(self.table, COOLDOWN, COOL_OFF)

    def modes(self, *, may_remember: bool = False) -> ModeSwitch:
        return ModeSwitch(self.table, frozenset({"XAUUSD"}), may_remember=may_remember)

    def write(self, *locks: Lock) -> None:
        for lock in locks:
            self.table.hold(lock, JournalRecord(at=lock.since, kind="locked"))

    def restart(self) -> None:
        self.close()
        self._open()

    def let_nothing_be_written(self) -> None:
        with self._database.transaction(is_durable=False) as sql:
            sql.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        self._database.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def after(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def test_that_an_entry_cools_the_symbol_down_and_no_other(desk: Desk) -> None:
    desk.locks.after_entry("XAUUSD", MONDAY)
    assert desk.locks.until(LockName.COOLDOWN, "XAUUSD") == after(30)
    assert desk.locks.until(LockName.COOLDOWN, "BTCUSD") is None
    assert [lock.name for lock in desk.locks.holding(after(29.999))] == [LockName.COOLDOWN]
    assert desk.locks.holding(after(30)) == ()


def test_that_every_exit_starts_the_cool_off_again(desk: Desk) -> None:
    desk.locks.after_exit("XAUUSD", MONDAY)
    desk.locks.after_exit("XAUUSD", after(20))
    assert desk.locks.until(LockName.COOL_OFF, "XAUUSD") == after(80)


def test_that_an_exit_heard_of_late_does_not_shorten_a_longer_cool_off(desk: Desk) -> None:
    desk.locks.after_exit("XAUUSD", after(20))
    assert desk.locks.after_exit("XAUUSD", MONDAY) == ()
    assert desk.locks.until(LockName.COOL_OFF, "XAUUSD") == after(80)


def test_that_the_longest_lock_of_a_symbol_is_what_is_left_of_its_waiting(desk: Desk) -> None:
    desk.locks.after_entry("XAUUSD", MONDAY)
    desk.locks.after_exit("XAUUSD", MONDAY)
    assert desk.locks.seconds_left("XAUUSD", after(10)) == 50.0
    assert desk.locks.seconds_left("BTCUSD", after(10)) == 0.0
    desk.locks.engage_halt(after(10), by="person", reason="news")
    assert desk.locks.seconds_left("BTCUSD", after(10)) == float("inf")


def test_that_a_lock_of_no_length_is_none(desk: Desk) -> None:
    assert Locks(desk.table, timedelta(), COOL_OFF).after_entry("XAUUSD", MONDAY) == ()


def test_that_locks_hold_again_after_a_restart(desk: Desk) -> None:
    desk.write(*desk.locks.after_entry("XAUUSD", MONDAY), *desk.locks.after_exit("BTCUSD", MONDAY))
    desk.restart()
    assert desk.locks.until(LockName.COOLDOWN, "XAUUSD") == after(30)
    assert desk.locks.until(LockName.COOL_OFF, "BTCUSD") == after(60)


def test_that_a_halt_is_latched_over_restarts_until_the_user_lets_go(desk: Desk) -> None:
    desk.locks.engage_halt(MONDAY, by="person", reason="news")
    desk.restart()
    assert desk.locks.halt is not None
    assert desk.locks.halt.reason == "news"
    assert desk.locks.release_halt(after(5), by="person")
    desk.restart()
    assert desk.locks.halt is None
    assert [entry.kind for entry in desk.journal.read()] == ["halted", "halt_released"]


def test_that_a_second_halt_keeps_the_first_reason_and_a_second_release_does_nothing(desk: Desk) -> None:
    desk.locks.engage_halt(MONDAY, by="person", reason="first")
    assert desk.locks.engage_halt(after(1), by="person", reason="second").reason == "first"
    assert desk.locks.release_halt(after(2), by="person")
    assert not desk.locks.release_halt(after(3), by="person")


def test_that_a_halt_is_in_force_even_where_it_cannot_be_written_and_is_not_released_there(desk: Desk) -> None:
    desk.let_nothing_be_written()
    locks = desk.locks
    locks.engage_halt(MONDAY, by="person", reason="news")
    assert desk.table.unwritten.startswith("in force, but not in the store yet: halt (")
    with pytest.raises(UnusableStore):
        locks.release_halt(MONDAY, by="person")
    assert locks.halt is not None


def test_that_a_desk_begins_in_manual_mode_and_forgets_automatic_mode_over_a_restart(desk: Desk) -> None:
    modes = desk.modes()
    assert modes.modes.authority is Authority.MANUAL
    modes.set_authority(Authority.AUTO, MONDAY, by="person")
    assert modes.modes.is_auto("XAUUSD")
    assert not modes.modes.is_auto("BTCUSD")
    desk.restart()
    assert not desk.modes().modes.is_auto("XAUUSD")


def test_that_close_only_which_the_user_has_set_is_kept_over_a_restart_and_what_a_failure_lowered_is_not(
    desk: Desk,
) -> None:
    desk.modes().set_authority(Authority.EXITS_ONLY, MONDAY, by="person")
    desk.restart()
    modes = desk.modes()
    assert modes.modes.authority is Authority.EXITS_ONLY
    modes.set_authority(Authority.MANUAL, MONDAY, by="person")
    modes.lower(Authority.EXITS_ONLY, MONDAY, cause="the disk is full")
    desk.restart()
    assert desk.modes().modes.authority is Authority.MANUAL


def test_that_modes_are_remembered_where_the_user_has_set_that(desk: Desk) -> None:
    modes = desk.modes(may_remember=True)
    modes.set_authority(Authority.AUTO, MONDAY, by="person")
    modes.set_symbol("BTCUSD", MONDAY, is_auto=True, by="person")
    modes.set_symbol("XAUUSD", MONDAY, is_auto=False, by="person")
    desk.restart()
    again = desk.modes(may_remember=True).modes
    assert again.is_auto("BTCUSD")
    assert not again.is_auto("XAUUSD")


def test_that_a_failure_lowers_authority_and_never_raises_it(desk: Desk) -> None:
    modes = desk.modes(may_remember=True)
    modes.set_authority(Authority.AUTO, MONDAY, by="person")
    modes.lower(Authority.EXITS_ONLY, MONDAY, cause="the broker is gone")
    modes.lower(Authority.MANUAL, MONDAY, cause="a feed is late")
    assert (modes.modes.authority, modes.modes.cause) == (Authority.EXITS_ONLY, "the broker is gone")
    desk.restart()
    assert desk.modes(may_remember=True).modes.authority is Authority.EXITS_ONLY


def test_that_less_authority_is_in_force_even_where_it_cannot_be_remembered_and_more_is_not(desk: Desk) -> None:
    desk.let_nothing_be_written()
    modes = desk.modes()
    with pytest.raises(UnusableStore):
        modes.set_authority(Authority.AUTO, MONDAY, by="person")
    before = modes.modes
    assert before.authority is Authority.MANUAL
    modes.lower(Authority.EXITS_ONLY, MONDAY, cause="the disk is full")
    assert desk.table.unwritten.startswith("in force, but not in the store yet: lower authority (")
    assert modes.modes.authority is Authority.EXITS_ONLY


def test_that_each_change_of_modes_is_in_the_journal_with_who_made_it(desk: Desk) -> None:
    modes = desk.modes()
    modes.set_authority(Authority.AUTO, MONDAY, by="person")
    modes.set_authority(Authority.AUTO, MONDAY, by="person")
    entries = list(desk.journal.read(kind="modes_changed"))
    assert [entry.payload["by"] for entry in entries] == ["person"]
    assert entries[0].payload["now"]["authority"] == int(Authority.AUTO)
