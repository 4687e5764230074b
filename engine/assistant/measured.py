"""Operations on what the lab measured: evidence for settings, and what each check is worth."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.assistant.evidence_shelf import Evidence
from engine.assistant.lines import Symbol
from engine.assistant.operation import Arguments, Asked, Operation
from engine.conditions.catalogue import TITLES


class OfSymbol(Arguments, frozen=True, kw_only=True):
    """Which symbol."""

    symbol: Symbol


async def evidence(asked: Asked, wanted: OfSymbol) -> Evidence:
    desk = asked.desk
    return await desk.evidence.of(desk.source(wanted.symbol), desk.settings)


class CheckWorthLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a check is worth: mean R of the trades taken minus mean R of the n = `trades` that it alone blocked.

    `low` and `high` are the 95 % interval, `p` the adjusted p value; None where too few were blocked.
    """

    name: str
    title: str
    blocked: int
    trades: int
    worth_r: float | None
    low: float | None
    high: float | None
    p: float | None


class GateLedger(msgspec.Struct, frozen=True, kw_only=True):
    """Measured on the desk's own recordings with the settings in force; `taken` is the number of trades taken."""

    symbol: str
    is_measured: bool
    taken: int = 0
    days: int = 0
    paths: int = 0
    fill_model: str | None = None
    is_calibrated: bool = False
    measured_at: datetime | None = None
    checks: tuple[CheckWorthLine, ...] = ()


async def gate_ledger(asked: Asked, wanted: OfSymbol) -> GateLedger:
    desk = asked.desk
    found = await desk.evidence.checks_of(desk.source(wanted.symbol), desk.settings)
    if found is None:
        return GateLedger(symbol=wanted.symbol, is_measured=False)
    return GateLedger(
        symbol=wanted.symbol,
        is_measured=True,
        taken=found.taken,
        days=found.days,
        paths=found.paths,
        fill_model=found.fills.value,
        is_calibrated=found.is_calibrated,
        measured_at=found.measured_at,
        checks=tuple(
            CheckWorthLine(
                name=each.check,
                title=TITLES.get(each.check, each.check),
                blocked=each.blocked,
                trades=each.trades,
                worth_r=each.selectivity,
                low=each.low,
                high=each.high,
                p=each.p,
            )
            for each in found.checks
        ),
    )


MEASURED_OPERATIONS = (
    Operation(
        "gate_ledger",
        "What each check has been worth with the settings in force, measured by the lab on the desk's own recordings.",
        *(OfSymbol, GateLedger, gate_ledger),
    ),
    Operation(
        "evidence",
        "What the lab measured for the settings of a symbol: verdict, number of trades, mean R with its 95 % interval.",
        *(OfSymbol, Evidence, evidence),
    ),
)
