"""The candles of a day, and the setups that a change of settings makes appear, vanish or end differently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.features.lab.model.chart import DayCandles, Mark, Status
from gui.features.lab.view.pictures.axes import Axis, spanned, tick_text
from gui.features.lab.view.pictures.candle_marks import MARK, paint_candles, paint_mark
from gui.features.lab.view.pictures.picture import FOOT, HEAD, PAD, PictureView
from gui.theme import Theme

RIGHT, TICK_APART, WORDS_APART = 58.0, 34.0, 70.0
REACH, LIFT = 12.0, 12.0
"""Pixels: how near the pointer has to be, how far it stands from its candle."""
MIN_SHOWN, ZOOM = 20, 1.25
KEYS = ((Status.APPEARED, "appears"), (Status.VANISHED, "vanishes"), (Status.OUTCOME, "ends differently"))


class CandleView(PictureView):
    """The wheel zooms, dragging pans. A click on a mark, or Enter on the one that the arrows have chosen, is `opened`,
    with the instant of its candle."""

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Setups that change", "click a mark to open a replay at that candle", theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._candles: DayCandles | None = None
        self._marks: tuple[tuple[int, Mark], ...] = ()
        self._chosen: int | None = None
        self._view = (0.0, 1.0)
        self._dragged_from: tuple[float, tuple[float, float]] | None = None
        self.silence = ""

    def sizeHint(self) -> QSize:
        return QSize(640, 380)

    def area(self) -> QRectF:
        return QRectF(PAD, HEAD + 4.0, self.width() - PAD - RIGHT, self.height() - HEAD - FOOT - 4.0)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_day(self, candles: DayCandles, marks: Sequence[Mark]) -> None:
        """The whole day; marks stand at the candles that opened at their instants."""
        self._candles, self._chosen, self.silence = candles, None, ""
        places = np.searchsorted(candles.at, [round(mark.at.timestamp() * 1e6) for mark in marks])
        last = max(0, len(candles.at) - 1)
        self._marks = tuple((min(int(place), last), mark) for place, mark in zip(places, marks, strict=True))
        self._show(0.0, float(len(candles.at)))

    def show_silence(self, words: str) -> None:
        """Why there are no candles."""
        self._candles, self._marks, self.silence = None, (), words
        self.repaint_still()

    def look_at(self, at: datetime) -> None:
        """Chooses the mark of an instant and brings it into the middle."""
        for number, (place, mark) in enumerate(self._marks):
            if mark.at == at:
                self._chosen = number
                self._centre(place)

    def _centre(self, place: int) -> None:
        first, last = self._view
        width = min(last - first, 240.0)
        self._show(place - width / 2.0, place + width / 2.0)

    def _show(self, first: float, last: float) -> None:
        count = 0 if self._candles is None else len(self._candles.at)
        width = min(max(last - first, MIN_SHOWN), max(count, MIN_SHOWN))
        first = min(max(0.0, first), max(0.0, count - width))
        self._view = first, first + width
        self.repaint_still()

    # -- painting ---------------------------------------------------------------------------------------------------

    def _shown(self) -> slice:
        assert self._candles is not None
        return slice(max(0, int(self._view[0])), min(len(self._candles.at), int(np.ceil(self._view[1]))))

    def _axes(self, area: QRectF) -> tuple[Axis, Axis]:
        assert self._candles is not None
        rows = self._shown()
        low, high = float(self._candles.low[rows].min()), float(self._candles.high[rows].max())
        room = (high - low) * (LIFT + 3 * MARK) / max(area.height(), 1.0)
        return Axis(*self._view, area.left(), area.right()), Axis(
            *spanned((low - room, high + room)), area.bottom(), area.top()
        )

    def paint_still(self, painter: QPainter, area: QRectF) -> None:
        ink = self.palette_of
        if self._candles is None or not len(self._candles.at):
            painter.setPen(ink.muted)
            painter.setFont(ink.words.face)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 60, -24, -24), flags, self.silence)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x, y = self._axes(area)
        self._paint_grid(painter, area, x, y)
        painter.setClipRect(area.adjusted(0.0, -4.0, 0.0, 4.0))
        paint_candles(painter, x, y, self._candles, self._shown(), ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (place, mark) in enumerate(self._marks):
            if self._view[0] <= place + 0.5 <= self._view[1]:
                spot = self._spot(x, y, place, mark)
                paint_mark(painter, spot, mark, ink, is_chosen=number == self._chosen)
        painter.setClipping(False)
        self._paint_keys(painter)

    def _paint_grid(self, painter: QPainter, area: QRectF, x: Axis, y: Axis) -> None:
        assert self._candles is not None
        ink, step = self.palette_of, y.step(TICK_APART)
        for value in y.ticks(TICK_APART):
            level = round(y.at(value))
            painter.fillRect(QRectF(area.left(), level, area.width(), 1.0), ink.grid)
            words = tick_text(value, step)
            ink.words.paint(painter, area.right() + 6.0, level - ink.words.height / 2.0, words, ink.muted)
        rows = self._shown()
        every = max(1, int(np.ceil((rows.stop - rows.start) * WORDS_APART / max(area.width(), 1.0))))
        for place in range(rows.start, rows.stop, every):
            words = datetime.fromtimestamp(float(self._candles.at[place]) / 1e6, UTC).strftime("%H:%M")
            left = x.at(place + 0.5)
            if left + ink.words.width(words) <= area.right():
                ink.words.paint(painter, left, area.bottom() + 6.0, words, ink.muted)
        ink.words.paint(painter, area.right() + 6.0, area.bottom() + 6.0, "UTC", ink.muted)

    def _spot(self, x: Axis, y: Axis, place: int, mark: Mark) -> QPointF:
        """Below the candle of a buy, above that of a sell."""
        assert self._candles is not None
        is_buy = mark.side == "BUY"
        edge = y.at(float((self._candles.low if is_buy else self._candles.high)[place]))
        return QPointF(x.at(place + 0.5), edge + (LIFT if is_buy else -LIFT))

    def _paint_keys(self, painter: QPainter) -> None:
        ink, right = self.palette_of, self.width() - PAD
        for status, words in reversed(KEYS):
            count = sum(mark.status is status for _, mark in self._marks)
            words = f"{words} {count}"
            right -= ink.words.width(words)
            ink.words.paint(painter, right, 10.0, words, ink.muted)
            right -= 12.0
            sample = Mark(datetime.min.replace(tzinfo=UTC), "BUY", status, "")
            paint_mark(painter, QPointF(right, 17.0), sample, ink)
            right -= 20.0

    def _mark_at(self, point: QPointF) -> int | None:
        if self._candles is None:
            return None
        x, y = self._axes(self.area())
        found = [
            (abs(spot.x() - point.x()) + abs(spot.y() - point.y()), number)
            for number, (place, mark) in enumerate(self._marks)
            if (spot := self._spot(x, y, place, mark)) is not None
        ]
        distance, number = min(found, default=(REACH, None))
        return number if distance < REACH else None

    def paint_pointer(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:  # noqa: ARG002
        number = self._mark_at(pointer)
        if number is not None:
            title, _, rest = self._marks[number][1].tip.partition(": ")
            self.paint_box(painter, pointer, [title, *rest.split("; ")])

    # -- the user ---------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        first, last = self._view
        factor = ZOOM if event.angleDelta().y() < 0 else 1.0 / ZOOM
        middle = first + (last - first) * (event.position().x() - PAD) / max(self.area().width(), 1.0)
        self._show(middle - (middle - first) * factor, middle + (last - middle) * factor)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        number = self._mark_at(event.position())
        if number is None:
            self._dragged_from = event.position().x(), self._view
        else:
            self._chosen = number
            self.repaint_still()
            self.opened.emit(self._marks[number][1].at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            began, (first, last) = self._dragged_from
            moved = (began - event.position().x()) * (last - first) / max(self.area().width(), 1.0)
            self._show(first + moved, last + moved)
        self.setCursor(
            Qt.CursorShape.ArrowCursor if self._mark_at(event.position()) is None else Qt.CursorShape.PointingHandCursor
        )
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._dragged_from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from mark to mark, Enter opens the chosen one, + and - zoom."""
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right if self._marks:
                step = 1 if event.key() == Qt.Key.Key_Right else -1
                self._chosen = (self._chosen + step if self._chosen is not None else 0) % len(self._marks)
                self._centre(self._marks[self._chosen][0])
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._chosen is not None:
                self.opened.emit(self._marks[self._chosen][1].at)
            case Qt.Key.Key_Plus | Qt.Key.Key_Minus:
                first, last = self._view
                grow = (last - first) * (ZOOM - 1.0) / 2.0 * (1 if event.key() == Qt.Key.Key_Minus else -1)
                self._show(first - grow, last + grow)
            case _:
                super().keyPressEvent(event)
