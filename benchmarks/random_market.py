"""A market for benchmarks: seeded, at gold's scale, read by the real analyzer."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from config.conditions import PreTradeFilters, SpreadFilter
from config.indicators import SessionsSettings
from config.settings import SymbolRules
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Judgement
from engine.domain.market import Candle, DayRoll, Instrument, Quote, Source
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer
from gui.features.chart.model.chart import ChartModel

START = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPREAD = 0.3
RULES = SymbolRules(pre_trade_filters=PreTradeFilters(spread=SpreadFilter(max_spread=2 * SPREAD)))
"""Gold's, but for a spread that lets the walk come to setups."""

GOLD = Source(
    instrument=Instrument(symbol="XAUUSD", digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17),
    format="random walk",
    clock="UTC",
    name="benchmark",
    has_volume=True,
    has_spread=True,
    has_aggressor_volume=False,
)


class RandomMarket:
    """Candles of a seeded random walk at gold's scale, with snapshots from the real analyzer."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._price, self._opened_at = 4700.0, START

    def candle(self) -> Candle:
        draw = self._random
        opened = self._price
        close = opened + draw.gauss(0.0, 1.0) * draw.choice((0.5, 1.0, 2.0))
        high = max(opened, close) + draw.expovariate(2.0)
        low = min(opened, close) - draw.expovariate(2.0)
        self._price = max(1000.0, close)
        self._opened_at += MINUTE
        prices = dict(zip(("open", "high", "low", "close"), (opened, high, low, close), strict=True))
        volume = float(draw.randint(40, 400))
        return Candle(symbol=GOLD.symbol, opened_at=self._opened_at, volume=volume, spread=SPREAD, **prices)


def snapshots(count: int) -> list[MarketSnapshot]:
    """Snapshots of the first `count` candles of the walk."""
    market, analyzer = RandomMarket(), Analyzer(GOLD, SymbolRules(), SessionsSettings())
    return [analyzer.update(market.candle()) for _ in range(count)]


def judgements(found: Iterable[MarketSnapshot]) -> list[Judgement]:
    """What the strategy thinks of each."""
    evaluator = Evaluator(GOLD.instrument, RULES)
    return [evaluator.evaluate(snapshot) for snapshot in found]


class Ticker:
    """Moves the forming candle of a chart by one quote at a time, inside the prices in view."""

    def __init__(self, model: ChartModel) -> None:
        self._model = model
        self._random = random.Random(11)
        self._opened_at = model.columns.opened_at(model.count - 1) + MINUTE
        self._open = self._price = float(model.columns.close.values[-1])
        self._high = self._low = self._open

    def next(self) -> tuple[Candle, Quote]:
        self._price = self._open + 0.9 * (self._price - self._open) + self._random.gauss(0.0, 0.15)
        self._high, self._low = max(self._high, self._price), min(self._low, self._price)
        forming = Candle(
            symbol=GOLD.symbol,
            opened_at=self._opened_at,
            open=self._open,
            high=self._high,
            low=self._low,
            close=self._price,
            volume=100.0,
            spread=SPREAD,
        )
        return forming, Quote(symbol=GOLD.symbol, at=self._opened_at, bid=self._price, ask=self._price + SPREAD)

    def tick(self) -> None:
        self._model.set_live(*self.next())
