"""Fills on drawn paths against fills on recorded ticks: the same trades of the same days, on ticks and on minutes.

The conditions of an entry are wide open, as wide as the spread of the recording asks for. Intervals resample hours.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.machine import print_json, print_machine, print_table
from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.adapters.recorded.recording import Recording
from engine.domain.fills import Fills
from engine.lab.calibration import calibration_of
from engine.lab.null_run import trades_of, with_every_candle, without_daily_limits
from engine.lab.pairing import PlayedTrade, paired

RECORDINGS: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
FILES: Final = tuple(RECORDINGS / f"xauusd_ticks_oanda_2014-05-0{day}.parquet" for day in (2, 5, 6))
SYMBOL: Final = "XAUUSD"
WARM_UP: Final = timedelta(hours=1)
WIDEST_SPREAD: Final = 3.0
ALLOWED_R: Final = 0.15


def loosened() -> Settings:
    """Shipped exits, stops and targets; any spread and nearly every candle will do."""
    settings = without_daily_limits(with_every_candle(Settings(), SYMBOL))
    rules: dict[str, Any] = settings.model_dump(mode="json")
    spread = rules["xauusd_rules"]["pre_trade_filters"]["spread"]
    spread |= {"max_spread": WIDEST_SPREAD, "max_ratio": 50.0, "max_ratio_low_volume": 50.0}
    return Settings.model_validate(rules)


def played(file: Path, path: int | None) -> tuple[PlayedTrade, ...]:
    """The trades of one day: on its ticks, or on that path of its minutes."""
    ticks = open_recording(file, symbol=SYMBOL)
    start = ticks.first_at + WARM_UP
    if path is None:
        return trades_of(ticks, loosened(), Fills(), start)
    source = msgspec.structs.replace(ticks.source, has_quotes=False)
    return trades_of(Recording(source, ticks.columns), loosened(), Fills(seed=path), start)


def by_hour(trades: Sequence[PlayedTrade]) -> dict[int, list[PlayedTrade]]:
    found = defaultdict(list)
    for trade in trades:
        found[trade.minute // 60].append(trade)
    return found


def compare(paths: int, workers: int | None) -> dict[str, object]:
    """Difference of the matched trades, with its 90 % interval by hour."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        runs = {
            (file, path): pool.submit(played, file, path) for file, path in product(FILES, (None, *range(1, paths + 1)))
        }
        of_run = {key: by_hour(run.result()) for key, run in runs.items()}
    pairs = []
    for file in FILES:
        on_ticks, on_paths = of_run[file, None], [of_run[file, path] for path in range(1, paths + 1)]
        hours = sorted(set(on_ticks).union(*on_paths))
        pairs += [paired(on_ticks.get(hour, []), [run.get(hour, []) for run in on_paths]) for hour in hours]
    found = calibration_of(pairs)
    if found is None:
        return {"trades": 0}
    return {
        "trades": found.trades,
        "hours": found.days,
        "paths": paths,
        "ticks_r": round(found.quotes_r, 4),
        "paths_r": round(found.paths_r, 4),
        "difference_r": round(found.difference_r, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "unmatched_ticks": found.unmatched_quotes,
        "unmatched_paths": round(found.unmatched_paths, 1),
        "is_within": found.low >= -ALLOWED_R and found.high <= ALLOWED_R,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=8)
    parser.add_argument("--workers", type=int, help="processes (default: one for each core)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if missing := [file.name for file in FILES if not file.exists()]:
        raise SystemExit(f"not beside the repository: {', '.join(missing)}")
    row = compare(options.paths, options.workers)
    if options.json:
        print_json({"oanda_2014_05": row})
        return
    print_machine()
    print_table("OANDA's ticks of 2014-05-02, -05 and -06: paths minus ticks in R, 90 % interval by hour", [row])


if __name__ == "__main__":
    main()
