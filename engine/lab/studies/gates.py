"""What each check is worth: the sides that it alone blocked, against those that were let through."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np

from config.settings import Settings
from engine.conditions.layers import DECIDING, OF_SIDE
from engine.conditions.pre_trade import PRE_TRADE
from engine.domain.judgement import Layer
from engine.domain.market import Side
from engine.lab.bench import Bench
from engine.lab.evidence import mean_result
from engine.lab.lab_trade import LabTrade
from engine.lab.progress import Progress, Report
from engine.lab.setups import Ideas, Judged, ideas_at
from engine.lab.studies.repeated_limits import without_repeated_limits
from engine.statistics.bootstrap import Blocks, ordinals, summed
from engine.statistics.comparing import difference_of_means
from engine.statistics.multiple import holm_of_known

MAX_SIDES: Final = 20_000
"""Blocked sides of one check that are simulated; of more, an even selection."""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A check: how many sides it alone blocked, and their mean R against that of the sides that were let through.

    `selectivity` is the latter minus the former: above zero, the check keeps bad trades away. None without trades.
    `blocked_trades` and `taken_trades` are the simulated trades that the means are based on.
    """

    check: str
    layer: Layer
    blocked: int
    blocked_trades: int
    blocked_mean_r: float | None
    low: float | None
    high: float | None
    taken_trades: int
    taken_mean_r: float | None
    selectivity: float | None
    selectivity_low: float | None
    selectivity_high: float | None
    p: float | None
    p_holm: float | None = None


CHECKS: Final = (
    *((each.name, Layer.PRE_TRADE) for each in PRE_TRADE),
    *((each.name, layer) for layer, deciding, _ in OF_SIDE for each in deciding),
)
"""Every check that can block a side, with its layer."""
assert len(CHECKS) == len(PRE_TRADE) + len(DECIDING)


def gates(bench: Bench, settings: Settings, report: Report) -> list[Gate]:
    """Every check, in the order in which they are made; sides are simulated one by one, without limits and locks."""
    judged = bench.judged(settings)
    taken = tuple(bench.alone(settings, judged.setups.ideas).values())
    found = []
    for done, (check, layer) in enumerate(CHECKS):
        report(Progress(done, len(CHECKS), "checks"))
        blocked, count = _blocked(bench, settings, judged, check)
        trades = tuple(bench.alone(without_repeated_limits(bench, settings, check), blocked).values())
        found.append(_gate(check, layer, count, trades, taken))
    report(Progress(len(CHECKS), len(CHECKS), "checks"))
    adjusted = holm_of_known([gate.p for gate in found])
    return [msgspec.structs.replace(gate, p_holm=p) for gate, p in zip(found, adjusted, strict=True)]


def _blocked(bench: Bench, settings: Settings, judged: Judged, check: str) -> tuple[Ideas, int]:
    """The sides that only this check blocks, at most `MAX_SIDES` of them, and how many there are."""
    rows, are_buy = [], []
    for side in Side:
        of_side = np.flatnonzero(judged.sides[side].only_failing(check))
        rows.append(of_side)
        are_buy.append(np.full(len(of_side), side is Side.BUY))
    row, is_buy = np.concatenate(rows), np.concatenate(are_buy)
    order = np.argsort(row, kind="stable")
    count = len(order)
    if count > MAX_SIDES:
        order = order[np.linspace(0, count - 1, MAX_SIDES).astype(np.intp)]
    return ideas_at(bench.columns(settings), row[order], is_buy[order], bench.rules(settings)), count


def _gate(check: str, layer: Layer, count: int, trades: tuple[LabTrade, ...], taken: tuple[LabTrade, ...]) -> Gate:
    result, of_taken = mean_result(trades), mean_result(taken)
    difference = difference_of_means(_by_day(taken), _by_day(trades))
    return Gate(
        check=check,
        layer=layer,
        blocked=count,
        blocked_trades=result.trades,
        blocked_mean_r=result.mean_r,
        low=result.low,
        high=result.high,
        taken_trades=of_taken.trades,
        taken_mean_r=of_taken.mean_r,
        selectivity=None if difference is None else difference.value,
        selectivity_low=None if difference is None else difference.low,
        selectivity_high=None if difference is None else difference.high,
        p=None if difference is None else difference.p,
    )


def _by_day(trades: tuple[LabTrade, ...]) -> Blocks:
    days = ordinals([trade.day for trade in trades])
    return summed([trade.r for trade in trades], days, [trade.weight for trade in trades])
