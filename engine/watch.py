"""What the engine keeps of one symbol: its candle that is forming, its readings, its judge, its newest quote."""

from __future__ import annotations

from datetime import datetime

from engine.analysis.analyzer import Analyzer
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Explanation, LiveState
from engine.domain.market import Candle, Quote, Source
from engine.domain.messages import CandleClosed, CandleRecalled
from engine.domain.snapshot import MarketSnapshot
from engine.market.candles import CandleBuilder
from engine.recall import Past, Recall


class Watch:
    """One symbol as the engine sees it; without an evaluator it is watched without trading."""

    def __init__(self, source: Source, analyzer: Analyzer, evaluator: Evaluator | None) -> None:
        self.builder = CandleBuilder(source.symbol)
        self._source = source
        self._analyzer = analyzer
        self._evaluator = evaluator
        self._recall = Recall(analyzer)
        self._newest: MarketSnapshot | None = None
        self._quote: Quote | None = None

    def take(self, quote: Quote) -> None:
        """Raises `InvalidMarketData` if the quote comes from before the last one."""
        self.builder.update(quote)
        self._quote = quote

    def read(self, candle: Candle) -> CandleClosed:
        """Reads and judges a closed candle."""
        self._newest = self._analyzer.update(candle)
        self._recall.note(candle)
        return self._judged(self._newest)

    def recall(self, opened_at: datetime, past: Past) -> CandleRecalled | None:
        """Reads and judges a past candle again, every check of it; None if there was no such candle."""
        snapshot = self._recall.tell(opened_at, past)
        if snapshot is None:
            return None
        explanation = None if self._evaluator is None else self._evaluator.explain(snapshot)
        return CandleRecalled(self._judged(snapshot), explanation)

    def explain_live(self, now: datetime, lock_left_s: float) -> Explanation | None:
        """Every check of the newest candle, with the spread, the age of the quotes and the lock as they are `now`.

        None before the first candle, and for a symbol that is watched without trading.
        """
        if self._evaluator is None or self._newest is None:
            return None
        return self._evaluator.explain(self._newest, self._live_state(now, lock_left_s))

    def _live_state(self, now: datetime, lock_left_s: float) -> LiveState:
        quote = self._quote
        if quote is None:
            return LiveState(quote_age_s=None, lock_left_s=lock_left_s)
        age_s = max(0.0, (now - quote.at).total_seconds())
        spread = quote.spread if self._source.has_spread else None
        return LiveState(quote_age_s=age_s, spread=spread, lock_left_s=lock_left_s)

    def _judged(self, snapshot: MarketSnapshot) -> CandleClosed:
        return CandleClosed(snapshot, None if self._evaluator is None else self._evaluator.evaluate(snapshot))
