"""Whether conditions agree on columns and candle by candle, and what either costs.

    python -m benchmarks.columns [--candles N] [--every N] [FILE ...]

Every real recording beside the repository that holds candles is judged by several settings: each candle's verdict,
and of every N-th candle each check with its value, its limit and whether it holds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_machine, print_table
from config.loader import shipped_settings
from config.settings import Settings, SymbolRules
from engine.adapters.recorded import Recording, open_recording
from engine.conditions.condition import Condition
from engine.conditions.evaluator import Evaluator
from engine.conditions.facing import Facing
from engine.conditions.layers import DECIDING, failed, outcome
from engine.conditions.location import EDGES
from engine.conditions.pre_trade import PRE_TRADE
from engine.conditions.signals import PRIMARY, SECONDARY
from engine.domain.judgement import Explanation, Judgement, SideJudgement
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer
from engine.lab.columns import checks_of, columns_of

RECORDINGS: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
FILES: Final = {
    "xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet": "XAUUSD",
    "xauusd_m1_mt5rates_nospread_2025-12-19_2026-03-25.parquet": "XAUUSD",
    "xauusd_m1_mt5rates_2026-03-24_2026-03-31.csv": "XAUUSD",
    "DAT_MT_XAUUSD_M1_202601.csv": "XAUUSD",
    "DAT_MT_XAUUSD_M1_202602.csv": "XAUUSD",
    "DAT_MT_XAUUSD_M1_202603.csv": "XAUUSD",
    "XAUUSD_Candlestick_1_M_BID_29.05.2024-13.06.2024.csv": "XAUUSD",
    "XAUUSD_M1_202602160207_202602272357.csv": "XAUUSD",
    "BTCUSDT-1m-2026-03.zip": "BTCUSDT",
    "btcusd_m1_mt5rates_2026-01-05_2026-03-18.parquet": "BTCUSD",
    "btcusdt_m1_klines_2025-08-01_2025-08-11.csv": "BTCUSDT",
    "btcusdt_m1_klines_2025-10-29_2025-11-01.csv": "BTCUSDT",
}
CHANGES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "shipped": {},
    "wide": {
        "location_filter": {"tolerance_atr": 1.0},
        "candle_signals": {"min_wick_bodies": 0.7, "engulfing_body_atr": 0.1, "choch_max_age": 20, "min_primary": 2},
        "confluence_scoring": {"min_score": 3.0, "max_score": 7.5, "wick_good_bodies": 0.5},
    },
    "some off": {
        "pre_trade_filters": {"block_post_ny_session": False, "volatility": {"dynamic_threshold": True}},
        "location_filter": {"vwap_band": False, "ob_zone": False},
        "candle_signals": {"long_wick_trap": False, "increasing_volume": False, "momentum_atr": 0.25},
    },
}
"""By name, what is changed of the shipped rules."""


def rules_with(rules: SymbolRules, changes: dict[str, dict[str, Any]]) -> SymbolRules:
    """The same rules with some settings of some sections changed."""
    values = rules.model_dump(mode="json")
    for section, settings in changes.items():
        for name, value in settings.items():
            values[section][name] = values[section][name] | value if isinstance(value, dict) else value
    return SymbolRules.model_validate_json(msgspec.json.encode(values))


def snapshots_of(recording: Recording, rules: SymbolRules, settings: Settings, count: int) -> list[MarketSnapshot]:
    """The readings after each of the first candles."""
    update = Analyzer(recording.source, rules, settings.sessions).update
    return [update(candle) for candle in islice(recording.candles(), count)]


class Comparison:
    """Snapshots of one recording, judged one after the other and all at once by the same rules."""

    def __init__(self, recording: Recording, rules: SymbolRules, snapshots: Sequence[MarketSnapshot]) -> None:
        self._rules, self._snapshots = rules, snapshots
        self._evaluator = Evaluator(recording.source.instrument, rules)
        self.columns = columns_of(snapshots, recording.source.instrument.tick_size)

    def live(self) -> list[Judgement]:
        return [self._evaluator.evaluate(snapshot) for snapshot in self._snapshots]

    def at_once(self) -> dict[Side, Any]:
        return {side: outcome(facing, self._rules) for side, facing in self.columns.items()}

    def verdicts(self) -> Iterator[tuple[object, object]]:
        """Of each candle and side the verdict, twice: as it is live, and from columns."""
        from_columns = {side: self._verdicts_of(facing) for side, facing in self.columns.items()}
        for row, judgement in enumerate(self.live()):
            for side in Side:
                yield _verdict(judgement.of(side)), from_columns[side][row]

    def checks(self, every: int) -> Iterator[tuple[object, object]]:
        """Of some candles and each side the checks, twice: value, limit and whether it holds, by name."""
        found = {side: checks_of(facing, self._rules) for side, facing in self.columns.items()}
        for row in range(0, len(self._snapshots), every):
            explanation = self._evaluator.explain(self._snapshots[row])
            for side in Side:
                live = _checks(explanation, side)
                yield live, {name: _at(row, *found[side][name]) for name in live}

    def _verdicts_of(self, facing: Facing) -> list[tuple[object, ...]]:
        found, before = outcome(facing, self._rules), failed(PRE_TRADE, facing, self._rules)
        missing = failed(DECIDING, found, self._rules)
        points = np.stack(np.broadcast_arrays(*msgspec.structs.astuple(found.points), found.score), axis=1)
        columns = (*found[:3], before, missing, points)
        return [_verdict_of(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _verdict_of(
    edges: int, primary: int, secondary: int, before: int, missing: int, points: list[float]
) -> tuple[object, ...]:
    lacking = _names(before, PRE_TRADE) + _names(missing, DECIDING)
    reason, near_miss = lacking[0] if lacking else None, lacking[0] if len(lacking) == 1 else None
    return _names(edges, EDGES), _names(primary, PRIMARY), _names(secondary, SECONDARY), reason, near_miss, points


def _names(bits: int, group: Sequence[Condition]) -> tuple[str, ...]:
    return tuple(each.name for bit, each in enumerate(group) if bits >> bit & 1)


def _verdict(verdict: SideJudgement) -> tuple[object, ...]:
    points = [*msgspec.structs.astuple(verdict.points), verdict.score]
    return verdict.edges, verdict.primary, verdict.secondary, verdict.reason, verdict.near_miss, points


def _checks(explanation: Explanation, side: Side) -> dict[str, tuple[float | None, float | None, bool]]:
    found = (check for layer in explanation.of(side) for check in layer.checks)
    return {check.name: (check.value, check.limit, check.is_passed) for check in found}


def _at(row: int, value: Any, limit: Any, holds: Any) -> tuple[float | None, float | None, bool]:
    """One row of a check's columns, as it is for a single candle."""
    numbers = [float(column[row] if isinstance(column, np.ndarray) else column) for column in (value, limit)]
    known = [None if np.isnan(number) else number for number in numbers]
    return known[0], known[1], bool(holds[row] if isinstance(holds, np.ndarray) else holds)


def main() -> int:
    """Compare, measure and print; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", help="recordings (default: the real ones beside the repository)")
    parser.add_argument("--candles", type=int, default=1_000_000, help="candles of each recording")
    parser.add_argument("--every", type=int, default=5, help="of which candles each check is compared")
    options = parser.parse_args()
    files = options.files or [RECORDINGS / name for name in FILES]
    rows = [row for file in files for row in _rows(file, options.candles, options.every)]
    print_machine()
    print_table("Conditions over columns; microseconds a candle, both sides", rows)
    record("columns", options, figures(rows))
    return int(any(row["differences"] for row in rows))


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """What the history keeps of each recording and settings."""
    return {
        f"{row['recording']}, {row['settings']}, {way}": Figure(row[f"{way}_us"], "us")
        for row in rows
        for way in ("live", "columns")
    }


def _rows(file: Path, candles: int, every: int) -> Iterator[Row]:
    settings = shipped_settings()
    recording = open_recording(file, symbol=FILES.get(file.name))
    shipped = settings.rules_for(recording.source.symbol)
    if shipped is None:
        return
    snapshots = snapshots_of(recording, shipped, settings, candles)
    for name, changes in CHANGES.items():
        comparison = Comparison(recording, rules_with(shipped, changes), snapshots)
        pairs = chain(comparison.verdicts(), comparison.checks(every))
        yield {
            "recording": file.name,
            "settings": name,
            "candles": len(snapshots),
            "differences": sum(live != at_once for live, at_once in pairs),
            "live_us": _microseconds(comparison.live, len(snapshots)),
            "columns_us": _microseconds(comparison.at_once, len(snapshots)),
        }


def _microseconds(work: Callable[[], object], candles: int) -> float:
    started = perf_counter()
    work()
    return round((perf_counter() - started) / candles * 1e6, 2)


if __name__ == "__main__":
    raise SystemExit(main())
