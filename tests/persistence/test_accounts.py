"""A store from before accounts were kept apart: nothing is lost, and nothing counts for less than it did."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.market import Session
from engine.persistence.accounts import assign_unknown
from engine.persistence.database import Database
from engine.persistence.guards import renewed
from engine.persistence.journal import Journal
from engine.persistence.lock_table import SqliteLockTable
from engine.persistence.migrations import MIGRATIONS
from engine.persistence.opening import DATABASE_FILE, open_store
from engine.persistence.plan_table import SqlitePlanTable
from engine.persistence.rows import json_text, stamp
from engine.persistence.trades import StoredTrades
from tests.builders import MONDAY, closed_trade, order

REAL = "real account 7 at Broker-Live"
LONG_AGO = MONDAY - timedelta(days=1)


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    """A directory with a file of the fourth version: a live trade and an open order, and a practice trade."""
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as sql:
        for statement in (statement for step in MIGRATIONS[:4] for statement in step):
            sql.execute(statement)
        for ticket, plan_id, run, status in (
            (1, "live", "", "closed"),
            (2, "open", "", "open"),
            (3, "p", "p4-", "closed"),
        ):
            sql.execute(
                "INSERT INTO trade_plans (plan_id, symbol, direction, entry_price, stop_loss, take_profit, volume, "
                "status, ticket) VALUES (?, 'XAUUSD', 'BUY', 2000.0, 1999.5, 2001.5, 0.01, ?, ?)",
                (plan_id, status, ticket),
            )
            sql.execute("INSERT INTO accepted_plans VALUES (?, ?)", (plan_id, stamp(MONDAY)))
            sent = order(plan_id)
            sql.execute(
                "INSERT INTO intents VALUES (?, ?, ?, 'auto', ?)", (sent.token, plan_id, stamp(MONDAY), json_text(sent))
            )
            if status == "closed":
                trade = closed_trade(plan_id, ticket=ticket)
                times = (stamp(trade.entered_at), stamp(trade.exited_at))
                sql.execute(
                    "INSERT INTO closed_trades VALUES (?, ?, ?, 'XAUUSD', ?, ?, ?)",
                    (ticket, *times, plan_id, run, json_text(trade)),
                )
        sql.execute("INSERT INTO daily_figures VALUES ('2026-03-02', 'XAUUSD', 2, 0, 2, -1.0, 0, 0, 0, 0, 1, 2)")
        sql.execute("INSERT INTO locks VALUES ('halt', '', ?, NULL, 'enough')", (stamp(MONDAY),))
        sql.execute(
            "INSERT INTO journal (at, kind, settings, payload) VALUES (?, 'halted', '', '{}')", (stamp(MONDAY),)
        )
        for statement in renewed(dict.fromkeys(("plans_are_noted", "changes_are_noted"), ""), is_shared=False):
            if "account" not in statement and "unsent" not in statement and "arm" not in statement:
                sql.execute(statement)
        sql.execute(
            "CREATE TRIGGER intents_stay_as_written BEFORE UPDATE ON intents BEGIN SELECT RAISE(ABORT, 'never'); END"
        )
        sql.execute("PRAGMA user_version = 4")
    return tmp_path


def opened(directory: Path) -> tuple[Database, SqlitePlanTable]:
    store = open_store(directory, MONDAY)
    assert store.warnings == ()
    return store.database, SqlitePlanTable(store.database, Journal(store.database))


def test_that_what_is_of_no_known_account_belongs_to_the_first_that_takes_it_and_paper_stays_paper(
    old_store: Path,
) -> None:
    database, table = opened(old_store)
    assert table.closed_trades(LONG_AGO, REAL) == []
    for account in (REAL, "demo account 8 at Broker-Demo"):
        assign_unknown(database, Journal(database), account, MONDAY)
    assert [trade.plan_id for trade in table.closed_trades(LONG_AGO, REAL)] == ["live"]
    assert [row.fields["plan_id"] for row in table.unfinished(REAL)] == ["open"]
    assert {intent.order.plan_id for intent in table.intents(LONG_AGO, REAL)} == {"live", "open"}
    assert [trade.plan_id for trade in table.closed_trades(LONG_AGO, PAPER_ACCOUNT)] == ["p"]
    assert {intent.order.plan_id for intent in table.intents(LONG_AGO, PAPER_ACCOUNT)} == {"p"}
    trades = StoredTrades(database, lambda _: Session.ASIA).read()
    assert sorted((each.trade.plan_id, each.account) for each in trades) == [("live", REAL), ("p", PAPER_ACCOUNT)]
    assert [lock.reason for lock in SqliteLockTable(database, Journal(database)).locks()] == ["enough"]
    assigned = [(entry.kind, entry.account) for entry in Journal(database).read()]
    assert assigned == [("halted", None), ("accounts_assigned", REAL)]
    database.close()


def test_that_records_of_an_account_stay_with_it_whichever_program_writes(old_store: Path) -> None:
    database, _ = opened(old_store)
    assign_unknown(database, Journal(database), REAL, MONDAY)
    database.close()
    with closing(sqlite3.connect(old_store / DATABASE_FILE, isolation_level=None)) as sql:
        for statement in ("UPDATE trade_plans SET account = 'other'", "UPDATE intents SET account = 'other'"):
            with pytest.raises(sqlite3.IntegrityError, match=r"stays with its account|never changed"):
                sql.execute(statement)


def test_that_a_new_store_has_nothing_to_assign(tmp_path: Path) -> None:
    database, _ = opened(tmp_path)
    assign_unknown(database, Journal(database), REAL, MONDAY)
    assert list(Journal(database).read()) == []
    database.close()
