"""What each rule of the strategy is worth: the whole strategy with one check or signal off at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from pydantic import ValidationError

from config.changes import with_values
from config.settings import Settings
from engine.conditions.location import EDGES
from engine.conditions.signals import PRIMARY, SECONDARY
from engine.domain.judgement import Layer
from engine.lab.bench import Bench
from engine.lab.evidence import mean_result
from engine.lab.lab_trade import LabTrade
from engine.lab.progress import Progress, Report
from engine.lab.setups import setups_of
from engine.lab.studies.gates import CHECKS
from engine.lab.studies.repeated_limits import without_repeated_limits
from engine.statistics.bootstrap import ordinals
from engine.statistics.comparing import change_per_day
from engine.statistics.multiple import holm_of_known


class Ablated(msgspec.Struct, frozen=True, kw_only=True):
    """The strategy without one check or signal; the change is R a market day, above zero where it is better without.

    Figures are None where nothing can be measured, as with too few days.
    """

    check: str
    layer: Layer
    trades: int
    mean_r: float | None
    change_r_per_day: float | None
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None = None


class _Variant(NamedTuple):
    check: str
    layer: Layer
    trades: tuple[LabTrade, ...]


def ablation(bench: Bench, settings: Settings, report: Report) -> tuple[tuple[LabTrade, ...], list[Ablated]]:
    """The trades of the strategy as given, and the strategy without each of its rules, in the order of the layers."""
    given = bench.trades(settings)
    days = ordinals(bench.market_days(settings))
    total = len(CHECKS) + len(EDGES) + len(PRIMARY) + len(SECONDARY)
    rows = []
    for done, variant in enumerate(_variants(bench, settings)):
        report(Progress(done, total, "rules"))
        rows.append(_ablated(variant, given, days))
    report(Progress(total, total, "rules"))
    adjusted = holm_of_known([row.p for row in rows])
    return given, [msgspec.structs.replace(row, p_holm=p) for row, p in zip(rows, adjusted, strict=True)]


def _variants(bench: Bench, settings: Settings) -> Iterator[_Variant]:
    """Nothing is yielded for a rule that is off already, or that the settings do not let be off."""
    judged, columns, rules = bench.judged(settings), bench.columns(settings), bench.rules(settings)
    for check, layer in CHECKS:
        setups = setups_of(columns, judged.sides, rules, ignoring=check)
        relaxed = without_repeated_limits(bench, settings, check)
        yield _Variant(check, layer, tuple(bench.of_setups(relaxed, setups).values()))
    for layer, conditions in ((Layer.LOCATION, EDGES), (Layer.SIGNALS, (*PRIMARY, *SECONDARY))):
        for condition in conditions:
            changed = _switched_off(bench, settings, condition.section, condition.name.lower())
            if changed is not None:
                yield _Variant(condition.name, layer, bench.trades(changed))


def _switched_off(bench: Bench, settings: Settings, section: str, name: str) -> Settings | None:
    """None where it is off, or may not be: some of the others have to be on."""
    if not getattr(getattr(bench.rules(settings), section), name):
        return None
    try:
        return with_values(settings, {f"{bench.rules_key(settings)}.{section}.{name}": False})
    except ValidationError:
        return None


def _ablated(variant: _Variant, given: tuple[LabTrade, ...], days: list[int]) -> Ablated:
    before, after = ([trade.r * trade.weight for trade in trades] for trades in (given, variant.trades))
    before_days, after_days = (ordinals([trade.day for trade in trades]) for trades in (given, variant.trades))
    change = change_per_day(before, before_days, after, after_days, days)
    return Ablated(
        check=variant.check,
        layer=variant.layer,
        trades=len(variant.trades),
        mean_r=mean_result(variant.trades).mean_r,
        change_r_per_day=None if change is None else change.value,
        low=None if change is None else change.low,
        high=None if change is None else change.high,
        p=None if change is None else change.p,
    )
