"""`microscalp plan add|list|show|cancel`: plans for a desk, while it runs or before it starts.

Where a desk with an open door runs on the data folder, it is asked, and what is added is a proposal to its user.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.loader import load_settings
from config.settings import Settings
from engine.adapters.paper.contracts import contract_for
from engine.clock import SystemClock
from engine.commands.desk_plans import is_of_desk, listed_by, propose, shown_by, withdraw
from engine.commands.running_desk import directory_of, running_desk_or_none
from engine.commands.terminal import EXIT_REFUSED, cell, positive, say, show, show_table
from engine.domain.plan import PLAN_TYPE, TIMEFRAME, PlanStatus, PlanTerms
from engine.domain.well_formed import fault_in
from engine.errors import DeskError
from engine.market.instruments import instrument_for
from engine.persistence.opening import visit_store
from engine.persistence.plan_visitor import PlanVisitor
from engine.trading.plans.table import Row
from engine.trading.plans.validation import Examination, examine, plan_terms

AUTHOR = "command line"

_ASKED = (
    *("plan_id", "symbol", "direction", "entry_price", "stop_loss", "take_profit", "volume", "conditions"),
    *("created_at", "created_by", "status", "expires_at", "notes"),
)
"""Columns that a new plan may set; its further states are written by the desk."""

_HEADINGS = ("ID", "SYMBOL", "SIDE", "ENTRY", "STOP", "TARGET", "LOTS", "STATUS", "REASON")
_LISTED = (
    *("plan_id", "symbol", "direction", "entry_price", "stop_loss", "take_profit", "volume", "status", "close_reason"),
)


class UnreadablePlan(DeskError):
    """What was given as a plan is no row of the table of plans."""


def add_plan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("plan", help="add, list, show or cancel plans; beside a running desk or without one")
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a plan; a running desk with an open API shows it to you first")
    _add_fields(add)
    _add_place(add, put_plan)
    listed = actions.add_parser("list", help="list the newest plans")
    listed.add_argument("--limit", type=positive, default=20, metavar="N", help="how many (default 20)")
    listed.add_argument("--json", action="store_true", help="print one JSON object per plan")
    _add_place(listed, list_plans)
    shown = actions.add_parser("show", help="print everything about a plan as JSON")
    shown.add_argument("plan_id", metavar="ID")
    _add_place(shown, show_plan)
    cancel = actions.add_parser("cancel", help="cancel a plan that has sent no order")
    cancel.add_argument("plan_id", metavar="ID")
    _add_place(cancel, cancel_plan)


def _add_fields(add: argparse.ArgumentParser) -> None:
    add.add_argument("--id", dest="plan_id", help="ID of the plan (default: made from the time)")
    add.add_argument("--symbol")
    add.add_argument("--side", dest="direction", choices=("buy", "sell", "BUY", "SELL"))
    add.add_argument("--entry", dest="entry_price", type=float, metavar="PRICE")
    add.add_argument("--stop", dest="stop_loss", type=float, metavar="PRICE")
    add.add_argument("--target", dest="take_profit", type=float, metavar="PRICE")
    add.add_argument("--volume", type=float, metavar="LOTS")
    add.add_argument("--expires-minutes", type=positive, metavar="N", help="default: as configured")
    add.add_argument("--notes")
    add.add_argument("--json", metavar="TEXT|FILE", help="one row of the plan table as JSON; - reads standard input")
    add.add_argument("--config", type=Path, metavar="FILE", help="a configuration file to use instead of the user's")


def _add_place(parser: argparse.ArgumentParser, run: object) -> None:
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder of the desk's plans and journal")
    parser.set_defaults(run=run)


# -- add ----------------------------------------------------------------------------------------------------------


def put_plan(options: argparse.Namespace) -> int:
    said = _said(options)
    with running_desk_or_none(directory_of(options)) as desk:
        if desk is not None:
            return propose(desk, said, options.expires_minutes)
    settings, now = load_settings(options.config), SystemClock().now()
    found = _examined(_row(said, now), settings, options.expires_minutes, now)
    if found.plan is None or found.faults:
        for fault in found.faults:
            say(f"microscalp: {fault}")
        return EXIT_REFUSED
    with _visited(options, now) as plans:
        plans.add(found.plan, now)
    show(f"{found.plan.plan_id} waits for a setup until {found.plan.expires_at:%Y-%m-%d %H:%M} UTC")
    return 0


def _said(options: argparse.Namespace) -> dict[str, Any]:
    """What was asked for: options above JSON."""
    said = {} if options.json is None else _row_of_json(options.json)
    row = {name: value for name, value in said.items() if name != "status" or value not in (None, "")}
    return row | {name: value for name in _ASKED if (value := getattr(options, name, None)) is not None}


def _row(said: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The row that was asked for, with what is the same for every plan of the command line."""
    row: dict[str, Any] = {
        "plan_id": f"plan-{now:%Y%m%d-%H%M%S-%f}",
        "conditions": {"plan_type": PLAN_TYPE, "timeframe": TIMEFRAME},
        "created_at": now,
        "created_by": AUTHOR,
        "status": PlanStatus.PENDING.value,
    }
    return row | dict(said)


def _row_of_json(given: str) -> dict[str, Any]:
    inline = given.lstrip().removeprefix("\ufeff")
    said = inline if inline.startswith(("{", "[")) else _content_of(given)
    try:
        row = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise UnreadablePlan(f"--json: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise UnreadablePlan("--json: one JSON object with the columns of a plan is allowed")
    if unknown := sorted(key for key in row if key not in _ASKED):
        raise UnreadablePlan(f"--json: {', '.join(unknown)} cannot be given; allowed are {', '.join(_ASKED)}")
    return row


def _content_of(given: str) -> bytes:
    """Decodes UTF-8 or UTF-16, with or without a byte order mark: editors and shells on Windows write all of them."""
    try:
        return sys.stdin.buffer.read() if given == "-" else Path(given).read_bytes()
    except (OSError, ValueError) as error:
        raise UnreadablePlan(f"--json: {given} cannot be read: {error}") from error


def _examined(row: dict[str, Any], settings: Settings, expires_minutes: int | None, now: datetime) -> Examination:
    if expires_minutes is not None:
        row["expires_at"] = now + timedelta(minutes=expires_minutes)

    def terms_for(symbol: str) -> PlanTerms | None:
        instrument = instrument_for(symbol)
        rules = settings.rules_for(symbol, instrument.stands_for)
        return None if rules is None else plan_terms(rules, contract_for(instrument, settings.paper), None)

    found = examine(row, terms_for, now, timedelta(minutes=settings.execution.plan_expiry_minutes))
    if str(row["status"]) == PlanStatus.PENDING.value:
        return found
    return Examination(found.plan, (*found.faults, f"status is {row['status']!r}; a new plan must be 'pending'"))


# -- list, show, cancel -------------------------------------------------------------------------------------------


def list_plans(options: argparse.Namespace) -> int:
    rows = _rows(options)
    if options.json:
        for row in rows:
            show(json.dumps(dict(row), default=str))
    else:
        show_table([_HEADINGS, *map(_line, rows)])
    return 0


def _rows(options: argparse.Namespace) -> list[Mapping[str, Any]]:
    with running_desk_or_none(directory_of(options)) as desk:
        if desk is not None:
            return listed_by(desk, options.limit)
    with _visited(options, SystemClock().now()) as plans:
        return [row.fields for row in plans.recent(options.limit)]


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(cell(row[name]) for name in _LISTED)


def show_plan(options: argparse.Namespace) -> int:
    plan_id = _id_of(options)
    show(json.dumps(dict(_fields(options, plan_id)), indent=2, default=str))
    return 0


def _fields(options: argparse.Namespace, plan_id: str) -> Mapping[str, Any]:
    with running_desk_or_none(directory_of(options)) as desk:
        if desk is not None and (found := shown_by(desk, plan_id)) is not None:
            return found
    with _visited(options, SystemClock().now()) as plans:
        return _require(plans.get(plan_id), plan_id).fields


def _require(row: Row | None, plan_id: str) -> Row:
    if row is None:
        raise UnreadablePlan(f"there is no plan {plan_id}")
    return row


def cancel_plan(options: argparse.Namespace) -> int:
    plan_id, now = _id_of(options), SystemClock().now()
    with running_desk_or_none(directory_of(options)) as desk:
        is_withdrawn = desk is not None and is_of_desk(plan_id)
        if desk is not None and is_withdrawn:
            withdraw(desk, plan_id)
    if not is_withdrawn:
        with _visited(options, now) as plans:
            plans.cancel(plan_id, now, by=AUTHOR)
    show(f"{plan_id} is cancelled")
    return 0


def _id_of(options: argparse.Namespace) -> str:
    plan_id: str = options.plan_id
    if (fault := fault_in(plan_id, "the plan's id")) is not None:
        raise UnreadablePlan(fault)
    return plan_id


@contextmanager
def _visited(options: argparse.Namespace, now: datetime) -> Iterator[PlanVisitor]:
    database = visit_store(directory_of(options), now)
    try:
        yield PlanVisitor(database)
    finally:
        database.close()
