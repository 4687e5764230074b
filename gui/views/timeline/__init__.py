"""The timeline of a played market."""

from gui.views.timeline.bar import TimelineBar
from gui.views.timeline.widget import Timeline

__all__ = ["Timeline", "TimelineBar"]
