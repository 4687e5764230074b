"""Closed trades with all that is known of them: why they were made, in which run, and what a person wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from engine.domain.market import Session
from engine.domain.trade_facts import Annotation, EntryGrounds, MinutePrices, TradeFacts
from engine.domain.trades import ClosedTrade
from engine.persistence.annotations import annotation_of
from engine.persistence.database import Database
from engine.persistence.prices import read_prices
from engine.persistence.rows import stamp

_SELECT = """
    SELECT t.trade, t.run, g.grounds, p.conditions, p.created_by FROM closed_trades t
    LEFT JOIN entry_grounds g ON g.plan_id = t.plan_id
    LEFT JOIN trade_plans p ON p.plan_id = t.plan_id
"""


class StoredTrades:
    """Reads what the store keeps of trades; may be used from any thread. `session_at` tells an instant's session."""

    def __init__(self, database: Database, session_at: Callable[[datetime], Session]) -> None:
        self._database = database
        self._session_at = session_at

    def read(
        self, *, since: datetime | None = None, until: datetime | None = None, day: date | None = None
    ) -> list[TradeFacts]:
        """Trades that ended from `since` on, before `until`, within the trading day `day`; in the order of their ends.

        What is not given does not matter.
        """
        wanted = {
            "t.exited_at >= ?": since and stamp(since),
            "t.exited_at < ?": until and stamp(until),
            "json_extract(t.trade, '$.trading_day') = ?": day and day.isoformat(),
        }
        conditions = [condition for condition, value in wanted.items() if value]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        values = tuple(value for value in wanted.values() if value)
        found = self._database.read(f"{_SELECT} {where} ORDER BY t.exited_at, t.rowid", values)
        annotations = self._annotations() if found else {}
        return [self._facts(row, annotations) for row in found]

    def prices(self, run: str, symbol: str, since: datetime, until: datetime) -> list[MinutePrices]:
        """What is known of the market of that run in between; nothing long before its first trade or after its last."""
        return list(read_prices(self._database, run, symbol, since, until))

    def newest_day(self) -> date | None:
        """The latest trading day that has a trade; None before the first."""
        found = self._database.read("SELECT max(json_extract(trade, '$.trading_day')) AS day FROM closed_trades")
        return date.fromisoformat(found[0]["day"]) if found[0]["day"] else None

    def _annotations(self) -> dict[str, Annotation]:
        found = self._database.read("SELECT * FROM annotations")
        return {row["trade_id"]: annotation_of(row) for row in found}

    def _facts(self, row: sqlite3.Row, annotations: Mapping[str, Annotation]) -> TradeFacts:
        trade = msgspec.json.decode(row["trade"], type=ClosedTrade)
        annotation = annotations.get(trade.trade_id)
        return TradeFacts(
            trade=trade,
            run=row["run"],
            created_by=row["created_by"] or "",
            note="" if annotation is None else annotation.note,
            tags=() if annotation is None else annotation.tags,
            **self._grounds(row, trade),
        )

    def _grounds(self, row: sqlite3.Row, trade: ClosedTrade) -> dict[str, Any]:
        if row["grounds"]:
            known = msgspec.json.decode(row["grounds"], type=EntryGrounds)
            grounds = {name: getattr(known, name) for name in ("session", "signals", "edges", "score")}
        else:
            grounds = {"session": self._session_at(trade.entered_at)} | _told_by_plan(row["conditions"])
        return grounds


class _Conditions(msgspec.Struct):
    """What plans of the scanner tell of their setup."""

    signals: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    score: float | None = None


def _told_by_plan(conditions: str | None) -> dict[str, Any]:
    """For trades from before grounds were kept; nothing where another program wrote something else there."""
    try:
        return msgspec.structs.asdict(msgspec.json.decode(conditions or "{}", type=_Conditions))
    except msgspec.DecodeError:
        return {}
