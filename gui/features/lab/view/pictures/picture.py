"""What all pictures have in common: ground, title, caption, and what the pointer is on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.chart.view.layers.labels import Lettering, lettering
from gui.features.lab.model.pictures import Ink
from gui.theme import Theme, colour, mixed

PAD, HEAD, FOOT = 14.0, 46.0, 26.0
"""Pixels: around, of title and caption, of the words below."""
BOX_PAD = 8.0


class Palette:
    """Colours and letters of pictures in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.ground, self.raised = colour(theme.background), colour(theme.surface_raised)
        self.grid, self.border = colour(theme.grid), colour(theme.border)
        self.text, self.muted = colour(theme.text), colour(theme.text_muted)
        self.up, self.down = colour(theme.up), colour(theme.down)
        self.accent, self.limit = colour(theme.accent), colour(theme.warning)
        self.inks: dict[Ink, QColor] = {
            Ink.MAIN: self.accent,
            Ink.OTHER: colour(theme.vwap),
            Ink.GAIN: self.up,
            Ink.LOSS: self.down,
            Ink.MUTED: self.muted,
            Ink.LIMIT: self.limit,
        }

    def pale(self, ink: QColor, share: float) -> QColor:
        """A colour laid thinly over the ground."""
        return mixed(ink.name(), self.theme.background, share)

    def signed(self, value: float) -> QColor:
        """Of a result: gain or loss."""
        return self.up if value >= 0.0 else self.down

    @cached_property
    def title(self) -> Lettering:
        return lettering(13, QFont.Weight.Medium)

    @cached_property
    def words(self) -> Lettering:
        return lettering(11)


class PictureView(QWidget):
    """Painted once for its size and look; only what the pointer is on is painted over it again and again."""

    def __init__(self, title: str, caption: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labPicture")
        self.title, self.caption = title, caption
        self.setAccessibleName(title)
        self.setAccessibleDescription(caption)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.palette_of = Palette(theme)
        self._still: QPixmap | None = None
        self.pointer: QPointF | None = None

    def set_theme(self, theme: Theme) -> None:
        self.palette_of = Palette(theme)
        self.repaint_still()

    def repaint_still(self) -> None:
        """What is shown has changed."""
        self._still = None
        self.update()

    # -- what kinds of pictures paint -----------------------------------------------------------------------------

    def paint_still(self, painter: QPainter, area: QRectF) -> None:
        """Everything but what the pointer is on."""

    def paint_pointer(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:
        """What the pointer is on, if it is on anything."""

    # -- sizes ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(520, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 150)

    def area(self) -> QRectF:
        """Below the caption, above the words at the foot."""
        return QRectF(PAD, HEAD, self.width() - 2 * PAD, self.height() - HEAD - FOOT)

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self._still is None:
            self._still = self._painted()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        if self.pointer is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_pointer(painter, self.area(), self.pointer)
        painter.end()

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(self.palette_of.ground)
        painter = QPainter(pixmap)
        ink, width = self.palette_of, self.width() - 2 * PAD
        ink.title.paint(painter, PAD, 9.0, elided(ink.title, self.title, width), ink.text)
        ink.words.paint(painter, PAD, 26.0, elided(ink.words, self.caption, width), ink.muted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_still(painter, self.area())
        painter.end()
        return pixmap

    def paint_box(self, painter: QPainter, near: QPointF, lines: Sequence[str]) -> None:
        """Words beside a point, wholly within the picture."""
        ink = self.palette_of
        words = ink.words
        width = max(words.width(line) for line in lines) + 2 * BOX_PAD
        height = len(lines) * words.height + BOX_PAD
        x = near.x() + 14.0 if near.x() + 14.0 + width < self.width() - 2.0 else near.x() - 14.0 - width
        x, y = max(2.0, x), min(max(2.0, near.y() - height / 2.0), self.height() - height - 2.0)
        painter.setPen(ink.border)
        painter.setBrush(ink.raised)
        painter.drawRoundedRect(QRectF(round(x) + 0.5, round(y) + 0.5, round(width), round(height)), 4.0, 4.0)
        for place, line in enumerate(lines):
            top = y + BOX_PAD / 2.0 + place * words.height
            words.paint(painter, x + BOX_PAD, top, line, ink.text if place else ink.muted)

    # -- events ---------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._still = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointer = None
        self.update()


def elided(letters: Lettering, words: str, width: float) -> str:
    """Words cut so that they fit, with dots where something is missing."""
    if letters.width(words) <= width:
        return words
    while words and letters.width(f"{words}…") > width:
        words = words[:-1]
    return f"{words.rstrip()}…"
