"""Faults of an exchange: candles made live against candles made of the trades.

A mock exchange in its own process plays a raw capture, stamped again, twenty times as fast. For each fault every candle
that the feed hands on is compared with the one that all trades of its minute make.

    python -m benchmarks.chaos.exchange [--json] [--capture FILE] [--speed 20]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from config.settings import Settings
from engine.domain.market import Candle, Quote
from engine.domain.messages import Event, GatewayChanged, QuoteRefused
from engine.exchange_desk import STALL_S, ExchangePrices, exchange_prices
from tests.mock_exchange.running import SPOT, Market, RunningExchange, mock_exchange


class Case(NamedTuple):
    """A fault as the mock exchange takes it: `NAME@SECOND:DURATION` after its start."""

    name: str
    faults: tuple[str, ...] = ()
    ahead_s: float = 0.0
    more: tuple[str, ...] = ()


CASES: Final = (
    Case("nothing wrong"),
    Case("no closed candle in the stream", more=("--no-klines",)),
    Case("connection cut for 75 s", ("cut@100:75",)),
    Case("silent for 40 s", ("stall@110:40",)),
    Case("every message twice", ("duplicate@0:400",)),
    Case("messages out of order", ("reorder@0:400",), more=("--no-klines",)),
    Case("bad JSON", ("garbage@60:120",)),
    Case("crossed quotes", ("crossed@60:120",)),
    Case("HTTP 429 after a cut", ("cut@100:5", "limit@105:30")),
    Case("trades left out for 20 s", ("gap@100:20",), more=("--no-klines",)),
    Case("requests fail after a cut", ("cut@100:10", "rest_down@100:90")),
    Case("clock off by 1.3 s", ahead_s=1.3),
)


class Outcome(NamedTuple):
    """`wrong` are candles that differ from the trades', `missing` those that never came; times in market seconds."""

    name: str
    candles: int
    wrong: int
    missing: int
    quotes: int
    crossed: int
    longest_silence_s: float
    losses: int
    refused: int


class Heard:
    """What a feed handed on."""

    def __init__(self) -> None:
        self.candles: dict[datetime, Candle] = {}
        self.quotes: list[Quote] = []
        self.losses = self.refused = 0

    def on_event(self, event: Event) -> None:
        self.losses += isinstance(event, GatewayChanged) and not event.is_ready
        self.refused += isinstance(event, QuoteRefused)

    async def listen(self, prices: ExchangePrices, exchange: RunningExchange) -> None:
        """Until the last whole minute is there: that in which a capture ends is never over."""
        while True:
            await prices.feed.open()
            last = sorted(exchange.candles())[-2]
            self.candles |= {candle.opened_at: candle for candle in prices.feed.history()}
            async for item in prices.feed.items():
                if isinstance(item, Candle):
                    self.candles[item.opened_at] = item
                    if item.opened_at >= last:
                        return
                else:
                    self.quotes.append(item)


async def measure(case: Case, market: Market, speed: float) -> Outcome:
    """Plays the market once with the fault."""
    with mock_exchange(market, speed=speed, faults=case.faults, ahead_s=case.ahead_s, more=case.more) as exchange:
        heard = Heard()
        await _hear(exchange, heard, speed)
        return _outcome(case, exchange, heard)


async def _hear(exchange: RunningExchange, heard: Heard, speed: float) -> None:
    settings = Settings()
    feeds = settings.feeds.model_copy(update={"exchange": exchange.settings})
    settings = settings.model_copy(update={"feeds": feeds})
    prices = exchange_prices(
        "binance", settings, ("BTCUSDT",), heard.on_event, machine=exchange.machine, stall_s=STALL_S / speed
    )
    running = asyncio.create_task(prices.feed.run())
    try:
        async with asyncio.timeout(600.0 / speed + 30.0):
            await heard.listen(prices, exchange)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _outcome(case: Case, exchange: RunningExchange, heard: Heard) -> Outcome:
    expected = exchange.candles()
    minutes = sorted(expected)[:-1]
    live = {at: heard.candles[at] for at in minutes if at in heard.candles}
    wrong = sum(not _is_same(candle, expected[at]) for at, candle in live.items())
    times = [quote.at for quote in heard.quotes]
    silences = [(after - before).total_seconds() for before, after in pairwise(times)]
    crossed = sum(quote.bid >= quote.ask for quote in heard.quotes)
    return Outcome(
        *(case.name, len(live), wrong, len(minutes) - len(live), len(times), crossed),
        *(max(silences, default=math.inf), heard.losses - 1, heard.refused),
    )


def _is_same(candle: Candle, expected: tuple[float, ...]) -> bool:
    volume, taker_buy = candle.volume or 0.0, candle.taker_buy or 0.0
    mine = (candle.open, candle.high, candle.low, candle.close, volume, taker_buy)
    return all(math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) for one, other in zip(mine, expected, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos.exchange", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--capture", type=Path, default=SPOT if SPOT.exists() else None)
    parser.add_argument("--speed", type=float, default=20.0)
    parser.add_argument("--only", help="cases whose name contains this")
    options = parser.parse_args()
    market = Market(capture=options.capture)
    cases = [case for case in CASES if not options.only or options.only in case.name]
    outcomes = [asyncio.run(measure(case, market, options.speed)) for case in cases]
    if options.json:
        print(json.dumps([outcome._asdict() for outcome in outcomes]))
        return
    titles = ("candles", "wrong", "missing", "quotes", "silence s", "losses", "refused")
    print(f"{'fault':<34}" + "".join(f"{title:>10}" for title in titles))
    for each in outcomes:
        print(
            f"{each.name:<34}{each.candles:>10}{each.wrong:>10}{each.missing:>10}{each.quotes:>10}"
            f"{each.longest_silence_s:>10.1f}{each.losses:>10}{each.refused:>10}"
        )


if __name__ == "__main__":
    main()
