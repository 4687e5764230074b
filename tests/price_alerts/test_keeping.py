"""What is kept of alerts: over a restart, on a store that fails, and among rows that others wrote."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from engine.domain.market import Side
from engine.domain.price_alerts import (
    MAX_ALERTS,
    NOTE_LENGTH,
    AddPriceAlert,
    AtIndicator,
    AtLevel,
    ChangePriceAlert,
    Crossing,
    IndicatorLevel,
    LineKind,
    OnConditions,
    PriceAlertChanged,
    PriceAlertRemoved,
    PriceAlertsListed,
    RemovePriceAlert,
    SwitchPriceAlert,
)
from engine.persistence import opening
from engine.persistence.migrations import MIGRATIONS
from engine.persistence.opening import DATABASE_FILE
from tests.builders import MONDAY, at
from tests.conditions.markets import a_setup, explained
from tests.plans.stores import unwritable
from tests.price_alerts.desks import AlertDesk, alert, line

CAUSES = (
    AtLevel(1999.5),
    line(LineKind.TREND, (0, 1990.0), (60, 2000.0)),
    AtIndicator(IndicatorLevel.MICRO_BAND_LOW),
    OnConditions(Side.SELL, 2),
)


def test_that_alerts_of_every_kind_are_there_again_after_a_restart(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(*(alert(f"a{number}", cause=cause, note="note") for number, cause in enumerate(CAUSES)))
        kept = [event.alert for event in desk.announced if isinstance(event, PriceAlertChanged)]
        assert [each.cause for each in kept] == list(CAUSES)
    with AlertDesk(tmp_path) as desk:
        assert desk.announced == [PriceAlertsListed(tuple(kept))]


def test_that_an_alert_that_fired_stays_silent_after_a_restart(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(alert()).prices(1999.0, 2001.0)
    with AlertDesk(tmp_path, now=at(60)) as desk:
        desk.prices(1999.0, 2001.0, seconds=60)
        assert desk.fired == []


def test_that_a_price_beyond_the_level_after_a_restart_has_passed_it_meanwhile(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(alert(), alert("down", crossing=Crossing.DOWN)).prices(1999.0)
    with AlertDesk(tmp_path, now=at(3600)) as desk:
        desk.prices(2001.0, 2002.0, seconds=3600)
        assert [(fired.alert.alert_id, fired.was_away) for fired in desk.fired] == [("a", True)]


def test_that_a_price_on_the_same_side_after_a_restart_has_passed_nothing(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(alert(crossing=Crossing.UP)).prices(1999.0, 1998.0).prices(1997.0, seconds=61)
    with AlertDesk(tmp_path, now=at(3600)) as desk:
        desk.prices(1990.0, 2001.0, seconds=3600)
        assert [(fired.price, fired.was_away) for fired in desk.fired] == [(2001.0, False)]


def test_that_a_restart_says_nothing_of_an_indicator_that_has_moved_on(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(alert(cause=AtIndicator(IndicatorLevel.VWAP)))
        desk.candle(a_setup(vwap=2000.0))
        desk.prices(1999.0, seconds=60)
    with AlertDesk(tmp_path, now=at(3600)) as desk:
        desk.candle(a_setup(vwap=1990.0))
        desk.prices(1999.0, seconds=3600)
        assert desk.fired == []


def test_that_an_alert_is_heard_though_the_store_does_not_take_it_and_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    with AlertDesk(tmp_path) as desk:
        desk.add(alert()).prices(1999.0)
        with unwritable(tmp_path):
            desk.prices(2001.0, 1999.0, seconds=1)
        desk.prices(2001.0, seconds=60)
        assert [(fired.price, fired.is_saved) for fired in desk.fired] == [(2001.0, False)]


def test_that_what_the_store_does_not_take_is_refused_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    with AlertDesk(tmp_path) as desk:
        desk.add(alert()).prices(1999.0)
        with unwritable(tmp_path):
            desk.do(RemovePriceAlert("a")).add(alert("b"))
        assert len(desk.refusals) == 2
        assert "the store cannot be used now" in desk.refusals[0]
        desk.prices(2001.0, seconds=1)
        assert [fired.alert.alert_id for fired in desk.fired] == ["a"]


def test_that_an_alert_that_is_removed_is_gone_for_good(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(alert()).prices(1999.0).do(RemovePriceAlert("a")).prices(2001.0, seconds=1)
        assert desk.fired == []
        assert isinstance(desk.announced[-1], PriceAlertRemoved)
        assert [entry.kind for entry in desk.archive.journal.read()][-1] == "price_alert_removed"
    with AlertDesk(tmp_path) as desk:
        assert desk.announced == []


def test_that_a_changed_alert_waits_again_and_keeps_when_it_was_made() -> None:
    with AlertDesk() as desk:
        desk.add(alert()).prices(1999.0, 2001.0)
        desk.do(
            ChangePriceAlert(alert(cause=AtLevel(1990.0), note="  lower\x07\nedge ", created_at=at(99), times_fired=9))
        )
        changed = desk.announced[-1]
        assert isinstance(changed, PriceAlertChanged)
        assert (changed.alert.note, changed.alert.created_at, changed.alert.times_fired) == ("lower edge", MONDAY, 0)
        desk.prices(1980.0, seconds=5)
        assert desk.fired_at == [2001.0, 1980.0]


@pytest.mark.parametrize(
    ("faulty", "reason"),
    [
        (alert(symbol="EURUSD"), "EURUSD is not watched; the market has XAUUSD, BTCUSD"),
        (alert(cause=AtLevel(0.0)), "the level is 0; a price above 0 is allowed"),
        (alert(cause=AtLevel(float("nan"))), "level is nan; a number up to 1e+15 is allowed"),
        (alert(note="x" * (NOTE_LENGTH + 1)), "the note has 201 characters, max 200"),
        (alert(note="\ud800"), "character 1 of note is half of a surrogate pair; whole Unicode text is allowed"),
        (alert(expires_at=MONDAY), "it would expire at 02 Mar 2026 08:00 UTC, which is in the past"),
        (alert(cause=OnConditions(Side.BUY, 10)), "10 conditions may be missing; 0 to 9 are allowed"),
        (
            alert(symbol="BTCUSD", cause=OnConditions(Side.BUY, 1)),
            "BTCUSD has no rules, so no conditions are evaluated",
        ),
    ],
)
def test_that_an_alert_that_cannot_fire_is_refused_with_the_reason(faulty: object, reason: str) -> None:
    with AlertDesk() as desk:
        desk.add(faulty)  # type: ignore[arg-type]
        assert desk.refusals == [reason]


def test_that_ids_are_used_once_and_there_is_an_end_to_alerts() -> None:
    with AlertDesk() as desk:
        desk.add(*(alert(str(number)) for number in range(MAX_ALERTS)))
        desk.do(AddPriceAlert(alert("one more")), SwitchPriceAlert("unknown", is_on=False))
        assert desk.refusals == ["there are 200 alerts, max 200: remove one first", "there is no alert unknown"]
        desk.do(RemovePriceAlert("5"), AddPriceAlert(alert("7")))
        assert desk.refusals[-1] == "alert id 7 has been used already"


def test_that_an_alert_that_has_expired_cannot_be_switched_on() -> None:
    with AlertDesk() as desk:
        desk.add(alert(expires_at=at(10))).prices(1999.0, seconds=20).do(SwitchPriceAlert("a", is_on=True))
        assert desk.refusals == ["it has expired: give it another expiry first"]


def test_that_rows_that_are_no_alerts_are_left_out_and_named(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        desk.add(alert("good"), alert("line", cause=CAUSES[1]))
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as sql:
        good, flat = (
            sql.execute("SELECT alert FROM price_alerts WHERE alert_id = ?", (name,)).fetchone()[0]
            for name in ("good", "line")
        )
        rows = {
            "text": "not JSON",
            "other": good,
            "huge": good.replace("2000.0", "1e300").replace('"good"', '"huge"'),
            "zone": good.replace("+00:00", "").replace("Z", "").replace('"good"', '"zone"'),
            "vertical": flat.replace("08:01:00", "08:00:00").replace('"line"', '"vertical"', 1),
        }
        for name, old, new in (
            ("long", '"note":""', f'"note":"{"x" * 201}"'),
            ("bell", '"note":""', '"note":"a\\u0007b"'),
            ("below zero", "2000.0", "-1.0"),
        ):
            assert old in good
            rows[name] = good.replace(old, new).replace('"good"', f'"{name}"')
        sql.executemany("INSERT INTO price_alerts VALUES (?, ?)", [*rows.items(), ("number", 7)])
        sql.commit()
    with AlertDesk(tmp_path) as desk:
        (listed,) = (event for event in desk.announced if isinstance(event, PriceAlertsListed))
        assert [each.alert_id for each in listed.alerts] == ["good", "line"]
        assert "9 rows of price_alerts cannot be read" in desk.archive.faults.sentence


def test_that_a_store_from_before_price_alerts_keeps_its_journal_and_takes_alerts(tmp_path: Path) -> None:
    before = next(number for number, step in enumerate(MIGRATIONS) if "price_alerts" in "".join(step))
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as sql:
        for step in MIGRATIONS[:before]:
            for statement in step:
                sql.execute(statement)
        values = "('2026-03-02T00:00:00+00:00', 'earlier', '', '{}')"
        sql.execute(f"INSERT INTO journal (at, kind, settings, payload) VALUES {values}")
        sql.execute(f"PRAGMA user_version = {before}")
    with AlertDesk(tmp_path) as desk:
        desk.add(alert())
        assert next(entry.kind for entry in desk.archive.journal.read()) == "earlier"
        assert [each.alert_id for each in desk.archive.price_alerts.alerts()] == ["a"]


@pytest.mark.parametrize(("max_missing", "age_s", "fires"), [(0, 0.0, 0), (9, 0.0, 1), (9, 45.0, 1), (9, 61.0, 0)])
def test_that_conditions_are_judged_when_a_candle_closes_in_time(max_missing: int, age_s: float, fires: int) -> None:
    snapshot = a_setup()
    with AlertDesk(now=snapshot.candle.opened_at) as desk:
        desk.add(alert(cause=OnConditions(Side.SELL, max_missing)))
        desk.candle(snapshot, lambda: explained(Side.BUY, snapshot), age_s=age_s)
        assert len(desk.fired) == fires


def test_that_an_alert_on_conditions_counts_what_is_missing_as_the_judgement_does() -> None:
    explanation = explained(Side.BUY, a_setup())
    for side in Side:
        is_near = explanation.judgement.of(side).near_miss is not None
        assert (explanation.missing(side) == 1) is is_near
        assert (explanation.missing(side) == 0) is explanation.judgement.of(side).is_passed


def test_that_a_desk_that_was_killed_does_not_repeat_what_had_fired(tmp_path: Path) -> None:
    killed = AlertDesk(tmp_path).add(alert(), alert("always", repeats=True)).prices(1999.0, 2001.0)
    killed.archive.close()  # without a word to the alerts
    with AlertDesk(tmp_path, now=at(60)) as desk:
        desk.prices(2001.0, 2002.0, seconds=60)
        assert desk.fired == []
        desk.prices(1999.0, seconds=120)
        assert [fired.alert.alert_id for fired in desk.fired] == ["always"]


async def test_that_an_alert_is_announced_once_the_thread_that_writes_has_written_it(tmp_path: Path) -> None:
    with AlertDesk(tmp_path) as desk:
        writing = asyncio.create_task(desk.archive.journal.run())
        await asyncio.sleep(0)
        desk.add(alert()).prices(1999.0, 2001.0)
        assert desk.announced == []
        async with asyncio.timeout(60.0):
            while not desk.fired:
                await asyncio.sleep(0.005)
        assert [each.fired_at for (each,) in desk.kept_when_fired] == [at(1)]
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


def test_that_a_store_that_takes_no_side_loses_no_alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    snapshot = a_setup()
    with AlertDesk(tmp_path, now=snapshot.candle.opened_at) as desk:
        desk.add(alert(crossing=Crossing.DOWN)).prices(1999.0)
        with unwritable(tmp_path):
            desk.prices(2001.0, seconds=1)
            desk.candle(snapshot)
        desk.prices(1999.0, seconds=120)
        assert desk.fired_at == [1999.0]
