"""The statements of one transaction that changes a plan and everything that belongs to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from engine.domain.plan import TradePlan
from engine.domain.trades import ClosedTrade, DayFigures
from engine.errors import BrokenConstraint, PlanConflict
from engine.persistence.faults import StoreFaults
from engine.persistence.lock_table import write_lock
from engine.persistence.rows import PLAN_COLUMNS, insert, json_text, plan_values, stamp
from engine.trading.plans.table import Answer, Intent, PlanChange

PlanWrite = Callable[[sqlite3.Connection], None]

_OUTCOME: Final = (
    *("status", "expires_at", "executed_at", "ticket"),
    *("profit_loss", "exit_price", "close_time", "close_reason"),
)


def _assigned(columns: Sequence[str]) -> str:
    return ", ".join(f"{column} = :{column}" for column in columns)


_TAKE_IN: Final = f"UPDATE trade_plans SET {_assigned(PLAN_COLUMNS)} WHERE rowid = :number AND status = 'pending'"
_REJECT: Final = (
    "UPDATE trade_plans SET status = 'rejected', close_reason = ?, close_time = ?, "
    "created_by = coalesce(?, created_by), created_at = coalesce(created_at, ?) "
    "WHERE rowid = ? AND status IN ('pending', 'proposed') "
    "AND plan_id NOT IN (SELECT plan_id FROM accepted_plans)"
)
_MOVE: Final = (
    f"UPDATE trade_plans SET {_assigned(_OUTCOME)} WHERE plan_id = :plan_id AND status = :was "
    "AND EXISTS (SELECT 1 FROM accepted_plans WHERE plan_id = :plan_id)"
)


def carry_out(write: PlanWrite, plan_id: str | None, sql: sqlite3.Connection) -> None:
    """Makes a write about a plan; raises `PlanConflict` where the guards refuse it: another program was faster."""
    try:
        write(sql)
    except (sqlite3.IntegrityError, BrokenConstraint) as error:
        raise PlanConflict(f"plan {plan_id}: {error}") from error


def write_answer(sql: sqlite3.Connection, *, answer: Answer) -> None:
    """Takes a row from outside in, or rejects it; raises `PlanConflict` where it is not pending any more."""
    at, plan, number = answer.record.at, answer.plan, answer.row.number
    if answer.reason or plan is None:
        author = None if plan is None else plan.created_by
        rejected = sql.execute(_REJECT, (answer.reason, stamp(at), author, stamp(at), number))
        _require(rejected, answer.record.plan_id or "")
        noted = "plan_id = (SELECT plan_id FROM trade_plans WHERE rowid = ?)"
        sql.execute(f"DELETE FROM outside_writes WHERE {noted}", (number,))
    else:
        _require(sql.execute(_TAKE_IN, plan_values(plan) | {"number": number}), plan.plan_id)
        _mark_accepted(sql, plan.plan_id, at)


def forget(sql: sqlite3.Connection, *, places: Sequence[int]) -> None:
    """Rows already examined are skipped; a row written again has a new position."""
    sql.execute("DELETE FROM outside_writes WHERE place IN (SELECT value FROM json_each(?))", (json_text(places),))


def write_change(sql: sqlite3.Connection, *, change: PlanChange, faults: StoreFaults) -> None:
    """Writes all of a change; raises `PlanConflict` where the store has changed meanwhile."""
    at, plan = change.record.at, change.plan
    if plan is not None and change.was is None:
        insert(sql, "trade_plans", plan_values(plan))
        _mark_accepted(sql, plan.plan_id, at)
    if plan is not None and change.signal_id is not None:
        _claim(sql, change.signal_id, plan.plan_id, at)
    if plan is not None and change.intent is not None:
        _keep_intent(sql, change.intent, plan, at)
    if change.unsent is not None:
        reason = "" if plan is None else plan.close_reason
        insert(sql, "unsent_intents", {"token": change.unsent, "at": at, "reason": reason})
    if plan is not None and change.armed_by:
        insert(sql, "armed_plans", {"plan_id": plan.plan_id, "at": at, "armed_by": change.armed_by})
    if plan is not None and change.was is not None:
        values = plan_values(plan, ("plan_id", *_OUTCOME)) | {"was": change.was.value}
        _require(sql.execute(_MOVE, values), plan.plan_id)
        sql.execute("DELETE FROM outside_writes WHERE plan_id = ?", (plan.plan_id,))
    if change.trade is not None:
        _keep_trade(sql, change.trade, change, faults)
    for lock in change.locks:
        write_lock(sql, lock)


def _mark_accepted(sql: sqlite3.Connection, plan_id: str, at: datetime) -> None:
    insert(sql, "accepted_plans", {"plan_id": plan_id, "at": at})


def _claim(sql: sqlite3.Connection, signal_id: str, plan_id: str, at: datetime) -> None:
    owner = sql.execute("SELECT plan_id FROM signals WHERE signal_id = ?", (signal_id,)).fetchone()
    if owner is None:
        insert(sql, "signals", {"signal_id": signal_id, "plan_id": plan_id, "at": at})
    elif owner["plan_id"] != plan_id:
        raise PlanConflict(f"plan {plan_id}: signal {signal_id} was used by plan {owner['plan_id']} already")


def _keep_intent(sql: sqlite3.Connection, intent: Intent, plan: TradePlan, at: datetime) -> None:
    order, plan_id = intent.order, plan.plan_id
    row = {"token": order.token, "plan_id": plan_id, "at": at, "approved_by": intent.approved_by}
    insert(sql, "intents", row | {"order_sent": order, "account": plan.account})
    if intent.grounds is not None:
        insert(sql, "entry_grounds", {"plan_id": plan_id, "grounds": intent.grounds})


def _require(cursor: sqlite3.Cursor, plan_id: str) -> None:
    if cursor.rowcount != 1:
        raise PlanConflict(f"plan {plan_id} was changed by another program")


def _keep_trade(sql: sqlite3.Connection, trade: ClosedTrade, change: PlanChange, faults: StoreFaults) -> None:
    """Keeps the result and counts it in the figures of its day; one that is kept already counts once."""
    names = ("ticket", "entered_at", "exited_at", "symbol", "plan_id")
    row = {name: getattr(trade, name) for name in names} | {"run": change.run, "trade": trade}
    if insert(sql, "closed_trades", row | {"account": change.account}, otherwise="IGNORE"):
        day = {"account": change.account, "trading_day": trade.trading_day.isoformat(), "symbol": trade.symbol}
        figures = _figures(sql, day, faults).plus(trade)
        insert(sql, "daily_figures", day | msgspec.structs.asdict(figures), otherwise="REPLACE")


def _figures(sql: sqlite3.Connection, day: dict[str, str], faults: StoreFaults) -> DayFigures:
    """What the day of an account brought in a symbol until now; what cannot be read begins again."""
    query = "SELECT * FROM daily_figures WHERE account = :account AND trading_day = :trading_day AND symbol = :symbol"
    found = sql.execute(query, day).fetchall()
    figures = faults.read("daily_figures", found, _figures_of, name=lambda _: f"{day['trading_day']} {day['symbol']}")
    return figures[0] if figures else DayFigures()


def _figures_of(row: sqlite3.Row) -> DayFigures:
    return msgspec.convert({name: row[name] for name in DayFigures.__struct_fields__}, DayFigures)
