"""Changes of another program to the table of plans, with only the file."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from tests.plans.test_validation import ORIGINAL


def insert(sql: sqlite3.Connection, **changes: Any) -> None:
    row = ORIGINAL | {"conditions": json.dumps(ORIGINAL["conditions"])} | changes
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    sql.execute(f"INSERT INTO trade_plans ({columns}) VALUES ({places})", tuple(row.values()))


def stored(sql: sqlite3.Connection, plan_id: Any = "micro_scalp_001") -> dict[str, Any]:
    cursor = sql.execute("SELECT * FROM trade_plans WHERE plan_id = ?", (plan_id,))
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))
