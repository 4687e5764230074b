"""The plot of a chart: pyqtgraph's view as the frame, a camera, a canvas."""

from __future__ import annotations

import math
from datetime import tzinfo

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QBrush, QHideEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.camera import Camera
from gui.features.chart.view.canvas import Canvas
from gui.features.chart.view.hands.level import LevelHand
from gui.features.chart.view.hands.words import WordsHand
from gui.features.chart.view.mark_finder import MarkFinder, MarkTips
from gui.features.chart.view.navigation import Navigator, Part
from gui.features.drawing.view.hand import DrawingHand
from gui.theme import Theme

CLICK_PIXELS = 3
"""How far the mouse may move between press and release of a click."""


class ChartPlot(pg.GraphicsView):  # type: ignore[misc]
    """Shows a model through a camera.

    `hovered` emits the row under the mouse, None where no candle stands; `follow_changed` whether the view follows;
    `crossed` the opening of the candle under the mouse in seconds since 1970 UTC, and the price, each None without one.
    """

    hovered = Signal(object)
    crossed = Signal(object, object)
    follow_changed = Signal(bool)
    laid_out = Signal()
    view_moved = Signal()

    def __init__(self, model: ChartModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Chart of {model.symbol}, {model.timeframe}")
        self.setAcceptDrops(False)  # files are for the window, and a scene would take them
        self._paint_no_ground()
        self._model = model
        self.camera = Camera(model)
        self.canvas = Canvas(model, self.camera, theme, self.viewport())
        self._navigator = Navigator(self.camera, self.canvas)
        self._hand = LevelHand(self.canvas, model)
        self.drawing_hand = DrawingHand(self.canvas, model)
        self._words_hand = WordsHand(self.canvas, model, self.viewport())
        self.marks = MarkFinder(self.canvas, model)
        self._tips = MarkTips(self.marks, self.viewport(), lambda: self._words_hand.has_words)
        self._pressed: QPoint | None = None
        self.pressed_price: float | None = None
        self.pressed_at = QPoint()
        self.pressed_alert = ""
        self.scene().addItem(self.canvas)
        self._mouse: QPoint | None = None
        self._hovered: int | None = None
        self._was_following = True
        model.was_reset.connect(self._reset)
        model.appended.connect(self._append)
        model.live_changed.connect(self._move_live)
        for each in (model.trades, model.trade_marks, model.alerts, model.events):
            each.changed.connect(lambda: self.canvas.refresh())
        model.trade_marks.tags_changed.connect(lambda: self.canvas.refresh_tags())

    def _paint_no_ground(self) -> None:
        """The canvas covers all: Qt's own background would cost more than a tick."""
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setBackgroundBrush(QBrush())
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setAutoFillBackground(False)
        self.setOptimizationFlag(self.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(self.OptimizationFlag.DontAdjustForAntialiasing)

    # -- what the view shows

    @property
    def model(self) -> ChartModel:
        """What it shows."""
        return self._model

    @property
    def hovered_row(self) -> int | None:
        return self._hovered

    @property
    def crossed_price(self) -> float | None:
        """The price at the horizontal line of the crosshair; None where there is no such line."""
        crosshair, scale = self.canvas.crosshair, self.canvas.view_scale
        return crosshair.price if crosshair.point is None else scale.price_at(crosshair.point.y() + 0.5)

    def point_at_row(self, row: int | None) -> None:
        """Points at the candle of a row like the mouse; None ends it."""
        self.canvas.move_cross(None, row)
        self._emit_hovered()

    def cross_at(self, row: int, price: float) -> None:
        """Puts the crosshair on a candle and a price, as the mouse would."""
        self.canvas.move_cross(None, row, price)
        self._emit_hovered()
        self.crossed.emit(self._model.opening_of(row), price)

    def follow_cross(self, seconds: int | None, price: float | None) -> None:
        """Shows the crosshair of another chart of the same symbol; None ends it."""
        row = None if seconds is None else self._model.row_at(seconds)
        self.canvas.move_cross(None, row, None if row is None else price)

    @property
    def last_in_view(self) -> int | None:
        """When the last candle in view opened, in seconds since 1970 UTC; None while the newest one stays in view."""
        row = min(math.ceil(self.camera.last - 0.5), self._model.end - 1)
        return None if self.camera.is_following else self._model.opening_of(row)

    def show_until(self, seconds: int) -> None:
        """Scrolls the candle that contains an instant to the right edge."""
        row = self._model.row_at(seconds)
        if row is not None:
            self.camera.pan(row + 0.5 - self.camera.last)
            self.moved()

    def moved(self) -> None:
        """Brings everything in line with the camera."""
        self.canvas.follow_view()
        self.view_moved.emit()
        is_following = self.camera.is_following
        if is_following != self._was_following:
            self._was_following = is_following
            self.follow_changed.emit(is_following)
        self._emit_hovered()

    def set_theme(self, theme: Theme) -> None:
        self.canvas.set_theme(theme)

    def set_zone(self, zone: tzinfo) -> None:
        self.canvas.time_axis.zone = zone
        self.canvas.refresh()

    def _reset(self) -> None:
        self.canvas.refresh()
        self.camera.reset()
        self._fit_price_axis()
        self.moved()

    def _append(self, first: int, count: int) -> None:
        if first:
            self.camera.shift(count)
        else:
            self.camera.follow()
        self._fit_price_axis()
        self.moved()

    def _move_live(self) -> None:
        forming, camera = self._model.forming, self.camera
        if not self._model.count or camera.loses_forming:
            camera.fit_price()
            self._fit_price_axis()
            self.moved()
        else:
            self.canvas.refresh_live()
        if forming is not None and self._hovered is None:
            self._emit_hovered()

    # -- the window

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "canvas"):
            self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.canvas.drop()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            event.setAccepted(self.drawing_hand.wants(event))  # else arrows would move the view
            return event.isAccepted()
        is_handled = bool(super().event(event))
        if event.type() is QEvent.Type.DevicePixelRatioChange and hasattr(self, "canvas"):
            self._lay_out()  # the window came onto another screen: what was painted for the old one is of no use
        return is_handled

    def paintEvent(self, event: QPaintEvent) -> None:
        self.canvas.exposed = event.region()
        super().paintEvent(event)
        self.canvas.exposed = None

    def _lay_out(self) -> None:
        area = self.viewport().size()
        self.canvas.resize(area.width(), area.height(), self.devicePixelRatioF())
        self.camera.resize(self.canvas.plot.width())
        self.moved()
        self.laid_out.emit()

    def _fit_price_axis(self) -> None:
        if self.canvas.fit_price_axis():
            self._lay_out()

    # -- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self.pressed_price = self.canvas.view_scale.price_at(float(point.y()))
        self.pressed_alert = self._hand.alert_at(point)
        self._pressed, self.pressed_at = None, point
        if event.button() is Qt.MouseButton.LeftButton and not self._is_grabbed(point, event.modifiers()):
            self._pressed = point
            self._navigator.grab(point)

    def _is_grabbed(self, point: QPoint, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether a press is for a level or a drawing; a drawing tool in use comes first."""
        is_drawing = self._model.drawings.tools.kind is not None
        return (not is_drawing and self._hand.grab(point)) or self.drawing_hand.press(point, modifiers)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._hand.release()
            self.drawing_hand.release(event.position().toPoint(), event.modifiers())
            self._navigator.release()
            self._choose_trade(event.position().toPoint())

    def _choose_trade(self, point: QPoint) -> None:
        """A click on a trade, which is no drag, chooses it."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or (point - pressed).manhattanLength() > CLICK_PIXELS:
            return
        self._model.drawings.select("")
        self._words_hand.choose_at(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, place = event.position().toPoint(), event.globalPosition().toPoint()
        if place == self._mouse and not event.buttons():
            return  # a menu closed above a mouse that rests, and the crosshair may be that of the keyboard
        self._mouse = place
        self._point_at(point)
        self._hand.drag(point)
        self.drawing_hand.move(point, event.modifiers())
        if self._navigator.drag(point):
            self.moved()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton or self.drawing_hand.double_click(point, event.modifiers()):
            return
        if alert := self._hand.alert_at(point):
            self._model.alerts.edit_asked.emit(alert)
        elif self._navigator.double_click(point):
            self.moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._navigator.wheel(event.position().toPoint(), event.angleDelta()):
            self.moved()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Other keys belong to actions: a scene would scroll."""
        event.setAccepted(self.drawing_hand.press_key(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.drawing_hand.release_key(event)
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self.canvas.crosshair.price is None:  # else it is that of the keyboard
            self._point_at(None)
        self.drawing_hand.leave()

    def _point_at(self, point: QPoint | None) -> None:
        if point is not None:
            is_over_line = self._hand.is_dragging or self._hand.line_at(point) is not None
            shape = Qt.CursorShape.SizeVerCursor if is_over_line else self._cursor_at(point)
            is_at_trade = self._words_hand.point_at(point, is_over_line=is_over_line)
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_at_trade else shape)
            is_over_plot = self._navigator.part(point) is Part.PLOT
            point = point if is_over_plot else None
        self.canvas.move_cross(point)
        self._emit_hovered()
        scale = self.canvas.view_scale
        opened = None if point is None else self._model.opening_of(round(scale.index_at(point.x())))
        self.crossed.emit(opened, None if point is None else scale.price_at(point.y() + 0.5))

    def _cursor_at(self, point: QPoint) -> Qt.CursorShape:
        return self.drawing_hand.cursor_at(point) or self._navigator.cursor(point)

    def _emit_hovered(self) -> None:
        row = self.canvas.crosshair.index(self.canvas.view_scale)
        if row is not None and not 0 <= row < self._model.end:
            row = None
        if row != self._hovered:
            self._hovered = row
            self.hovered.emit(row)
