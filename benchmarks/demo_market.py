"""The demo market against real recordings: the same statistics of both, side by side, as Markdown.

The demo's column is the mean of several seeds, each as long as the recording.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import print_json, print_machine
from benchmarks.market_shape import QUANTILES, judged, ranges_by_hour, shape, spreads
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
USUAL_SPREADS = {"XAUUSD": 0.16, "BTCUSD": 1.0}
LIMITS = {"XAUUSD": 0.25, "BTCUSD": 15.0}
STRETCH = {"XAUUSD": timedelta(days=105), "BTCUSD": timedelta(days=72)}
"""As long as the recordings are."""
JUDGED_SEEDS = 3
"""Judging costs more than all the rest."""

Numbers = dict[str, float]
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


def demo_statistics(stretch: CandleColumns, symbol: str) -> Numbers:
    roll = instrument_for(symbol).day_roll
    return {**shape(stretch, roll), **spreads(stretch, roll, LIMITS[symbol])}


def real_statistics(symbol: str) -> Numbers:
    """Raises `UnreadableRecording` where the recordings are not next to the repository."""
    roll = instrument_for(symbol).day_roll
    candles, quoted = _recorded(CANDLES[symbol]), _recorded(SPREADS[symbol])
    return {**shape(candles, roll), **spreads(quoted, roll, LIMITS[symbol])}


def compare(symbol: str, stretches: Sequence[CandleColumns]) -> dict[str, Any]:
    """Statistics and ranges by hour, of the demo market and, where there are recordings, of those."""
    sources = {market.source.symbol: market.source for market in demo_markets(0)}
    each = [demo_statistics(stretch, symbol) for stretch in stretches]
    setups = [judged(one.candles(symbol), sources[symbol]) for one in stretches[:JUDGED_SEEDS]]
    result = {"demo": {**_mean(each), **_mean(setups)}, "hours_demo": _mean([ranges_by_hour(one) for one in stretches])}
    if not RECORDINGS.is_dir():
        return {**result, "real": {}, "hours_real": {}}
    # Gold's candles come from a broker whose spread the strategy refuses: both are judged with the usual one.
    candles = _recorded(CANDLES[symbol])
    affordable = replace(candles, spread=np.full(len(candles), USUAL_SPREADS[symbol]))
    real = {**real_statistics(symbol), **judged(affordable.candles(symbol), sources[symbol])}
    return {**result, "real": real, "hours_real": ranges_by_hour(candles)}


def _recorded(name: str) -> CandleColumns:
    return open_recording(RECORDINGS / name).columns


def _mean(numbers: Sequence[Mapping[Any, Any]]) -> dict[Any, Any]:
    return {name: np.mean([each[name] for each in numbers], axis=0).tolist() for name in numbers[0]}


def _print_markdown(title: str, results: Results, kind: str) -> None:
    """One row a statistic, real beside demo; empty where there is nothing to show."""
    columns = [results[symbol][f"{kind}{of}"] for symbol in CANDLES for of in ("real", "demo")]
    print(f"\n| {title} | gold real | gold demo | BTC real | BTC demo |\n| --- | ---: | ---: | ---: | ---: |")
    for name in dict.fromkeys(name for column in columns for name in column):
        print(f"| {name} | {' | '.join(_words(column.get(name)) for column in columns)} |")


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
    stretches = [demo(seed) for seed in range(options.seeds)]
    results = {symbol: compare(symbol, [each[symbol] for each in stretches]) for symbol in CANDLES}
    if options.json:
        print_json({"seeds": options.seeds, "markets": results})
        return
    print_machine()
    _print_markdown("statistic", results, "")
    quantiles = " / ".join(f"{part * 100:g} %" for part in QUANTILES)
    _print_markdown(f"minute range by New York hour: {quantiles}, bp", results, "hours_")


if __name__ == "__main__":
    main()
