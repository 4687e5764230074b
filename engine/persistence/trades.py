"""Closed trades with everything known about them: their reason, their run, and the user's notes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.fills import FillModel
from engine.domain.market import Session
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import Annotation, EntryGrounds, MinutePrices, TradeFacts
from engine.domain.trades import ClosedTrade
from engine.persistence.annotations import read_annotations
from engine.persistence.database import Database
from engine.persistence.prices import read_prices
from engine.persistence.rows import decoded, stamp, text

_DAY = "CASE WHEN typeof(t.trade) = 'text' AND json_valid(t.trade) THEN json_extract(t.trade, '$.trading_day') END"

_SELECT = """
    SELECT t.ticket, t.trade, t.run, t.account, g.grounds, p.conditions, p.created_by FROM closed_trades t
    LEFT JOIN entry_grounds g ON g.plan_id = t.plan_id
    LEFT JOIN trade_plans p ON p.plan_id = t.plan_id
"""


class StoredTrades:
    """Reads what the store keeps of trades; may be used from any thread. `session_at` returns an instant's session."""

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
            f"{_DAY} = ?": day and day.isoformat(),
        }
        conditions = [condition for condition, value in wanted.items() if value]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        values = tuple(value for value in wanted.values() if value)
        found = self._database.read(f"{_SELECT} {where} ORDER BY t.exited_at, t.rowid", values)
        annotations = read_annotations(self._database) if found else {}
        faults = self._database.faults
        return faults.read(
            "closed_trades", found, lambda row: self._facts(row, annotations), name=lambda row: row["ticket"]
        )

    def prices(self, run: str, symbol: str, since: datetime, until: datetime) -> list[MinutePrices]:
        """What is known of the market of that run in between; nothing long before its first trade or after its last."""
        return list(read_prices(self._database, run, symbol, since, until))

    def newest_day(self) -> date | None:
        """The latest trading day that has a trade; None before the first."""
        day = self._database.value(f"SELECT max({_DAY}) FROM closed_trades t WHERE date({_DAY}) = {_DAY}")
        return date.fromisoformat(day) if day else None

    def _facts(self, row: sqlite3.Row, annotations: Mapping[str, Annotation]) -> TradeFacts:
        trade = _with_fill_model(decoded(row["trade"], ClosedTrade), text(row["run"]), text(row["account"]))
        annotation = annotations.get(trade.trade_id)
        return TradeFacts(
            trade=trade,
            run=text(row["run"]),
            account=text(row["account"]),
            created_by=row["created_by"] if isinstance(row["created_by"], str) else "",
            note="" if annotation is None else annotation.note,
            tags=() if annotation is None else annotation.tags,
            **self._grounds(row, trade),
        )

    def _grounds(self, row: sqlite3.Row, trade: ClosedTrade) -> dict[str, Any]:
        faults = self._database.faults
        for known in faults.read("entry_grounds", (row,), _grounds_of, name=lambda _: trade.plan_id):
            if known is not None:
                return {name: getattr(known, name) for name in ("session", "signals", "edges", "score", "is_edited")}
        return {"session": self._session_at(trade.entered_at)} | _setup_of_plan(row["conditions"])


def _with_fill_model(trade: ClosedTrade, run: str, account: str) -> ClosedTrade:
    """A simulated result that names no fill model was kept by a version before 0.2, which had only one."""
    is_simulated = bool(run) or account == PAPER_ACCOUNT
    if trade.fill_model is not None or not is_simulated or trade.reason is ExitReason.PAPER_ENDED:
        return trade
    return msgspec.structs.replace(trade, fill_model=FillModel.FOUR_CORNER)


class _Conditions(msgspec.Struct):
    """What plans of the scanner record about their setup."""

    signals: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    score: float | None = None


def _grounds_of(row: sqlite3.Row) -> EntryGrounds | None:
    return None if row["grounds"] is None else decoded(row["grounds"], EntryGrounds)


def _setup_of_plan(conditions: object) -> dict[str, Any]:
    """For trades from before grounds were kept; nothing where another program wrote something else there."""
    try:
        return msgspec.structs.asdict(decoded(conditions or "{}", _Conditions))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
