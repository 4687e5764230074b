"""Trials and stores for the tests of the lab's memory."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from engine.lab.memory.ledger import Evaluation
from engine.lab.memory.trial import StudyKind, Trial

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FIRST = date(2026, 1, 5)
EVALUATION = Evaluation("ab" * 8, "0.2.0", 1, 8)


def days(count: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=each) for each in range(count))


def trial(number: int = 0, **changes: Any) -> Trial:
    """The evaluation of a configuration of its own for each number, on three days."""
    base = Trial(
        recording_hash=EVALUATION.recording_hash,
        settings_hash=f"{number:016x}",
        symbol="XAUUSD",
        version=EVALUATION.version,
        seed=EVALUATION.seed,
        paths=EVALUATION.paths,
        kind=StudyKind.SWEEP,
        at=AT,
        days=days(3),
        daily_r=(0.5 * number, -1.0, 0.0),
        daily_trades=(2.0, 1.0, 0.0),
    )
    if "days" in changes:
        changes = {"daily_trades": (1.0,) * len(changes["days"])} | changes
    return msgspec.structs.replace(base, **changes)
