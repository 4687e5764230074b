"""Whether conditions agree on columns and candle by candle, and what either costs.

    python -m benchmarks.columns [--candles N] [--every N] [FILE ...]

Every real recording next to the repository that holds candles is judged by several settings: each candle's verdicts and
setup, and of every N-th candle each check with its value, its limit and whether it holds.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TypeVar

import msgspec
import numpy as np

from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_machine, print_table
from config.loader import shipped_settings
from config.settings import Settings, SymbolRules
from engine.adapters.recorded import Recording, open_recording
from engine.conditions.evaluator import EDGE_NAMES, PRIMARY_NAMES, SECONDARY_NAMES, Evaluator, names_by_bits
from engine.conditions.facing import Facing
from engine.conditions.layers import DECIDING, outcome
from engine.conditions.pre_trade import PRE_TRADE
from engine.domain.judgement import Explanation, SideJudgement
from engine.domain.market import Side
from engine.indicators.analyzer import Analyzer
from engine.lab.cache import ColumnCache
from engine.lab.columns import checks_of
from engine.lab.setups import Judged, JudgedSide, judge, setup_values

_Result = TypeVar("_Result")

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
CHANGES: Final[dict[str, dict[str, Any]]] = {
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
    "other indicators": {
        "stop_mode": "atr",
        "sl_range": [0.5, 1.5],
        "tp_range": [0.5, 4.0],
        "vwap": {"tolerance_type": "atr_adjusted", "atr_multiplier": 0.3, "ready_after_candles": 5},
        "analysis": {"atr1_smoothing": 1, "atr_length": 10, "sweep_lookback": 6, "spread_window": 30},
        "micro_ob_range_type": "pct",
        "candle_signals": {"min_primary": 0, "min_secondary": 0},
        "confluence_scoring": {"min_score": 1.0, "wick_good_bodies": 0.5},
    },
}
"""By name, what is changed of the shipped rules."""


def settings_with(settings: Settings, symbol: str, changes: dict[str, Any]) -> Settings:
    """The same settings with some of the rules of `symbol` changed; a group stands for those of its that change."""
    rules = settings.rules_for(symbol)
    assert rules is not None, f"{symbol} has no rules"
    changed = SymbolRules.model_validate_json(msgspec.json.encode(_laid_over(rules.as_json(), changes)))
    return settings.model_copy(update={f"{symbol[:6].lower()}_rules": changed})


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    laid = {name: _laid_over(below[name], value) if isinstance(value, dict) else value for name, value in above.items()}
    return below | laid


class Comparison:
    """A recording by some settings: judged candle after candle, and all at once from columns on disk."""

    def __init__(self, recording: Recording, settings: Settings, cache: ColumnCache) -> None:
        source = recording.source
        rules = settings.rules_for(source.symbol)
        assert rules is not None, f"{source.symbol} has no rules"
        self._recording, self._rules = recording, rules
        self._update = Analyzer(source, rules, settings.sessions).update
        self._evaluator = Evaluator(source.instrument, rules)
        self.columns = cache.columns(cache.put(recording), settings)

    def at_once(self) -> Judged:
        return judge(self.columns, self._rules)

    def pairs(self, every: int) -> Iterator[tuple[object, object]]:
        """What should be equal: of each candle the verdicts and the setup, live and at once; of some the checks."""
        judged, setups = self.at_once(), {}
        for setup in setup_values(self.columns, judged.setups):
            setups[setup.candle_time] = setup
        verdicts = {side: zip(*_verdicts(found), strict=True) for side, found in judged.sides.items()}
        checks = self._checks(every)
        for row, candle in enumerate(self._recording.candles()):
            snapshot = self._update(candle)
            judgement = self._evaluator.evaluate(snapshot)
            yield judgement.setup, setups.pop(candle.opened_at, None)
            for side in Side:
                yield _verdict(judgement.of(side)), next(verdicts[side])
            if row % every == 0:
                explanation = self._evaluator.explain(snapshot)
                yield from (
                    (_explained(explanation, side), _judged_by(explanation, side, found))
                    for side, found in next(checks)
                )
        yield {}, setups

    def _checks(self, every: int) -> Iterator[list[tuple[Side, Measured]]]:
        """Of every so manieth candle, for each side, the checks and the points."""
        for rows, facings in self.columns.parts():
            found = {side: _measured(facing, self._rules) for side, facing in facings.items()}
            for row in range(-rows.start % every, rows.stop - rows.start, every):
                yield [(side, {name: _at(row, terms) for name, terms in each.items()}) for side, each in found.items()]


Measured = dict[str, tuple[float | bool | None, ...]]


def _measured(facing: Facing, rules: SymbolRules) -> dict[str, tuple[Any, ...]]:
    points = outcome(facing, rules).points
    return {**checks_of(facing, rules), "points": msgspec.structs.astuple(points)}


def _at(row: int, terms: tuple[Any, ...]) -> tuple[float | bool | None, ...]:
    """One row, as it is for a single candle."""
    values = [term[row].item() if isinstance(term, np.ndarray) else term for term in terms]
    return tuple(None if value != value else value for value in values)


def _explained(explanation: Explanation, side: Side) -> Measured:
    checks = (check for layer in explanation.of(side) for check in layer.checks)
    found: Measured = {check.name: (check.value, check.limit, check.is_passed) for check in checks}
    return found | {"points": msgspec.structs.astuple(explanation.judgement.of(side).points)}


def _judged_by(explanation: Explanation, side: Side, found: Measured) -> Measured:
    """Without the checks that are switched off, or have nothing to tell."""
    return {name: found[name] for name in _explained(explanation, side)}


def _verdict(verdict: SideJudgement) -> tuple[object, ...]:
    return verdict.edges, verdict.primary, verdict.secondary, verdict.reason, verdict.near_miss, verdict.score


def _verdicts(judged: JudgedSide) -> Iterator[list[object]]:
    """The same as columns."""
    yield [EDGE_NAMES[bits] for bits in judged.edges.tolist()]
    yield [PRIMARY_NAMES[bits] for bits in judged.primary.tolist()]
    yield [SECONDARY_NAMES[bits] for bits in judged.secondary.tolist()]
    pre_trade, deciding = names_by_bits(PRE_TRADE), names_by_bits(DECIDING)
    both = zip(judged.before.tolist(), judged.missing.tolist(), strict=True)
    failing = [pre_trade[before] + deciding[missing] for before, missing in both]
    yield [names[0] if names else None for names in failing]
    yield [names[0] if len(names) == 1 else None for names in failing]
    yield judged.score.tolist()


def main() -> int:
    """Compare, measure and print; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", help="recordings (default: the real ones beside the repository)")
    parser.add_argument("--candles", type=int, default=1_000_000, help="candles of each recording")
    parser.add_argument("--every", type=int, default=5, help="of which candles each check is compared")
    options = parser.parse_args()
    files = options.files or [RECORDINGS / name for name in FILES]
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for file in files for row in _rows(file, ColumnCache(Path(folder)), options.candles, options.every)]
    print_machine()
    print_table("Conditions over columns; microseconds a candle, both sides", rows)
    record("columns", options, figures(rows))
    return int(any(row["differences"] for row in rows))


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """What the history keeps of each recording and settings."""
    return {
        f"{row['recording']}, {row['settings']}, {way}": Figure(row[f"{way}_us"], "us")
        for row in rows
        for way in ("columns", "at_once")
    }


def _rows(file: Path, cache: ColumnCache, candles: int, every: int) -> Iterator[Row]:
    opened = open_recording(file, symbol=FILES.get(file.name))
    recording = Recording(opened.source, opened.columns.rows(slice(candles)))
    count = len(recording.columns)
    for name, changes in CHANGES.items():
        settings = settings_with(shipped_settings(), opened.source.symbol, changes)
        comparison, columns_s = _timed(lambda settings=settings: Comparison(recording, settings, cache))  # type: ignore[misc]
        judged, at_once_s = _timed(comparison.at_once)
        differences, live_s = _timed(lambda comparison=comparison: _differences(comparison, every))  # type: ignore[misc]
        yield {
            "recording": file.name,
            "settings": name,
            "candles": count,
            "setups": len(judged.setups),
            "differences": differences,
            "columns_us": round(columns_s / count * 1e6, 2),
            "at_once_us": round(at_once_s / count * 1e6, 2),
            "compared_us": round(live_s / count * 1e6, 2),
        }


def _differences(comparison: Comparison, every: int) -> int:
    return sum(live != at_once for live, at_once in comparison.pairs(every))


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    started = perf_counter()
    return work(), perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
