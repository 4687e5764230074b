"""Hashes name what results belong to: the same for what trades alike, others for all that does not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from config.changes import with_values
from config.loader import shipped_settings
from engine.adapters.recorded import Recording, open_recording
from engine.indicators.analyzer import Analyzer
from engine.lab.columns import blocks_of
from engine.lab.identity import INDICATORS_VERSION, STRATEGY_VERSION, indicator_hash, recording_hash, settings_hash
from engine.symbol_indicators import indicator_settings
from tests.builders import BITCOIN, GOLD
from tests.lab.markets import a_recording, write_export
from tests.recordings import recording

SETTINGS = shipped_settings()
SIGNALS, LOCATION = "xauusd_rules.candle_signals", "xauusd_rules.location_filter"


# -- recordings -------------------------------------------------------------------------------------------------------


def test_that_a_recording_has_the_hash_of_its_candles_whatever_its_file_is_called(tmp_path: Path) -> None:
    paths = [write_export(tmp_path / name, a_recording()) for name in ("XAUUSD_a.csv", "elsewhere/XAUUSD_b.csv")]
    first, second = (recording_hash(open_recording(path, clock="UTC")) for path in paths)
    assert first == second
    assert len(first) == 16


def test_that_another_clock_or_spread_makes_another_recording(tmp_path: Path) -> None:
    path = write_export(tmp_path / "XAUUSD.csv", a_recording())
    opened = [
        open_recording(path, clock="UTC"),
        open_recording(path, clock="UTC+2"),
        open_recording(path, clock="UTC", spread=0.0),
    ]
    assert len({recording_hash(each) for each in opened}) == 3


@pytest.mark.parametrize("name", ["at", "open", "high", "low", "close", "volume", "spread"])
def test_that_every_number_of_every_candle_counts(name: str) -> None:
    walk = a_recording(20)
    changed = getattr(walk.columns, name).copy()
    changed[7] += 1
    other = Recording(walk.source, replace(walk.columns, **{name: changed}))
    assert recording_hash(other) != recording_hash(walk)


def test_that_candles_without_volume_are_others_than_candles_with_a_volume_of_zero() -> None:
    walk = a_recording(20)
    zero = Recording(walk.source, replace(walk.columns, volume=np.zeros(20)))
    none = Recording(walk.source, replace(walk.columns, volume=None))
    assert recording_hash(zero) != recording_hash(none)


def test_that_the_same_prices_of_another_instrument_are_another_recording() -> None:
    assert recording_hash(a_recording(20)) != recording_hash(a_recording(20, instrument=BITCOIN))


# -- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("interface.theme", "light"),
        ("alerts.setup.sound", True),
        ("keyboard.arm_seconds", 30),
        ("feeds.demo_seed", 3),
        ("symbols", ["XAUUSD"]),
        ("btcusd_rules.reward_ratio", 3.0),
        ("execution.magic", 5),
        ("execution.plan_expiry_minutes", 5),
        ("risk_mitigation.loosen_delay_minutes", 5),
        ("xauusd_rules.confluence_scoring.a_plus_score", 6.0),
        ("xauusd_rules.vwap.atr_multiplier", 0.2),
        ("xauusd_rules.micro_ob_pct_max", 0.001),
        ("xauusd_rules.pre_trade_filters.volatility.dynamic_high_factor", 2.0),
        ("execution.risk_pct", 1.0),
        ("paper.seed", 9),
        ("risk_mitigation.news_currencies", ["XAUUSD: EUR"]),
        ("risk_mitigation.news_needs_calendar", False),
        ("calendar.time_zone", "Asia/Tokyo"),
    ],
)
def test_that_what_changes_no_trade_of_gold_changes_no_hash(key: str, value: Any) -> None:
    assert settings_hash(with_values(SETTINGS, {key: value}), GOLD) == settings_hash(SETTINGS, GOLD)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("enabled", False),
        ("cooldown_seconds", 31),
        ("xauusd_rules.reward_ratio", 3.0),
        ("xauusd_rules.vwap.tolerance", 0.001),
        ("xauusd_rules.analysis.asian_expansion_ratio", 3.0),
        (f"{SIGNALS}.momentum_atr", 0.5),
        ("execution.trailing_atr1", 0.4),
        ("execution.volume_lots", 0.02),
        ("risk_mitigation.max_trades_per_day", 39),
        ("risk_mitigation.news_blackout_minutes.high_before", 15),
        ("paper.commission_per_lot", 7.0),
        ("paper.latency_ms", 80),
        ("sessions.london.opens", "07:00"),
    ],
)
def test_that_what_may_change_a_trade_of_gold_changes_the_hash(key: str, value: Any) -> None:
    assert settings_hash(with_values(SETTINGS, {key: value}), GOLD) != settings_hash(SETTINGS, GOLD)


@pytest.mark.parametrize(
    ("switch", "key", "value"),
    [
        (f"{SIGNALS}.session_momentum", f"{SIGNALS}.momentum_atr", 0.5),
        (f"{SIGNALS}.increasing_volume", f"{SIGNALS}.volume_factor", 2.0),
        (f"{SIGNALS}.micro_liquidity_sweep", "xauusd_rules.analysis.sweep_lookback", 20),
        (f"{LOCATION}.intraday_range", "xauusd_rules.analysis.day_range_after_candles", 60),
        (f"{LOCATION}.liquidity_cluster", "xauusd_rules.analysis.equal_level_max_age", 90),
        ("execution.trailing", "execution.trailing_atr1", 0.4),
    ],
)
def test_that_a_threshold_counts_only_while_what_it_belongs_to_is_on(switch: str, key: str, value: Any) -> None:
    off = {switch: False}
    changed = settings_hash(with_values(SETTINGS, off | {key: value}), GOLD)
    assert changed == settings_hash(with_values(SETTINGS, off), GOLD) != settings_hash(SETTINGS, GOLD)


def test_that_the_broker_s_spelling_of_the_symbol_does_not_count() -> None:
    cents = msgspec.structs.replace(GOLD, symbol="XAUUSDc", stands_for="XAUUSD")
    assert settings_hash(SETTINGS, cents) == settings_hash(SETTINGS, GOLD)


# -- indicators -------------------------------------------------------------------------------------------------------


def test_that_indicators_depend_on_their_own_settings_and_not_on_thresholds() -> None:
    known = indicator_hash(SETTINGS, GOLD)
    alike = ("xauusd_rules.reward_ratio", f"{SIGNALS}.momentum_atr", "xauusd_rules.analysis.asian_expansion_ratio")
    assert {indicator_hash(with_values(SETTINGS, {key: 3.0}), GOLD) for key in alike} == {known}
    others = {
        "xauusd_rules.vwap.tolerance": 0.001,
        "xauusd_rules.analysis.sweep_lookback": 20,
        "xauusd_rules.micro_ob_max_age": 90,
        "sessions.london.opens": "07:00",
    }
    assert len({known, *(indicator_hash(with_values(SETTINGS, {key: others[key]}), GOLD) for key in others)}) == 5


# -- versions ---------------------------------------------------------------------------------------------------------


def test_that_a_day_judged_otherwise_has_another_version_of_the_strategy() -> None:
    kept = Path(__file__).parents[1] / "conditions" / "kept" / "gold_2025-12-10.txt"
    assert (STRATEGY_VERSION, digest(kept.read_text(encoding="utf-8"))) == (1, "ac02cf8c9fbf5e75")


def test_that_columns_of_other_values_have_another_version_of_the_indicators() -> None:
    opened = open_recording(recording("xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet"), symbol="XAUUSD")
    used = indicator_settings(SETTINGS, opened.source.instrument)
    analyzer = Analyzer(opened.source, used.rules, used.sessions)
    snapshots = map(analyzer.update, opened.columns.rows(slice(2000)).candles("XAUUSD"))
    (block,) = blocks_of(snapshots, opened.source.instrument.tick_size)
    sums = (f"{name} {np.nansum(column, dtype=np.float64):.10g}" for name, column in block.items())
    assert (INDICATORS_VERSION, digest("\n".join(sums))) == (1, "b8779bc05c4631f8")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
