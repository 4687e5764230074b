"""Conditions say the same of a whole recording at once as of one candle after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.columns import CHANGES, FILES, Comparison, settings_with
from config.loader import shipped_settings
from config.settings import SymbolRules
from engine.adapters.recorded import Recording, open_recording
from engine.conditions.evaluator import Evaluator
from engine.domain.market import Side
from engine.indicators.analyzer import Analyzer
from engine.lab.cache import ColumnCache
from engine.lab.columns import BLOCK_ROWS, blocks_of, checks_of, columns_of
from engine.lab.setups import found_of, judge
from engine.lab.simulator import found_setups
from tests.conditions.markets import a_setup
from tests.lab.markets import a_recording
from tests.recordings import recording

CANDLES, EVERY = 200, 40


@pytest.mark.parametrize("file", FILES)
def test_that_a_real_recording_is_judged_alike_as_columns_and_candle_by_candle(file: str, tmp_path: Path) -> None:
    opened = open_recording(recording(file), symbol=FILES[file])
    first = len(opened.columns) // 3
    some = Recording(opened.source, opened.columns.rows(slice(first, first + CANDLES)))
    setups = 0
    for changes in CHANGES.values():
        settings = settings_with(shipped_settings(), opened.source.symbol, changes)
        comparison = Comparison(some, settings, ColumnCache(tmp_path))
        for live, at_once in comparison.pairs(EVERY):
            assert at_once == live
        setups += len(comparison.at_once().setups)
    assert setups


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_that_the_simulator_is_handed_the_same_setups_from_columns(changes: dict[str, Any], tmp_path: Path) -> None:
    settings, cache = settings_with(shipped_settings(), "XAUUSD", changes), ColumnCache(tmp_path)
    rules = settings.xauusd_rules
    some = a_recording(400)
    columns = cache.columns(cache.put(some), settings)
    snapshots = map(Analyzer(some.source, rules, settings.sessions).update, some.candles())
    setups, atr1 = found_setups(snapshots, Evaluator(some.source.instrument, rules))
    assert found_of(columns, judge(columns, rules).setups.ideas) == setups
    np.testing.assert_array_equal(columns.whole("atr1")[0], atr1)


def test_that_what_both_sides_see_alike_is_one_column() -> None:
    buy, sell = columns_of([a_setup()] * 3, 0.01).values()
    assert buy.atr14 is sell.atr14
    assert (buy.close + sell.close).tolist() == [0.0, 0.0, 0.0]


def test_that_readings_which_are_not_there_yet_are_no_numbers_and_let_nothing_hold() -> None:
    columns = columns_of([a_setup(atr14=None), a_setup()], 0.01)[Side.BUY]
    value, limit, holds = checks_of(columns, SymbolRules())["PRIOR_SESSION"]
    assert np.isnan([columns.atr14[0], value[0], limit[0]]).all()
    assert holds.tolist() == [False, False]
    assert limit[1] == 0.25


def test_that_flags_stay_flags_however_long_the_recording() -> None:
    snapshot, count = a_setup(is_expanding=True), BLOCK_ROWS + 1
    columns = columns_of((snapshot for _ in range(count)), 0.01)[Side.SELL]
    assert columns.is_expanding.dtype == np.bool_
    assert columns.is_expanding.sum() == count


def test_that_a_block_has_the_time_the_session_and_the_trading_day_of_each_candle() -> None:
    (block,) = blocks_of([a_setup()], 0.01)
    assert (
        block["at"].astype("M8[us]").item().isoformat() == a_setup().candle.opened_at.replace(tzinfo=None).isoformat()
    )
    assert block["trading_day"].astype("M8[D]").item() == a_setup().trading_day


def test_that_a_recording_without_candles_has_columns_without_rows() -> None:
    assert len(columns_of([], 0.01)[Side.BUY].close) == 0
