"""Current trading costs and volatility of one symbol, computed for one time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.settings import SymbolRules
from engine.conditions.facing import Facing, at_live_spread
from engine.conditions.idea import IdeaMaker
from engine.conditions.pre_trade import PRE_TRADE
from engine.domain.judgement import Check, LiveState, TradeIdea
from engine.domain.market import Quote, Side
from engine.domain.snapshot import MarketSnapshot
from engine.trading.risk.sizing import entry_cost
from gui.features.chart.model.candle_columns import seconds_of
from gui.features.chart.model.readout import price_text
from gui.features.conditions.model.numbers import Gauge, gauge, numbers
from gui.features.volatility.model.spread_hours import HOURS, HourSpread, SpreadHours

_TITLES = {
    "spread_max": ("Spread", "Ask minus bid now, and the maximum"),
    "spread_ratio": ("Spread / average", "The spread now as a multiple of its recent average, and the maximum"),
    "atr1_min": ("ATR(1)", "Mean true range of the last candles, and the minimum"),
    "range_avg_min": ("Average M1 range", "Average range of the last candles, and the minimum"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with its limit; `is_passed` is None where there is no limit."""

    title: str
    tip: str
    words: str
    gauge: Gauge | None = None
    is_passed: bool | None = None


@dataclass(frozen=True, slots=True)
class VolatilitySummary:
    """What the panel says of one symbol at this moment; prices in price units, None where not known.

    `hours` are the 24 hours of UTC, `hour` the one it is.
    """

    symbol: str
    digits: int
    lines: tuple[Line, ...]
    warning: str
    at: datetime
    hour: int
    hours: tuple[HourSpread | None, ...]
    spread: float | None
    spread_limit: float | None
    ranges: tuple[float, ...]
    range_avg: float | None
    range_limit: float | None
    stops: tuple[float, ...]
    """Distances of the stops that a trade would have now."""


class Judge:
    """The strategy's own filters and ideas, by the rules of one symbol."""

    def __init__(self, rules: SymbolRules) -> None:
        self._conditions, self._rules = [each for each in PRE_TRADE if each.name in _TITLES], rules
        self.idea: Callable[[MarketSnapshot, Side], TradeIdea | None] = IdeaMaker(rules).idea
        self.spread_limit = rules.pre_trade_filters.spread.max_spread
        self.range_limit = rules.pre_trade_filters.volatility.m1_range_avg_min

    def checks(self, snapshot: MarketSnapshot, spread: float | None) -> dict[str, Check]:
        seen = at_live_spread(snapshot, LiveState(quote_age_s=0.0, spread=spread))
        facing = Facing(Side.BUY, seen, 0.0)  # these filters measure no bodies, which need the tick size
        return {each.name: each.check(Side.BUY, facing, self._rules) for each in self._conditions}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a symbol: its newest candle and quote, and what was remembered of those before."""

    symbol: str
    digits: int
    newest: MarketSnapshot
    quote: Quote | None
    hours: SpreadHours
    ranges: tuple[float, ...]


def summary_of(known: Known, judge: Judge | None, slippage_spreads: float) -> VolatilitySummary:
    """`judge` is None for a symbol without rules, which has no limits."""
    return _Calculation(known, judge, slippage_spreads).summary()


class _Calculation:
    """Computes one summary."""

    def __init__(self, known: Known, judge: Judge | None, slippage_spreads: float) -> None:
        self._known, self._newest, self._judge, self._slippage = known, known.newest, judge, slippage_spreads
        quote, newest = known.quote, known.newest
        self._digits = known.digits
        self._at = newest.candle.closed_at if quote is None else quote.at
        # A source without spreads is played with none at all.
        self._spread = None if quote is None or newest.candle.spread is None else quote.spread
        if self._spread is None:
            self._spread = newest.candle.spread
        self._hour = seconds_of(self._at) // 3600 % HOURS
        self._ideas = () if judge is None else tuple(judge.idea(newest, side) for side in Side)

    def summary(self) -> VolatilitySummary:
        known, newest, judge = self._known, self._newest, self._judge
        return VolatilitySummary(
            symbol=known.symbol,
            digits=self._digits,
            lines=tuple(self._lines()),
            warning=self._warning(),
            at=self._at,
            hour=self._hour,
            hours=tuple(known.hours.of_hour(hour) for hour in range(HOURS)),
            spread=self._spread,
            spread_limit=None if judge is None else judge.spread_limit,
            ranges=known.ranges,
            range_avg=newest.range_avg,
            range_limit=None if judge is None else judge.range_limit,
            stops=tuple(idea.stop_distance for idea in self._ideas if idea is not None),
        )

    def _lines(self) -> list[Line]:
        if self._judge is None:
            return self._plain_lines()
        checks = self._judge.checks(self._newest, self._spread)
        lines = {name: _checked(check, self._digits) for name, check in checks.items()}
        return [
            *(lines["spread_max"], lines["spread_ratio"], self._hour_line()),
            *(lines["atr1_min"], self._atr14_line(), lines["range_avg_min"]),
            *(self._stop_line(), self._cost_line()),
        ]

    def _plain_lines(self) -> list[Line]:
        """A symbol without rules has no limits."""
        newest = self._newest
        values = {"spread_max": self._spread, "atr1_min": newest.atr1, "range_avg_min": newest.range_avg}
        lines = {name: Line(*_TITLES[name], self._price(value)) for name, value in values.items()}
        return [
            *(lines["spread_max"], self._hour_line(), lines["atr1_min"], self._atr14_line(), lines["range_avg_min"]),
            Line("Cost of a trade", "Nothing is traded without rules", "no rules: chart only"),
        ]

    def _hour_line(self) -> Line:
        count = self._known.hours.count(self._hour)
        tip = "How many of the candles seen at this hour of the day had a narrower spread"
        share = None if self._spread is None else self._known.hours.narrower_share(self._hour, self._spread)
        if share is None:
            return Line("At this hour", tip, "too few candles seen" if self._spread is not None else "no spread")
        return Line("At this hour", tip, f"wider than {100.0 * share:.0f} % of {count:,}", Gauge(share, None))

    def _atr14_line(self) -> Line:
        return Line("ATR(14)", "Wilder's mean true range; it has no limit of its own", self._price(self._newest.atr14))

    def _stop_line(self) -> Line:
        tip = "How far the stop of a trade on the newest candle would be, in price and in average M1 ranges"
        found = [f"{self._price(idea.stop_distance)} ({idea.stop_in_ranges:.2f} ×)" for idea in self._known_ideas]
        is_passed = min(idea.stop_in_ranges for idea in self._known_ideas) >= 1.0 if found else None
        return Line("Stop now", tip, _both(found), None, is_passed)

    def _cost_line(self) -> Line:
        tip = "Spread and expected slippage as a share of what the stop risks, if a trade were entered now"
        if self._spread is None:
            return Line("Cost of a trade", tip, "no spread")
        cost = entry_cost(self._spread, self._slippage)
        return Line("Cost of a trade", tip, _both([f"{cost / idea.stop_distance:.2f} R" for idea in self._known_ideas]))

    @property
    def _known_ideas(self) -> list[TradeIdea]:
        return [idea for idea in self._ideas if idea is not None]

    def _warning(self) -> str:
        minimum = min((idea.stop_in_ranges for idea in self._known_ideas), default=1.0)
        if minimum >= 1.0:
            return ""
        return (
            f"The stop is only {minimum:.2f} of an average M1 range: one candle can reach it. "
            "The preset atr_scaled measures stops in ATR(14)."
        )

    def _price(self, value: float | None) -> str:
        return "not warmed up" if value is None else price_text(value, self._digits)


def _checked(check: Check, digits: int) -> Line:
    title, tip = _TITLES[check.name]
    is_measured = check.value is not None
    return Line(title, tip, numbers(check, digits), gauge(check), check.is_passed if is_measured else None)


def _both(found: list[str]) -> str:
    """One figure where buying and selling agree."""
    if not found:
        return "not warmed up"
    return (
        found[0]
        if len(set(found)) == 1
        else "  ".join(f"{side.value} {words}" for side, words in zip(Side, found, strict=True))
    )
