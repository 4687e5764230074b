"""The condition panel: what the strategy thinks of a candle, and why."""

from gui.views.conditions.panel import ConditionPanel
from gui.views.conditions.room import ConditionsRoom

__all__ = ["ConditionPanel", "ConditionsRoom"]
