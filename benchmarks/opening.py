"""How long ten years of one-minute candles take to open, and how much memory.

    python -m benchmarks.opening [--years N] [--runs R] [--json] [FILE ...]

Without a file, gold as a MetaTrader 5 export (tab-separated), as `copy_rates` in CSV and as a zip of the export is made
of a seeded random walk, in a folder that is gone afterwards. Each opening is a separate process, whose peak is that
of all of it: Python, its libraries, and the memory for reading. The fastest of the runs counts, since other work on
the machine only ever adds; so does the highest peak. Values are the candles as the desk hears them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table
from engine.adapters.recorded import open_recording

YEARS = 10
WANTED_MB = 700
FIRST_DAY = "2016-01-04"
EXPORT_NAME, RATES_NAME, ZIP_NAME = "XAUUSD_M1_export.csv", "xauusd_rates.csv", "XAUUSD_M1_export.zip"
_ROWS_AT_ONCE = 50_000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", help="recordings instead of the random walk")
    parser.add_argument("--years", type=int, default=YEARS, help="years of the random walk")
    parser.add_argument("--runs", type=int, default=3, help="openings of each file")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--once", action="store_true", help="open the one file in this process and print what it took")
    options = parser.parse_args()
    if options.once:
        print(json.dumps(opening(options.files[0])))
        return 0
    with ExitStack() as stack:
        files = options.files or written(Path(stack.enter_context(TemporaryDirectory())), options.years)
        rows = [fastest(path, options.runs) for path in files]
    if options.json:
        print_json({"openings": rows, "wanted_peak_mb": WANTED_MB})
    else:
        print_machine()
        print_table(f"Opening a recording in a process of its own; {WANTED_MB} MB are allowed for ten years", rows)
    record("opening", options, figures(rows))
    return 0


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """What the history keeps of each file."""
    found: dict[str, Figure] = {}
    for row in rows:
        found[f"{row['file']}, opening"] = Figure(row["seconds"], "s")
        found[f"{row['file']}, peak"] = Figure(row["peak_mb"], "MB")
        found[f"{row['file']}, values"] = Figure(row["values_per_s"], "candles/s", is_higher_better=True)
    return found


# -- one opening ------------------------------------------------------------------------------------------------------


def opening(path: Path) -> dict[str, float]:
    """What opening `path` costs this process, beginning with the libraries that it needs."""
    started = perf_counter()
    recording = open_recording(path)
    opened = perf_counter()
    peak, resident = peak_mb(), psutil.Process().memory_info().rss / 1e6
    deque(recording.candles(), maxlen=0)
    candles = len(recording.columns)
    return {
        "candles": candles,
        "seconds": round(opened - started, 2),
        "peak_mb": round(peak),
        "resident_mb": round(resident),
        "values_per_s": round(candles / (perf_counter() - opened)),
    }


def peak_mb() -> float:
    """The most memory that this process ever held, in millions of bytes."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def fastest(path: Path, runs: int) -> Row:
    """The fastest of several openings, each in a separate process."""
    command = (sys.executable, "-m", "benchmarks.opening", "--once", str(path))
    took = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs)]
    return {
        "file": path.name,
        "mb": round(path.stat().st_size / 1e6),
        **min(took, key=lambda each: float(each["seconds"])),
        "peak_mb": max(each["peak_mb"] for each in took),
        "values_per_s": max(each["values_per_s"] for each in took),
    }


# -- ten years of gold ------------------------------------------------------------------------------------------------


def written(folder: Path, years: int) -> list[Path]:
    """The same candles, always alike, as an export, as rates and as a zip of the export."""
    export, rates, archive = (folder / name for name in (EXPORT_NAME, RATES_NAME, ZIP_NAME))
    with export.open("w", newline="") as tabs, rates.open("w", newline="") as commas:
        tabs.write("<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\r\n")
        commas.write("time,open,high,low,close,tick_volume,spread,real_volume\n")
        for time, opening, high, low, close, volume, spread in walk(years):
            date, _, clock = time.partition("T")
            prices = f"{opening / 100:.2f}\t{high / 100:.2f}\t{low / 100:.2f}\t{close / 100:.2f}"
            tabs.write(f"{date.replace('-', '.')}\t{clock}\t{prices}\t{volume}\t0\t{spread}\r\n")
            commas.write(f"{date} {clock},{prices.replace(chr(9), ',')},{volume},{spread},0\n")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.write(export, EXPORT_NAME)
    return [export, rates, archive]


def walk(years: int) -> Iterator[tuple[str, int, int, int, int, int, int]]:
    """Server time, open, high, low and close in cents, ticks, spread in points, minute after minute of trading."""
    draw, close = np.random.default_rng(7), 200_000
    times = minutes(years)
    for start in range(0, len(times), _ROWS_AT_ONCE):
        part = times[start : start + _ROWS_AT_ONCE]
        closes = close + np.cumsum(draw.integers(-30, 31, len(part)))
        opens = np.concatenate(([close], closes[:-1]))
        highs = np.maximum(opens, closes) + draw.integers(0, 60, len(part))
        lows = np.minimum(opens, closes) - draw.integers(0, 60, len(part))
        amounts = (draw.integers(40, 700, len(part)), draw.integers(12, 40, len(part)))
        close = int(closes[-1])
        yield from zip(np.datetime_as_string(part), *(each.tolist() for each in (opens, highs, lows, closes, *amounts)),
                       strict=True)  # fmt: skip


def minutes(years: int) -> NDArray[np.datetime64]:
    """The minutes in which gold trades, by the clock of a MetaTrader server: all of a weekday but its first hour."""
    first = np.datetime64(FIRST_DAY, "s")
    every = first + np.arange(int(years * 365.25) * 1440) * np.timedelta64(60, "s")
    of_day = (every - every.astype("datetime64[D]")).astype(np.int64)
    weekday = (every.astype("datetime64[D]").astype(np.int64) + 3) % 7
    traded: NDArray[np.datetime64] = every[(of_day >= 3600) & (weekday < 5)]
    return traded


if __name__ == "__main__":
    raise SystemExit(main())
