"""Rows that hold something impossible: the desk starts, counts them, leaves them out, and stays on the safe side."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.messages.commands import ConfirmRecords, Flatten, Halt, ReleaseHalt, SetAuthority
from engine.domain.messages.trading import ModesChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.errors import UnusableStore
from engine.health.monitor import HealthMonitor
from engine.persistence.opening import DATABASE_FILE
from engine.reporting.sentences import sentence
from tests.health.signs import LIMITS, of_store
from tests.trading.desks import TradingDesk, settings

QUICK = settings(cooldown_seconds=0)


def rewritten(directory: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Another program has changed the closed store, past every guard."""
    with closing(sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)) as sql:
        for (trigger,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            sql.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            sql.execute(statement, values)


def begun(directory: Path) -> TradingDesk:
    return TradingDesk(directory, settings=QUICK).start()


def traded(directory: Path) -> TradingDesk:
    """A desk that has closed one trade at a loss and has one position open."""
    desk = begun(directory).trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.tick(62, bid=1999.0)
    desk.propose(3)
    desk.tick(241)
    assert (len(desk.trades), len(desk.broker.positions)) == (1, 1)
    desk.close()
    return desk


def again(desk: TradingDesk, directory: Path) -> TradingDesk:
    return TradingDesk(directory, settings=QUICK, broker=desk.broker, clock=desk.clock).start()


LOCKS = [
    ("daily_loss", "", "2026-03-02T08:00:00+00:00", None, "of a later desk"),
    ("cooldown", "XAUUSD", "noon", "2026-03-02T09:00:00+00:00", ""),
    ("cool_off", "XAUUSD", "2026-03-02T08:00:00+00:00", b"\xff\xfe", ""),
    (b"\xff", b"\x00", 7, 7, 7),
    ("halt", "", "9999-12-31T23:59:59-23:00", None, "halt"),
]


@pytest.mark.parametrize("row", LOCKS, ids=["unknown-name", "since", "until", "blobs", "beyond-the-calendar"])
def test_that_a_lock_that_cannot_be_read_halts_until_the_user_lets_go(tmp_path: Path, row: tuple[object, ...]) -> None:
    TradingDesk(tmp_path).close()
    rewritten(tmp_path, "INSERT INTO locks (name, symbol, since, until, reason) VALUES (?, ?, ?, ?, ?)", values=row)
    desk = begun(tmp_path)
    assert desk.of(ModesChanged)[-1].halt is not None
    desk.do(ReleaseHalt())
    assert desk.of(ModesChanged)[-1].halt is None
    desk.close()
    second = begun(tmp_path)
    assert second.of(ModesChanged)[-1].halt is None
    second.close()


def test_that_a_lock_without_a_zone_is_read_as_utc(tmp_path: Path) -> None:
    TradingDesk(tmp_path).close()
    lock = ("cooldown", "XAUUSD", "2026-03-02T08:00:00", "2026-03-02T08:30:00", "")
    rewritten(tmp_path, "INSERT INTO locks (name, symbol, since, until, reason) VALUES (?, ?, ?, ?, ?)", values=lock)
    desk = begun(tmp_path)
    assert desk.of(ModesChanged)[-1].halt is None
    assert 1700.0 < desk.trader.lock_left_s("XAUUSD") <= 1800.0
    desk.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE closed_trades SET trade = '{'",
        "UPDATE closed_trades SET trade = x'ff', exited_at = x'ff'",
        "UPDATE closed_trades SET trade = replace(trade, 'ticket', 'tickets'), exited_at = 7",
        "UPDATE closed_trades SET trade = replace(trade, 'Z', '')",
        "UPDATE intents SET order_sent = '{}'",
        "UPDATE intents SET at = 'noon' WHERE plan_id = 'scanner-signal-0'",
        "UPDATE intents SET order_sent = replace(order_sent, '0.0', '-0.0')",
        "UPDATE trade_plans SET stop_loss = 'x' WHERE status = 'open'",
        "UPDATE trade_plans SET status = 'odd' WHERE status = 'open'",
        "UPDATE intents SET account = 'x' || account",
        "UPDATE intents SET account = x'ff', at = x'ff'",
        "DELETE FROM intents",
    ],
)
def test_that_a_row_that_limits_depend_on_and_nobody_can_read_leaves_only_exits(tmp_path: Path, damage: str) -> None:
    first = traded(tmp_path)
    rewritten(tmp_path, damage)
    desk = again(first, tmp_path)
    modes = desk.of(ModesChanged)[-1]
    assert modes.authority is Authority.EXITS_ONLY
    assert "cannot be read" in modes.cause
    desk.do(Flatten())
    desk.tick(400)
    assert not desk.broker.positions
    desk.close()


def test_that_the_user_may_let_the_desk_go_on_without_what_cannot_be_read(tmp_path: Path) -> None:
    first = traded(tmp_path)
    rewritten(tmp_path, "UPDATE intents SET order_sent = '{}'")
    desk = again(first, tmp_path)
    desk.do(ConfirmRecords())
    desk.do(SetAuthority(Authority.MANUAL))
    desk.trader.start()  # as where the market begins again
    assert desk.of(ModesChanged)[-1].authority is Authority.MANUAL
    desk.close()


def test_that_an_unfinished_plan_that_cannot_be_read_is_not_traded_again(tmp_path: Path) -> None:
    first = traded(tmp_path)
    rewritten(tmp_path, "UPDATE trade_plans SET status = 'odd' WHERE status = 'open'")
    desk = again(first, tmp_path).trade_by_itself()
    desk.propose(6)
    desk.tick(421)
    assert "scanner-signal-3" not in desk.plans
    assert desk.plans["scanner-signal-6"].status is PlanStatus.OPEN
    desk.close()


def test_that_trades_journal_and_notes_are_read_around_the_rows_that_cannot_be(tmp_path: Path) -> None:
    first = traded(tmp_path)
    rewritten(
        tmp_path,
        "INSERT INTO closed_trades SELECT 7, entered_at, exited_at, symbol, 'other', '', x'ff', account "
        "FROM closed_trades",
        "INSERT INTO closed_trades SELECT 8, entered_at, exited_at, symbol, 'third', '', '', account "
        "FROM closed_trades LIMIT 1",
        "UPDATE entry_grounds SET grounds = '[]'",
        "UPDATE trade_plans SET conditions = 7, created_by = x'ff'",
        "INSERT INTO annotations VALUES ('scanner-signal-0', 'never', 7, '{')",
        "INSERT INTO prices_of_trades VALUES ('', 'XAUUSD', '2026-03-02T08:00:00.000000+00:00', 'low', 1e999, 2000.0)",
        "UPDATE journal SET payload = substr(payload, 2) WHERE seq % 3 = 0",
        "UPDATE journal SET at = x'ff', kind = x'ff', plan_id = 7 WHERE seq % 5 = 0",
        "UPDATE daily_figures SET trades = 'many', profit = 1e999",
        "UPDATE memory SET value = x'ff'",
    )
    desk = again(first, tmp_path)
    trades = desk.archive.trades(QUICK)
    assert [each.trade.plan_id for each in trades.read()] == ["scanner-signal-0"]
    assert [each.trade.plan_id for each in trades.read(day=datetime(2026, 3, 2, tzinfo=UTC).date())]
    assert trades.newest_day() == datetime(2026, 3, 2, tzinfo=UTC).date()
    assert trades.prices("", "XAUUSD", datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)) == []
    count = desk.archive.journal.newest()
    pages = desk.archive.pages()
    assert [entry.seq for entry in pages.entries(range(1, count + 1))] == list(range(1, count + 1))
    records = [sentence(entry) for entry in desk.archive.journal.read(kind="row_unreadable")]
    assert any(words.startswith("Row 7 of closed_trades is left out: ") for words in records)
    assert len(list(desk.archive.journal.read())) >= count
    assert "2 rows of closed_trades cannot be read: 7, 8" in desk.archive.faults.signs.unreadable
    desk.do(Flatten())
    desk.tick(400)
    assert [trade.plan_id for trade in desk.trades] == ["scanner-signal-3"]
    desk.close()


def test_that_a_trigger_of_another_program_cannot_stop_the_desk_or_a_halt(tmp_path: Path) -> None:
    TradingDesk(tmp_path).close()
    rewritten(tmp_path, "CREATE TRIGGER odd BEFORE INSERT ON locks BEGIN SELECT RAISE(ABORT, 'not here'); END")
    desk = begun(tmp_path).trade_by_itself()
    desk.do(Halt("enough"))
    assert desk.of(ModesChanged)[-1].halt is not None
    desk.propose()
    desk.tick(61)
    assert desk.orders == 0
    desk.close()


def test_that_damage_met_while_the_desk_runs_leaves_only_exits_and_the_next_start_sets_the_store_aside(
    tmp_path: Path,
) -> None:
    desk = begun(tmp_path).trade_by_itself()
    for minute in range(0, 120, 3):
        desk.propose(minute)
        desk.tick(60 * minute + 61)
        desk.tick(60 * minute + 62, bid=1999.0)
    desk.archive.journal.flush()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as sql:
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / DATABASE_FILE
    raw = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (len(raw) - 4096))
    with pytest.raises(UnusableStore):
        desk.archive.pages().entries([1])
    signs = desk.archive.faults.signs
    assert signs.damage
    desk.trader.on_health(HealthMonitor().look(of_store(damage=signs.damage), LIMITS, 0.0))
    assert desk.of(ModesChanged)[-1].authority is Authority.EXITS_ONLY
    with suppress(UnusableStore):
        desk.close()
    second = TradingDesk(tmp_path, settings=QUICK)
    assert "is damaged" in second.archive.warnings[0]
    second.close()
    (aside,) = tmp_path.glob(f"{DATABASE_FILE}.aside-*Z")
    assert aside.stat().st_size == len(raw)


def test_that_a_practice_run_gets_a_name_of_its_own_where_the_last_one_cannot_be_read(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path, is_practice=True)
    named = desk.archive.run
    desk.close()
    rewritten(tmp_path, "UPDATE memory SET value = 'odd'")
    second = TradingDesk(tmp_path, is_practice=True)
    assert second.archive.run not in ("", named)
    second.close()
