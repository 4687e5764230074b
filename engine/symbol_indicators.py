"""The indicators of one symbol: the settings that they are computed with, and how to recompute them."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from config.indicators import SessionsSettings
from config.settings import Settings, SymbolRules
from engine.domain.market import Candle, Instrument, Source
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer
from engine.recall import Past, Recall


class IndicatorSettings(NamedTuple):
    """What indicators depend on: of the rules only the fields that the analysis uses, the others at their defaults."""

    rules: SymbolRules
    sessions: SessionsSettings


def indicator_settings(settings: Settings, instrument: Instrument) -> IndicatorSettings:
    """Settings of the indicators of `instrument`; the default ones where it has no rules."""
    rules = settings.rules_for(instrument.symbol, instrument.stands_for) or SymbolRules()
    used = (name for name in SymbolRules.model_fields if name in ("analysis", "vwap") or name.startswith("micro_ob_"))
    return IndicatorSettings(SymbolRules(**{name: getattr(rules, name) for name in used}), settings.sessions)


class SymbolIndicators:
    """Indicators of one symbol by fixed settings, live and for past candles."""

    def __init__(self, source: Source, settings: IndicatorSettings) -> None:
        self.settings = settings
        self.newest: MarketSnapshot | None = None
        self._analyzer = Analyzer(source, settings.rules, settings.sessions)
        self._recall = Recall(self._analyzer)

    def resume(self, known: SymbolIndicators, before: datetime) -> datetime | None:
        """Takes over the state of `known` for the same market at some candle before that instant.

        Returns that candle's opening; None where everything has to be read, for example because the settings differ.
        """
        if known.settings != self.settings:
            return None
        self._analyzer, self._recall, last_read = known._recall.resumed(before)
        return last_read

    def update(self, candle: Candle) -> MarketSnapshot:
        """Returns the snapshot after `candle`."""
        self.newest = snapshot = self._analyzer.update(candle)
        self._recall.note(candle)
        return snapshot

    def snapshot_at(self, opened_at: datetime, past: Past) -> Generator[None, None, MarketSnapshot | None]:
        """Finds the snapshot after the candle that opened at that instant; see `Recall.snapshot_at`."""
        return self._recall.snapshot_at(opened_at, past)


class Recomputation:
    """Computes the indicators of some symbols by new settings, a slice at a time while the market goes on."""

    def __init__(self, indicators: Mapping[str, SymbolIndicators], pasts: Mapping[str, Iterator[Candle]]) -> None:
        """`pasts` end where the market stands; what closes from then on has to be noted."""
        self._indicators = indicators
        self._waiting = [(indicators[symbol], past) for symbol, past in pasts.items()]
        self._since: deque[Candle] = deque()

    @property
    def settings(self) -> dict[str, IndicatorSettings]:
        """The settings by which each symbol is recomputed."""
        return {symbol: indicators.settings for symbol, indicators in self._indicators.items()}

    @property
    def is_caught_up(self) -> bool:
        """Whether only the candles that closed meanwhile remain."""
        return not self._waiting

    def note(self, candle: Candle) -> None:
        """A candle closed meanwhile."""
        if candle.symbol in self._indicators:
            self._since.append(candle)

    def advance(self, candles: int) -> None:
        """Processes up to that many past candles."""
        while self._waiting and candles > 0:
            indicators, past = self._waiting[0]
            read = 0
            for candle in islice(past, candles):
                indicators.update(candle)
                read += 1
            if read < candles:
                self._waiting.pop(0)
            candles -= read

    def finish(self) -> Mapping[str, SymbolIndicators]:
        """The indicators of each symbol after the newest candle; to be called once `is_caught_up`."""
        while self._since:
            candle = self._since.popleft()
            self._indicators[candle.symbol].update(candle)
        return self._indicators
