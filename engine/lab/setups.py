"""A whole recording judged by some rules at once: what both sides amount to at each candle, and the setups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from config.settings import SymbolRules
from engine.adapters.recorded.columns import Floats, instant_of
from engine.conditions.condition import Condition
from engine.conditions.evaluator import EDGE_NAMES, PRIMARY_NAMES, SECONDARY_NAMES
from engine.conditions.expression import Term
from engine.conditions.facing import Facing
from engine.conditions.idea import Levels, Prices, levels, signal_id, trade_idea
from engine.conditions.layers import DECIDING, failed, outcome
from engine.conditions.pre_trade import PRE_TRADE
from engine.domain.judgement import Setup
from engine.domain.market import CANDLE_LENGTH, Side
from engine.lab.cache import Columns
from engine.lab.simulator import FoundSetup
from engine.market.state import is_volume_low

Bits = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JudgedSide:
    """One side of each candle. Bits stand for conditions in the order in which they are declared."""

    before: Bits
    """What fails of `PRE_TRADE`; the same for both sides."""
    missing: Bits
    """What fails of `DECIDING`."""
    edges: Bits
    """What is there and counts of `EDGES`, of `PRIMARY` and of `SECONDARY`."""
    primary: Bits
    secondary: Bits
    score: Floats

    @property
    def passes(self) -> Flags:
        """Where nothing fails."""
        return self.passes_without("")

    def passes_without(self, ignored: str) -> Flags:
        """Where nothing fails but possibly the deciding check of that name."""
        before, missing = _bit_of(ignored, PRE_TRADE), _bit_of(ignored, DECIDING)
        passes: Flags = ((self.before & ~np.uint8(before)) | (self.missing & ~np.uint8(missing))) == 0
        return passes

    def first_failing(self, row: int) -> str:
        """The first deciding check that fails on a candle; empty where none does."""
        failing = int(self.before[row]) | int(self.missing[row]) << len(PRE_TRADE)
        return next((each.name for bit, each in enumerate((*PRE_TRADE, *DECIDING)) if failing >> bit & 1), "")

    def only_failing(self, name: str) -> Flags:
        """Where nothing fails but the deciding check of that name (of `PRE_TRADE` or `DECIDING`)."""
        before, missing = _bit_of(name, PRE_TRADE), _bit_of(name, DECIDING)
        alone: Flags = (self.before == before) & (self.missing == missing)
        return alone


class Ideas(NamedTuple):
    """Trade ideas as columns, in order of their rows; each belongs to a candle (its row) and a side."""

    row: Rows
    is_buy: Flags
    levels: Levels
    """In price units, not rounded to the price step."""
    range_avg: Floats
    """Average M1 range of the candle."""

    def __len__(self) -> int:
        return len(self.row)

    def rows(self, chosen: Flags) -> Ideas:
        """Only some of them."""
        kept = Levels(*(level[chosen] for level in self.levels))
        return Ideas(self.row[chosen], self.is_buy[chosen], kept, self.range_avg[chosen])


@dataclass(frozen=True, slots=True)
class Setups:
    """The setups of a recording, in order; bits as in `JudgedSide`."""

    ideas: Ideas
    score: Floats
    is_a_plus: Flags
    edges: Bits
    primary: Bits
    secondary: Bits

    def __len__(self) -> int:
        return len(self.ideas)

    def signals(self, place: int) -> tuple[str, ...]:
        """Names of the primary and secondary signals of one of them."""
        return PRIMARY_NAMES[self.primary[place]] + SECONDARY_NAMES[self.secondary[place]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A recording judged by some rules."""

    sides: dict[Side, JudgedSide]
    setups: Setups


def judge(columns: Columns, rules: SymbolRules) -> Judged:
    """What both sides amount to at every candle of a recording, and its setups, exactly as `Evaluator` has them."""
    sides = {side: _unjudged(len(columns)) for side in Side}
    for rows, facings in columns.parts():
        before = failed(PRE_TRADE, facings[Side.BUY], rules)
        for side, facing in facings.items():
            _judge_rows(sides[side], rows, before, facing, rules)
    return Judged(sides, setups_of(columns, sides, rules))


def ideas_at(columns: Columns, rows: Rows, is_buy: Flags, rules: SymbolRules) -> Ideas:
    """The ideas of some candles, each for one side, whatever speaks against them; only those that can be made."""
    candles = columns.recording.columns
    atr14, range_avg = (column[rows] for column in columns.whole("atr14", "range_avg"))
    spread = np.zeros(len(rows)) if candles.spread is None else np.nan_to_num(candles.spread[rows], nan=0.0)
    prices = Prices(candles.high[rows], candles.low[rows], candles.close[rows], spread, atr14)
    pairs = zip(levels(Side.BUY, prices, rules), levels(Side.SELL, prices, rules), strict=True)
    found = Ideas(rows, is_buy, Levels(*(np.where(is_buy, buy, sell) for buy, sell in pairs)), range_avg)
    return found.rows(~np.isnan(range_avg) & ~np.isnan(found.levels.stop_distance))


def found_of(columns: Columns, ideas: Ideas) -> list[FoundSetup]:
    """The ideas as the simulator takes them, with what the risk check asks about the market after their candles."""
    rows, volume = ideas.row, columns.recording.columns.volume
    volume_mean, mean, ratio = (column[rows] for column in columns.whole("volume_mean", "spread_mean", "spread_ratio"))
    is_low = np.zeros(len(rows), dtype=np.bool_) if volume is None else is_volume_low(volume[rows], volume_mean)
    spread_means = np.where(np.isnan(ratio), np.nan, mean)
    levels = (ideas.levels.entry, ideas.levels.stop_loss, ideas.levels.take_profit)
    numbers = zip(*(column.tolist() for column in (rows, ideas.is_buy, *levels, spread_means, is_low)), strict=True)
    return [
        FoundSetup(
            row=row,
            side=Side.BUY if is_buy else Side.SELL,
            entry=entry,
            stop_loss=stop_loss,
            take_profit=take_profit,
            spread_mean=None if spread_mean != spread_mean else spread_mean,
            is_volume_low=low,
        )
        for row, is_buy, entry, stop_loss, take_profit, spread_mean, low in numbers
    ]


def setups_of(columns: Columns, sides: dict[Side, JudgedSide], rules: SymbolRules, *, ignoring: str = "") -> Setups:
    """The side that passes; of two the one with the higher score, and neither where they are level.

    A deciding check that is named in `ignoring` is taken to pass.
    """
    buy, sell = sides[Side.BUY], sides[Side.SELL]
    may_buy, may_sell = buy.passes_without(ignoring), sell.passes_without(ignoring)
    is_buy = may_buy & ~(may_sell & (sell.score >= buy.score))
    is_sell = may_sell & ~(may_buy & (buy.score >= sell.score))
    rows = np.flatnonzero(is_buy | is_sell)
    ideas = ideas_at(columns, rows, is_buy[rows], rules)

    def chosen(name: str) -> NDArray[Any]:
        column: NDArray[Any] = np.where(ideas.is_buy, getattr(buy, name)[ideas.row], getattr(sell, name)[ideas.row])
        return column

    score = chosen("score")
    is_a_plus = score >= rules.confluence_scoring.a_plus_score
    return Setups(ideas, score, is_a_plus, *(chosen(name) for name in ("edges", "primary", "secondary")))


def setup_values(columns: Columns, setups: Setups) -> Iterator[Setup]:
    """Each setup as the desk knows it."""
    symbol, candles, ideas = columns.source.symbol, columns.recording.columns, setups.ideas
    spreads = np.full(len(candles), np.nan) if candles.spread is None else candles.spread
    for place, row in enumerate(ideas.row.tolist()):
        side = Side.BUY if ideas.is_buy[place] else Side.SELL
        candle_time, signals = instant_of(int(candles.at[row])), setups.signals(place)
        found = Levels(*(float(level[place]) for level in ideas.levels))
        yield Setup(
            signal_id=signal_id(symbol, side, candle_time, signals),
            symbol=symbol,
            side=side,
            candle_time=candle_time,
            known_at=candle_time + CANDLE_LENGTH,
            score=float(setups.score[place]),
            is_a_plus=bool(setups.is_a_plus[place]),
            edges=EDGE_NAMES[setups.edges[place]],
            signals=signals,
            idea=trade_idea(side, found, not np.isnan(spreads[row]), float(ideas.range_avg[place])),
        )


def _unjudged(count: int) -> JudgedSide:
    before, missing, edges, primary, secondary = np.zeros((5, count), dtype=np.uint8)
    return JudgedSide(before, missing, edges, primary, secondary, np.zeros(count))


def _judge_rows(into: JudgedSide, rows: slice, before: Term, facing: Facing, rules: SymbolRules) -> None:
    found = outcome(facing, rules)
    into.before[rows], into.missing[rows] = before, failed(DECIDING, found, rules)
    into.edges[rows], into.primary[rows], into.secondary[rows] = found.edges, found.primary, found.secondary
    into.score[rows] = found.score


def _bit_of(name: str, conditions: Sequence[Condition]) -> int:
    return sum(1 << bit for bit, each in enumerate(conditions) if each.name == name)
