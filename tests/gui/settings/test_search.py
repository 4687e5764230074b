"""The search of the settings: the terms that traders know find the settings that they mean."""

from __future__ import annotations

from typing import Final

import pytest

from config.fields import EVERYTHING
from gui.features.settings.model.pages import pages_of
from gui.features.settings.model.search import found_in

GOLD: Final = "xauusd_rules"
SPREAD: Final = f"{GOLD}.pre_trade_filters.spread"
PAGES: Final = pages_of(["eurusd"])

MEANT: Final = {
    "lot size": ("execution.volume_lots", "execution.sizing", "risk_mitigation.max_volume_lots"),
    "lots": ("execution.volume_lots", "execution.sizing", "risk_mitigation.max_volume_lots"),
    "position size": ("execution.volume_lots", "execution.risk_pct"),
    "risk per trade": ("execution.risk_pct",),
    "timezone": ("interface.time_zone", "risk_mitigation.account_day_zone", "sessions.london.zone"),
    "Time Zone": ("interface.time_zone", "risk_mitigation.account_day_zone", "sessions.london.zone"),
    "stop loss": (f"{GOLD}.sl_range", f"{GOLD}.stop_mode", "execution.trailing", "eurusd_rules.sl_range"),
    "stop-loss": (f"{GOLD}.sl_range", f"{GOLD}.stop_mode"),
    "SL": (f"{GOLD}.sl_range", f"{GOLD}.stop_mode", "btcusd_rules.sl_range"),
    "TP": (f"{GOLD}.tp_range", f"{GOLD}.reward_ratio"),
    "take profit": (f"{GOLD}.tp_range", f"{GOLD}.reward_ratio"),
    "risk reward": (f"{GOLD}.reward_ratio",),
    "trailing": ("execution.trailing", "execution.trailing_start_r", "execution.trailing_atr1"),
    "break-even": ("execution.break_even_at_r",),
    "break even": ("execution.break_even_at_r",),
    "breakeven": ("execution.break_even_at_r",),
    "slippage": ("execution.deviation_points", "risk_mitigation.max_slippage_pct", "paper.slippage_spreads"),
    "spread": (f"{SPREAD}.max_spread", f"{SPREAD}.max_ratio", f"{GOLD}.analysis.spread_window"),
    "news": (f"{SPREAD}.max_spread", f"{SPREAD}.max_ratio"),
    "commission": ("paper.commission_per_lot",),
    "fees": ("paper.commission_per_lot",),
    "leverage": ("paper.leverage",),
    "margin call": ("paper.stop_out_pct",),
    "max drawdown": ("risk_mitigation.max_daily_loss_pct",),
    "daily loss": ("risk_mitigation.max_daily_loss_pct",),
    "losing streak": ("risk_mitigation.max_consecutive_losses",),
    "overtrading": ("risk_mitigation.max_trades_per_day", "cooldown_seconds"),
    "session": ("sessions.asia.opens", f"{GOLD}.pre_trade_filters.block_post_ny_session"),
    "trading hours": ("sessions.new_york.closes", f"{GOLD}.pre_trade_filters.block_post_ny_session"),
    "weekend": ("execution.flat_before_close_minutes",),
    "alerts": ("alerts.setup.toast", "interface.sounds", "interface.notifications"),
    "sound": ("interface.sounds", "alerts.fill.sound"),
    "popup": ("alerts.fill.toast", "interface.notifications"),
    "hotkey": ("keyboard.keys", "keyboard.needs_arming"),
    "shortcut": ("keyboard.keys", "keyboard.needs_arming"),
    "dark mode": ("interface.theme",),
    "colors": ("interface.colours",),
    "account number": ("metatrader.login",),
    "MT5": ("metatrader.server", "metatrader.terminal_path"),
    "autotrading": ("enabled", "execution.auto_symbols"),
    "EA number": ("execution.magic",),
    "watchlist": ("symbols",),
    "latency": ("risk_mitigation.max_latency_ms", "paper.latency_ms", "health.round_trip_bad_ms"),
    "cooldown": ("cooldown_seconds", "risk_mitigation.cool_off_seconds"),
    "order block": (f"{GOLD}.micro_ob_atr_min", f"{GOLD}.location_filter.ob_zone"),
    "stop hunt": (f"{GOLD}.candle_signals.micro_liquidity_sweep",),
    "pin bar": (f"{GOLD}.candle_signals.long_wick_trap",),
}
"""What is typed into the search field, and settings that it has to find."""


@pytest.mark.parametrize("words", MEANT)
def test_that_a_term_of_the_trade_finds_the_settings_that_it_means(words: str) -> None:
    found = found_in(PAGES, words)
    assert found is not None
    assert set(MEANT[words]) - found == set()


def test_that_an_abbreviation_is_a_whole_word_and_finds_nothing_in_sentences() -> None:
    assert found_in(PAGES, "BE") == frozenset({"execution.break_even_at_r"})
    assert not [key for key in found_in(PAGES, "sl") or () if "slippage" in key]
    assert found_in(PAGES, "slip") != frozenset()


def test_that_words_are_found_where_they_begin_and_all_of_them_have_to_be_there() -> None:
    assert found_in(PAGES, "dela minut") == frozenset({"risk_mitigation.loosen_delay_minutes"})
    assert found_in(PAGES, "elay") == frozenset()
    assert found_in(PAGES, "lot size timezone") == frozenset()


def test_that_without_words_nothing_is_sought() -> None:
    assert found_in(PAGES, "  ") is None


def test_that_no_synonym_is_declared_twice_for_a_setting() -> None:
    twice = [field.key for field in EVERYTHING.everything() if len(set(field.synonyms)) < len(field.synonyms)]
    assert twice == []
