"""The engine of a desk in real time, whether a broker or an exchange sends its prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.adapters.machine import Machine
from engine.archive import Archive
from engine.bus import Bus
from engine.clock import Clock
from engine.domain.health import LinkSigns
from engine.domain.messages.engine import GatewayCommand
from engine.engine import TraderFactory, TradingEngine
from engine.market.feed import Feed
from engine.market.news import CalendarSource
from engine.persistence.tape.recorder import Recorder
from engine.price_alerts.desk import PriceAlertDesk
from engine.pulse import Pulse
from engine.settings_store import SettingsStore
from engine.symbol_state import SymbolState
from engine.trading.early import EarlyOrders

BEAT_S: Final = 0.25
"""Seconds between two looks at what is due without a quote."""


def real_time_engine(
    feed: Feed,
    bus: Bus,
    clock: Clock,
    store: SettingsStore,
    archive: Archive,
    recorder: Recorder,
    *,
    open_trading: TraderFactory,
    early: EarlyOrders,
    gateway: Callable[[GatewayCommand], None],
    signs: Callable[[], LinkSigns],
    calendar: CalendarSource | None = None,
    missing_candles: Callable[[str], str] = lambda _: "",
) -> TradingEngine:
    """`gateway` handles the user's commands on the connection, whose state `signs` returns. `early` accepts safety
    orders before `open_trading` has a market; `calendar` knows scheduled news, `missing_candles` which candles of a
    symbol are not known."""
    pulse = Pulse(
        *(Machine(), clock, lambda: store.in_force.health, signs),
        safety=archive.locks.signs,
        store=lambda: archive.faults.signs,
        risk=lambda: store.in_force.risk_mitigation,
    )
    return TradingEngine(
        *(feed, bus, clock, SymbolState, open_trading, store),
        PriceAlertDesk(archive.price_alerts, clock, bus.publish, lambda: store.in_force.alerts, is_played=False),
        beat_s=BEAT_S,
        tape=recorder,
        gateway=gateway,
        pulse=pulse,
        early=early,
        calendar=calendar,
        missing_candles=missing_candles,
    )
