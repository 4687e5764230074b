"""The state of one symbol: its forming candle, its indicators, its evaluator."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import NamedTuple

from config.settings import Settings, SymbolRules
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Explanation, LiveState
from engine.domain.market import Candle, DayRoll, Quote, Source
from engine.domain.messages.engine import CandleClosed, CandleRecalled
from engine.domain.snapshot import MarketSnapshot
from engine.market.candles import CandleBuilder
from engine.recall import Past
from engine.symbol_indicators import IndicatorSettings, SymbolIndicators, indicator_settings

MAX_ERAS = 12
"""Earlier settings by which past candles are still shown as they were judged; older candles use the oldest of these."""


class _Era(NamedTuple):
    """The indicators and the evaluator of candles that opened before an instant."""

    until: datetime
    indicators: SymbolIndicators
    evaluator: Evaluator | None


class SymbolState:
    """One symbol as the engine sees it; without rules it is watched without trading."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self.builder = CandleBuilder(source.symbol, has_volume=source.has_volume)
        self._source = source
        self._rules = settings.rules_for(source.symbol, source.instrument.stands_for)
        self._evaluator = self._judge_by(self._rules)
        self._indicators = SymbolIndicators(source, indicator_settings(settings, source.instrument))
        self._eras: list[_Era] = []

    @property
    def day_roll(self) -> DayRoll:
        return self._source.instrument.day_roll

    @property
    def stands_for(self) -> str:
        return self._source.instrument.stands_for

    @property
    def is_judged(self) -> bool:
        """Whether its candles are judged by rules; a symbol without rules is watched without trading."""
        return self._evaluator is not None

    @property
    def newest(self) -> MarketSnapshot | None:
        """The snapshot after the last candle; None before the first."""
        return self._indicators.newest

    def on_quote(self, quote: Quote) -> None:
        """Raises `InvalidMarketData` if the quote comes from before the last one."""
        self.builder.update(quote)

    def update(self, candle: Candle) -> CandleClosed:
        """Updates the indicators with a closed candle and evaluates it."""
        snapshot = self._indicators.update(candle)
        return CandleClosed(snapshot, None if self._evaluator is None else self._evaluator.evaluate(snapshot))

    def explain(self, snapshot: MarketSnapshot) -> Explanation | None:
        """Every check of a candle that has just closed; None for a symbol that is watched without trading."""
        return None if self._evaluator is None else self._evaluator.explain(snapshot)

    def update_unjudged(self, candle: Candle) -> CandleClosed:
        """Updates the indicators with a closed candle for which no check is needed."""
        return CandleClosed(self._indicators.update(candle), None)

    def resume(self, known: SymbolState, before: datetime) -> datetime | None:
        """Takes over the indicators of the same symbol; see `SymbolIndicators.resume`."""
        return self._indicators.resume(known._indicators, before)

    def recall(self, opened_at: datetime, past: Past) -> Generator[None, None, CandleRecalled | None]:
        """Recomputes a past candle as it was then, with every check, in steps; returns None if there was no such
        candle."""
        indicators, evaluator = self._era_of(opened_at)
        snapshot = yield from indicators.snapshot_at(opened_at, past)
        if snapshot is None:
            return None
        if evaluator is None:
            return CandleRecalled(CandleClosed(snapshot, None), None)
        return CandleRecalled(CandleClosed(snapshot, evaluator.evaluate(snapshot)), evaluator.explain(snapshot))

    def explain_live(self, now: datetime, quote: Quote | None, lock_left_s: float) -> Explanation | None:
        """Every check of the newest candle, with the spread, the age of the newest `quote` and the lock as they are
        `now`.

        None before the first candle, and for a symbol that is watched without trading.
        """
        if self._evaluator is None or self.newest is None:
            return None
        return self._evaluator.explain(self.newest, self._live_state(now, quote, lock_left_s))

    # -- other settings -----------------------------------------------------------------------------------------

    def changed_indicator_settings(self, settings: Settings) -> IndicatorSettings | None:
        """Settings with which the symbol would have to be recomputed; None where its indicators stay as they are."""
        wanted = indicator_settings(settings, self._source.instrument)
        return None if wanted == self._indicators.settings else wanted

    def indicators_by(self, settings: IndicatorSettings) -> SymbolIndicators:
        """New indicators by other settings, to be updated with the past candles."""
        return SymbolIndicators(self._source, settings)

    def use(self, settings: Settings, indicators: SymbolIndicators | None, since: datetime) -> None:
        """Judges by other settings every candle that opens at `since` or later, with other indicators where given."""
        rules = settings.rules_for(self._source.symbol, self._source.instrument.stands_for)
        if rules == self._rules and indicators is None:
            return
        self._eras.append(_Era(since, self._indicators, self._evaluator))
        del self._eras[:-MAX_ERAS]
        self._indicators = indicators or self._indicators
        if rules != self._rules:
            self._rules, self._evaluator = rules, self._judge_by(rules)

    def _judge_by(self, rules: SymbolRules | None) -> Evaluator | None:
        return None if rules is None else Evaluator(self._source.instrument, rules)

    def _era_of(self, opened_at: datetime) -> tuple[SymbolIndicators, Evaluator | None]:
        for era in self._eras:
            if opened_at < era.until:
                return era.indicators, era.evaluator
        return self._indicators, self._evaluator

    def _live_state(self, now: datetime, quote: Quote | None, lock_left_s: float) -> LiveState:
        if quote is None:
            return LiveState(quote_age_s=None, lock_left_s=lock_left_s)
        age_s = max(0.0, (now - quote.at).total_seconds())
        spread = quote.spread if self._source.has_spread else None
        return LiveState(quote_age_s=age_s, spread=spread, lock_left_s=lock_left_s)
