"""The one connection between the engine and Qt: events in once per frame, commands out at once."""

from __future__ import annotations

import math
import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer

from engine.bus import Bus
from engine.domain.calendar import CalendarChanged, CalendarRefused
from engine.domain.judgement import Judgement
from engine.domain.messages.door import DoorChanged
from engine.domain.messages.engine import (
    CandleClosed,
    CandleRecalled,
    Event,
    FaultReported,
    GatewayChanged,
    HealthReported,
    HistoryCompleted,
    HistoryRead,
    LiveExplained,
    MarketEnded,
    MarketOpened,
    PlaybackChanged,
    QuoteReceived,
    QuoteRefused,
    SettingsChanged,
    SourceFound,
    SourceMissing,
    TermsDoubted,
)
from engine.domain.practice import PracticeChanged
from engine.domain.snapshot import MarketSnapshot
from gui.desk_model import DeskModel
from gui.features.replay.model.timeline import mark_of
from gui.platform.isolation import Isolation

FRAME_MS = 16
TEXT_INTERVAL_S = 0.25
HIDDEN_INTERVAL_S = 1.0
"""For conditions of a chart that is not in front: they are only used for alerts."""
HISTORY_INTERVAL_S = 0.04
"""While history is read: each time it is shown all charts are repainted, which would keep the reader waiting."""
MAX_MS = 10.0
"""Of a frame; the window is painted in the rest of it."""
CANDLE_MS = 0.02
"""What charts will take for a candle: they get those of a frame together, at its end."""


class EngineBridge(QObject):
    """Queues what the engine announces and drains it into view-models once a frame.

    The newest quote of a symbol wins; all other events keep their order. Text refreshes more slowly than curves. A
    view-model that raises misses that update; the others do not.
    """

    def __init__(self, bus: Bus, desk: DeskModel) -> None:
        super().__init__()
        self._bus = bus
        self.desk = desk
        self._parts = Isolation(self)
        self._parts.noticed.connect(desk.faulted)
        self._events: deque[Event] = deque()
        self._quotes: dict[str, QuoteReceived] = {}
        self._pending: dict[str, list[CandleClosed]] = {}
        self._text_due_s = self._history_due_s = self._hidden_due_s = 0.0
        self._is_history_read = True
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._drain_on_time)
        bus.subscribe(self._on_event)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self.desk.settings.close()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, QuoteReceived):
            self._quotes[event.quote.symbol] = event
            return
        if isinstance(event, MarketOpened):
            self._quotes.clear()
        if isinstance(event, HistoryRead | HistoryCompleted):
            self._is_history_read = isinstance(event, HistoryCompleted)
        self._events.append(event)

    # -- a frame ------------------------------------------------------------------------------------------------

    def _drain_on_time(self) -> None:
        now_s = time.monotonic()
        if self._events and isinstance(self._events[0], MarketOpened) and not self.desk.charts:
            self._show_next()  # the models of a market: enough for a frame
        elif self.desk.has_untold_charts:
            self.desk.announce_opened()  # its charts are built: another frame
        elif self._is_history_read or now_s >= self._history_due_s:
            self._history_due_s = now_s + HISTORY_INTERVAL_S
            self.drain(MAX_MS)
            self._refresh_text(now_s)

    def drain(self, max_ms: float = math.inf) -> None:
        """Brings the view-models up to what the engine has said until now, or as far as so much time allows.

        One event is always shown. A quote waits for what came before it.
        """
        until_s = time.perf_counter() + max_ms / 1000.0
        while self._events:
            until_s -= CANDLE_MS / 1000.0 * _candles_in(self._events[0])
            self._show_next()
            if time.perf_counter() >= until_s:
                break
        self.desk.announce_opened()
        self._append_pending()
        if not self._events:
            self._show_quotes()
        for conditions in self.desk.conditions.values():
            self._parts.run("The conditions", conditions.ask)

    def _show_next(self) -> None:
        event = self._events.popleft()
        self._parts.run(f"The display of {type(event).__name__}", self._show, event)
        self._parts.run("The alerts", self.desk.alerts.on_event, event, time.monotonic())

    def _show(self, event: Event) -> None:
        match event:
            case CandleClosed():
                self._pend(event)
            case HistoryRead(candles):
                for candle in candles:
                    self._pend(candle)
            case MarketOpened(sources, goes_on):
                self._pending.clear()
                self.desk.prepare(sources, goes_on=goes_on)
            case QuoteRefused():
                self.desk.status.count_refused_quote()
            case PlaybackChanged():
                self.desk.playback.show(event)
            case MarketEnded():
                self.desk.playback.set_ended(True)
            case CandleRecalled(candle):
                self.desk.conditions[candle.snapshot.candle.symbol].show_recalled(event)
            case LiveExplained(explanation):
                self.desk.conditions[explanation.judgement.symbol].show_live(explanation)
                self.desk.watchlist.show_live(explanation)
            case HistoryCompleted():
                self._append_pending()
                self.desk.complete_history()
                for conditions in self.desk.conditions.values():
                    conditions.begin()
            case SettingsChanged(settings):
                self.desk.settings.on_settings_changed(event)
                self.desk.use_settings(settings)
            case GatewayChanged() | SourceMissing() | SourceFound() | TermsDoubted():
                self.desk.gateway.on_event(event)
            case CalendarChanged():
                self.desk.calendar.on_changed(event)
            case CalendarRefused():
                self.desk.calendar.on_refused(event)
            case FaultReported(title, sentence):
                self.desk.faulted.emit(title, sentence)
            case DoorChanged():
                self.desk.health.show_door(event)
                self.desk.assistant.show_door(event)
            case HealthReported(health):
                self.desk.health.show(health)
            case PracticeChanged():
                self.desk.practice.show(event)
                self.desk.trading.on_event(event)
            case QuoteReceived():
                pass
            case _:
                self.desk.trading.on_event(event)
                self.desk.price_alerts.on_event(event)

    def _pend(self, candle: CandleClosed) -> None:
        self._pending.setdefault(candle.snapshot.candle.symbol, []).append(candle)

    def _append_pending(self) -> None:
        pending, self._pending = self._pending, {}
        for symbol, candles in pending.items():
            self._append(symbol, [each.snapshot for each in candles], [each.judgement for each in candles])

    def _append(self, symbol: str, snapshots: list[MarketSnapshot], judgements: list[Judgement | None]) -> None:
        run, desk = self._parts.run, self.desk
        marks = [mark_of(each.setup) for each in judgements if each is not None and each.setup is not None]
        run(f"The chart of {symbol}", lambda: desk.charts[symbol].append(snapshots, judgements))
        run("The volatility", desk.volatility.append, symbol, snapshots)
        run(f"The conditions of {symbol}", lambda: desk.conditions[symbol].refresh_live())
        run("The status", desk.status.count_candles, symbol, len(snapshots))
        run("The playback", desk.playback.on_candle, snapshots[-1].candle)
        run("The timeline", desk.playback.timeline.add, marks)

    def _show_quotes(self) -> None:
        now_s, run = time.monotonic(), self._parts.run
        for symbol, event in self._quotes.items():
            chart = self.desk.charts.get(symbol)
            if chart is not None:
                run(f"The chart of {symbol}", chart.set_live, event.forming, event.quote)
                run("The status", self.desk.status.on_quote, event.quote, self.desk.status.now_s)
                run("The alerts", self.desk.alerts.on_quote, symbol, now_s)
                run("The trades", self.desk.trading.on_quote, event.quote)
                run("The watch list", self.desk.watchlist.on_quote, event.quote)
                run("The playback", self.desk.playback.reach, event.quote.at)
        self._quotes.clear()

    def _refresh_text(self, now_s: float) -> None:
        if now_s < self._text_due_s:
            return
        self._text_due_s = now_s + TEXT_INTERVAL_S
        status, playback, run = self.desk.status, self.desk.playback, self._parts.run
        status.failures = self._bus.failures + self._parts.failures
        is_held = playback.is_paused or playback.has_ended
        run("The status", status.refresh)
        run("The alerts", lambda: self.desk.alerts.refresh(now_s, is_held=is_held))
        run("The trades", self.desk.trading.refresh)
        run("The price alerts", self.desk.price_alerts.refresh)
        run("The watch list", self.desk.watchlist.refresh)
        run("The economic calendar", self.desk.calendar.refresh)
        front, is_hidden_due = self.desk.front, now_s >= self._hidden_due_s
        if is_hidden_due:
            self._hidden_due_s = now_s + HIDDEN_INTERVAL_S
        for symbol, conditions in self.desk.conditions.items():
            if conditions.is_live and (is_hidden_due or symbol == front):
                run("The conditions", conditions.refresh_live)


def _candles_in(event: Event) -> int:
    match event:
        case HistoryRead(candles):
            return len(candles)
        case CandleClosed():
            return 1
        case _:
            return 0
