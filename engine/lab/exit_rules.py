"""The switchable exit rules that are on; stop and target are always on."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum
from typing import Any, Final

from config.settings import Settings
from config.trading import ExecutionSettings


class ExitRule(StrEnum):
    """An exit rule that can be switched off."""

    TRAILING = "trailing"
    OPPOSITE_CANDLE = "opposite-candle"
    BREAK_EVEN = "break-even"
    TIME_STOP = "time-stop"


ExitRules = frozenset[ExitRule]
ALL_RULES: Final = ExitRules(ExitRule)

_MEASURED_BREAK_EVEN_R: Final = 0.5
_MEASURED_TIME_STOP_MINUTES: Final = 5.0
"""Where these two have no shipped value: early enough to decide many trades."""


def rules_on(execution: ExecutionSettings) -> ExitRules:
    """The exit rules that these settings have on."""
    switches = {
        ExitRule.TRAILING: execution.trailing,
        ExitRule.OPPOSITE_CANDLE: execution.adverse_candle_exit,
        ExitRule.BREAK_EVEN: execution.break_even_at_r is not None,
        ExitRule.TIME_STOP: execution.time_stop_minutes is not None,
    }
    return ExitRules(rule for rule, is_on in switches.items() if is_on)


def with_rules(settings: Settings, rules: Set[ExitRule]) -> Settings:
    """The same settings with these exit rules on and all others off."""
    changes: dict[str, Any] = {
        "trailing": ExitRule.TRAILING in rules,
        "adverse_candle_exit": ExitRule.OPPOSITE_CANDLE in rules,
        "break_even_at_r": _MEASURED_BREAK_EVEN_R if ExitRule.BREAK_EVEN in rules else None,
        "time_stop_minutes": _MEASURED_TIME_STOP_MINUTES if ExitRule.TIME_STOP in rules else None,
    }
    return settings.model_copy(update={"execution": settings.execution.model_copy(update=changes)})


def described(rules: Set[ExitRule]) -> str:
    """The rules in words, in the order of their kinds."""
    return " + ".join(rule for rule in ExitRule if rule in rules) or "stop and target only"
