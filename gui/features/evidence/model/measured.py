"""Reads what the lab printed as measurements of the desk's own settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from engine.lab.memory.measured import Measured, MeasuredChecks, UnusableMeasurement
from gui.features.lab.model.answers.checks import Gates
from gui.features.lab.model.answers.evidence import Evidence
from gui.features.lab.model.answers.evidence import Verdict as AnsweredVerdict
from gui.features.lab.model.answers.provenance import Answer


def measured_of(result: bytes, at: datetime, feed: str) -> Measured:
    """The printed result of `lab evidence` on recordings of that kind of feed. Raises `UnusableMeasurement`.

    Not for the event loop.
    """
    with _damage_named():
        answer = msgspec.json.decode(result, type=Evidence)
        verdict = answer.verdict.verdict if isinstance(answer.verdict, AnsweredVerdict) else answer.verdict
        plain = {
            "verdict": verdict,
            "sentence": answer.sentence[:2_000],
            "trades": int(answer.trades),
            "mean_r": answer.mean_r,
            "low": answer.mean_r_low,
            "high": answer.mean_r_high,
            "trials": answer.trials,
            "trades_needed": None if answer.trades_needed is None else int(answer.trades_needed),
            "feed": feed,
        }
        return msgspec.convert(_basis_of(answer, at) | plain, Measured)


def measured_checks_of(result: bytes, at: datetime) -> MeasuredChecks:
    """The printed result of `lab gates`. Raises `UnusableMeasurement`. Not for the event loop."""
    with _damage_named():
        answer = msgspec.json.decode(result, type=Gates)
        plain = {
            "taken": next((int(gate.taken_trades) for gate in answer.gates), 0),
            "checks": [
                {
                    "check": gate.check,
                    "blocked": int(gate.blocked),
                    "trades": int(gate.simulated),
                    "selectivity": gate.selectivity,
                    "low": gate.selectivity_low,
                    "high": gate.selectivity_high,
                    "p": gate.p_holm,
                }
                for gate in answer.gates
            ],
        }
        return msgspec.convert(_basis_of(answer, at) | plain, MeasuredChecks)


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except (ValueError, OverflowError, RecursionError) as error:
        raise UnusableMeasurement(f"The measurement is damaged: {error}. Measure again.") from error


def _basis_of(answer: Answer, at: datetime) -> dict[str, object]:
    """The fields of `Basis`, not checked yet."""
    return {
        "symbol": answer.symbol,
        "settings_hash": answer.settings_hash,
        "recording_hash": answer.recording_hash,
        "version": answer.version,
        "measured_at": at,
        "days": answer.days,
        "paths": answer.paths,
        "fills": answer.fills,
        "is_calibrated": bool(answer.calibrated),
    }
