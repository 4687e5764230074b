"""A store of an earlier desk is brought up to date with all it knew."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.fills import FillModel
from engine.domain.market import Session
from engine.domain.trade_facts import TradeFacts
from engine.domain.trades import ClosedTrade
from engine.persistence.journal import Journal
from engine.persistence.migrations import MIGRATIONS, VERSION
from engine.persistence.opening import DATABASE_FILE, open_store
from engine.persistence.rows import json_text, stamp
from engine.persistence.trades import StoredTrades
from tests.builders import MONDAY, closed_trade


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    """A directory with a file of the first version: two practice runs, each with a trade, and one of no plan."""
    trades = [closed_trade("scanner-p1-a"), closed_trade("scanner-p2-b", ticket=2), closed_trade("", ticket=3)]
    conditions = '{"signals": ["OB_RETEST"], "edges": ["OB_ZONE"], "score": 7.5}'
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as sql:
        for statement in MIGRATIONS[0]:
            sql.execute(statement)
        for number, trade in enumerate(trades, 1):
            rows = [("practice_begun", None, f'{{"run": {number}}}'), ("plan_closed", trade.plan_id or None, "{}")]
            columns = "(at, kind, plan_id, settings, payload)"
            sql.executemany(f"INSERT INTO journal {columns} VALUES ('2026-03-02', ?, ?, '', ?)", rows)
            sql.execute(
                "INSERT INTO closed_trades (ticket, entered_at, exited_at, symbol, plan_id, trade) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(trade.ticket, stamp(trade.entered_at), stamp(trade.exited_at), trade.symbol),
                    *(trade.plan_id, _as_kept_before(trade)),
                ),
            )
        sql.execute("INSERT INTO trade_plans (plan_id, conditions) VALUES ('scanner-p1-a', ?)", (conditions,))
        sql.execute("INSERT INTO trade_plans (plan_id, conditions) VALUES ('scanner-p2-b', '[\"foreign\"]')")
        sql.execute("PRAGMA user_version = 1")
    return tmp_path


def _as_kept_before(trade: ClosedTrade) -> str:
    """The trade as versions without fill models wrote it."""
    fields: dict[str, object] = json.loads(json_text(trade))
    del fields["fill_model"], fields["cost_r"]
    return json.dumps(fields | {"ambiguous_exits": 1, "profit_if_targets_first": 1.5})


def read(directory: Path, **wanted: datetime) -> list[TradeFacts]:
    store = open_store(directory, MONDAY)
    assert store.warnings == ()
    trades = StoredTrades(store.database, lambda _: Session.ASIA).read(**wanted)
    store.database.close()
    return trades


def test_that_an_old_file_keeps_its_trades_and_learns_their_runs(old_store: Path) -> None:
    assert [(kept.trade.ticket, kept.run) for kept in read(old_store)] == [(1, "p1-"), (2, "p2-"), (3, "")]
    with closing(sqlite3.connect(old_store / DATABASE_FILE)) as sql:
        assert sql.execute("PRAGMA user_version").fetchone()[0] == VERSION


def test_that_an_old_trade_is_reported_by_its_plan_and_its_entry(old_store: Path) -> None:
    first, second, _ = read(old_store)
    assert (first.signals, first.edges, first.score) == (("OB_RETEST",), ("OB_ZONE",), 7.5)
    assert (second.signals, second.score) == ((), None)
    assert {first.session, second.session} == {Session.ASIA}
    assert first.trade == closed_trade("scanner-p1-a", fill_model=FillModel.FOUR_CORNER)


def test_that_old_results_of_practice_are_known_as_four_corner_fills_and_those_of_a_broker_as_none(
    old_store: Path,
) -> None:
    assert [(kept.run, kept.trade.fill_model) for kept in read(old_store)] == [
        ("p1-", FillModel.FOUR_CORNER),
        ("p2-", FillModel.FOUR_CORNER),
        ("", None),
    ]


def test_that_the_journal_of_an_old_file_goes_on(old_store: Path) -> None:
    database = open_store(old_store, MONDAY).database
    assert len(list(Journal(database).read())) == 6
    database.close()


def test_that_trades_are_read_by_their_end_or_by_their_trading_day(old_store: Path) -> None:
    ended_at = closed_trade().exited_at
    assert len(read(old_store, since=ended_at)) == 3
    assert read(old_store, until=ended_at) == []
    store = open_store(old_store, MONDAY)
    trades = StoredTrades(store.database, lambda _: Session.ASIA)
    assert trades.newest_day() == MONDAY.date()
    assert len(trades.read(day=MONDAY.date())) == 3
    assert trades.read(day=datetime(2020, 1, 1, tzinfo=UTC).date()) == []
    store.database.close()
