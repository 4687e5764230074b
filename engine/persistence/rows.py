"""How values lie in the tables: instants as ISO 8601 text, the rest as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from engine.domain.plan import TradePlan

PLAN_COLUMNS = TradePlan.__struct_fields__
"""The columns of `trade_plans` are the fields of a plan, in this order or any other."""

_encoder = msgspec.json.Encoder()


def stamp(instant: datetime) -> str:
    """An instant as text that sorts by time."""
    return instant.isoformat(timespec="microseconds")


def json_text(value: Any) -> str:
    return _encoder.encode(value).decode()


def plan_values(plan: TradePlan) -> dict[str, object]:
    """The plan by column, as the table holds it; empty texts as NULL."""
    return {column: _stored(getattr(plan, column)) for column in PLAN_COLUMNS}


def _stored(value: object) -> object:
    match value:
        case datetime():
            return stamp(value)
        case dict():
            return json_text(value)
        case "":
            return None
        case str():
            return str(value)
        case _:
            return value
