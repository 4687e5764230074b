"""The wait of a relaxed limit survives a restart, and so do the settings in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from config.changes import with_values
from config.settings import Settings
from engine.archive import Archive
from engine.clock import MarketClock
from engine.domain.journal import JournalRecord
from engine.settings_store import MEMORY, SettingsStore
from tests.builders import MONDAY

SPREAD = "xauusd_rules.pre_trade_filters.spread.max_spread"
LOOSE = with_values(Settings(), {SPREAD: 0.5})


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


class Shelf:
    """A store that outlives the desks on it."""

    def __init__(self) -> None:
        self.archive = Archive.open(None, Settings(), MarketClock(MONDAY))

    def desk(self, wanted: Settings, minute: float = 0, *, may_resume: bool = True) -> SettingsStore:
        return SettingsStore(wanted, self.archive, MONDAY + minutes(minute), may_resume=may_resume)


def max_spread(settings: Settings) -> float:
    return settings.xauusd_rules.pre_trade_filters.spread.max_spread


def ask(desk: SettingsStore, settings: Settings, minute: float) -> None:
    now = MONDAY + minutes(minute)
    desk.write(desk.ask(settings, "window", now, now), now)


def test_that_the_first_desk_takes_its_file_as_it_is() -> None:
    assert Shelf().desk(LOOSE).in_force == LOOSE


def run(desk: SettingsStore, since: int, until: int) -> None:
    """The desk sees every minute in between."""
    for minute in range(since, until + 1):
        desk.is_due(MONDAY + minutes(minute))


def test_that_a_wait_goes_on_by_the_time_that_a_desk_runs() -> None:
    shelf = Shelf()
    first = shelf.desk(Settings())
    ask(first, LOOSE, 0)
    run(first, 1, 4)
    again = shelf.desk(LOOSE, 600)
    assert max_spread(again.in_force) == 0.25
    assert [each.due_at for each in again.state().waiting] == [MONDAY + minutes(606)]
    run(again, 601, 605)
    assert again.is_due(MONDAY + minutes(606))
    assert again.take_effect(MONDAY + minutes(606)).settings == LOOSE


def test_that_a_clock_that_is_set_forward_between_two_runs_shortens_no_wait() -> None:
    shelf = Shelf()
    ask(shelf.desk(Settings()), LOOSE, 0)
    assert max_spread(shelf.desk(LOOSE, 11).in_force) == 0.25
    assert max_spread(shelf.desk(LOOSE, 0.5).in_force) == 0.25


def test_that_a_clock_that_is_set_forward_while_the_desk_runs_shortens_the_wait_by_two_minutes_at_most() -> None:
    desk = Shelf().desk(Settings())
    ask(desk, LOOSE, 0)
    assert not desk.is_due(MONDAY + minutes(60))
    assert [each.due_at for each in desk.state().waiting] == [MONDAY + minutes(68)]


def test_that_a_memory_that_was_changed_or_taken_away_begins_the_wait_again_by_the_limits_on_record() -> None:
    changes: tuple[Callable[[str], str], ...] = (
        lambda text: text.replace(f'"{SPREAD}":0.25', f'"{SPREAD}":0.5'),
        lambda text: text.replace("[0.5,300.0]", "[0.5,0.0]"),
        lambda text: text[:1],
        lambda _: '{"limits": {}, "waiting": {}}',
    )
    for change in changes:
        shelf = Shelf()
        first = shelf.desk(Settings())
        ask(first, LOOSE, 0)
        run(first, 1, 5)
        known = shelf.archive.remembered(MEMORY)
        assert known is not None
        assert change(known) != known
        shelf.archive.remember(MEMORY, change(known), JournalRecord(at=MONDAY, kind="test"))
        again = shelf.desk(LOOSE, 6)
        assert max_spread(again.in_force) == 0.25
        assert [each.due_at for each in again.state().waiting] == [MONDAY + minutes(16)]


def test_that_a_wait_that_a_former_desk_wrote_down_by_the_clock_begins_again() -> None:
    shelf = Shelf()
    ask(shelf.desk(Settings()), LOOSE, 0)
    former = shelf.archive.remembered(MEMORY)
    assert former is not None
    former = former.replace("[0.5,600.0]", '[0.5,"2026-03-02T08:00:01Z"]')
    fresh = Shelf()
    fresh.archive.remember(MEMORY, former, JournalRecord(at=MONDAY, kind="test"))
    again = fresh.desk(LOOSE, 5)
    assert max_spread(again.in_force) == 0.25
    assert [each.due_at for each in again.state().waiting] == [MONDAY + minutes(15)]


def test_that_a_played_market_whose_time_began_again_waits_again() -> None:
    shelf = Shelf()
    ask(shelf.desk(Settings()), LOOSE, 0)
    again = shelf.desk(LOOSE, 500, may_resume=False)
    assert [each.due_at for each in again.state().waiting] == [MONDAY + minutes(510)]


def test_that_a_limit_relaxed_in_the_file_while_no_desk_ran_waits_as_well() -> None:
    shelf = Shelf()
    shelf.desk(Settings())
    again = shelf.desk(LOOSE, 600)
    assert max_spread(again.in_force) == 0.25
    assert [each.due_at for each in again.state().waiting] == [MONDAY + minutes(610)]


def test_that_a_file_tightened_while_no_desk_ran_counts_at_once() -> None:
    shelf = Shelf()
    shelf.desk(LOOSE)
    assert shelf.desk(Settings(), 600).in_force == Settings()


def test_that_a_file_that_takes_back_what_waits_ends_the_wait() -> None:
    shelf = Shelf()
    ask(shelf.desk(Settings()), LOOSE, 0)
    shelf.desk(Settings(), 5)
    assert max_spread(shelf.desk(LOOSE, 11).in_force) == 0.25


def test_that_other_settings_of_the_file_count_at_once_after_a_restart() -> None:
    shelf = Shelf()
    shelf.desk(Settings())
    again = shelf.desk(with_values(LOOSE, {"xauusd_rules.reward_ratio": 3.0}), 1)
    assert again.in_force == with_values(Settings(), {"xauusd_rules.reward_ratio": 3.0})


def test_that_a_memory_nobody_can_read_is_no_reason_not_to_start() -> None:
    for text in ("", "{", '{"limits": {}, "waiting": {}}', '{"limits": {"cooldown_seconds": "x"}, "waiting": {}}'):
        shelf = Shelf()
        shelf.archive.remember(MEMORY, text, JournalRecord(at=MONDAY, kind="test"))
        assert shelf.desk(LOOSE).in_force == LOOSE


def test_that_remembered_limits_of_a_strange_kind_are_no_reason_not_to_start() -> None:
    shelf = Shelf()
    shelf.desk(Settings())
    known = shelf.archive.remembered(MEMORY)
    assert known is not None
    for strange in ('"wide"', "true", "-4.0"):
        altered = known.replace(f'"{SPREAD}":0.25', f'"{SPREAD}":{strange}')
        assert altered != known
        shelf = Shelf()
        shelf.archive.remember(MEMORY, altered, JournalRecord(at=MONDAY, kind="test"))
        assert max_spread(shelf.desk(LOOSE, may_resume=True).in_force) == 0.5


def test_that_nothing_is_written_where_nothing_changed() -> None:
    shelf = Shelf()
    shelf.desk(Settings())
    before = _count(shelf)
    shelf.desk(Settings(), 5)
    assert _count(shelf) == before


def _count(shelf: Shelf) -> int:
    return sum(1 for _ in shelf.archive.journal.read())


def test_that_a_delay_of_nothing_holds_nothing_back() -> None:
    hasty = with_values(Settings(), {"risk_mitigation.loosen_delay_minutes": 0})
    desk = Shelf().desk(hasty)
    ask(desk, with_values(hasty, {SPREAD: 0.5}), 0)
    assert max_spread(desk.target(MONDAY)) == 0.5
