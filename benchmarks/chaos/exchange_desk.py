"""A desk on a mock exchange, with setups on demand and a diary: what the benchmarks of live prices share."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import msgspec

from benchmarks.chaos.headless import setup_on
from config.health import HealthSettings
from config.settings import Settings
from config.trading import ExecutionSettings, RiskMitigation
from engine.domain.market import Candle, Quote, Side
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.messages.engine import CandleClosed, Event, GatewayChanged, HistoryRead, QuoteReceived, QuoteRefused
from engine.domain.messages.execution import OrderSent, TradeOpened
from engine.domain.risk import Authority
from engine.exchange_desk import STALL_S, PaperDesk, build_exchange_desk
from tests.mock_exchange.running import RunningExchange

BITCOIN: Final = "BTCUSD"
_OFFER_EVERY_S: Final = 1.0


class Diary:
    """What a desk announced, in the time of its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.candles: dict[datetime, Candle] = {}
        self.quotes = 0
        self.newest: Quote | None = None
        self.crossed = self.refused = 0
        self.lost_at: list[datetime] = []
        """When the desk said that prices are lost."""
        self.longest_silence_s = 0.0
        self.incomplete: list[tuple[datetime, bool]] = []
        """When the desk said that candles are missing, and that they are known."""
        self.sent: list[datetime] = []
        self.opened: list[datetime] = []

    def hear(self, event: Event) -> None:
        match event:
            case QuoteReceived(quote=quote):
                self._hear_quote(quote)
            case HistoryRead(candles=candles):
                self.candles |= {each.snapshot.candle.opened_at: each.snapshot.candle for each in candles}
            case CandleClosed(snapshot=snapshot):
                self.candles[snapshot.candle.opened_at] = snapshot.candle
            case GatewayChanged(is_ready=is_ready, sentence=sentence):
                if not is_ready:
                    self.lost_at.append(self._now())
                self.incomplete.append((self._now(), "candles are missing" in sentence))
            case QuoteRefused():
                self.refused += 1
            case OrderSent(at=at):
                self.sent.append(at)
            case TradeOpened(trade=trade):
                self.opened.append(trade.position.opened_at)

    def times_without_candles(self) -> list[tuple[datetime, datetime]]:
        """From when to when candles were missing."""
        ends = [at for at, _ in self.incomplete[1:]] + [self._now()]
        return [(at, end) for (at, is_incomplete), end in zip(self.incomplete, ends, strict=True) if is_incomplete]

    def _hear_quote(self, quote: Quote) -> None:
        if self.newest is not None:
            self.longest_silence_s = max(self.longest_silence_s, (quote.at - self.newest.at).total_seconds())
        self.newest = quote
        self.quotes += 1
        self.crossed += quote.bid >= quote.ask


def desk_settings(exchange: RunningExchange, name: str = BITCOIN) -> Settings:
    """Waits and limits so wide that orders follow each other closely, even where a clock runs twenty times as fast."""
    plain = Settings()
    return Settings(
        symbols=(name,),
        feeds=plain.feeds.model_copy(update={"exchange": exchange.settings}),
        execution=ExecutionSettings(flat_before_close_minutes=0, deviation_points=1000),
        health=HealthSettings(
            **dict.fromkeys(("loop_lag_warn_ms", "loop_lag_bad_ms", "round_trip_warn_ms", "round_trip_bad_ms"), 6e4)
        ),
        cooldown_seconds=1,
        check_interval_seconds=1,
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


@asynccontextmanager
async def running_desk(
    exchange: RunningExchange, speed: float = 1.0, name: str = BITCOIN
) -> AsyncIterator[tuple[PaperDesk, Diary]]:
    """A desk without a window on the mock exchange, in the time of its clock, with one symbol by its `name`."""
    desk = build_exchange_desk(
        *("binance", desk_settings(exchange, name), (name,)),
        directory=None,
        machine=exchange.machine,
        stall_s=STALL_S / speed,
    )
    diary = Diary(desk.prices.clock.now)
    desk.bus.subscribe(diary.hear)
    tasks = [asyncio.create_task(desk.archive.journal.run()), asyncio.create_task(desk.run())]
    try:
        yield desk, diary
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        desk.archive.close()


async def offer_setups(desk: PaperDesk, diary: Diary, speed: float) -> None:
    """A setup each second, as if it were found at this moment, whatever the age of the price that it rests on; the
    user never hesitates."""
    rng, number = random.Random(1), 0
    while diary.newest is None:
        await asyncio.sleep(0.01)
    desk.engine.handle(SetAuto(diary.newest.symbol, True))
    while True:
        number += 1
        desk.engine.handle(SetAuthority(Authority.AUTO))
        fresh = msgspec.structs.replace(diary.newest, at=desk.prices.clock.now())
        closed = setup_on(fresh, rng.choice((Side.BUY, Side.SELL)), f"signal-{number}")
        desk.engine.pipeline.market.on_candle(closed.snapshot)
        desk.engine.pipeline.trader.on_candle(closed)
        await asyncio.sleep(_OFFER_EVERY_S / speed)
