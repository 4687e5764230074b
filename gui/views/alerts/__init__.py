"""Alerts in the window and on the desktop."""

from gui.views.alerts.room import AlertRoom

__all__ = ["AlertRoom"]
