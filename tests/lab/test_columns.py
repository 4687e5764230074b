"""Conditions say the same of a whole recording at once as of one candle after the other."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.columns import CHANGES, FILES, Comparison, rules_with, snapshots_of
from config.loader import shipped_settings
from config.settings import SymbolRules
from engine.adapters.recorded import open_recording
from engine.domain.market import Side
from engine.lab.columns import checks_of, columns_of
from tests.conditions.markets import a_setup
from tests.recordings import recording

SETTINGS = shipped_settings()
CANDLES, EVERY = 1_200, 15
SAMPLES = (
    "xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet",
    "DAT_MT_XAUUSD_M1_202601.csv",  # neither spread nor volume
    "BTCUSDT-1m-2026-03.zip",  # with order flow
)


@pytest.mark.parametrize("file", SAMPLES)
def test_that_a_real_recording_is_judged_alike_as_columns_and_candle_by_candle(file: str) -> None:
    opened = open_recording(recording(file), symbol=FILES[file])
    shipped = SETTINGS.rules_for(opened.source.symbol)
    assert shipped is not None
    snapshots = snapshots_of(opened, shipped, SETTINGS, CANDLES)
    for changes in CHANGES.values():
        comparison = Comparison(opened, rules_with(shipped, changes), snapshots)
        for live, told in (*comparison.verdicts(), *comparison.checks(EVERY)):
            assert told == live


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
    columns = columns_of((a_setup(is_expanding=minute % 2 == 0) for minute in range(10_000)), 0.01)[Side.SELL]
    assert columns.is_expanding.dtype == np.bool_
    assert columns.is_expanding.sum() == 5_000


def test_that_a_recording_without_candles_has_columns_without_rows() -> None:
    assert len(columns_of([], 0.01)[Side.BUY].close) == 0
