"""The journal's evidence about an account: it only grows, while other tables can be rewritten."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any, Final

import msgspec

from engine.domain.risk import Lock, LockName
from engine.domain.trades import ClosedTrade
from engine.persistence.accounts import ASSIGNED
from engine.persistence.database import Database
from engine.persistence.rows import decoded, instant, stamp, text
from engine.persistence.unwritten import Unwritten, key_of
from engine.trading.plans.table import OnRecord

_DIFFERENCES: Final = ("records_differ", "records_confirmed")
_SINCE: Final = ("plan_executing", "plan_open", "plan_closed", "trade_closed", "plan_conflict", *_DIFFERENCES)
_OF_ACCOUNT: Final = f"coalesce(j.account, p.account, (SELECT value FROM memory WHERE name = '{ASSIGNED}'), '') = ?"
_READ: Final = (
    "SELECT j.seq, j.kind, j.at, j.plan_id, j.payload FROM journal j INDEXED BY journal_by_time "
    "LEFT JOIN trade_plans p ON p.plan_id = j.plan_id "
    f"WHERE j.kind IN ({', '.join('?' * len(_SINCE))}) AND j.at >= ? AND {_OF_ACCOUNT} ORDER BY j.seq"
)
_LATCHED: Final = {
    LockName.HALT: ("halted", "halt_released"),
    LockName.FLATTEN: ("flatten_begun", "flatten_ended", "flatten_cancelled"),
}
"""How a lock that holds until it is lifted begins, and how it ends."""
_NEWEST: Final = (
    "SELECT seq, kind, at, plan_id, payload FROM journal WHERE kind IN ({}) AND {} ORDER BY seq DESC LIMIT 1"
)


class _Details(msgspec.Struct):
    trade: ClosedTrade | None = None
    told: Any = None


class _Payload(msgspec.Struct):
    trade: ClosedTrade | None = None
    told: Any = None
    locks: tuple[Lock, ...] = ()
    keys: tuple[str, ...] = ()
    reason: Any = ""
    kind: str = ""
    entry: tuple[str, datetime] | None = None


def read_on_record(database: Database, since: datetime, account: str) -> OnRecord:
    """Results and locks since then, and what holds until it is lifted; records that cannot be read are counted."""
    rows = database.read(_READ, (*_SINCE, stamp(since), account))
    payloads = database.faults.read("journal", rows, _payload_of, name=lambda row: row["seq"])
    asked, confirmed = (
        frozenset(key for each in payloads if each.kind == kind for key in each.keys) for kind in _DIFFERENCES
    )
    latched = (_latched(database, name, account) for name in _LATCHED)
    return OnRecord(
        entries=tuple(each.entry for each in payloads if each.entry is not None),
        trades=tuple(trade for each in payloads if (trade := _trade(each)) is not None),
        locks=(*(lock for each in payloads for lock in each.locks), *(lock for lock in latched if lock is not None)),
        asked=asked,
        confirmed=confirmed,
    )


def with_unwritten(known: OnRecord, unwritten: Unwritten, account: str) -> OnRecord:
    """With what was on its way to the journal before it was read."""
    ours = [change for change in unwritten.changes if account in (change.account, change.record.account)]
    intents = (each.intent for each in ours if each.intent is not None)
    confirmed = (change.record.payload["keys"] for change in ours if change.record.kind == "records_confirmed")
    locks = (*known.locks, *(lock for change in ours for lock in change.locks))
    lifted = unwritten.lifted
    return msgspec.structs.replace(
        known,
        trades=(*known.trades, *(change.trade for change in ours if change.trade is not None)),
        entries=(*known.entries, *((intent.order.plan_id, intent.at) for intent in intents)),
        locks=(*(lock for lock in locks if key_of(lock) not in lifted), *unwritten.locks(account)),
        confirmed=known.confirmed.union(*confirmed),
    )


def _payload_of(row: sqlite3.Row) -> _Payload:
    kind = text(row["kind"])
    entry = (text(row["plan_id"]), instant(row["at"])) if kind == "plan_executing" else None
    return msgspec.structs.replace(decoded(row["payload"], _Payload), kind=kind, entry=entry)


def _trade(payload: _Payload) -> ClosedTrade | None:
    """A result, of a plan or of none, also where another program had ended its plan meanwhile."""
    told: object = payload.told
    if payload.trade is not None or not isinstance(told, dict):
        return payload.trade
    try:
        inner = msgspec.convert(told, _Details)
        return inner.trade or (msgspec.convert(inner.told, _Details).trade if isinstance(inner.told, dict) else None)
    except msgspec.ValidationError:
        return None


def _latched(database: Database, name: LockName, account: str) -> Lock | None:
    begun, *_ = kinds = _LATCHED[name]
    of_account = "coalesce(account, '') = ?" if name is LockName.FLATTEN else "? <> ''"
    rows = database.read(_NEWEST.format(", ".join("?" * len(kinds)), of_account), (*kinds, account))
    if not rows or rows[0]["kind"] != begun:
        return None
    (row,) = rows
    found = database.faults.read("journal", rows, _payload_of, name=lambda row: row["seq"])
    reason = str(found[0].reason or begun) if found else begun
    of = account if name is LockName.FLATTEN else ""
    try:
        since = instant(row["at"])
    except ValueError:
        return None
    return Lock(name=name, since=since, until=None, reason=reason, account=of)
