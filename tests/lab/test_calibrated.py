"""Facts about which figures may be called calibrated."""

from __future__ import annotations

import pytest

from config.settings import Settings
from config.trading import ExecutionSettings
from engine.domain.fills import PATHS_VERSION, FillModel
from engine.lab.calibrated import MEASURED, Measured, is_calibrated
from engine.lab.calibration import Verdict
from engine.lab.exit_rules import ALL_RULES, ExitRule, ExitRules, described, rules_on, with_rules

PASSED = next(key.rules for key, found in MEASURED.items() if found.verdict is Verdict.CALIBRATED)


def execution(rules: ExitRules) -> ExecutionSettings:
    return with_rules(Settings(), rules).execution


def test_that_the_shipped_exits_are_trailing_and_the_opposite_candle() -> None:
    assert rules_on(Settings().execution) == {ExitRule.TRAILING, ExitRule.OPPOSITE_CANDLE}


@pytest.mark.parametrize("rules", [ExitRules(), ALL_RULES, *(ExitRules({rule}) for rule in ExitRule)])
def test_that_settings_with_some_rules_have_those_and_no_others_on(rules: ExitRules) -> None:
    assert rules_on(execution(rules)) == rules


def test_that_rules_are_named_in_one_order() -> None:
    assert described(ALL_RULES) == "trailing + opposite-candle + break-even + time-stop"
    assert described(ExitRules()) == "stop and target only"


def test_that_figures_are_calibrated_where_these_very_exits_passed() -> None:
    assert is_calibrated(execution(PASSED), [FillModel.PATHS])
    assert is_calibrated(execution(PASSED), [FillModel.PATHS, FillModel.TICKS])


def test_that_exits_that_were_not_measured_are_uncalibrated() -> None:
    unmeasured = ExitRules({ExitRule.TRAILING, ExitRule.BREAK_EVEN})
    assert Measured(PATHS_VERSION, unmeasured) not in MEASURED
    assert not is_calibrated(execution(unmeasured), [FillModel.PATHS])


@pytest.mark.parametrize("model", [FillModel.WORST, FillModel.FOUR_CORNER])
def test_that_bounds_and_fills_of_the_past_are_uncalibrated(model: FillModel) -> None:
    assert not is_calibrated(execution(PASSED), [model])
    assert not is_calibrated(execution(PASSED), [FillModel.PATHS, model])


def test_that_recorded_ticks_need_no_calibration() -> None:
    assert is_calibrated(execution(ALL_RULES), [FillModel.TICKS])


def test_that_the_table_is_that_of_the_paths_of_this_version() -> None:
    assert {key.paths_version for key in MEASURED} == {PATHS_VERSION}
