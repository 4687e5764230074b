"""The readings once more, in the plainest way: whole series, one definition after the other, no state, no hurry."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.indicators import SessionsSettings
from config.settings import SymbolRules
from engine.domain.market import Candle, Session, Side, Source
from engine.domain.structure import BreakKind, Direction, OrderBlock, StructureBreak, Swing
from tests.indicators import plain_findings
from tests.market.clocks import session_of, trading_day_of

Number = float | None
Pair = tuple[Number, Number]


def mean_of_last(values: Sequence[Number], count: int, t: int) -> Number:
    """Mean of the `count` values up to and including t; None unless all of them are there."""
    window = [value for value in values[t - count + 1 : t + 1] if value is not None] if t >= count - 1 else []
    return sum(window) / count if len(window) == count else None


@dataclass(frozen=True)
class PlainIndicators:
    """Every reading of a series, candle by candle."""

    candles: Sequence[Candle]
    source: Source
    rules: SymbolRules
    sessions: SessionsSettings

    def at(self, t: int) -> dict[str, Any]:
        """The readings at candle t under the names of the snapshot's fields."""
        candle, (vwap, sigma) = self.candles[t], self.vwap[t]
        analysis, before = self.rules.analysis, self.candles[:t]
        is_ready = None not in (vwap, self.atr14[t], self.atr1[t], self.range_avg[t])
        return {
            "candle": candle,
            "previous": before[-1] if before else None,
            "session": self.session[t],
            "trading_day": self.day[t],
            "is_ready": is_ready,
            "atr1": self.atr1[t],
            "atr14": self.atr14[t],
            "range_avg": self.range_avg[t],
            "is_expanding": self.is_expanding(t),
            "true_range_mean_30": mean_of_last(self.true_range, 30, t),
            "momentum_15": candle.close - before[-15].close if t >= 15 else None,
            "volume_mean_20": _mean_volume(before[-20:]) if t >= 20 else None,
            "vwap": vwap,
            "vwap_sigma": sigma,
            "band_low": self.bands[t][0],
            "band_high": self.bands[t][1],
            "band_persistence_s": self.persistence_s(t),
            "vwap_anchored_at": self.candles[self.day_start[t]].opened_at,
            "equal_highs": self.equal_levels(t, is_high=True),
            "equal_lows": self.equal_levels(t, is_high=False),
            "swings": tuple(self.swings.get(t - 2, [])),
            "sweep": plain_findings.sweep(
                self.candles,
                t,
                lookback=analysis.sweep_lookback,
                tick_size=self.source.instrument.tick_size,
                atr14=self.atr14[t],
            ),
            "order_blocks": tuple(block for block, _ in self.order_blocks[t]),
            "retests": tuple(block for block, is_retest in self.order_blocks[t] if is_retest),
            **self._ranges_at(t),
            **self._structure_at(t),
            **self._spread_at(t),
            **self._order_flow_at(t),
        }

    # -- time ---------------------------------------------------------------------------------------------------

    @cached_property
    def session(self) -> list[Session]:
        return [session_of(candle.opened_at, self.sessions) for candle in self.candles]

    @cached_property
    def day(self) -> list[date]:
        roll = self.source.instrument.day_roll
        return [trading_day_of(candle.opened_at, roll) for candle in self.candles]

    @cached_property
    def day_start(self) -> list[int]:
        return [self.day.index(day) for day in self.day]

    # -- volatility ---------------------------------------------------------------------------------------------

    @cached_property
    def true_range(self) -> list[Number]:
        ranges: list[Number] = [None]
        for before, candle in pairwise(self.candles):
            high, low, close = candle.high, candle.low, before.close
            ranges.append(max(high - low, abs(high - close), abs(low - close)))
        return ranges

    @cached_property
    def atr1(self) -> list[Number]:
        smoothing = self.rules.analysis.atr1_smoothing
        return [mean_of_last(self.true_range, smoothing, t) for t in range(len(self.candles))]

    @cached_property
    def atr14(self) -> list[Number]:
        length = self.rules.analysis.atr_length
        atr: list[Number] = []
        for t, true_range in enumerate(self.true_range):
            before = atr[t - 1] if t > length else None
            if before is None or true_range is None:
                atr.append(mean_of_last(self.true_range, length, t))
            else:
                atr.append(((length - 1) * before + true_range) / length)
        return atr

    @cached_property
    def range_avg(self) -> list[Number]:
        ranges = [candle.high - candle.low for candle in self.candles]
        return [mean_of_last(ranges, self.rules.analysis.range_window, t) for t in range(len(ranges))]

    def is_expanding(self, t: int) -> bool | None:
        window, factor = self.rules.analysis.expansion_window, self.rules.analysis.expansion_factor
        recent = mean_of_last(self.true_range, window, t)
        earlier = mean_of_last(self.true_range, window, t - window)
        return None if recent is None or earlier is None else recent >= factor * earlier

    # -- VWAP ---------------------------------------------------------------------------------------------------

    @cached_property
    def vwap(self) -> list[Pair]:
        return [self._vwap_at(t) for t in range(len(self.candles))]

    @cached_property
    def _weighted(self) -> NDArray[np.float64]:
        """The typical price of each candle, and its weight."""
        prices = [(candle.high + candle.low + candle.close) / 3 for candle in self.candles]
        return np.array([prices, [1.0 if candle.volume is None else candle.volume for candle in self.candles]])

    def _vwap_at(self, t: int) -> Pair:
        typical, weights = self._weighted[:, self.day_start[t] : t + 1]
        if len(typical) < self.rules.vwap.ready_after_candles or weights.sum() == 0.0:
            return None, None
        vwap = typical[0] + float(np.average(typical - typical[0], weights=weights))
        return vwap, float(np.average((typical - vwap) ** 2, weights=weights)) ** 0.5

    @cached_property
    def bands(self) -> list[Pair]:
        settings, bands = self.rules.vwap, list[Pair]()
        for (vwap, _), atr14 in zip(self.vwap, self.atr14, strict=True):
            if vwap is not None and settings.tolerance_type == "fixed":
                bands.append((vwap - settings.tolerance * vwap, vwap + settings.tolerance * vwap))
            elif vwap is not None and atr14 is not None:
                bands.append((vwap - settings.atr_multiplier * atr14, vwap + settings.atr_multiplier * atr14))
            else:
                bands.append((None, None))
        return bands

    def persistence_s(self, t: int) -> float:
        inside = 0
        for at in range(t, -1, -1):
            low, high = self.bands[at]
            if low is None or high is None or not low <= self.candles[at].close <= high:
                break
            inside += 1
        return 60.0 * max(0, inside - 1)

    # -- levels -------------------------------------------------------------------------------------------------

    def _ranges_at(self, t: int) -> dict[str, Number]:
        start, lookback = self.day_start[t], self.rules.analysis.sweep_lookback
        is_usable = t - start >= self.rules.analysis.day_range_after_candles
        past = [run for run in self.session_runs if run[-1] < t and self.session_name[run[0]] is not None]
        ranges = {
            "day": slice(start, t) if is_usable else None,
            "prior_day": slice(self.day_start[start - 1], start) if start else None,
            "prior_session": slice(past[-1][0], past[-1][-1] + 1) if past else None,
            "sweepable": slice(t - lookback, t) if t >= lookback else None,
        }
        highs, lows = self._prices
        known = {name: part for name, part in ranges.items() if part is not None and highs[part]}
        return (
            {f"{name}_{end}": None for name in ranges for end in ("high", "low")}
            | {f"{name}_high": max(highs[part]) for name, part in known.items()}
            | {f"{name}_low": min(lows[part]) for name, part in known.items()}
        )

    @cached_property
    def _prices(self) -> tuple[list[float], list[float]]:
        return [one.high for one in self.candles], [one.low for one in self.candles]

    @cached_property
    def session_name(self) -> list[Session | None]:
        """The session whose high and low a candle makes."""
        with_range = (Session.ASIA, Session.LONDON, Session.NEW_YORK)
        names = [Session.NEW_YORK if session is Session.OVERLAP else session for session in self.session]
        return [name if name in with_range else None for name in names]

    @cached_property
    def session_runs(self) -> list[list[int]]:
        """The candles of each session in turn; the last one is not over."""
        keys = list(zip(self.session_name, self.day, strict=True))
        return [list(run) for _, run in groupby(range(len(keys)), keys.__getitem__)]

    def equal_levels(self, t: int, *, is_high: bool) -> tuple[float, ...]:
        settings, atr14 = self.rules.analysis, self.atr14[t]
        recent = range(t - settings.equal_level_max_age, t - 1)
        prices = sorted(one.price for m in recent for one in self.swings.get(m, []) if one.is_high is is_high)
        groups: list[list[float]] = []
        if atr14 is None:
            return ()
        for price in prices:
            if groups and price - groups[-1][0] <= settings.equal_level_tolerance_atr * atr14:
                groups[-1].append(price)
            else:
                groups.append([price])
        return tuple(statistics.fmean(group) for group in groups if len(group) >= 2)

    # -- findings -----------------------------------------------------------------------------------------------

    @cached_property
    def swings(self) -> dict[int, list[Swing]]:
        return plain_findings.swings_by_candle(self.candles)

    @cached_property
    def structure(self) -> list[tuple[StructureBreak | None, Direction | None]]:
        return plain_findings.structure(self.candles, self.swings)

    @cached_property
    def order_blocks(self) -> list[list[tuple[OrderBlock, bool]]]:
        return plain_findings.order_blocks(self.candles, self.atr14, self.rules)

    @cached_property
    def turns(self) -> list[tuple[int, StructureBreak]]:
        """Every change of character with its candle."""
        return [(t, made) for t, (made, _) in enumerate(self.structure) if made and made.event is BreakKind.CHOCH]

    def _structure_at(self, t: int) -> dict[str, Any]:
        turns = [(at, made) for at, made in self.turns if at <= t]
        ages = {made.direction: t - at for at, made in turns}
        return {
            "structure": self.structure[t][0],
            "structure_direction": self.structure[t][1],
            "choch": turns[-1][1] if turns else None,
            "choch_age": t - turns[-1][0] if turns else None,
            "choch_up_age": ages.get(Direction.UP),
            "choch_down_age": ages.get(Direction.DOWN),
        }

    # -- spread and order flow ----------------------------------------------------------------------------------

    def _spread_at(self, t: int) -> dict[str, Any]:
        known = (one.spread for one in reversed(self.candles[: t + 1]) if one.spread is not None)
        samples = list(islice(known, self.rules.analysis.spread_window))
        spread, mean = self.candles[t].spread, statistics.fmean(samples) if samples else None
        ratio = spread / mean if spread is not None and mean and len(samples) >= 10 else None
        is_wide = ratio is not None and ratio >= self.rules.analysis.asian_expansion_ratio
        return {
            "spread_mean": mean,
            "spread_median": statistics.median(samples) if samples else None,
            "spread_stdev": float(np.std(samples)) if samples else None,
            "spread_ratio": ratio,
            "is_asian_expansion": is_wide and self.session[t] in (Session.ASIA, Session.POST_NY),
        }

    @cached_property
    def cvd(self) -> list[Number]:
        if not self.source.has_aggressor_volume:
            return [None for _ in self.candles]
        deltas = [
            0.0 if one.taker_buy is None or one.volume is None else one.taker_buy - (one.volume - one.taker_buy)
            for one in self.candles
        ]
        return [sum(deltas[start : t + 1]) for t, start in enumerate(self.day_start)]

    @cached_property
    def divergences(self) -> list[tuple[Side, ...]]:
        counts_for = self.rules.analysis.divergence_candles
        return plain_findings.divergences(self.swings, self.day, self.cvd, counts_for)

    def _order_flow_at(self, t: int) -> dict[str, Any]:
        sides = self.divergences[t]
        return {"cvd": self.cvd[t], "cvd_divergence": sides[0] if sides else None, "cvd_divergences": sides}


def _mean_volume(candles: Sequence[Candle]) -> Number:
    volumes = [one.volume for one in candles if one.volume is not None]
    return sum(volumes) / len(volumes) if volumes else None
