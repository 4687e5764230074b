"""The indicators of one symbol: the settings that they are computed with, and how to recompute them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from config.indicators import SessionsSettings
from config.settings import Settings, SymbolRules
from engine.domain.market import Candle, Instrument, Source
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer
from engine.recall import Past, Recall


class ReadingTerms(NamedTuple):
    """What readings depend on; of the rules that which analysis heeds, every other field at its default."""

    rules: SymbolRules
    sessions: SessionsSettings


def reading_terms(settings: Settings, instrument: Instrument) -> ReadingTerms:
    """By what `instrument` is read; one without rules is read by the default windows."""
    rules = settings.rules_for(instrument.symbol, instrument.stands_for) or SymbolRules()
    heeded = (name for name in SymbolRules.model_fields if name in ("analysis", "vwap") or name.startswith("micro_ob_"))
    return ReadingTerms(SymbolRules(**{name: getattr(rules, name) for name in heeded}), settings.sessions)


class Reading:
    """Reads the candles of one symbol by unchanging terms, and recomputes its past indicators."""

    def __init__(self, source: Source, terms: ReadingTerms) -> None:
        self.terms = terms
        self.newest: MarketSnapshot | None = None
        self._analyzer = Analyzer(source, terms.rules, terms.sessions)
        self._recall = Recall(self._analyzer)

    def resume(self, known: Reading, before: datetime) -> datetime | None:
        """Takes over what `known` has read of the same market up to some candle before that instant.

        That candle's opening; None where everything has to be read, as by other terms.
        """
        if known.terms != self.terms:
            return None
        self._analyzer, self._recall, last_read = known._recall.resumed(before)
        return last_read

    def read(self, candle: Candle) -> MarketSnapshot:
        """The readings after `candle`."""
        self.newest = snapshot = self._analyzer.update(candle)
        self._recall.note(candle)
        return snapshot

    def tell(self, opened_at: datetime, past: Past) -> MarketSnapshot | None:
        """The readings after the candle of that instant; None if there was no such candle."""
        return self._recall.tell(opened_at, past)


class Rereading:
    """Makes the readings of some symbols by new terms, from their past, a slice at a time while the market goes on."""

    def __init__(self, readings: Mapping[str, Reading], pasts: Mapping[str, Iterator[Candle]]) -> None:
        """`pasts` end where the market stands; what closes from then on has to be noted."""
        self._readings = readings
        self._waiting = [(readings[symbol], past) for symbol, past in pasts.items()]
        self._since: deque[Candle] = deque()

    @property
    def terms(self) -> dict[str, ReadingTerms]:
        """What each symbol is recomputed with."""
        return {symbol: reading.terms for symbol, reading in self._readings.items()}

    @property
    def is_level(self) -> bool:
        """Whether only what closed lately is left to read."""
        return not self._waiting

    def note(self, candle: Candle) -> None:
        """A candle closed meanwhile."""
        if candle.symbol in self._readings:
            self._since.append(candle)

    def advance(self, candles: int) -> None:
        """Reads up to so many candles of the past."""
        while self._waiting and candles > 0:
            reading, past = self._waiting[0]
            read = 0
            for candle in islice(past, candles):
                reading.read(candle)
                read += 1
            if read < candles:
                self._waiting.pop(0)
            candles -= read

    def finish(self) -> Mapping[str, Reading]:
        """Every reading, up to the newest candle; to be called once `is_level`."""
        while self._since:
            candle = self._since.popleft()
            self._readings[candle.symbol].read(candle)
        return self._readings
