"""An engine with paper trading on a feed of a test, and what it announced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from config.settings import Settings
from engine.archive import Archive
from engine.bus import Bus
from engine.clock import Clock, MarketClock
from engine.domain.market import Candle, MarketItem, Source
from engine.domain.messages.engine import CandleClosed, HistoryRead
from engine.engine import TradingEngine
from engine.market.feed import Feed
from engine.market.news import CalendarSource
from engine.practice.trading import PracticeTrading
from engine.price_alerts.desk import PriceAlertDesk
from engine.pulse import Pulse
from engine.settings_store import SettingsStore
from engine.symbol_state import SymbolState
from tests.builders import MONDAY
from tests.fakes import ScriptedPlayer, Witness, source


class EngineDesk:
    def __init__(
        self,
        feed: Feed,
        settings: Settings | None = None,
        *,
        at: datetime = MONDAY,
        state: type[SymbolState] = SymbolState,
        beat_s: float | None = None,
        pulse: Callable[[Clock], Pulse] | None = None,
        calendar: CalendarSource | None = None,
        missing_candles: Callable[[str], str] = lambda _: "",
    ) -> None:
        self.bus, self.clock, self.witness = Bus(), MarketClock(at), Witness()
        self.bus.subscribe(self.witness)
        self.settings = settings or Settings()
        self.archive = Archive.open(None, self.settings, self.clock)
        self.practice = practice = PracticeTrading(feed.sources, self.settings, self.clock, self.archive)
        practice.recorder.listen(self.bus)
        self.contracts = practice.contracts
        store = self.settings_store = SettingsStore(self.settings, self.archive, self.clock.now(), may_resume=False)
        alerts = PriceAlertDesk(
            *(self.archive.price_alerts, self.clock, self.bus.publish, lambda: store.in_force.alerts), is_played=True
        )
        self.engine = TradingEngine(
            *(feed, self.bus, self.clock, state, practice.open, store, alerts),
            beat_s=beat_s,
            leave=self.practice.leave,
            pulse=None if pulse is None else pulse(self.clock),
            calendar=calendar,
            missing_candles=missing_candles,
        )


class ScriptedDesk(EngineDesk):
    """On a market whose past and future are given."""

    def __init__(
        self,
        *scripts: tuple[Sequence[Candle], Sequence[MarketItem]],
        settings: Settings | None = None,
        beside: tuple[Source, ...] = (),
        pulse: Callable[[Clock], Pulse] | None = None,
        calendar: CalendarSource | None = None,
    ) -> None:
        self.player = ScriptedPlayer(*scripts, source=source(), beside=beside)
        super().__init__(self.player, settings, pulse=pulse, calendar=calendar)

    @property
    def past(self) -> list[CandleClosed]:
        """The candles of the past as they were published."""
        return [each for event in self.witness.of(HistoryRead) for each in event.candles]

    def closed_candles(self) -> list[Candle]:
        return [event.snapshot.candle for event in self.witness.of(CandleClosed)]
