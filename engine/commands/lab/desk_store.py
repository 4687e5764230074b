"""Reads real trading from the desk's own stores, for studies that compare it with the lab."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from config.settings import Settings
from engine.bootstrap import LIVE_STORE
from engine.clock import SystemClock
from engine.domain.market import DayRoll
from engine.domain.trade_facts import TradeFacts
from engine.market.sessions import SessionCalendar
from engine.persistence.database import Database
from engine.persistence.opening import DATABASE_FILE, visit_store
from engine.persistence.rows import decoded
from engine.persistence.trades import StoredTrades

_SENT: Final = "SELECT seq, payload FROM journal WHERE kind = 'plan_executing' AND symbol = ? ORDER BY seq"


class _Order(msgspec.Struct):
    token: str
    reference_price: float


class _Details(msgspec.Struct):
    order: _Order


class _Sent(msgspec.Struct):
    """What costs depend on, from the journal's record of a sent order."""

    details: _Details = msgspec.field(name="told")


def closed_trades(directory: Path, settings: Settings) -> list[TradeFacts]:
    """All closed trades in the stores of the data folder `directory`; none if there is no store."""
    session = SessionCalendar(settings.sessions, DayRoll.UTC_MIDNIGHT).session
    found: list[TradeFacts] = []
    for folder in (directory, directory / LIVE_STORE):
        with _visited(folder) as database:
            if database is not None:
                found += StoredTrades(database, session).read()
    return found


def expected_prices(directory: Path, symbol: str) -> dict[str, float]:
    """Expected prices of the orders in `symbol` of a desk on a broker's account, by token, from the journal; damaged
    records are left out."""
    with _visited(directory / LIVE_STORE) as database:
        if database is None:
            return {}
        rows = database.read(_SENT, (symbol,))
        sent = database.faults.read(
            "journal", rows, lambda row: decoded(row["payload"], _Sent).details.order, name=_place
        )
    return {order.token: order.reference_price for order in sent}


def _place(row: sqlite3.Row) -> int:
    return int(row["seq"])


@contextmanager
def _visited(folder: Path) -> Iterator[Database | None]:
    if not (folder / DATABASE_FILE).exists():
        yield None
        return
    database = visit_store(folder, SystemClock().now())
    try:
        yield database
    finally:
        database.close()
