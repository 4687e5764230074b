"""Drags levels with the mouse: those of positions and plans, and of price alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QPoint

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.canvas import Canvas
from gui.features.chart.view.layers.alert_layer import AlertLayer
from gui.features.chart.view.layers.trade_layer import TradeLayer
from gui.features.price_alerts.model.lines import AlertLine

GRAB_PIXELS = 5
"""How near to a line the mouse takes hold of it."""


class Level(Protocol):
    """A line across the plot."""

    @property
    def price(self) -> float: ...

    @property
    def words(self) -> str: ...

    @property
    def is_draggable(self) -> bool: ...


class Levels(Protocol):
    """Lines of one kind, which are dragged to a wish and let go."""

    @property
    def lines(self) -> Sequence[Level]: ...

    def drag(self, line: Any, price: float) -> None: ...

    def drop(self) -> None: ...


class _Found(NamedTuple):
    levels: Levels
    line: Level


class LevelHand:
    """Takes hold of a line under the mouse or by its name, moves the wish for it, and lets go. Of lines in one place
    that of a position or plan comes first. A name may stand beside its line where levels crowd: the line then moves by
    as much as the mouse does.
    """

    def __init__(self, canvas: Canvas, model: ChartModel) -> None:
        self._canvas = canvas
        self._kinds: tuple[tuple[str, Levels], ...] = (
            (TradeLayer.name, model.trades),
            (AlertLayer.name, model.alerts),
        )
        self._held: _Found | None = None
        self._offset = 0.0

    @property
    def is_dragging(self) -> bool:
        return self._held is not None

    def line_at(self, point: QPoint) -> Level | None:
        """The line that a press here would take hold of."""
        found = self._find(point)
        return None if found is None else found.line

    def alert_at(self, point: QPoint) -> str:
        """The id of the alert whose line is here; empty where there is none."""
        line = self.line_at(point)
        return line.alert_id if isinstance(line, AlertLine) else ""

    def _find(self, point: QPoint) -> _Found | None:
        if not self._canvas.plot.contains(point):
            return None
        return self._named(self._canvas.level_name_at(point)) or self._near(point)

    def _draggable(self) -> Iterator[tuple[tuple[int, int], _Found]]:
        for kind, (name, levels) in enumerate(self._kinds):
            if self._canvas.is_overlay_visible(name):
                for place, line in enumerate(levels.lines):
                    if line.is_draggable:
                        yield (kind, place), _Found(levels, line)

    def _named(self, words: str) -> _Found | None:
        return next((found for _, found in self._draggable() if found.line.words == words), None) if words else None

    def _near(self, point: QPoint) -> _Found | None:
        near = [(abs(self._y(found.line) - point.y()), rank, found) for rank, found in self._draggable()]
        distance, _, found = min(near, default=(GRAB_PIXELS + 1.0, (0, 0), None), key=lambda each: each[:2])
        return found if distance <= GRAB_PIXELS else None

    def _y(self, line: Level) -> float:
        return float(self._canvas.view_scale.y(line.price))

    def grab(self, point: QPoint) -> bool:
        """Whether a line was there to take hold of."""
        self._held = found = self._find(point)
        self._offset = 0.0
        if found is not None and self._canvas.level_name_at(point) == found.line.words:
            self._offset = self._y(found.line) - point.y()
        return self.is_dragging

    def drag(self, point: QPoint) -> None:
        if self._held is not None:
            plot = self._canvas.plot
            y = min(max(point.y() + self._offset, 0.0), plot.height() - 1.0)
            self._held.levels.drag(self._held.line, self._canvas.view_scale.price_at(y))

    def release(self) -> None:
        if self._held is not None:
            levels, self._held = self._held.levels, None
            levels.drop()
