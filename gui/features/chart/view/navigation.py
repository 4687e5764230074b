"""Mouse navigation of the chart."""

from __future__ import annotations

import math
from enum import Enum, auto

from PySide6.QtCore import QPoint, Qt

from gui.features.chart.view.camera import Camera
from gui.features.chart.view.canvas import Canvas

WHEEL_NOTCH = 120.0
ZOOM_PER_NOTCH = 1.18
PIXELS_PER_ZOOM = 140.0
"""Pixels of dragging an axis that change its scale by a factor of e."""


class Part(Enum):
    """The parts of the chart that answer to the mouse in different ways."""

    PLOT = auto()
    PRICE_AXIS = auto()
    TIME_AXIS = auto()


class Navigator:
    """Turns gestures into moves of the camera; each returns whether the view moved."""

    def __init__(self, camera: Camera, canvas: Canvas) -> None:
        self._camera, self._canvas = camera, canvas
        self._grabbed: tuple[Part, QPoint] | None = None

    @property
    def is_dragging(self) -> bool:
        return self._grabbed is not None

    def part(self, point: QPoint) -> Part:
        plot = self._canvas.plot
        if point.y() >= plot.height():
            return Part.TIME_AXIS
        return Part.PLOT if point.x() < plot.width() else Part.PRICE_AXIS

    def cursor(self, point: QPoint) -> Qt.CursorShape:
        shapes = {Part.PRICE_AXIS: Qt.CursorShape.SizeVerCursor, Part.TIME_AXIS: Qt.CursorShape.SizeHorCursor}
        return shapes.get(self.part(point), Qt.CursorShape.CrossCursor)

    def grab(self, point: QPoint) -> None:
        self._grabbed = self.part(point), point

    def release(self) -> None:
        self._grabbed = None

    def drag(self, point: QPoint) -> bool:
        """Pans the plot, or scales the axis that was grabbed."""
        if self._grabbed is None:
            return False
        part, before = self._grabbed
        moved = point - before
        self._grabbed = part, point
        if part is Part.PLOT:
            self._pan(moved)
        elif part is Part.PRICE_AXIS:
            self._camera.zoom_price(math.exp(-moved.y() / PIXELS_PER_ZOOM))
        else:
            self._camera.zoom(math.exp(moved.x() / PIXELS_PER_ZOOM), self._camera.last)
        return not moved.isNull()

    def _pan(self, moved: QPoint) -> None:
        scale = self._canvas.view_scale
        self._camera.pan(-moved.x() / scale.step)
        if not self._camera.is_auto_price:
            self._camera.pan_price(moved.y() * (scale.high - scale.low) / scale.height)

    def wheel(self, point: QPoint, turned: QPoint) -> bool:
        """Zooms at the mouse; turned sideways it pans; over the price axis it scales prices."""
        scale = self._canvas.view_scale
        if turned.x():
            self._camera.pan(-turned.x() / scale.step)
        if turned.y():
            factor = ZOOM_PER_NOTCH ** (turned.y() / WHEEL_NOTCH)
            if self.part(point) is Part.PRICE_AXIS:
                self._camera.zoom_price(factor)
            else:
                self._camera.zoom(factor, scale.index_at(point.x()))
        return not turned.isNull()

    def double_click(self, point: QPoint) -> bool:
        """Resets the view; on the price axis only the prices."""
        if self.part(point) is Part.PRICE_AXIS:
            self._camera.auto_price()
        else:
            self._camera.reset()
        return True
