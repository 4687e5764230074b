"""Results as the command line prints them, small."""

from __future__ import annotations

from typing import Any

COMMON: dict[str, Any] = {
    "symbol": "XAUUSD",
    "recording_hash": "9f3c2a71d0e4b85c",
    "settings_hash": "51bd0c77a2e9f310",
    "version": "0.3",
    "seed": 1,
    "paths": 8,
    "costs": {"slippage_spreads": 0.1, "commission_per_lot": 7.0, "spread": "recorded", "is_free": False},
    "fills": "paths",
    "calibrated": True,
    "trials": 3,
    "first_day": "2026-02-16",
    "last_day": "2026-02-18",
    "candles": 4000,
    "notes": [],
    "seconds": 4.2,
}
EVIDENCE = COMMON | {
    "trades": 40, "days": 3, "mean_r": -0.1, "mean_r_low": -0.3, "mean_r_high": 0.1, "gross_r": 0.02, "cost_r": 0.12,
    "win_rate": 0.4, "profit_factor": 0.8, "max_drawdown_r": 9.5, "losing_streak": 6, "depends_on_path": 0.3,
    "trades_needed": 1210.4, "verdict": {"verdict": "unproven", "sentence": "Unproven: 0 of 60 days."},
    "out_of_sample": {"days": 0, "trades": 0, "mean_r": None, "mean_r_low": None, "mean_r_high": None},
    "sealed": {"from": "2026-02-18", "is_open": False},
    "equity": [
        {"day": "2026-02-16", "r": 1.0, "cumulative": 1.0, "low": -3.0, "high": 3.0},
        {"day": "2026-02-17", "r": -4.0, "cumulative": -3.0, "low": -4.0, "high": 4.0},
        {"day": "2026-02-18", "r": -3.0, "cumulative": -6.0, "low": -5.0, "high": 5.0},
    ],
    "r_values": [-1.0, 0.5, 1.5, -1.0],
    "by": {"session": [{"name": "london", "trades": 19, "mean_r": 0.2, "low": 0.1, "high": 0.3}]},
}  # fmt: skip
GATES = COMMON | {
    "gates": [
        {"check": "spread_max", "layer": "pre-trade", "blocked": 60, "blocked_mean_r": -0.4, "low": -0.5, "high": -0.3,
         "taken_mean_r": -0.1, "selectivity": 0.3, "selectivity_low": 0.2, "selectivity_high": 0.4, "p": 0.001,
         "p_holm": 0.002},
        {"check": "unknown_check", "layer": "signal", "blocked": 1, "blocked_mean_r": None, "low": None, "high": None,
         "taken_mean_r": -0.1, "selectivity": None, "selectivity_low": None, "selectivity_high": None, "p": None,
         "p_holm": None},
    ],
}  # fmt: skip
ABLATION = COMMON | {
    "taken": {"trades": 40, "mean_r": -0.1, "low": -0.3, "high": 0.1},
    "rows": [
        {"check": "spread_max", "title": "Spread", "layer": "pre-trade", "trades": 60, "mean_r": -0.2,
         "change_r_per_day": -1.2, "low": -2.0, "high": -0.4, "p": 0.01, "p_holm": 0.02},
    ],
}  # fmt: skip
DIFF = COMMON | {
    "setups": [
        {"candle_time": "2026-02-16T05:00:00+00:00", "side": "buy", "status": "appeared", "first_check": "spread_max",
         "r_a": None, "r_b": 1.5, "exit_a": None, "exit_b": "take_profit"},
        {"candle_time": "2026-02-16T06:00:00", "side": "sell", "status": "same", "first_check": None, "r_a": 1.0,
         "r_b": 1.0, "exit_a": "stop_loss", "exit_b": "stop_loss"},
        {"candle_time": "2026-02-17T07:00:00+00:00", "side": "sell", "status": "outcome", "first_check": None,
         "r_a": -1.0, "r_b": 0.5, "exit_a": "stop_loss", "exit_b": "trailing"},
    ],
    "counts": {"same": 1, "appeared": 1, "vanished": 0, "outcome": 1}, "change_r": 1.0, "low": 0.5, "high": 1.5,
    "days": 3, "a": {"name": "a", "settings_hash": "1", "trades": 2, "mean_r": 0.0},
    "b": {"name": "b", "settings_hash": "2", "trades": 3, "mean_r": 1.0},
}  # fmt: skip
SWEEP = COMMON | {
    "parameters": ["cooldown_seconds"],
    "trials_run": [
        {"number": number, "values": {"cooldown_seconds": number, "execution.trailing_atr1": 0.5},
         "trades": 30, "mean_r": number / 100,
         "low": number / 100 - 0.1, "high": number / 100 + 0.1}
        for number in range(1, 13)
    ],
    "best": {"number": 12, "values": {"cooldown_seconds": 12}, "trades": 30, "mean_r": 0.12, "low": 0.02,
             "high": 0.22},
    "deflated_sharpe": 0.4, "pbo": 0.6, "spa_p": 0.3,
    "heat": {"x": "cooldown_seconds", "y": "execution.trailing_atr1", "x_values": [1, 2],
             "y_values": [0.5], "low": [[0.1, None]],
             "worst_neighbour": [[0.1, None]]},
}  # fmt: skip
WALK = COMMON | {
    "windows": [
        {"train_from": "2025-12-03", "train_to": "2026-01-27", "test_from": "2026-01-29", "test_to": "2026-02-11",
         "chosen": {"cooldown_seconds": 3}, "train_mean_r": 0.1, "test_trades": 20, "test_mean_r": -0.1},
    ],
    "stitched": None, "sealed": {"from": "2026-02-12", "to": "2026-02-18", "is_open": False}, "objective": "mean_r",
}  # fmt: skip
CHANCE = COMMON | {"trades": 476, "p": 0.184, "percentile": 81.6, "mean_r": -0.1, "draws": [-0.2, -0.15, -0.1, -0.05]}
COSTS = COMMON | {
    "rows": [
        {"spread_x": x, "slippage_spreads": 0.0, "trades": 40, "mean_r": 0.1 - 0.1 * x, "low": -0.3, "high": 0.3}
        for x in (0.0, 1.0, 2.0)
    ],
    "break_even_multiple": 1.0,
}  # fmt: skip
RUIN = COMMON | {
    "risk_pct": 0.5, "max_drawdown_r": {"p50": 40.0, "p95": 90.0}, "losing_streak": {"p50": 11, "p95": 17},
    "probability_of_losing_a_third": 0.2, "trades": 177, "draws": 4000,
}  # fmt: skip
DRIFT = COMMON | {
    "live_minus_lab": {"s": 1.0, "threshold": 6.0, "is_alarm": False, "trades": 20},
    "lab_minus_evidence": {"s": 7.0, "threshold": 6.0, "is_alarm": True, "trades": 80},
}  # fmt: skip
NULL: dict[str, Any] = {
    "market": {"symbol": "XAUUSD", "days": 1, "seed": 1, "paths": 1}, "rules": ["opposite-candle", "trailing"],
    "trades": 45, "days": 1, "quotes_r": 0.0333, "paths_r": 0.0199, "difference_r": -0.0135, "low": -0.0135,
    "high": -0.0135, "unmatched_quotes": 8, "unmatched_paths": 5.0, "verdict": "undecided", "seconds": 10.1,
}  # fmt: skip
ALL: dict[str, dict[str, Any]] = {
    "evidence": EVIDENCE, "gates": GATES, "ablation": ABLATION, "diff": DIFF, "sweep": SWEEP, "walk": WALK,
    "chance": CHANCE, "costs": COSTS, "ruin": RUIN, "drift": DRIFT, "null": NULL,
}  # fmt: skip
