"""Relaxed limits in a running engine count later, and every change is in the journal."""

from __future__ import annotations

from config.changes import Change
from engine.domain.messages.engine import (
    Seek,
)
from tests.engine.changes import LOOKBACK, SPREAD, Desk, minute


async def test_that_a_relaxed_limit_waits_ten_minutes_and_a_tightened_one_does_not() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5, "risk_mitigation.max_positions_per_symbol": 1})
    (waiting,) = [each for each in desk.events[-1].waiting if each.due_at is not None]
    assert (waiting.change, waiting.due_at) == (Change(SPREAD, 0.25, 0.5), minute(40))
    desk.quote(60)
    assert [change.key for change in desk.events[-1].changes] == ["risk_mitigation.max_positions_per_symbol"]
    for number in range(2, 10):
        desk.quote(60 * number, spread=0.3)
    desk.quote(600, spread=0.3)
    assert (desk.events[-1].by, desk.events[-1].changes) == ("desk", (Change(SPREAD, 0.25, 0.5),))
    desk.quote(660, spread=0.3)
    assert desk.verdicts()[-2:] == [(minute(39), "spread_max"), (minute(40), None)]


async def test_that_what_waits_is_taken_back_by_asking_for_what_is_in_force() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    desk.ask({})
    assert desk.events[-1].waiting == ()
    desk.quote(600)
    desk.quote(660)
    assert len(desk.events) == 2


async def test_that_asking_again_for_more_waits_again_and_for_less_does_not() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    desk.quote(120)
    desk.ask({SPREAD: 0.4})
    assert desk.events[-1].waiting[0].due_at == minute(40)
    desk.ask({SPREAD: 0.6})
    assert desk.events[-1].waiting[0].due_at == minute(42)


async def test_that_a_shorter_delay_waits_for_the_longer_one() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({"risk_mitigation.loosen_delay_minutes": 0})
    desk.quote(60)
    desk.ask({"risk_mitigation.loosen_delay_minutes": 0, SPREAD: 0.5})
    due = {each.change.key: each.due_at for each in desk.events[-1].waiting}
    assert due == {"risk_mitigation.loosen_delay_minutes": minute(40), SPREAD: minute(41)}


async def test_that_jumping_a_market_on_does_not_shorten_the_wait() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    desk.quote(240)
    desk.clock.set(minute(300))
    desk.engine.handle(Seek(minute(300)))
    await desk.open()
    assert desk.events[-1].waiting[0].due_at == minute(40)
    desk.clock.set(minute(300))


# -- the journal --------------------------------------------------------------------------------------------------


async def test_that_every_changed_key_is_in_the_journal_with_both_values() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1, LOOKBACK: 12}, by="file")
    desk.quote(60)
    entry = list(desk.archive.journal.read(kind="settings_changed"))[-1]
    assert entry.payload["by"] == "file"
    assert entry.payload["changes"] == [
        {"key": SPREAD, "old": 0.25, "new": 0.1},
        {"key": LOOKBACK, "old": 10, "new": 12},
    ]
    assert desk.archive.journal.settings == entry.payload["now"]


async def test_that_a_relaxed_limit_is_in_the_journal_when_it_is_requested() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    entry = list(desk.archive.journal.read(kind="limits_noted"))[-1]
    assert entry.payload["waiting"] == [
        {"key": SPREAD, "old": 0.25, "new": 0.5, "due_at": f"{minute(40).isoformat().replace('+00:00', 'Z')}"}
    ]
