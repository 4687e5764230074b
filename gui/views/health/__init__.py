"""The strip and the panel that show how the desk is."""

from gui.views.health.room import HealthRoom

__all__ = ["HealthRoom"]
