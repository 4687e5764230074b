"""Places, selects and moves drawings on one chart, with the mouse and with the keyboard."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.canvas import Canvas
from gui.features.drawing.model.drawing import Anchor, Drawing, Kind, is_possible
from gui.features.drawing.view.drawing_layer import DrawingLayer
from gui.features.drawing.view.shape import Shape, handle_at, shape_at

SNAP_PIXELS: Final = 24.0
"""How near to open, high, low or close of a candle an anchor snaps to it."""
CLICK_PIXELS: Final = 3
FAR: Final = 10
"""Steps of an arrow key with Shift."""
_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0, 0.0),
    Qt.Key.Key_Right: (1, 0, 0.0),
    Qt.Key.Key_Up: (0, 1, 0.0),
    Qt.Key.Key_Down: (0, -1, 0.0),
    Qt.Key.Key_PageUp: (0, 0, 0.05),
    Qt.Key.Key_PageDown: (0, 0, -0.05),
}
"""Candles, price steps and share of the visible prices of one press."""
_LEAPS: Final = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENDS: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
"""With Alt an arrow key moves the first anchor alone, with Ctrl the last one."""
_PLACING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Grip(NamedTuple):
    """What the mouse holds: the drawing as it was, one of its anchors or all, and where it was grabbed."""

    drawing: Drawing
    place: int | None
    point: QPoint


class DrawingHand:
    """A click of the mouse, or Enter, places an anchor; a click selects; what is grabbed moves."""

    def __init__(self, canvas: Canvas, model: ChartModel) -> None:
        self._canvas, self._model = canvas, model
        self._drawings = model.drawings
        self._grip: _Grip | None = None
        self._pressed: QPoint | None = None
        self._drawings.changed.connect(canvas.refresh)
        self._drawings.held_changed.connect(canvas.refresh_held)

    # -- where things are

    def shape_at(self, point: QPoint) -> Shape | None:
        """The drawing under the mouse."""
        is_there = self._canvas.plot.contains(point) and self._canvas.is_overlay_visible(DrawingLayer.name)
        return shape_at(self._canvas.drawing_shapes, QPointF(point)) if is_there else None

    def anchor_at(self, point: QPoint, *, is_free: bool = False) -> Anchor | None:
        """The anchor that a click there would place; None where none can be. A free one does not snap."""
        scale, axis = self._canvas.view_scale, self._model.axis
        row, price = round(scale.index_at(point.x())), scale.price_at(float(point.y()))
        snaps = self._drawings.tools.habits.snaps is not is_free
        if snaps:
            price = self._snapped(row, price, SNAP_PIXELS * (scale.high - scale.low) / scale.height)
        time_s, price = axis.seconds(row), self._model.on_step(price)
        return Anchor(time_s, price) if self._model.end and is_possible(time_s, price) else None

    def _snapped(self, row: int, price: float, reach: float) -> float:
        near = min(self._model.prices_of(row), key=lambda each: abs(each - price), default=price)
        return near if abs(near - price) <= reach else price

    # -- the mouse

    def press(self, point: QPoint, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether the press belongs to the drawings."""
        drawings = self._drawings
        if self.is_placing:
            if self._canvas.plot.contains(point):
                self.aim(point, modifiers)
                self._pressed = point
                self.place()
            return self._canvas.plot.contains(point)
        if drawings.is_measured:
            drawings.hold(None)
        grip = self._grip_at(point)
        if grip is None:
            return False
        drawings.select(grip.drawing.id)
        self._grip = grip
        return True

    def _grip_at(self, point: QPoint) -> _Grip | None:
        if not self._canvas.plot.contains(point):
            return None
        selected = self._drawings.selected
        shapes = [] if selected is None else [each for each in self._canvas.drawing_shapes if each.drawing == selected]
        for shape in shapes:
            place = handle_at(shape, QPointF(point))
            if place is not None and self._canvas.is_overlay_visible(DrawingLayer.name):
                return _Grip(shape.drawing, place, point)
        found = self.shape_at(point)
        return None if found is None else _Grip(found.drawing, None, point)

    def move(self, point: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Moves what is held, or shows what the tool would draw."""
        if self._grip is not None:
            if self._drawings.is_moving or (point - self._grip.point).manhattanLength() > CLICK_PIXELS:
                self._drag(self._grip, point, modifiers)
        elif self.is_placing:
            self.aim(point, modifiers)

    def _drag(self, grip: _Grip, point: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        drawing = grip.drawing
        if grip.place is None and drawing.kind.anchors > 1:
            scale = self._canvas.view_scale
            rows = round(scale.index_at(point.x())) - round(scale.index_at(grip.point.x()))
            price = scale.price_at(point.y()) - scale.price_at(grip.point.y())
            self._drawings.hold(self._shifted(drawing, rows, price))
            return
        anchor = self.anchor_at(point, is_free=bool(modifiers & Qt.KeyboardModifier.ControlModifier))
        if anchor is not None:
            self._drawings.hold(drawing.with_anchor(grip.place or 0, anchor))

    def release(self, point: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Puts down what is held. The mouse may also be held down from the first anchor to the second one."""
        if self._grip is not None:
            self._grip = None
            if self._drawings.is_moving:
                self._drawings.put_down()
        elif self._pressed is not None:
            pressed, self._pressed = self._pressed, None
            if self._drawings.is_draft and (point - pressed).manhattanLength() > CLICK_PIXELS:
                self.aim(point, modifiers)
                self.place()

    def double_click(self, point: QPoint, modifiers: Qt.KeyboardModifier) -> bool:
        """Writes on a drawing; whether there was one. A tool takes it for the second of two quick clicks."""
        if self.is_placing:
            return self.press(point, modifiers)
        found = self.shape_at(point)
        if found is not None:
            self._drawings.text_asked.emit(found.drawing)
        return found is not None

    def leave(self) -> None:
        """The mouse is no longer over the plot."""
        if self._drawings.is_draft and not self._drawings.placed:
            self._drawings.hold(None)

    def cursor_at(self, point: QPoint) -> Qt.CursorShape | None:
        """The shape of the mouse over a drawing or while a tool is in use; None elsewhere."""
        if self.is_placing:
            return Qt.CursorShape.CrossCursor
        grip = self._grip or self._grip_at(point)
        if grip is None:
            return None
        return Qt.CursorShape.SizeAllCursor if grip.place is None else Qt.CursorShape.PointingHandCursor

    # -- placing

    def aim(self, point: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Shows what the tool would draw with its next anchor there."""
        if self._canvas.plot.contains(point):
            self._aim_at(self.anchor_at(point, is_free=bool(modifiers & Qt.KeyboardModifier.ControlModifier)))

    def aim_at_candle(self) -> None:
        """Shows what the tool would draw at the crosshair, or at the close of the newest candle in view."""
        crosshair, model = self._canvas.crosshair, self._model
        if crosshair.point is not None:
            self.aim(crosshair.point)
        elif model.end:
            in_view = math.ceil(self._canvas.view_scale.last - 0.5)
            row = max(0, min(in_view, model.end - 1) if crosshair.row is None else crosshair.row)
            price = model.prices_of(row)[-1] if row < model.end - 1 else model.last_price or 0.0
            price = price if crosshair.price is None else crosshair.price
            self._aim_at(Anchor(model.axis.seconds(row), model.on_step(price)))

    def _aim_at(self, anchor: Anchor | None) -> None:
        kind = self._drawings.tools.kind
        if kind is not None and anchor is not None:
            self._drawings.aim(kind, anchor, self._drawings.tools.style_of(kind))

    @property
    def is_placing(self) -> bool:
        """Whether a tool is in use."""
        return self._drawings.tools.kind is not None

    def begin_at(self, kind: Kind, point: QPoint) -> None:
        """Uses a tool, with its first anchor there already."""
        self._drawings.tools.choose(kind)
        self.aim(point)
        self.place()

    def place(self) -> None:
        """Fixes the next anchor; with the last one the drawing is done and the tool is put away."""
        if not self._drawings.place():
            return
        held = self._drawings.held
        if held is not None and held.kind not in (Kind.TEXT, Kind.MEASURE):
            self._drawings.put_down()
        self._drawings.tools.choose(None)
        if held is not None and held.kind is Kind.TEXT:
            self._drawings.text_asked.emit(held)

    def cancel(self) -> bool:
        """Lets go of what is held, then of the tool, then of the selection; returns whether there was any of them."""
        drawings = self._drawings
        self._grip = self._pressed = None
        if drawings.held is None and drawings.tools.kind is None and drawings.selected is None:
            return False
        if drawings.held is None and drawings.tools.kind is None:
            drawings.select("")
        drawings.hold(None)
        drawings.tools.choose(None)
        return True

    # -- the keyboard

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the drawings now, whatever else it does."""
        drawings, key = self._drawings, event.key()
        is_placing = self.is_placing
        if key in _LEAPS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False  # goes to another symbol
        if key == Qt.Key.Key_Escape:
            return is_placing or drawings.held is not None or drawings.selected is not None
        return (key in _STEPS and (is_placing or drawings.selected is not None)) or (key in _PLACING and is_placing)

    def press_key(self, event: QKeyEvent) -> bool:
        """Whether the key was for the drawings."""
        if not self.wants(event):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in _PLACING:
            if not self._drawings.is_draft:
                self.aim_at_candle()
            self.place()
        else:
            far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            rows, ticks, share = _STEPS[Qt.Key(event.key())]
            scale = self._canvas.view_scale
            price = ticks * self._model.tick_size + share * (scale.high - scale.low)
            self._step(far * rows, far * price, event.modifiers())
        return True

    def release_key(self, event: QKeyEvent) -> None:
        """A move by key is one edit for as long as the key is held down."""
        if event.key() in _STEPS and not event.isAutoRepeat() and self._grip is None and self._drawings.is_moving:
            self._drawings.put_down()

    def _step(self, rows: int, price: float, modifiers: Qt.KeyboardModifier) -> None:
        drawings = self._drawings
        if self.is_placing:
            if not drawings.is_draft:
                self.aim_at_candle()
            elif drawings.held is not None:
                self._aim_at(self._shifted(drawings.held, rows, price).last)
            return
        drawing = drawings.held if drawings.is_moving else drawings.selected
        if drawing is None:
            return
        is_one_end = drawing.kind.anchors > 1 and bool(modifiers & _ENDS)
        shifted = self._shifted(drawing, rows, price)
        place = 0 if modifiers & Qt.KeyboardModifier.AltModifier else -1
        self._drawings.hold(drawing.with_anchor(place, shifted.anchors[place]) if is_one_end else shifted)

    def _shifted(self, drawing: Drawing, rows: int, price: float) -> Drawing:
        """The same that many candles later and that much higher; where that cannot be, as it is."""
        axis, model = self._model.axis, self._model
        times = [axis.seconds(int(axis.rows(each.time_s)) + rows) if rows else each.time_s for each in drawing.anchors]
        prices = [model.on_step(each.price + price) if price else each.price for each in drawing.anchors]
        places = list(zip(times, prices, strict=True))
        if not all(is_possible(*place) for place in places):
            return drawing
        return replace(drawing, anchors=tuple(Anchor(*place) for place in places))
