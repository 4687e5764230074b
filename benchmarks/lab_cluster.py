"""The same sweep with one worker and with two, as processes of a pool and on a cluster.

    python -m benchmarks.lab_cluster [--candles N] [--configurations N] [--json]

All workers run on this machine, so that two of them need two cores that are free. Indicators are on disk, and the
workers of a cluster have joined and have the recording in memory; a pool starts its processes with each sweep. Every
sweep has to find the same trades.

- `seconds`: of the sweep.
- `speed_up`: the seconds of one worker, divided by those of this row.
- `overhead_ms`: for each task, the time in which a worker does not try configurations: its start in a pool, sending,
  collecting, and the end of the sweep, when one waits for the other.
- `task_s`: what a worker needs for a task on average.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from benchmarks.lab import candle_columns
from benchmarks.machine import Row, print_json, print_machine, print_table
from benchmarks.replay import Stretch
from config.changes import with_values
from config.loader import shipped_settings
from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import Recording
from engine.lab.batches import BATCH_SIZE, Batch, Trades, Workers, trades_of_each, try_batch
from engine.lab.bench import Bench
from engine.lab.cache import ColumnCache
from engine.lab.cluster.address import cluster_address
from engine.lab.cluster.study import Cluster
from engine.lab.pool import ProcessPool

WORKERS: Final = (1, 2)
_SEEDS: Final = (1,)

_Result = TypeVar("_Result")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candles", type=int, default=50_000, help="candles of the demo market's gold")
    parser.add_argument("--configurations", type=int, default=160, help=f"tried, {BATCH_SIZE} in each task")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    rows = measured(options.candles, options.configurations)
    if options.json:
        print_json({"candles": options.candles, "configurations": options.configurations, "sweeps": rows})
    else:
        print_machine()
        print_table(f"A sweep of {options.configurations:,} configurations, {options.candles:,} candles", rows)
    return 0


def measured(candles: int, count: int) -> list[Row]:
    """One row for each place and number of workers."""
    stretch = Stretch(demo_markets(7)[0], candles)
    recording, settings = Recording(stretch.source, candle_columns(stretch)), configurations(count)
    rows: list[Row] = []
    with TemporaryDirectory() as folder:
        cache = ColumnCache(Path(folder))
        expected = Bench(recording, cache, _SEEDS).trades(settings[0])
        for place in ("pool", "cluster"):
            first_s = 0.0
            for number in WORKERS:
                with _opened(place, number, cache.folder) as workers:
                    if place == "cluster":
                        _wait_until_ready(workers, number, cache, recording, settings[0])
                    timed, begun_s = Timed(workers), time.perf_counter()
                    found = dict(trades_of_each(cache, recording, _SEEDS, settings, timed))
                    seconds = time.perf_counter() - begun_s
                assert len(found) == count, "not every configuration has come back"
                assert found[0] == expected, "the workers have found other trades"
                first_s = first_s or seconds
                rows.append(_row(place, number, seconds, first_s, timed))
    return rows


def configurations(count: int) -> list[Settings]:
    """Settings whose conditions and exits differ."""
    shipped = shipped_settings()
    return [
        with_values(
            shipped,
            {
                "xauusd_rules.candle_signals.min_wick_bodies": 1.0 + 0.1 * (number // 10),
                "execution.trailing_atr1": 0.2 + 0.05 * (number % 10),
            },
        )
        for number in range(count)
    ]


class Timed:
    """Workers that say how long they were busy."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.busy_s, self.tasks = 0.0, 0

    def results(self, work: Callable[[Batch], _Result], tasks: Sequence[Batch]) -> Iterator[tuple[int, _Result]]:
        for place, (seconds, result) in self._workers.results(partial(timed_task, work), tasks):
            self.busy_s += seconds
            self.tasks += 1
            yield place, result

    def cancel(self) -> None:
        self._workers.cancel()


def timed_task(work: Callable[[Batch], _Result], batch: Batch) -> tuple[float, _Result]:
    """Seconds and result, in a worker."""
    begun_s = time.perf_counter()
    result = work(batch)
    return time.perf_counter() - begun_s, result


def _opened(place: str, number: int, folder: Path) -> AbstractContextManager[Workers]:
    if place == "pool":
        return nullcontext(ProcessPool(number))
    address = cluster_address("tcp://127.0.0.1:0", None, min_port=0)
    return Cluster(address, folder, processes=number, wait_s=60.0, say=lambda _: None)


def _wait_until_ready(
    workers: Workers, number: int, cache: ColumnCache, recording: Recording, settings: Settings
) -> None:
    """Returns once each worker has done a task."""
    ready = set[int]()
    while len(ready) < number:
        once = Batch(cache.folder, cache.put(recording), _SEEDS, (settings,), ())
        ready |= {process for _, (process, _) in workers.results(with_process_id, [once] * number)}


def with_process_id(batch: Batch) -> tuple[int, tuple[Trades, ...]]:
    """Does a task; says in which process."""
    return os.getpid(), try_batch(batch)


def _row(place: str, number: int, seconds: float, first_s: float, timed: Timed) -> Row:
    return {
        "place": place,
        "workers": number,
        "seconds": round(seconds, 2),
        "speed_up": round(first_s / seconds, 2),
        "overhead_ms": round(1000.0 * (number * seconds - timed.busy_s) / timed.tasks, 1),
        "task_s": round(timed.busy_s / timed.tasks, 2),
        "tasks": timed.tasks,
    }


if __name__ == "__main__":
    raise SystemExit(main())
