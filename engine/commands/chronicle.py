"""The record of a replay: its trades, and a hash of every decision and fill."""

from __future__ import annotations

import hashlib
from typing import get_args

import msgspec

from engine.bus import Bus
from engine.domain.fills import USUAL_FILLS, Fills
from engine.domain.messages.engine import CandleClosed, Event, MarketOpened
from engine.domain.messages.execution import AccountUpdated, BrokerLinkChanged, TradeClosed
from engine.domain.messages.trading import TradingEvent
from engine.domain.practice import PracticeChanged
from engine.domain.trades import ClosedTrade

_NO_DECISIONS = (AccountUpdated, BrokerLinkChanged, PracticeChanged)
_DECISIONS = tuple(kind for kind in get_args(TradingEvent) if kind not in _NO_DECISIONS)


class Chronicle:
    """Listens to a desk from before its market opens: the same recording, settings and fills give the same
    `decision_hash`, another fill model another one."""

    def __init__(self, fills: Fills = USUAL_FILLS) -> None:
        self._fills = fills
        self.candles = 0
        self.trades: list[ClosedTrade] = []
        self._digest = hashlib.blake2b(digest_size=16)

    def listen(self, bus: Bus) -> None:
        bus.subscribe(self._digest_fills, MarketOpened)
        bus.subscribe(self._count_candle, CandleClosed)
        bus.subscribe(self._keep_trade, TradeClosed)
        bus.subscribe(self._digest_decision, *_DECISIONS)

    def _count_candle(self, _: Event) -> None:
        self.candles += 1

    def _keep_trade(self, event: Event) -> None:
        assert isinstance(event, TradeClosed)
        self.trades.append(event.trade)

    def _digest_fills(self, event: Event) -> None:
        assert isinstance(event, MarketOpened)
        models = {source.symbol: self._fills.model_of(has_quotes=source.has_quotes) for source in event.sources}
        self._digest.update(msgspec.json.encode(models, order="deterministic"))

    def _digest_decision(self, event: Event) -> None:
        self._digest.update(type(event).__name__.encode())
        self._digest.update(msgspec.json.encode(event, order="deterministic"))

    @property
    def decision_hash(self) -> str:
        return self._digest.hexdigest()
