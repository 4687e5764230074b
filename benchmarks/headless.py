"""A desk without a window on any broker, with setups on demand: what the benchmarks of trading share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from config.desk import PaperSettings
from config.settings import Settings
from config.trading import ExecutionSettings, RiskMitigation
from engine.adapters.paper.contracts import contract_for
from engine.analysis.analyzer import Analyzer
from engine.clock import Clock
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Setup, TradeIdea
from engine.domain.market import Candle, DayRoll, Instrument, Quote, Side, Source
from engine.domain.messages import CandleClosed
from engine.domain.trading_messages import TradingEvent
from engine.market.state import MarketState
from engine.practice import Archive
from engine.trading.broker import Broker, Venue
from engine.trading.exit_orders import ExitOrders
from engine.trading.risk.locks import LockBook
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.other_desks import OtherDesks
from engine.trading.store import Office
from engine.trading.trader import Trader

SYMBOL: Final = "XAUUSD"
GOLD: Final = Instrument(symbol=SYMBOL, digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17)
START: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
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


def open_desk(
    archive: Archive,
    clock: Clock,
    market: MarketState,
    broker: Broker,
    venue: Venue | None,
    publish: Callable[[TradingEvent], None],
) -> Trader:
    """A desk that takes up what `archive` remembers."""
    office = Office(
        table=archive.plans,
        locks=LockBook(
            archive.locks,
            timedelta(seconds=SETTINGS.cooldown_seconds),
            timedelta(seconds=SETTINGS.risk_mitigation.cool_off_seconds),
        ),
        modes=ModeSwitch(archive.locks, frozenset(), may_remember=False),
        exits=ExitOrders(clock, archive.locks),
        other_desks=OtherDesks.of_paper(archive.locks),
        journal=archive.journal.append,
        life=timedelta(minutes=SETTINGS.execution.plan_expiry_minutes),
    )
    return Trader(
        office=office,
        settings=SETTINGS,
        clock=clock,
        market=market,
        broker=broker,
        venue=venue,
        contracts=CONTRACTS,
        publish=publish,
    )


def open_archive(directory: Path | None, clock: Clock) -> Archive:
    return Archive.open(directory, SETTINGS, clock)


class SetupMaker:
    """Closed candles with a setup on them, at any price and instant."""

    def __init__(self) -> None:
        source = Source(
            instrument=GOLD,
            format="made",
            clock="UTC",
            name="made",
            has_volume=True,
            has_spread=True,
            has_aggressor_volume=False,
        )
        rules = SETTINGS.xauusd_rules
        analyzer, evaluator = Analyzer(source, rules, SETTINGS.sessions), Evaluator(GOLD, rules)
        candles = [_candle(START - 30 * MINUTE + number * MINUTE, 2000.0 + number % 3) for number in range(30)]
        self._snapshot = [analyzer.update(candle) for candle in candles][-1]
        self._judgement = evaluator.evaluate(self._snapshot)

    def on(self, quote: Quote, side: Side, signal_id: str) -> CandleClosed:
        """A candle that closed with `quote`, and a setup that risks one dollar for two."""
        opened_at = quote.at - MINUTE
        sign, entry = (1.0, quote.ask) if side is Side.BUY else (-1.0, quote.bid)
        setup = Setup(
            signal_id=signal_id,
            symbol=quote.symbol,
            side=side,
            candle_time=opened_at,
            known_at=quote.at,
            score=6.0,
            is_a_plus=False,
            edges=("INTRADAY_RANGE",),
            signals=("LONG_WICK_TRAP", "INCREASING_VOLUME"),
            idea=TradeIdea(
                side=side,
                entry=entry,
                stop_loss=round(entry - sign * 0.6, 2),
                take_profit=round(entry + sign * 1.2, 2),
                stop_distance=0.6,
                target_distance=1.2,
                is_spread_known=True,
                stop_in_ranges=0.5,
            ),
        )
        candle = _candle(opened_at, quote.bid, quote.symbol)
        snapshot = msgspec.structs.replace(self._snapshot, candle=candle)
        return CandleClosed(snapshot, msgspec.structs.replace(self._judgement, setup=setup))


def _candle(opened_at: datetime, close: float, symbol: str = SYMBOL) -> Candle:
    return Candle(
        symbol=symbol,
        opened_at=opened_at,
        open=close,
        high=close + 0.5,
        low=close - 0.5,
        close=close,
        volume=100.0,
        spread=0.1,
    )
