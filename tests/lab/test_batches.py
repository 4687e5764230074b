"""Many configurations of one recording: each has its trades once, the same as if it were tried alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from config.changes import with_values
from config.loader import shipped_settings
from config.settings import Settings
from engine.errors import MissingRecording
from engine.lab.batches import BATCH_SIZE, trades_of_each
from engine.lab.bench import Bench
from engine.lab.cache import ColumnCache
from engine.lab.pool import ProcessPool
from engine.lab.progress import Progress
from tests.lab.markets import a_recording

RELAXED = with_values(
    shipped_settings(),
    {
        "xauusd_rules.pre_trade_filters.spread.max_spread": 5.0,
        "xauusd_rules.pre_trade_filters.block_post_ny_session": False,
        "xauusd_rules.candle_signals.min_secondary": 0,
        "xauusd_rules.confluence_scoring.min_score": 2.0,
    },
)
RECORDING = a_recording(200)


class SameProcess:
    """Workers that are none: each task is done here, in order; the first candles are lost on the way if wanted."""

    def __init__(self, cache: ColumnCache, *, losses: int = 0) -> None:
        self.cache, self.losses, self.batches = cache, losses, list[int]()

    def results(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        for place, task in enumerate(tasks):
            if place and self.losses:
                self.losses -= 1
                raise MissingRecording("the lab does not have the candles any more")
            self.batches.append(len(task.configurations))
            yield place, work(task)

    def cancel(self) -> None:
        raise NotImplementedError


def configurations(count: int) -> list[Settings]:
    return [with_values(RELAXED, {"execution.trailing_atr1": 0.1 + 0.1 * number}) for number in range(count)]


def test_that_each_configuration_has_its_trades_whoever_tries_it(tmp_path: Path) -> None:
    cache, wanted = ColumnCache(tmp_path), configurations(4)
    wanted[1] = with_values(RELAXED, {"xauusd_rules.analysis.atr1_smoothing": 1})
    bench, reports = Bench(RECORDING, cache, (1,)), list[Progress]()
    alone = [bench.trades(settings) for settings in wanted]
    found = dict(trades_of_each(cache, RECORDING, (1,), wanted, ProcessPool(1), reports.append))
    assert [found[place] for place in range(len(wanted))] == alone
    assert len({trades for trades in alone if trades}) > 2
    assert [progress.done for progress in reports] == sorted(progress.done for progress in reports)
    assert reports[-1] == Progress(len(wanted), len(wanted), "configurations")


def test_that_configurations_of_the_same_indicators_are_tried_side_by_side(tmp_path: Path) -> None:
    cache, wanted = ColumnCache(tmp_path), configurations(BATCH_SIZE + 2)
    workers = SameProcess(cache)
    wanted[1::2] = [with_values(each, {"xauusd_rules.analysis.atr1_smoothing": 1}) for each in wanted[1::2]]
    places = [place for place, _ in trades_of_each(cache, RECORDING, (1,), wanted, workers)]
    parities = [place % 2 for place in places]
    assert sorted(places) == list(range(len(wanted)))
    assert parities in (sorted(parities), sorted(parities, reverse=True))
    assert workers.batches == [BATCH_SIZE, 2]


def test_that_lost_candles_are_put_back_and_nothing_comes_twice(tmp_path: Path) -> None:
    cache, wanted = ColumnCache(tmp_path), configurations(2 * BATCH_SIZE)
    found = list(trades_of_each(cache, RECORDING, (1,), wanted, SameProcess(cache, losses=1)))
    assert sorted(place for place, _ in found) == list(range(len(wanted)))


def test_that_candles_which_are_lost_again_and_again_end_the_study(tmp_path: Path) -> None:
    cache = ColumnCache(tmp_path)
    with pytest.raises(MissingRecording):
        list(trades_of_each(cache, RECORDING, (1,), configurations(5 * BATCH_SIZE), SameProcess(cache, losses=9)))


def test_that_a_bench_judges_again_only_where_more_than_exits_has_changed(tmp_path: Path) -> None:
    bench = Bench(RECORDING, ColumnCache(tmp_path), (1,))
    first = bench.judged(RELAXED)
    assert bench.judged(configurations(2)[1]) is first
    strict = with_values(RELAXED, {"xauusd_rules.confluence_scoring.min_score": 6.0})
    assert len(bench.judged(strict).setups) < len(first.setups)
