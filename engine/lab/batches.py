"""Tries many configurations on one recording: some at a time, as tasks for the workers of a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol, TypeVar

from config.settings import Settings
from engine.adapters.recorded import Recording
from engine.domain.market import Instrument
from engine.errors import MissingRecording
from engine.lab.bench import Bench
from engine.lab.cache import ColumnCache, columns_key
from engine.lab.identity import indicator_hash
from engine.lab.lab_trade import LabTrade
from engine.lab.progress import NOBODY, Progress, Report

BATCH_SIZE: Final = 10
"""Configurations of a task: seconds of work, beside which sending it costs nothing."""

_ATTEMPTS: Final = 3
"""Other studies may need the space that the candles of this one took; they are put back so often."""

Trades = tuple[LabTrade, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some configurations of one recording: all that a worker needs, since it finds the rest by hash."""

    folder: Path
    recording_hash: str
    seeds: tuple[int, ...]
    configurations: tuple[Settings, ...]
    entries: tuple[str, ...]
    """Keys of what is read from the cache: the candles, and the columns of each kind."""

    def kept_in(self, folder: Path) -> Batch:
        """The same batch for a machine with its cache in `folder`."""
        return replace(self, folder=folder)


_Result = TypeVar("_Result")


class Workers(Protocol):
    """Where tasks run: on this machine, or on a cluster."""

    def results(self, work: Callable[[Batch], _Result], tasks: Sequence[Batch]) -> Iterator[tuple[int, _Result]]:
        """The place of each task and its result, as they come, each once; `work` and tasks go to other processes.

        What `work` raises ends the rest. Raises `Cancelled` and `WorkersLost`.
        """

    def cancel(self) -> None:
        """Ends `results` and the processes that work for it; may be called by any thread, and at any time."""


def trades_of_each(
    cache: ColumnCache,
    recording: Recording,
    seeds: Sequence[int],
    configurations: Sequence[Settings],
    workers: Workers,
    report: Report = NOBODY,
) -> Iterator[tuple[int, Trades]]:
    """The place of each configuration and its trades, averaged over the seeds; as they come, each once.

    Configurations that share indicators go to the same worker where they can. Raises what `Workers.results` and `Bench`
    do, and `UnusableCache`.
    """
    left = set(range(len(configurations)))
    for attempts_left in range(_ATTEMPTS - 1, -1, -1):
        found = cache.put(recording)
        places = _batched(left, configurations, recording.source.instrument)
        batches = [_batch(cache, recording, found, seeds, [configurations[place] for place in each]) for each in places]
        try:
            for batch, trades in workers.results(try_batch, batches):
                left.difference_update(places[batch])
                yield from zip(places[batch], trades, strict=True)
                report(Progress(len(configurations) - len(left), len(configurations), "configurations"))
        except MissingRecording:
            if not attempts_left:
                raise
        if not left:
            return


def _batched(left: Iterable[int], configurations: Sequence[Settings], instrument: Instrument) -> list[list[int]]:
    """The places of configurations, some in each batch, side by side those that share indicators."""
    ordered = sorted(left, key=lambda place: (indicator_hash(configurations[place], instrument), place))
    return [ordered[first : first + BATCH_SIZE] for first in range(0, len(ordered), BATCH_SIZE)]


def _batch(
    cache: ColumnCache, recording: Recording, found: str, seeds: Sequence[int], configurations: Sequence[Settings]
) -> Batch:
    instrument = recording.source.instrument
    columns = (columns_key(found, settings, instrument) for settings in configurations)
    return Batch(cache.folder, found, tuple(seeds), tuple(configurations), (found, *dict.fromkeys(columns)))


def try_batch(batch: Batch) -> tuple[Trades, ...]:
    """The trades of each configuration; what is read of a recording is kept for the next batch."""
    bench = _bench(batch.folder, batch.recording_hash, batch.seeds)
    return tuple(bench.trades(settings) for settings in batch.configurations)


@lru_cache(maxsize=1)
def _bench(folder: Path, recording_hash: str, seeds: tuple[int, ...]) -> Bench:
    cache = ColumnCache(folder)
    return Bench(cache.recording(recording_hash), cache, seeds)
