"""The authority of the desk: what lowers it, how it is remembered, and that only the user raises it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from engine.domain.journal import JournalRecord
from engine.domain.risk import Authority
from engine.errors import UnusableStore
from engine.trading.risk.modes import Modes, ModeSwitch, stricter
from tests.builders import MONDAY

GOLD_ONLY, BOTH = frozenset({"XAUUSD"}), frozenset({"XAUUSD", "BTCUSD"})


class Memory:
    """Remembers in memory; where `is_full`, only what is stricter is kept, as by a store on a full disk."""

    def __init__(self, **remembered: str) -> None:
        self.values = {name.replace("_", " "): value for name, value in remembered.items()}
        self.records: list[JournalRecord] = []
        self.is_full = False

    def remembered(self, name: str) -> str | None:
        return self.values.get(name)

    def tighten(self, name: str, value: str, record: JournalRecord) -> None:
        self.values[name] = value
        self.records.append(record)

    def remember(self, name: str, value: str, record: JournalRecord) -> None:
        if self.is_full:
            raise UnusableStore("the disk is full")
        self.tighten(name, value, record)


def modes_of(authority: Authority, symbols: frozenset[str] = GOLD_ONLY, cause: str = "") -> Modes:
    return Modes(authority=authority, auto_symbols=symbols, cause=cause)


def words(modes: Modes | str | None) -> Any:
    """Modes as they are remembered; what is none is remembered as it is."""
    return msgspec.json.encode(modes).decode() if isinstance(modes, Modes) else modes


def read(value: str) -> Modes | str:
    return value if value == "unreadable" else msgspec.json.decode(value, type=Modes)


def switch(memory: Memory, *, may_remember: bool = False, **account: str) -> ModeSwitch:
    return ModeSwitch(memory, GOLD_ONLY, may_remember=may_remember, **account)


def after(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def test_that_the_level_which_the_user_had_set_is_known_however_often_failures_lowered_it() -> None:
    modes = switch(Memory())
    modes.set_authority(Authority.AUTO, MONDAY, by="user")
    assert modes.lower(Authority.MANUAL, after(1), cause="quotes are old").before is Authority.AUTO
    lowest = modes.lower(Authority.EXITS_ONLY, after(2), cause="the broker is gone")
    assert (lowest.before, lowest.authority, lowest.cause) == (
        Authority.AUTO,
        Authority.EXITS_ONLY,
        "the broker is gone",
    )
    raised = modes.set_authority(Authority.MANUAL, after(3), by="user")
    assert (raised.before, raised.cause) == (None, "")


def test_that_a_failure_which_asks_for_the_level_in_force_changes_and_records_nothing() -> None:
    memory = Memory()
    modes = switch(memory)
    assert modes.lower(Authority.MANUAL, MONDAY, cause="quotes are old") == Modes(auto_symbols=GOLD_ONLY)
    assert memory.records == []


@pytest.mark.parametrize(
    ("remembered", "authority"),
    [
        (modes_of(Authority.AUTO, BOTH), Authority.MANUAL),
        (modes_of(Authority.MANUAL, BOTH), Authority.MANUAL),
        (modes_of(Authority.EXITS_ONLY, BOTH), Authority.EXITS_ONLY),
        (modes_of(Authority.EXITS_ONLY, BOTH, cause="the broker is gone"), Authority.MANUAL),
        ("unreadable", Authority.MANUAL),
    ],
)
def test_that_a_new_run_begins_manual_with_the_symbols_of_the_settings_or_with_less_where_the_user_had_set_less(
    remembered: Modes | str, authority: Authority
) -> None:
    assert switch(Memory(modes=words(remembered))).modes == Modes(authority=authority, auto_symbols=GOLD_ONLY)


def test_that_a_run_which_may_remember_takes_up_the_modes_of_its_own_account() -> None:
    memory = Memory(modes=words(modes_of(Authority.AUTO, BOTH)), modes_of_1234=words(modes_of(Authority.EXITS_ONLY)))
    assert switch(memory, may_remember=True).modes == Modes(authority=Authority.AUTO, auto_symbols=BOTH)
    live = switch(memory, may_remember=True, account="1234")
    assert live.modes.authority is Authority.EXITS_ONLY
    live.set_authority(Authority.MANUAL, MONDAY, by="user")
    assert read(memory.values["modes of 1234"]) == modes_of(Authority.MANUAL)
    assert read(memory.values["modes"]) == modes_of(Authority.AUTO, BOTH)


def test_that_the_journal_has_when_who_and_what_changed() -> None:
    memory = Memory()
    modes = switch(memory)
    manual = modes.modes
    auto = modes.set_authority(Authority.AUTO, after(1), by="user")
    both = modes.set_symbol("BTCUSD", after(2), is_auto=True, by="user")
    lowered = modes.lower(Authority.MANUAL, after(3), cause="quotes are old")
    assert [(record.kind, record.at, record.payload) for record in memory.records] == [
        ("modes_changed", after(1), {"by": "user", "was": manual, "now": auto}),
        ("modes_changed", after(2), {"by": "user", "was": auto, "now": both}),
        ("modes_changed", after(3), {"by": "desk", "was": both, "now": lowered}),
    ]
    assert both.auto_symbols == BOTH


def test_that_on_a_full_disk_a_symbol_can_be_made_manual_but_none_automatic() -> None:
    memory = Memory()
    modes = switch(memory)
    modes.set_symbol("BTCUSD", MONDAY, is_auto=True, by="user")
    memory.is_full = True
    assert modes.set_symbol("XAUUSD", MONDAY, is_auto=False, by="user").auto_symbols == {"BTCUSD"}
    with pytest.raises(UnusableStore):
        modes.set_symbol("XAUUSD", MONDAY, is_auto=True, by="user")
    with pytest.raises(UnusableStore):
        modes.set_authority(Authority.AUTO, MONDAY, by="user")
    assert modes.modes == Modes(auto_symbols=frozenset({"BTCUSD"}))


def test_that_a_symbol_trades_by_itself_only_where_both_switches_are_on_automatic() -> None:
    modes = switch(Memory())
    assert not modes.modes.is_auto("XAUUSD")
    assert modes.set_authority(Authority.AUTO, MONDAY, by="user").is_auto("XAUUSD")
    assert not modes.modes.is_auto("BTCUSD")


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        (modes_of(Authority.AUTO, BOTH), modes_of(Authority.MANUAL), modes_of(Authority.MANUAL)),
        (modes_of(Authority.EXITS_ONLY), modes_of(Authority.MANUAL, BOTH), modes_of(Authority.EXITS_ONLY)),
        (modes_of(Authority.MANUAL, BOTH), modes_of(Authority.AUTO), modes_of(Authority.MANUAL)),
        (modes_of(Authority.AUTO), None, modes_of(Authority.AUTO)),
        (modes_of(Authority.AUTO), "unreadable", modes_of(Authority.AUTO)),
        ("unreadable", modes_of(Authority.AUTO), modes_of(Authority.AUTO)),
        ("unreadable", None, "unreadable"),
    ],
)
def test_that_of_two_remembered_modes_the_lower_authority_and_only_the_symbols_of_both_count(
    one: Modes | str, two: Modes | str | None, both: Modes | str
) -> None:
    assert read(stricter(words(one), words(two))) == both
