"""The exit rules for which simulated fills have been calibrated, with the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from config.trading import ExecutionSettings
from engine.domain.fills import PATHS_VERSION, FillModel
from engine.lab.calibration import Calibration, Verdict
from engine.lab.exit_rules import ALL_RULES, ExitRule, ExitRules, rules_on


class Measured(NamedTuple):
    """What a calibration belongs to; another version of the paths, or another set of rules, needs its own."""

    paths_version: int
    rules: ExitRules


def is_calibrated(execution: ExecutionSettings, models: Iterable[FillModel]) -> bool:
    """Whether figures made with these exits and fill models have passed; those of ticks need not."""
    return all(model is FillModel.TICKS or _has_passed(execution, model) for model in models)


def _has_passed(execution: ExecutionSettings, model: FillModel) -> bool:
    if model is not FillModel.PATHS:
        return False
    found = MEASURED.get(Measured(PATHS_VERSION, rules_on(execution)))
    return found is not None and found.verdict is Verdict.CALIBRATED


MEASURED: Final[Mapping[Measured, Calibration]] = {
    Measured(1, ExitRules({ExitRule.TRAILING, ExitRule.OPPOSITE_CANDLE})): Calibration(
        trades=9554, days=20, quotes_r=0.0063, paths_r=0.0060, difference_r=-0.0004,
        low=-0.0483, high=0.0449, unmatched_quotes=1072, unmatched_paths=2218.0,
    ),
    Measured(1, ALL_RULES): Calibration(
        trades=9530, days=20, quotes_r=0.0131, paths_r=0.0106, difference_r=-0.0026,
        low=-0.0486, high=0.0393, unmatched_quotes=1083, unmatched_paths=2260.5,
    ),
    Measured(1, ExitRules()): Calibration(
        trades=6649, days=16, quotes_r=0.0536, paths_r=0.0542, difference_r=0.0006,
        low=-0.0639, high=0.0589, unmatched_quotes=306, unmatched_paths=685.5,
    ),
    Measured(1, ExitRules({ExitRule.TRAILING})): Calibration(
        trades=12312, days=26, quotes_r=0.0029, paths_r=0.0019, difference_r=-0.0010,
        low=-0.0376, high=0.0340, unmatched_quotes=1412, unmatched_paths=2960.0,
    ),
    Measured(1, ExitRules({ExitRule.OPPOSITE_CANDLE})): Calibration(
        trades=8980, days=20, quotes_r=0.0283, paths_r=0.0336, difference_r=0.0053,
        low=-0.0416, high=0.0491, unmatched_quotes=475, unmatched_paths=1045.0,
    ),
    Measured(1, ExitRules({ExitRule.BREAK_EVEN})): Calibration(
        trades=8913, days=20, quotes_r=0.0083, paths_r=0.0119, difference_r=0.0036,
        low=-0.0422, high=0.0476, unmatched_quotes=1019, unmatched_paths=2113.0,
    ),
    Measured(1, ExitRules({ExitRule.TIME_STOP})): Calibration(
        trades=9052, days=20, quotes_r=0.0396, paths_r=0.0398, difference_r=0.0003,
        low=-0.0467, high=0.0450, unmatched_quotes=423, unmatched_paths=907.5,
    ),
}  # fmt: skip
"""As `benchmarks.calibration` measured it on a walk with the volatility of gold; docs/fills.md has the same table."""
