"""Three candles, as many makers write them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from engine.adapters.recorded import Recording
from tests.adapters.recorded.opened import utc

START = utc(2026, 2, 2, 14, 30)
PRICES = (
    "4700.00,4700.27,4699.75,4700.10,133",
    "4700.10,4700.89,4699.54,4699.59,137",
    "4699.59,4700.15,4698.71,4699,9",
)
BARS = [(START + timedelta(minutes=minute), prices.split(",")) for minute, prices in enumerate(PRICES)]


def table(header: str, row: str, *, separator: str = "\n") -> str:
    """Three candles: `{at}`, and `{o}`, `{h}`, `{l}`, `{c}`, `{v}` as they are spelt; `{n}` counts from 0."""
    names = ("o", "h", "l", "c", "v")
    rows = [
        row.format(at=at, s=int(at.timestamp()), n=number, **dict(zip(names, cells, strict=True)))
        for number, (at, cells) in enumerate(BARS)
    ]
    return separator.join([*([header] if header else []), *rows, ""])


def figures(recording: Recording) -> list[tuple[Any, ...]]:
    return [(each.opened_at, each.open, each.high, each.low, each.close, each.volume) for each in recording.candles()]


EXPECTED = [(at, *map(float, cells)) for at, cells in BARS]

TABLES: dict[str, str] = {
    "TradingView, ISO": table("time,open,high,low,close,Volume", "{at:%Y-%m-%dT%H:%M:%SZ},{o},{h},{l},{c},{v}"),
    "TradingView, seconds": table("time,open,high,low,close,Volume", "{s},{o},{h},{l},{c},{v}"),
    "dukascopy-node": table("timestamp,open,high,low,close,volume", "{s}000,{o},{h},{l},{c},{v}"),
    "microseconds": table("ts,o,h,l,c,v", "{s}000000,{o},{h},{l},{c},{v}"),
    "nanoseconds": table("ts,o,h,l,c,v", "{s}000000000,{o},{h},{l},{c},{v}"),
    "seconds with a fraction": table("ts,o,h,l,c,v", "{s}.0,{o},{h},{l},{c},{v}"),
    "yfinance": table(
        "Price,Close,High,Low,Open,Volume\nTicker,GC=F,GC=F,GC=F,GC=F,GC=F\nDatetime,,,,,",
        "{at:%Y-%m-%d %H:%M:%S}+00:00,{c},{h},{l},{o},{v}",
    ),
    "CryptoDataDownload, newest first": "\n".join(
        [
            "https://www.CryptoDataDownload.com",
            "unix,date,symbol,open,high,low,close,Volume XAU,Volume USD",
            *reversed(table("", "{s},{at:%Y-%m-%d %H:%M:%S},XAU/USD,{o},{h},{l},{c},{v},0").splitlines()),
        ]
    ),
    "Dukascopy, EET": table("Time (EET),Open,High,Low,Close,Volume ", "2026.02.02 16:3{n}:00,{o},{h},{l},{c},{v}"),
    "Dukascopy, UTC": table("Time (UTC),Open,High,Low,Close,Volume ", "2026.02.02 14:3{n}:00,{o},{h},{l},{c},{v}"),
    "HistData ASCII": table("", "20260202 093{n}00;{o};{h};{l};{c};0"),
    "pandas with an index": table(",Open,High,Low,Close,Volume", "{at:%Y-%m-%d %H:%M:%S}+00:00,{o},{h},{l},{c},{v}"),
    "a symbol in each row": table(
        "<TICKER>,<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
        "XAUUSD,{at:%Y%m%d},{at:%H%M%S},{o},{h},{l},{c},{v}",
    ),
    "a semicolon, spaces and a note above": table(
        "sep=;\nGold spot\nDate ; Time ; Open ; High ; Low ; Close ; Volume",
        "{at:%d.%m.%Y};{at:%H:%M};{o};{h};{l};{c};{v}",
    ),
    "quoted": table('"time","open","high","low","close","volume"', '"{s}","{o}","{h}","{l}","{c}","{v}"'),
    "a pipe": table("time|open|high|low|close|volume", "{s}|{o}|{h}|{l}|{c}|{v}"),
    "am and pm": table("Gmt time,Open,High,Low,Close,Volume", "2.2.2026 2:3{n}:00 PM,{o},{h},{l},{c},{v}"),
    "slashes": table("time utc,open,high,low,close,volume", "2/2/2026 14:3{n},{o},{h},{l},{c},{v}"),
    "no header": table("", "{s},{o},{h},{l},{c},{v}"),
    "lists of JSON": "["
    + table("", "[{s}000, {o}, {h}, {l}, {c}, {v}]", separator=",").rstrip(",")
    + "]",
    "objects of JSON": json.dumps([
        {"timestamp": int(at.timestamp() * 1000)}
        | dict(zip(("open", "high", "low", "close", "volume"), map(float, cells), strict=True))
        for at, cells in BARS
    ]),
}  # fmt: skip
"""By their maker or what is odd about them."""
