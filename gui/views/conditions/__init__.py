"""The condition panel: what the strategy thinks of a candle, and why."""

from gui.views.conditions.panel import ConditionPanel

__all__ = ["ConditionPanel"]
