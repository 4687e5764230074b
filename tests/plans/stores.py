"""A plan store on a real table, in memory or in a directory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.orders import Order
from engine.domain.plan import Permit, PlanTerms, TradePlan
from engine.domain.trades import ClosedTrade
from engine.errors import DeskError
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.opening import DATABASE_FILE, open_in_memory, open_store
from engine.persistence.plan_table import SqlitePlanTable
from engine.trading.plans.store import PlanStore
from engine.trading.plans.table import Intent
from tests.builders import GOLD_CONTRACT, MONDAY

LIFE = timedelta(minutes=30)


def gold_terms(symbol: str) -> PlanTerms | None:
    """The default rules of gold, for every symbol that begins with its name."""
    if not symbol.startswith("XAUUSD"):
        return None
    return PlanTerms(contract=GOLD_CONTRACT, sl_range=(0.5, 1.2), tp_range=(1.0, 2.5))


class StoredDesk:
    """The owning side of plans as a desk has it: database, journal, table, store."""

    def __init__(self, directory: Path | None = None) -> None:
        self.database: Database = open_in_memory() if directory is None else open_store(directory, MONDAY).database
        self.journal = Journal(self.database)
        self.table = SqlitePlanTable(self.database, self.journal)
        self.plans = PlanStore(self.table, gold_terms, LIFE)

    def intend(self, order: Order, at: datetime, **said: Any) -> TradePlan:
        """The executing plan of an order whose intent is on the disk; raises what keeps it from there."""
        heard: list[Permit | DeskError] = []
        self.plans.intend(order, at, then=heard.append, **said)
        (result,) = heard
        if isinstance(result, DeskError):
            raise result
        assert result.token == order.token
        return result.plan

    def intents(self, since: datetime) -> tuple[Intent, ...]:
        return tuple(self.table.intents(since, PAPER_ACCOUNT))

    def closed_trades(self, since: datetime) -> tuple[ClosedTrade, ...]:
        return tuple(self.table.closed_trades(since, PAPER_ACCOUNT))

    def kinds(self, plan_id: str) -> list[str]:
        """The records of a plan in the journal, in order."""
        return [entry.kind for entry in self.journal.read(plan_id=plan_id)]

    def close(self) -> None:
        self.database.close()


@contextmanager
def unwritable(directory: Path) -> Iterator[None]:
    """Another program holds the file for writing and does not let go."""
    connection = sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()
