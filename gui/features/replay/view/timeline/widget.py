"""The timeline: where a played market is, what is in it, and a click to jump."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.replay.model.timeline import TimelineModel
from gui.features.replay.model.timeline_ground import instant, microseconds
from gui.features.replay.view.timeline.picture import BAND_HEIGHT, BAND_TOP, HEIGHT, LABELS_HEIGHT, picture_of
from gui.features.replay.view.timeline.scale import TimelineScale
from gui.theme import Theme, colour, font
from gui.zones import day_minute_text, zone_title

_REPAINT_MS = 200
"""Setups that a scan finds are drawn together: each new picture of a year costs some milliseconds."""
_NEAR_PIXELS = 4.0
_SESSION_NAMES = {
    "asia": "Asia", "london": "London", "overlap": "London and New York", "new_york": "New York",
    "post_ny": "after New York", "off": "between sessions",
}  # fmt: skip


class Timeline(QWidget):
    """Paints a picture that is kept for its width, and over it the position and the time under the mouse.

    `sought` is emitted with an instant (aware UTC) when the user clicks, or lets go after dragging.
    """

    sought = Signal(object)

    def __init__(self, model: TimelineModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._zone: tzinfo = UTC
        self._picture: QPixmap | None = None
        self._position_us: int | None = None
        self._hover_x: float | None = None
        self._is_dragging = False
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Timeline")
        self.setToolTip("Sessions, days and setups (▲ buy, ▼ sell, bright ones are A+). Click or drag to jump")
        self._repaint = QTimer(self, singleShot=True, interval=_REPAINT_MS)
        self._repaint.timeout.connect(self._redraw)
        model.changed.connect(self._repaint.start)

    # -- what is shown ------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._redraw()

    def set_zone(self, zone: tzinfo) -> None:
        self._zone = zone
        self._redraw()

    def set_position(self, position: datetime | None) -> None:
        """Where the market is; repaints only when that is another pixel."""
        before, self._position_us = self._position_us, None if position is None else microseconds(position)
        if self._pixel(before) != self._pixel(self._position_us):
            self.update()

    def _pixel(self, instant_us: int | None) -> int | None:
        return None if instant_us is None else round(self._scale.x(instant_us))

    @property
    def _scale(self) -> TimelineScale:
        return TimelineScale(self._model.first_us, self._model.span_us, self.width())

    @property
    def words_under_mouse(self) -> str:
        """`Tue 3 Mar 14:05 UTC · London · BUY A+ XAUUSD`, or nothing where the mouse is elsewhere."""
        if self._hover_x is None or not self._model.span_us:
            return ""
        at_us = self._scale.instant_us(self._hover_x)
        at = instant(at_us)
        near = round(_NEAR_PIXELS * self._scale.us_per_pixel)
        setups = sorted(self._model.between(at_us - near, at_us + near), key=lambda mark: abs(mark.at_us - at_us))
        if setups:
            at = instant(setups[0].at_us)
        parts = [f"{day_minute_text(at, self._zone)} {zone_title(self._zone)}"]
        parts.append(_SESSION_NAMES[self._model.ground.session_at(microseconds(at))])
        parts += [f"{mark.side}{' A+' if mark.is_a_plus else ''} {mark.symbol}" for mark in setups[:1]]
        if len(setups) > 1:
            parts.append(f"{len(setups) - 1} more setups")
        return " · ".join(parts)

    # -- painting -----------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def resizeEvent(self, _: QResizeEvent) -> None:
        self._redraw()

    def paintEvent(self, _: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = picture_of(self._model, self._theme, self._zone, self.size(), ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self._model.span_us:
            self._paint_position(painter)
            self._paint_hover(painter)

    def _paint_position(self, painter: QPainter) -> None:
        if self._position_us is None:
            return
        x = round(self._scale.x(self._position_us))
        painter.fillRect(QRectF(x - 1.0, 1.0, 2.0, self.height() - 2.0), colour(self._theme.warning))
        painter.fillRect(QRectF(x - 3.0, BAND_TOP - 1.0, 6.0, BAND_HEIGHT + 2.0), colour(self._theme.warning))

    def _paint_hover(self, painter: QPainter) -> None:
        words = self.words_under_mouse
        if not words or self._hover_x is None:
            return
        painter.fillRect(QRectF(self._hover_x, LABELS_HEIGHT, 1.0, self.height()), colour(self._theme.text))
        painter.setFont(font(11))
        width = painter.fontMetrics().horizontalAdvance(words) + 12.0
        left = min(max(0.0, self._hover_x - width / 2), self.width() - width)
        bubble = QRectF(left, 0.0, width, LABELS_HEIGHT + 2.0)
        painter.fillRect(bubble, colour(self._theme.surface_raised))
        painter.setPen(colour(self._theme.text))
        painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, words)

    def sizeHint(self) -> QSize:
        return QSize(600, HEIGHT)

    # -- the mouse ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._model.span_us:
            self._is_dragging = True
            self._hover(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging and event.button() == Qt.MouseButton.LeftButton:
            self._is_dragging = False
            self.sought.emit(instant(self._scale.instant_us(event.position().x())))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover(event.position().x())

    def leaveEvent(self, _: QEvent) -> None:
        self._hover(None)

    def _hover(self, x: float | None) -> None:
        self._hover_x = None if x is None else min(max(0.0, x), float(self.width()))
        self.update()
