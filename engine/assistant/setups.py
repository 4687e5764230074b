"""The operation on setups that the desk found: what became of each."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from engine.assistant.operation import Arguments, Asked, Operation
from engine.assistant.texts import plain
from engine.domain.market import Side
from engine.domain.plan import TradePlan

NEWEST_PLANS: Final = 200
"""Plans that a request looks through, the newest first."""


class Setups(Arguments, frozen=True, kw_only=True):
    """How many, of which symbol; of any where none is named."""

    symbol: Annotated[str, Meta(max_length=64)] = ""
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class SetupLine(msgspec.Struct, frozen=True, kw_only=True):
    """A setup that the desk proposed or traded, and its outcome; `result_r` is net of costs, None without a trade."""

    symbol: str
    side: Side
    at: datetime
    score: float | None
    signals: tuple[str, ...]
    entry: float
    stop_loss: float
    take_profit: float
    state: str
    reason: str
    result_r: float | None
    plan_id: str


class SetupList(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first."""

    setups: tuple[SetupLine, ...]


async def setups(asked: Asked, wanted: Setups) -> SetupList:
    desk = asked.desk
    newest = await asyncio.to_thread(desk.pipeline.trader.recent_plans, NEWEST_PLANS)
    plans = [
        plan
        for plan in newest
        if isinstance(plan.conditions.get("signal_id"), str) and wanted.symbol in ("", plan.symbol)
    ][: wanted.limit]
    if not plans:
        return SetupList(setups=())
    since = min(plan.created_at for plan in plans) - timedelta(minutes=1)
    facts = await asyncio.to_thread(desk.archive.trades(desk.settings).read, since=since)
    results = {each.trade.plan_id: each.trade.r for each in facts}
    return SetupList(setups=tuple(_setup_line(plan, results.get(plan.plan_id)) for plan in plans))


def _setup_line(plan: TradePlan, result_r: float | None) -> SetupLine:
    score, signals = plan.conditions.get("score"), plan.conditions.get("signals")
    return SetupLine(
        symbol=plan.symbol,
        side=plan.direction,
        at=plan.created_at,
        score=float(score) if isinstance(score, int | float) else None,
        signals=tuple(plain(name, 80) for name in signals[:20]) if isinstance(signals, list) else (),
        entry=plan.entry_price,
        stop_loss=plan.stop_loss,
        take_profit=plan.take_profit,
        state=plan.status.value,
        reason=plain(plan.close_reason),
        result_r=result_r,
        plan_id=plan.plan_id,
    )


SETUP_OPERATIONS = (
    Operation(
        "setups",
        "The newest setups that the desk proposed or traded, with what became of each.",
        *(Setups, SetupList, setups),
    ),
)
