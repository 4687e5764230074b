"""Assigns records from before accounts were kept apart to the account that they most probably belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.domain.account import NO_ACCOUNT
from engine.domain.facts import AccountsAssigned
from engine.domain.records import record_of
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.rows import insert

ASSIGNED: Final = "accounts_assigned"
"""Name under which the store remembers that it is done; a new store has nothing to assign."""

_UNKNOWN: Final = {
    "plans": "trade_plans WHERE coalesce(account, '') = '' AND plan_id IN (SELECT plan_id FROM accepted_plans)",
    "orders": "intents WHERE account IS NULL",
    "trades": f"closed_trades WHERE account = '{NO_ACCOUNT}'",
    "days": f"daily_figures WHERE account = '{NO_ACCOUNT}'",
}


def assign_unknown(database: Database, journal: Journal, account: str, at: datetime) -> None:
    """Plans, orders, trades and figures of no known account are those of `account` from now on; done once.

    Its limits count them: in doubt less is traded, not more.
    """
    if database.value("SELECT 1 FROM memory WHERE name = ?", (ASSIGNED,)):
        return
    counts = {name: database.value(f"SELECT count(*) FROM {rows}") for name, rows in _UNKNOWN.items()}
    record = record_of(AccountsAssigned(account=account, **counts), at, account)
    with journal.recorded(record) as sql:
        for rows in _UNKNOWN.values():
            table, _, condition = rows.partition(" WHERE ")
            sql.execute(f"UPDATE OR IGNORE {table} SET account = ? WHERE {condition}", (account,))
        sql.execute("DELETE FROM outside_writes WHERE plan_id IN (SELECT plan_id FROM accepted_plans)")  # no news
        insert(sql, "memory", {"name": ASSIGNED, "value": account}, otherwise="REPLACE")
