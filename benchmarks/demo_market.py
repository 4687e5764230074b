"""The demo market against real recordings: the same statistics of both, side by side, as Markdown.

The demo's column is the mean of several seeds, each as long as the recording.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import print_json, print_machine
from benchmarks.market_shape import QUANTILES, ranges_by_hour, shape, spreads
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import open_recording
from engine.adapters.recorded.columns import CandleColumns, microseconds
from engine.domain.market import Candle
from engine.market.instruments import instrument_for

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"
CANDLES = {
    "XAUUSD": "xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet",
    "BTCUSD": "btcusd_m1_mt5rates_2026-01-05_2026-03-18.parquet",
}
SPREADS = {"XAUUSD": "XAUUSD_M1_202602160207_202602272357.csv", "BTCUSD": CANDLES["BTCUSD"]}
LIMITS = {"XAUUSD": 0.25, "BTCUSD": 15.0}
STRETCH = {"XAUUSD": timedelta(days=105), "BTCUSD": timedelta(days=72)}
"""As long as the recordings, whose lengths they are."""

Results = Mapping[str, Mapping[str, Any]]


def columns_of(candles: Iterable[Candle]) -> CandleColumns:
    """Candles with spreads as arrays."""
    rows = [
        (microseconds(each.opened_at), each.open, each.high, each.low, each.close, each.volume, each.spread)
        for each in candles
    ]
    at, open_, high, low, close, volume, spread = (np.array(column) for column in zip(*rows, strict=True))
    return CandleColumns(at=at, open=open_, high=high, low=low, close=close, volume=volume, spread=spread)


def demo(seed: int) -> dict[str, CandleColumns]:
    """One stretch of the demo market by symbol."""
    return {
        market.source.symbol: columns_of(market.candles_before(market.first_at + STRETCH[market.source.symbol]))
        for market in demo_markets(seed)
    }


def demo_statistics(stretch: CandleColumns, symbol: str) -> dict[str, float]:
    roll = instrument_for(symbol).day_roll
    return {**shape(stretch, roll), **spreads(stretch, roll, LIMITS[symbol])}


def real_statistics(symbol: str) -> dict[str, float] | None:
    """None where the recordings are not beside the repository."""
    if not RECORDINGS.is_dir():
        return None
    roll = instrument_for(symbol).day_roll
    candles = open_recording(RECORDINGS / CANDLES[symbol]).columns
    quoted = open_recording(RECORDINGS / SPREADS[symbol]).columns
    return {**shape(candles, roll), **spreads(quoted, roll, LIMITS[symbol])}


def compare(seeds: int) -> dict[str, dict[str, Any]]:
    """By symbol: statistics and ranges by hour, of the recordings (None without them) and of the demo market."""
    stretches = [demo(seed) for seed in range(seeds)]
    return {symbol: _compare(symbol, [each[symbol] for each in stretches]) for symbol in CANDLES}


def _compare(symbol: str, stretches: Sequence[CandleColumns]) -> dict[str, Any]:
    each = [demo_statistics(stretch, symbol) for stretch in stretches]
    hours = [ranges_by_hour(stretch) for stretch in stretches]
    is_real = RECORDINGS.is_dir()
    return {
        "real": real_statistics(symbol),
        "demo": {name: float(np.mean([one[name] for one in each])) for name in each[0]},
        "demo_least": {name: min(one[name] for one in each) for name in each[0]},
        "demo_most": {name: max(one[name] for one in each) for name in each[0]},
        "hours_real": ranges_by_hour(open_recording(RECORDINGS / CANDLES[symbol]).columns) if is_real else None,
        "hours_demo": {hour: np.mean([one[hour] for one in hours], axis=0).tolist() for hour in hours[0]},
    }


def _print_markdown(title: str, results: Results, real: str, demo_: str) -> None:
    """One row a statistic, real beside demo; empty where there is nothing to tell."""
    kinds = [(symbol, kind) for symbol in CANDLES for kind in (real, demo_)]
    names = dict.fromkeys(name for symbol, kind in kinds for name in results[symbol][kind] or ())
    print(f"\n| {title} | gold real | gold demo | BTC real | BTC demo |\n| --- | ---: | ---: | ---: | ---: |")
    for name in names:
        cells = [_words((results[symbol][kind] or {}).get(name)) for symbol, kind in kinds]
        print(f"| {name} | {' | '.join(cells)} |")


def _words(value: float | Sequence[float] | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return " / ".join(map(_words, value))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seeds", type=int, default=12, help="stretches of the demo market to take the mean of")
    options = parser.parse_args()
    results = compare(options.seeds)
    if options.json:
        print_json({"seeds": options.seeds, "markets": results})
        return
    print_machine()
    _print_markdown("statistic", results, "real", "demo")
    quantiles = " / ".join(f"{part * 100:g} %" for part in QUANTILES)
    _print_markdown(f"New York hour: minute range, {quantiles}, bp", results, "hours_real", "hours_demo")


if __name__ == "__main__":
    main()
