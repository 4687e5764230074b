"""The verdict on settings: whether they have an edge, judged on market days after they were adopted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from engine.lab.lab_trade import LabTrade
from engine.statistics.bootstrap import one_sided_bounds, ordinals, summed

FIRST_LOOK_DAYS: Final = 60
"""Out-of-sample days of the first look; each further look comes after twice as many."""
MIN_TRADES: Final = 400
SEEDS: Final = tuple(range(1, 9))
"""Of the paths that a verdict is averaged over."""
_LEVEL: Final = 0.025
"""One-sided error of all looks of all adoptions of a symbol together."""


class VerdictKind(StrEnum):
    """What can be said of settings."""

    POSITIVE = "positive"
    """They had an edge after costs."""
    NEGATIVE = "negative"
    """They lost after costs."""
    UNPROVEN = "unproven"
    WHAT_IF = "what-if"
    """Measured at a spread that no account has."""


class LabCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What trades pay: mean spread in price units, mean slippage of an order in spreads, commission in money."""

    spread: float
    slippage_spreads: float
    commission_per_lot: float

    @property
    def is_free(self) -> bool:
        """Whether there is no spread at all."""
        return self.spread <= 0.0

    def covers(self, other: LabCosts) -> bool:
        """Whether none of these costs is lower than its `other`."""
        return (
            self.spread >= other.spread
            and self.slippage_spreads >= other.slippage_spreads
            and self.commission_per_lot >= other.commission_per_lot
        )


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict depends on beside the trades."""

    adopted_on: date | None
    """Trading day on which exactly these settings, version and costs were adopted; None if they were not."""
    adoptions: int
    """Adoptions for this symbol so far, this one included."""
    is_calibrated: bool
    seeds: tuple[int, ...]
    costs: LabCosts
    measured: LabCosts | None
    """Costs that were measured on the account; None where none were."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict as of the newest look: between looks it stands."""

    kind: VerdictKind
    look: int
    """0 before the first."""
    days: int
    """Out-of-sample days of the look, and the trades on these."""
    trades: int
    next_look_days: int
    """Out-of-sample days at which it is judged again."""
    level: float | None = None
    """One-sided error of the bounds of the mean R, None where there are no bounds."""
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None
    missing: tuple[str, ...] = ()
    """What stands in the way of a verdict, in words."""


def out_of_sample_days(market_days: Sequence[date], adopted_on: date | None) -> list[date]:
    """The market days that began after the settings had been adopted, in order."""
    return [] if adopted_on is None else sorted(day for day in set(market_days) if day > adopted_on)


def level_of(look: int, adoptions: int) -> float:
    """One-sided error that a look may spend; those of all looks and adoptions add up to 0.025."""
    return _LEVEL * 2.0**-look / (adoptions * (adoptions + 1))


def judged(trades: Sequence[LabTrade], market_days: Sequence[date], terms: Terms) -> Verdict:
    """The verdict on the settings that made `trades`, whose seeds are averaged, on these market days."""
    days = out_of_sample_days(market_days, terms.adopted_on)
    look = _look_at(len(days))
    seen = set(days[: _days_of(look)])
    sample = [trade for trade in trades if trade.day in seen]
    verdict = Verdict(
        kind=VerdictKind.UNPROVEN,
        look=look,
        days=len(seen),
        trades=len(sample),
        next_look_days=_days_of(look + 1),
        missing=tuple(_missing(len(days), len(sample), look, terms)),
    )
    if terms.costs.is_free:
        return msgspec.structs.replace(verdict, kind=VerdictKind.WHAT_IF)
    if not look or not sample:
        return verdict
    by_day = summed([t.r for t in sample], ordinals([t.day for t in sample]), [t.weight for t in sample])
    level = level_of(look, terms.adoptions)
    low, high = one_sided_bounds(by_day, level)
    found = msgspec.structs.replace(verdict, level=level, mean_r=by_day.mean, low=low, high=high)
    return found if found.missing else _decided(found, terms)


def _days_of(look: int) -> int:
    return FIRST_LOOK_DAYS * 2 ** (look - 1) if look else 0


def _look_at(days: int) -> int:
    """Number of the newest look, 0 before the first."""
    return (days // FIRST_LOOK_DAYS).bit_length()


def _missing(days: int, trades: int, look: int, terms: Terms) -> Iterator[str]:
    if terms.adopted_on is None:
        yield "these settings were not adopted, and only days after that count"
    elif not look:
        yield f"{days} of {FIRST_LOOK_DAYS} market days since they were adopted"
    if look and trades < MIN_TRADES:
        yield f"{trades} of {MIN_TRADES} trades"
    if not terms.is_calibrated:
        yield "simulated fills are not calibrated for these exits"
    if terms.seeds != SEEDS:
        yield f"seeds {SEEDS[0]} to {SEEDS[-1]} are needed"
    if terms.measured is None:
        yield "no costs were measured on the account"


def _decided(verdict: Verdict, terms: Terms) -> Verdict:
    """An edge has to outlast costs at least as high as measured, a loss to remain at costs that are no higher."""
    assert verdict.low is not None
    assert verdict.high is not None
    assert terms.measured is not None
    if verdict.low > 0.0:
        if terms.costs.covers(terms.measured):
            return msgspec.structs.replace(verdict, kind=VerdictKind.POSITIVE)
        return msgspec.structs.replace(verdict, missing=("costs are lower than those measured on the account",))
    if verdict.high < 0.0:
        if terms.measured.covers(terms.costs):
            return msgspec.structs.replace(verdict, kind=VerdictKind.NEGATIVE)
        return msgspec.structs.replace(verdict, missing=("costs are higher than those measured on the account",))
    return verdict
