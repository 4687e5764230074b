"""Plans in SQLite: each change of a plan, with all that goes with it, is one durable transaction."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from engine.domain.journal import JournalRecord
from engine.domain.orders import Order
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.store import UnreadableRow
from engine.domain.trade_facts import Annotation
from engine.domain.trades import ClosedTrade, DayFigures
from engine.errors import BrokenConstraint, PlanConflict
from engine.persistence.annotations import read_annotation, write_annotation, write_grounds
from engine.persistence.database import Database
from engine.persistence.faults import StoreFaults
from engine.persistence.journal import Journal
from engine.persistence.lock_table import write_lock
from engine.persistence.rows import (
    PLAN_COLUMNS,
    decoded,
    instant,
    json_text,
    plan_values,
    stamp,
    text,
)
from engine.plans.table import Intent, PlanChange, Row

_COLUMNS = ", ".join(PLAN_COLUMNS)
_PLACES = ", ".join(f":{column}" for column in PLAN_COLUMNS)
_ASSIGNMENTS = ", ".join(f"{column} = :{column}" for column in PLAN_COLUMNS)
_OUTCOME = ("status", "executed_at", "ticket", "profit_loss", "exit_price", "close_time", "close_reason")
_OUTCOME_ASSIGNMENTS = ", ".join(f"{column} = :{column}" for column in _OUTCOME)
_FINAL = ", ".join(f"'{status.value}'" for status in PlanStatus if status.is_final)
_FIGURES = DayFigures.__struct_fields__
_UPSERT_FIGURES = (
    f"INSERT OR REPLACE INTO daily_figures (trading_day, symbol, {', '.join(_FIGURES)}) "
    f"VALUES (?, ?, {', '.join('?' * len(_FIGURES))})"
)


class SqlitePlanTable:
    """The table `trade_plans` and what belongs to it; implements `PlanTable`."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    # -- writing ------------------------------------------------------------------------------------------------

    def commit(self, change: PlanChange) -> None:
        try:
            with self._journal.recorded(change.record) as sql:
                _write(sql, change, self._database.faults)
        except BrokenConstraint as error:
            raise PlanConflict(f"plan {change.record.plan_id}: {error}") from error

    def accept(self, number: int, plan: TradePlan, record: JournalRecord) -> bool:
        values = plan_values(plan) | {"number": number}
        try:
            with self._journal.recorded(record) as sql:
                cursor = sql.execute(
                    f"UPDATE trade_plans SET {_ASSIGNMENTS} WHERE rowid = :number AND status = 'pending'", values
                )
                _require(cursor, plan.plan_id)
                _mark_accepted(sql, plan.plan_id, record.at)
        except (PlanConflict, BrokenConstraint):
            return False
        return True

    def refuse(self, number: int, reason: str, at: datetime, record: JournalRecord) -> bool:
        try:
            with self._journal.recorded(record) as sql:
                cursor = sql.execute(
                    "UPDATE trade_plans SET status = 'rejected', close_reason = ?, close_time = ?, "
                    "created_at = coalesce(created_at, ?) WHERE rowid = ? AND status = 'pending'",
                    (reason, stamp(at), stamp(at), number),
                )
                _require(cursor, record.plan_id or "")
        except (PlanConflict, BrokenConstraint):
            return False
        return True

    def note(self, record: JournalRecord) -> None:
        self._journal.append(record)

    # -- reading ------------------------------------------------------------------------------------------------

    def version_of_others(self) -> int:
        return self._database.version_of_others()

    def newcomers(self) -> list[Row]:
        return self._rows(
            "WHERE status = 'pending' AND plan_id NOT IN (SELECT plan_id FROM accepted_plans) ORDER BY rowid"
        )

    def unfinished(self) -> list[Row]:
        return self._rows(
            f"WHERE status NOT IN ({_FINAL}) AND plan_id IN (SELECT plan_id FROM accepted_plans) ORDER BY rowid"
        )

    def status_of(self, plan_id: str) -> PlanStatus | None:
        found = self._database.read("SELECT status FROM trade_plans WHERE plan_id = ?", (plan_id,))
        try:
            return PlanStatus(found[0]["status"]) if found else None
        except ValueError:
            return None

    def get(self, plan_id: str) -> Row | None:
        found = self._rows("WHERE plan_id = ?", plan_id)
        return found[0] if found else None

    def recent(self, count: int) -> list[Row]:
        return self._rows("ORDER BY rowid DESC LIMIT ?", count)

    def signal_owner(self, signal_id: str) -> str | None:
        found = self._database.read("SELECT plan_id FROM signals WHERE signal_id = ?", (signal_id,))
        return str(found[0]["plan_id"]) if found else None

    def intents(self, since: datetime) -> list[Intent]:
        found = self._database.read(
            f"SELECT i.*, p.ticket, coalesce(p.status IN ({_FINAL}), 0) AS is_over FROM intents i "
            "LEFT JOIN trade_plans p ON p.plan_id = i.plan_id "
            f"WHERE i.at >= ? OR typeof(i.at) <> 'text' OR p.status NOT IN ({_FINAL}) ORDER BY i.rowid",
            (stamp(since),),
        )
        return self._database.faults.read("intents", found, _intent_of, name=lambda row: row["plan_id"], is_needed=True)

    def closed_trades(self, since: datetime) -> list[ClosedTrade]:
        found = self._database.read(
            "SELECT ticket, trade FROM closed_trades WHERE exited_at >= ? OR typeof(exited_at) <> 'text' "
            "ORDER BY exited_at, rowid",
            (stamp(since),),
        )
        return self._database.faults.read(
            *("closed_trades", found, lambda row: decoded(row["trade"], ClosedTrade)),
            name=lambda row: row["ticket"],
            is_needed=True,
        )

    def has_trade(self, trade: ClosedTrade) -> bool:
        found = self._database.read(
            "SELECT 1 FROM closed_trades WHERE ticket = ? AND entered_at = ? AND plan_id = ?",
            (trade.ticket, stamp(trade.entered_at), trade.plan_id),
        )
        return bool(found)

    def annotation(self, trade_id: str) -> Annotation | None:
        return read_annotation(self._database, trade_id)

    def annotate(self, annotation: Annotation, record: JournalRecord) -> None:
        with self._journal.recorded(record) as sql:
            write_annotation(sql, annotation)

    def leave_out(self, row: Row, reason: str) -> None:
        self._database.faults.note("trade_plans", row.fields["plan_id"], reason, is_needed=True)

    @property
    def doubts(self) -> tuple[UnreadableRow, ...]:
        return self._database.faults.doubts

    def _rows(self, condition: str, *values: object) -> list[Row]:
        found = self._database.read(f"SELECT rowid AS number, {_COLUMNS} FROM trade_plans {condition}", values)
        return [Row(row["number"], {column: row[column] for column in PLAN_COLUMNS}) for row in found]


def _intent_of(row: sqlite3.Row) -> Intent:
    return Intent(
        order=decoded(row["order_sent"], Order),
        at=instant(row["at"]),
        approved_by=text(row["approved_by"]),
        ticket=row["ticket"] if isinstance(row["ticket"], int) else None,
        is_over=bool(row["is_over"]),
    )


def _write(sql: sqlite3.Connection, change: PlanChange, faults: StoreFaults) -> None:
    at = stamp(change.record.at)
    plan = change.plan
    if plan is not None and change.was is None:
        sql.execute(f"INSERT INTO trade_plans ({_COLUMNS}) VALUES ({_PLACES})", plan_values(plan))
        _mark_accepted(sql, plan.plan_id, change.record.at)
    if change.signal_id is not None and plan is not None:
        _claim(sql, change.signal_id, plan.plan_id, at)
    if change.intent is not None and plan is not None:
        intent = change.intent
        sql.execute(
            "INSERT INTO intents (token, plan_id, at, approved_by, order_sent) VALUES (?, ?, ?, ?, ?)",
            (intent.order.token, plan.plan_id, at, intent.approved_by, json_text(intent.order)),
        )
        if intent.grounds is not None:
            write_grounds(sql, plan.plan_id, intent.grounds)
    if plan is not None and change.was is not None:
        values = plan_values(plan) | {"was": change.was.value}
        cursor = sql.execute(
            f"UPDATE trade_plans SET {_OUTCOME_ASSIGNMENTS} WHERE plan_id = :plan_id AND status = :was", values
        )
        _require(cursor, plan.plan_id)
    if change.trade is not None:
        _keep_trade(sql, change.trade, change.run, faults)
    for lock in change.locks:
        write_lock(sql, lock)


def _mark_accepted(sql: sqlite3.Connection, plan_id: str, at: datetime) -> None:
    sql.execute("INSERT INTO accepted_plans (plan_id, at) VALUES (?, ?)", (plan_id, stamp(at)))


def _claim(sql: sqlite3.Connection, signal_id: str, plan_id: str, at: str) -> None:
    owner = sql.execute("SELECT plan_id FROM signals WHERE signal_id = ?", (signal_id,)).fetchone()
    if owner is None:
        sql.execute("INSERT INTO signals (signal_id, plan_id, at) VALUES (?, ?, ?)", (signal_id, plan_id, at))
    elif owner["plan_id"] != plan_id:
        raise PlanConflict(f"plan {plan_id}: signal {signal_id} was used by plan {owner['plan_id']} already")


def _require(cursor: sqlite3.Cursor, plan_id: str) -> None:
    if cursor.rowcount != 1:
        raise PlanConflict(f"plan {plan_id} was changed by another program")


def _keep_trade(sql: sqlite3.Connection, trade: ClosedTrade, run: str, faults: StoreFaults) -> None:
    """Keeps the result and counts it in the figures of its day; one that is kept already counts once."""
    cursor = sql.execute(
        "INSERT OR IGNORE INTO closed_trades (ticket, entered_at, exited_at, symbol, plan_id, run, trade) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            trade.ticket,
            stamp(trade.entered_at),
            stamp(trade.exited_at),
            trade.symbol,
            trade.plan_id,
            run,
            json_text(trade),
        ),
    )
    if cursor.rowcount != 1:
        return
    day = trade.trading_day.isoformat()
    figures = _figures(sql, day, trade.symbol, faults).plus(trade)
    sql.execute(_UPSERT_FIGURES, (day, trade.symbol, *msgspec.structs.astuple(figures)))


def _figures(sql: sqlite3.Connection, day: str, symbol: str, faults: StoreFaults) -> DayFigures:
    """What the day brought until now; figures that cannot be read begin again with the next trade."""
    found = sql.execute("SELECT * FROM daily_figures WHERE trading_day = ? AND symbol = ?", (day, symbol)).fetchall()
    figures = faults.read("daily_figures", found, _figures_of, name=lambda _: f"{day} {symbol}")
    return figures[0] if figures else DayFigures()


def _figures_of(row: sqlite3.Row) -> DayFigures:
    return msgspec.convert({name: row[name] for name in _FIGURES}, DayFigures)
