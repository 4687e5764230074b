"""Plans of a running desk, asked for through its door: what is added is proposed, and waits for the user to arm it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from engine.adapters.door.client import DoorClient
from engine.assistant.plans import ProposedPlan
from engine.commands.terminal import cell, say, show
from engine.domain.messages.proposals import Caller
from engine.domain.plan import PLAN_TYPE, TIMEFRAME, PlanStatus
from engine.errors import DeskError

MOST: Final = 100
"""Plans that the door lists at a time."""
_ARGUMENTS: Final = {
    "symbol": "symbol",
    "direction": "side",
    "entry_price": "entry",
    "stop_loss": "stop_loss",
    "take_profit": "take_profit",
    "volume": "volume_lots",
    "notes": "notes",
}
"""Columns of the table of plans, with the argument of the operation that each becomes."""
_COLUMNS: Final = {
    "plan_id": "plan_id",
    "symbol": "symbol",
    "direction": "side",
    "entry_price": "entry",
    "stop_loss": "stop_loss",
    "take_profit": "take_profit",
    "volume": "volume_lots",
    "status": "state",
    "created_at": "created_at",
    "created_by": "proposed_by",
    "expires_at": "expires_at",
    "profit_loss": "profit",
    "close_reason": "reason",
    "notes": "notes",
}
"""Columns of the table of plans, with the field of an answer that each is read from."""


class NotForDesk(DeskError):
    """A plan that a running desk cannot be asked to propose as it is."""


def is_of_desk(plan_id: str) -> bool:
    """Whether a plan was proposed from the command line through the door."""
    return plan_id.startswith(f"{Caller.TERMINAL.value}-")


def propose(desk: DoorClient, said: Mapping[str, Any], expires_minutes: int | None) -> int:
    """Raises `NotForDesk` for what the desk decides by itself, and `DoorRefused`."""
    answer = desk.ask("create_micro_scalp_plan", _arguments(said, expires_minutes))
    proposed = msgspec.convert(answer, ProposedPlan)
    plan = proposed.plan
    show(f"{plan.plan_id} is proposed; arm it in the window, before {plan.expires_at:%Y-%m-%d %H:%M} UTC")
    show(
        f"  its stop would lose {proposed.money_at_risk:.2f} {cell(proposed.currency)}, it costs "
        f"{proposed.cost_r:.2f} R, its target is worth {proposed.reward_r:.2f} R"
    )
    for against in proposed.risk_check:
        show(f"  now the risk check would say: {cell(against)}")
    return 0


def _arguments(said: Mapping[str, Any], expires_minutes: int | None) -> dict[str, Any]:
    given = {name: value for name, value in said.items() if value is not None and not _is_usual(name, value)}
    own = sorted(given.keys() - _ARGUMENTS.keys()) + ([] if expires_minutes is None else ["expires_at"])
    if own:
        raise NotForDesk(
            f"a desk with an open API runs on this folder and sets {', '.join(own)} by itself: leave it out, "
            "or switch off Settings, Assistant, Let programs connect"
        )
    asked = {_ARGUMENTS[name]: value for name, value in given.items()}
    if "side" in asked:
        asked["side"] = str(asked["side"]).upper()
    return asked


def _is_usual(name: str, value: object) -> bool:
    """Whether a row says of itself only what is so of every plan of the door."""
    if name == "status":
        return value == PlanStatus.PENDING.value
    return name == "conditions" and _conditions(value) == {"plan_type": PLAN_TYPE, "timeframe": TIMEFRAME}


def _conditions(value: object) -> object:
    """The table has conditions as text too."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None


def listed_by(desk: DoorClient, limit: int) -> list[Mapping[str, Any]]:
    """Rows of the newest plans, the newest first, with what the door shows of them."""
    if limit > MOST:
        say(f"a running desk lists at most {MOST} plans")
    return [_row(line) for line in desk.ask("list_plans", {"limit": min(limit, MOST)})["plans"]]


def shown_by(desk: DoorClient, plan_id: str) -> Mapping[str, Any] | None:
    """None where it is none of the proposals of the command line."""
    if not is_of_desk(plan_id):
        return None
    lines = desk.ask("list_plans", {"only_yours": True, "limit": MOST})["plans"]
    return next((_row(line) for line in lines if line["plan_id"] == plan_id), None)


def withdraw(desk: DoorClient, plan_id: str) -> None:
    """Raises `DoorRefused` where it is armed already."""
    desk.ask("cancel_plan", {"plan_id": plan_id})


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    return {column: _words(line[field]) for column, field in _COLUMNS.items()}


def _words(value: Any) -> Any:
    return value["untrusted"] if isinstance(value, dict) else value
