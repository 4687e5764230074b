"""A desk without a window on any broker, with setups on demand: what the benchmarks of trading share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from config.desk import PaperSettings
from config.settings import Settings
from config.trading import ExecutionSettings, RiskMitigation
from engine.adapters.paper.contracts import contract_for
from engine.archive import Archive
from engine.clock import Clock
from engine.domain.market import CANDLE_LENGTH, Quote, Side
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.trading import TradingEvent
from engine.market.state import MarketState
from engine.trading.broker import Broker, Venue
from engine.trading.trader import Trader
from tests.builders import GOLD, MONDAY, candle, setup
from tests.trading.desks import open_trader, with_setup

SYMBOL: Final = GOLD.symbol
START: Final = MONDAY
PAPER: Final = PaperSettings(latency_ms=400, starting_balance=1e9)
SETTINGS: Final = Settings(
    paper=PAPER,
    cooldown_seconds=1,
    check_interval_seconds=1,
    execution=ExecutionSettings(flat_before_close_minutes=0),
    risk_mitigation=RiskMitigation(
        cool_off_seconds=1,
        max_positions_per_symbol=100,
        max_positions=100,
        max_trades_per_hour=1000,
        max_trades_per_day=10_000,
        max_daily_loss_pct=100.0,
        max_consecutive_losses=100,
        max_latency_ms=60_000.0,
    ),
)
"""Waits and limits so wide that orders follow each other closely."""
CONTRACTS: Final = {SYMBOL: contract_for(GOLD, PAPER)}


def open_archive(directory: Path | None, clock: Clock) -> Archive:
    return Archive.open(directory, SETTINGS, clock)


def open_desk(
    archive: Archive,
    clock: Clock,
    market: MarketState,
    broker: Broker,
    venue: Venue | None,
    publish: Callable[[TradingEvent], None],
) -> Trader:
    """A desk that takes up what `archive` remembers."""
    return open_trader(archive, SETTINGS, clock, market, broker, venue, CONTRACTS, publish)


def setup_on(quote: Quote, side: Side, signal_id: str) -> CandleClosed:
    """A candle that closed with `quote`, and a setup that risks 0.6 dollars for twice as many."""
    opened_at, close = quote.at - CANDLE_LENGTH, quote.bid
    found = setup(side, price=quote.ask if side is Side.BUY else quote.bid, risk=0.6, signal_id=signal_id)
    found = msgspec.structs.replace(found, symbol=quote.symbol, candle_time=opened_at, known_at=quote.at)
    closed = candle(start=opened_at, close=close, high=close + 0.5, low=close - 0.5, symbol=quote.symbol)
    return with_setup(closed, found)
