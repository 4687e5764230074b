"""What an exchange said: trades and quotes by its own clock, from a raw capture or generated."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

MINUTE_MS = 60_000
LAST = 10**15
"""Later than any stamp in milliseconds."""


class Said(NamedTuple):
    """One message: when it left the exchange (ms), its stream without the symbol, and its data."""

    at: int
    stream: str
    data: dict[str, Any]


class Bar(NamedTuple):
    """A candle as the plainest program would make it of a list of trades."""

    opened_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    taker_buy: float
    trades: int


def read_capture(path: Path) -> list[Said]:
    """A raw capture, `<receive time ns> <frame>` a line, each trade once; without the book's depth."""
    said: list[Said] = []
    seen, ahead = set[int](), 0
    with gzip.open(path, "rt") as lines:
        for line in lines:
            received, _, text = line.partition(" ")
            frame = json.loads(text)
            stream, data = frame.get("stream", "").partition("@")[2], frame.get("data")
            if stream == "trade":
                if data["t"] in seen:
                    continue
                seen.add(data["t"])
                ahead = data["T"] - int(received) // 1_000_000
                said.append(Said(data["T"], stream, data))
            elif stream == "bookTicker":
                said.append(Said(data.get("T", int(received) // 1_000_000 + ahead), stream, data))
    return sorted(said, key=lambda each: each.at)


def generated(seconds: int, per_second: int, *, seed: int = 1, share_of_trades: float = 0.2) -> list[Said]:
    """A random market that begins at 0 ms."""
    rng, price, said, number = random.Random(seed), 60_000.0, list[Said](), 0
    for place in range(seconds * per_second):
        at = place * 1_000 // per_second
        price = round(price * math.exp(rng.gauss(0.0, 1e-5)), 2)
        if rng.random() < share_of_trades:
            number += 1
            amount = round(rng.expovariate(20.0) + 1e-5, 5)
            trade = {"t": number, "p": f"{price:.2f}", "q": f"{amount:.5f}", "T": at, "m": rng.random() < 0.5}
            said.append(Said(at, "trade", {"e": "trade", "E": at, "s": "BTCUSDT", **trade}))
        else:
            book = {
                "u": place + 1,
                "s": "BTCUSDT",
                "b": f"{price:.2f}",
                "B": "1.0",
                "a": f"{price + 0.01:.2f}",
                "A": "1",
            }
            said.append(Said(at, "bookTicker", book))
    return said


def bars(said: Iterable[Said], shift_ms: int = 0) -> list[Bar]:
    """The candles of all trades, each moved by `shift_ms`."""
    minutes: dict[int, list[dict[str, Any]]] = {}
    for each in said:
        if each.stream == "trade" and float(each.data["q"]) > 0.0 and each.data.get("X", "MARKET") == "MARKET":
            at = each.data["T"] + shift_ms
            minutes.setdefault(at - at % MINUTE_MS, []).append(each.data)
    return [_bar(opened_ms, trades) for opened_ms, trades in sorted(minutes.items())]


def _bar(opened_ms: int, trades: list[dict[str, Any]]) -> Bar:
    trades = sorted(trades, key=lambda trade: trade["t"])
    prices = [float(trade["p"]) for trade in trades]
    return Bar(
        opened_ms,
        *(prices[0], max(prices), min(prices), prices[-1]),
        math.fsum(float(trade["q"]) for trade in trades),
        math.fsum(float(trade["q"]) for trade in trades if not trade["m"]),
        len(trades),
    )
