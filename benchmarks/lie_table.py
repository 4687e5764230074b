"""The bias of common fill rules within a candle on the result of a trade, in R.

A random walk from second to second is traded at random, long and short, with a stop, a target and a trailing stop; then
its minutes alone are traded the same way, by the paths of this desk and by the rules that other platforms document. No
rule can earn anything on a market without drift: what a rule shows beyond the walk itself is made up.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import print_json, print_machine, print_table
from engine.domain.market import Candle
from engine.fills.paths import CandlePaths
from engine.fills.usual import UsualRange
from engine.lab.null_market import DAY_MINUTES, null_walk
from engine.market.instruments import instrument_for
from engine.statistics.bootstrap import mean_by_block

SYMBOL: Final = "XAUUSD"
MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
WIDTHS: Final = (0.8, 2.0)
"""Stop distances in average ranges."""
TARGET_R, ARMED_R, BEHIND_RANGES = 2.0, 0.5, 0.3
AVERAGE: Final = 14
MAX_MINUTES: Final = 240
WARM_UP: Final = 100
TRADES_A_DAY: Final = 250
DAYS_AT_ONCE: Final = 10

Floats = NDArray[np.float64]
Corners = Callable[[Floats], Floats]


class Minutes(NamedTuple):
    """Prices that a minute passes, shape (minutes, points): at each point itself, or all the way between them too."""

    points: Floats
    is_continuous: bool
    is_stop_first: bool = False
    """Points are open, low, high and close: the stop counts before the target, and the stop follows closes alone."""


class Trades(NamedTuple):
    """Entered at the first price of a minute; distances in price units."""

    minutes: NDArray[np.int64]
    sides: Floats
    risks: Floats
    ranges: Floats
    """The average range at entry."""


def corners(bids: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Open, high, low and close of each row."""
    return bids[:, 0], bids.max(axis=1), bids.min(axis=1), bids[:, -1]


def ordered(bids: Floats, is_high_first: NDArray[np.bool_]) -> Floats:
    """Open, the two extremes in that order, close."""
    opens, highs, lows, closes = corners(bids)
    first, second = np.where(is_high_first, highs, lows), np.where(is_high_first, lows, highs)
    return np.stack([opens, first, second, closes], axis=1)


def nearer_extreme_first(bids: Floats) -> Floats:
    """NinjaTrader, TradeStation, MultiCharts, TradingView: to the extreme that lies nearer to the open, then across."""
    opens, highs, lows, _ = corners(bids)
    return ordered(bids, highs - opens < opens - lows)


def by_colour(bids: Floats) -> Floats:
    """A rising candle falls first, a falling one rises first."""
    return ordered(bids, bids[:, -1] < bids[:, 0])


def high_first(bids: Floats) -> Floats:
    """Open, high, low, close for every candle."""
    return ordered(bids, np.ones(len(bids), bool))


def low_first(bids: Floats) -> Floats:
    """What suits a sale as `high_first` suits a purchase."""
    return ordered(bids, np.zeros(len(bids), bool))


def ten_second_bars(bids: Floats) -> Floats:
    """A bar magnifier: six bars of ten seconds, each to its nearer extreme first."""
    return nearer_extreme_first(bids.reshape(-1, 10)).reshape(len(bids), -1)


def favourable_first(bids: Floats, sides: Floats) -> Floats:
    """To the extreme that suits a trade of that side, then across."""
    return ordered(bids, sides > 0.0)


RULES: Final[Mapping[str, Corners]] = {
    "nearer extreme first": nearer_extreme_first,
    "by candle colour": by_colour,
    "open, high, low, close": high_first,
    "10 s bars, nearer extreme first": ten_second_bars,
}


class Open:
    """Trades that have not ended, with where each stands; all arrays have one value for each trade."""

    def __init__(self, minutes: Minutes, trades: Trades) -> None:
        self.trades = trades
        self.entries = minutes.points[trades.minutes, 0]
        self.stops, self.is_armed = -trades.risks.copy(), np.zeros(len(trades.minutes), bool)
        self.alive = np.arange(len(trades.minutes))

    def gains(self, prices: Floats) -> Floats:
        """In price units, of each trade alive; `prices` have one row for each."""
        gains: Floats = ((prices.T - self.entries[self.alive]) * self.trades.sides[self.alive]).T
        return gains

    def risks(self) -> Floats:
        return self.trades.risks[self.alive]

    def follow(self, gains: Floats) -> None:
        """Arms the trailing stops and lets them follow."""
        alive = self.alive
        self.is_armed[alive] |= gains >= ARMED_R * self.risks() - _NOISE
        behind = np.where(self.is_armed[alive], gains - BEHIND_RANGES * self.trades.ranges[alive], -np.inf)
        self.stops[alive] = np.maximum(self.stops[alive], behind)


def results(minutes: Minutes, trades: Trades) -> Floats:
    """R of each trade; what is still open after four hours, or at the end, is left at the last price."""
    count, length = minutes.points.shape
    result = np.full(len(trades.minutes), np.nan)
    still = Open(minutes, trades)
    last = still.entries.copy()
    for step in range(1, MAX_MINUTES * length):
        minute, point = divmod(step, length)
        at = trades.minutes[still.alive] + minute
        still.alive, at = still.alive[at < count], at[at < count]
        if not len(still.alive):
            break
        prices = minutes.points[at, point]
        if minutes.is_stop_first:
            ends = _stop_first_step(still, minutes.points[at], point)
        else:
            ends = _step(still, prices, is_gap=point == 0 or not minutes.is_continuous)
        is_out = ~np.isnan(ends)
        result[still.alive[is_out]] = ends[is_out] / still.risks()[is_out]
        last[still.alive] = prices
        still.alive = still.alive[~is_out]
    return np.where(np.isnan(result), (last - still.entries) * trades.sides / trades.risks, result)


def _step(still: Open, prices: Floats, *, is_gap: bool) -> Floats:
    """The gain in price units of each trade that ends on the way to `prices`; not a number where it goes on."""
    gains, stops, targets = still.gains(prices), still.stops[still.alive], TARGET_R * still.risks()
    ends = np.full(len(gains), np.nan)
    is_stopped, is_reached = gains <= stops + _NOISE, gains >= targets - _NOISE
    ends[is_stopped] = (gains if is_gap else stops)[is_stopped]
    ends[is_reached] = (gains if is_gap else targets)[is_reached]
    still.follow(gains)
    return ends


def _stop_first_step(still: Open, points: Floats, point: int) -> Floats:
    """As `_step`: at the open of a minute by its price, at its close by what lay within, the stop before the target."""
    ends = np.full(len(points), np.nan)
    if point in (1, 2):
        return ends
    gains, targets, stops = still.gains(points), TARGET_R * still.risks(), still.stops[still.alive]
    if point == 0:
        worst = best = at_stop = at_target = gains[:, 0]
    else:
        worst, best, at_stop, at_target = gains.min(axis=1), gains.max(axis=1), stops, targets
    is_stopped = worst <= stops + _NOISE
    is_reached = (best >= targets - _NOISE) & ~is_stopped
    ends[is_stopped], ends[is_reached] = at_stop[is_stopped], at_target[is_reached]
    if point != 0:
        still.follow(gains[:, -1])
    return ends


_NOISE: Final = 1e-9


def drawn(bids: Floats, seed: int) -> Floats:
    """Each minute of `bids` as the desk plays its candle."""
    paths, usual = CandlePaths(instrument_for(SYMBOL), seed), UsualRange([])
    rows = []
    for minute, prices in enumerate(zip(*(column.tolist() for column in corners(bids)), strict=True)):
        candle = _candle(minute, *prices)
        rows.append(paths.bids(candle, usual.before(candle)))
        usual.add(candle)
    return np.array(rows)


def average_ranges(bids: Floats) -> Floats:
    """The mean true range of the 14 candles up to each."""
    _, highs, lows, closes = corners(bids)
    before = np.concatenate([closes[:1], closes[:-1]])
    true = np.maximum(highs, before) - np.minimum(lows, before)
    sums = true.cumsum()
    means: Floats = (sums - np.concatenate([np.zeros(AVERAGE), sums[:-AVERAGE]])) / AVERAGE
    return means


def compare(days: int, seed: int) -> list[dict[str, object]]:
    """One row for each rule and stop width."""
    gains: dict[tuple[str, float], list[Floats]] = {}
    of_days = []
    for part, first in enumerate(range(0, days, DAYS_AT_ONCE)):
        of_days.append(_part(min(DAYS_AT_ONCE, days - first), (seed, part), gains) + first)
    day = np.concatenate(of_days)
    rows = []
    for (title, width), parts in gains.items():
        gained = np.concatenate(parts)
        interval = mean_by_block(gained.tolist(), day.tolist())
        assert interval is not None
        rows.append({
            "rule": title, "stop_ranges": width, "trades": len(gained),
            "bias_r": round(float(gained.mean()), 4), "low": round(interval.low, 4), "high": round(interval.high, 4),
        })  # fmt: skip
    return sorted(rows, key=lambda row: str(row["stop_ranges"]))


def _part(days: int, seed: tuple[int, int], gains: dict[tuple[str, float], list[Floats]]) -> NDArray[np.int64]:
    """Adds the differences of some days to `gains`; returns the day of each trade."""
    walk = null_walk(SYMBOL, days * DAY_MINUTES, seed)
    truth = walk.ticks / round(1.0 / instrument_for(SYMBOL).tick_size)
    random, ranges = np.random.default_rng((*seed, 1)), average_ranges(truth)
    minutes = np.sort(random.choice(np.arange(WARM_UP, len(truth)), days * TRADES_A_DAY, replace=False))
    sides = random.choice([-1.0, 1.0], len(minutes))
    paths = drawn(truth, seed=1)
    for width in WIDTHS:
        before = ranges[minutes - 1]
        trades = Trades(minutes, sides, width * before, before)
        known = results(Minutes(truth, is_continuous=False), trades)
        _note(gains, ("the walk itself, against 0", width), known)
        _note(gains, ("paths of this desk", width), results(Minutes(paths, is_continuous=False), trades) - known)
        for title, points in RULES.items():
            _note(gains, (title, width), results(Minutes(points(truth), is_continuous=True), trades) - known)
        _note(gains, ("favourable extreme first", width), _by_side(truth, trades) - known)
        closes = Minutes(low_first(truth), is_continuous=True, is_stop_first=True)
        _note(gains, ("stop first, trailing at closes", width), results(closes, trades) - known)
    return minutes // DAY_MINUTES


def _by_side(bids: Floats, trades: Trades) -> Floats:
    """R of each trade where the extreme that suits it comes first."""
    found = np.empty(len(trades.sides))
    for side in (1.0, -1.0):
        of_side = trades.sides == side
        points = favourable_first(bids, np.full(len(bids), side))
        found[of_side] = results(Minutes(points, is_continuous=True), Trades(*(one[of_side] for one in trades)))
    return found


def _note(gains: dict[tuple[str, float], list[Floats]], name: tuple[str, float], values: Floats) -> None:
    gains.setdefault(name, []).append(values)


def _candle(minute: int, open_: float, high: float, low: float, close: float) -> Candle:
    return Candle(
        symbol=SYMBOL,
        opened_at=MONDAY + timedelta(minutes=minute),
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=1.0,
        spread=0.0,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=480, help="days of the walk, 250 trades each (default 480)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    rows = compare(options.days, options.seed)
    if options.json:
        print_json({"days": options.days, "seed": options.seed, "rules": rows})
        return
    print_machine()
    print_table("Bias of a trade in R against the one-second walk, 95 % intervals by day", rows)


if __name__ == "__main__":
    main()
