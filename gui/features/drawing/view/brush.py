"""Paints single drawings."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import known, price_text
from gui.features.chart.view.layers.labels import Lettering, lettering
from gui.features.chart.view.scale import Scale
from gui.features.drawing.model.drawing import FIBONACCI, Colour, Dash, Drawing, Kind, Style, fibonacci_price
from gui.features.drawing.model.measure import Ruler, measured
from gui.features.drawing.view.shape import HANDLE, Shape
from gui.theme import Theme, colour

FILL: Final = 0.14
"""Opacity of an area, as a share of that of its edge."""
GAP: Final = 4.0
WORDS_MARGIN: Final = 6.0
MIN_LEVELS: Final = 24.0
"""Pixels of the levels of a retracement from which on they are named, as on a longer time frame they are short."""
ARROW: Final = 5.0
DASHES: Final = {Dash.DASHED: [5.0, 3.0], Dash.DOTTED: [1.0, 2.0]}
"""In widths of the line."""


def ink_of(style: Style, theme: Theme) -> QColor:
    """The colour of a style in a theme."""
    roles = {
        Colour.BLUE: theme.accent,
        Colour.NEUTRAL: theme.text,
        Colour.GREY: theme.text_muted,
        Colour.AMBER: theme.vwap,
        Colour.ORANGE: theme.prior_day_level,
        Colour.GREEN: theme.equal_level,
        Colour.VIOLET: theme.zone_bear,
    }
    token = style.colour if style.colour.startswith("#") else roles[Colour(style.colour)]
    return colour(token, style.opacity / 100.0)


class Inks(NamedTuple):
    """What a style is in a theme."""

    ink: QColor
    pen: QPen
    fill: QColor

    @classmethod
    def of(cls, style: Style, theme: Theme) -> Inks:
        ink = ink_of(style, theme)
        pen, fill = QPen(ink, style.width), QColor(ink)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if style.dash in DASHES:
            pen.setDashPattern(DASHES[style.dash])
        fill.setAlphaF(FILL * style.opacity / 100.0)
        return cls(ink, pen, fill)


class Brush:
    """Paints shapes in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._inks: dict[Style, Inks] = {}
        self._words, self._text = lettering(11), lettering(13, QFont.Weight.Medium)
        self._ground, self._ink = colour(theme.surface_raised), colour(theme.text)
        self._shade = colour(theme.background, 0.7)
        self._handle_ground, self._handle_edge = colour(theme.background), QPen(colour(theme.accent), 1.5)

    def inks(self, style: Style) -> Inks:
        """The colours of a style."""
        found = self._inks.get(style)
        if found is None:
            found = self._inks[style] = Inks.of(style, self._theme)
        return found

    def paint(self, painter: QPainter, shape: Shape, model: ChartModel, scale: Scale) -> None:
        """The drawing, without its handles."""
        drawing = shape.drawing
        if shape.area is not None and drawing.kind is not Kind.TEXT:
            painter.fillRect(shape.area, self.inks(drawing.style).fill)
        match drawing.kind:
            case Kind.TEXT:
                self._paint_words(painter, shape.area, drawing)
            case Kind.MEASURE:
                self._paint_measure(painter, shape, model, scale)
            case Kind.FIBONACCI:
                self._paint_lines(painter, shape, scale)
                self._paint_levels(painter, shape, model.digits)
            case _:
                self._paint_lines(painter, shape, scale)
        if drawing.text and drawing.kind not in (Kind.TEXT, Kind.HORIZONTAL_LINE):
            self._paint_caption(painter, shape)

    def paint_handles(self, painter: QPainter, shape: Shape) -> None:
        """A square at each anchor."""
        painter.setPen(self._handle_edge)
        painter.setBrush(self._handle_ground)
        for handle in shape.handles:
            painter.drawRect(QRectF(round(handle.x()) - HANDLE / 2.0, round(handle.y()) - HANDLE / 2.0, HANDLE, HANDLE))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def with_area(self, shape: Shape) -> Shape:
        """A text with the place of its words, anything else as it is."""
        if shape.drawing.kind is not Kind.TEXT:
            return shape
        words, start = shape.drawing.text or "Text", shape.handles[0]
        height = self._text.height
        area = QRectF(start.x(), start.y() - height / 2.0, self._text.width(words) + 2.0 * GAP, height)
        return replace(shape, area=area)

    # -- lines

    def _paint_lines(self, painter: QPainter, shape: Shape, scale: Scale) -> None:
        style = shape.drawing.style
        pen = self.inks(style).pen
        painter.setPen(pen)
        for x1, y1, x2, y2 in shape.lines:
            if y1 == y2:
                self._paint_level(painter, QLineF(x1, y1, x2, y2), pen, scale)
            elif x1 == x2:
                x = float(round(x1)) + style.width % 2 / 2.0
                painter.drawLine(QLineF(x, y1, x, y2))
            else:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.drawLine(QLineF(x1, y1, x2, y2))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_level(self, painter: QPainter, line: QLineF, pen: QPen, scale: Scale) -> None:
        """A rectangle: far cheaper than a line, and sharp."""
        width = pen.widthF()
        top = round(line.y1() * scale.ratio) / scale.ratio - (width - 1.0) // 2
        if pen.style() is Qt.PenStyle.SolidLine:
            painter.fillRect(QRectF(line.x1(), top, line.x2() - line.x1(), width), pen.color())
        else:
            middle = top + width / 2.0
            painter.drawLine(QLineF(max(0.0, line.x1()), middle, line.x2(), middle))

    # -- words

    def _paint_words(self, painter: QPainter, area: QRectF | None, drawing: Drawing) -> None:
        if area is not None:
            self._text.paint(painter, area.x() + GAP, area.y(), drawing.text or "Text", self.inks(drawing.style).ink)

    def _paint_caption(self, painter: QPainter, shape: Shape) -> None:
        """Beside the last anchor, inside an area."""
        ink = self.inks(shape.drawing.style).ink
        if shape.area is not None:
            self._words.paint(painter, max(0.0, shape.area.x()) + GAP, shape.area.y() + 2.0, shape.drawing.text, ink)
            return
        end = shape.handles[-1]
        self._words.paint(painter, end.x() + GAP + HANDLE / 2.0, end.y() - self._words.height, shape.drawing.text, ink)

    def _paint_levels(self, painter: QPainter, shape: Shape, digits: int) -> None:
        """Share and price left of each level, or above it at the edge of the plot; where there is room for them."""
        if shape.lines[0][2] - shape.lines[0][0] < MIN_LEVELS:
            return
        ink, height, taken = self.inks(shape.drawing.style).ink, self._words.height, float("inf")
        for share, (x, y, _, _) in sorted(zip(FIBONACCI, shape.lines, strict=False), key=lambda each: -each[1][1]):
            if taken - y < height:
                continue
            taken, words = y, self.level_words(shape.drawing, share, digits)
            width = self._words.width(words)
            left, top = x - GAP - width, y - height / 2.0
            if left < GAP:
                left, top = max(0.0, x) + GAP, y - height - 1.0
            painter.fillRect(QRectF(round(left) - 2.0, round(top), width + 4.0, height), self._shade)
            self._words.paint(painter, left, top, words, ink)

    def level_words(self, drawing: Drawing, share: float, digits: int) -> str:
        """The words of a level of a retracement: `61.8 % 4,712.30`."""
        return f"{100.0 * share:.3g} % {price_text(fibonacci_price(drawing, share), digits)}"

    def levels_width(self, drawing: Drawing, digits: int) -> float:
        """Pixels that the words of its levels take at most."""
        return max(self._words.width(self.level_words(drawing, share, digits)) for share in FIBONACCI) + GAP

    # -- a measurement

    def _paint_measure(self, painter: QPainter, shape: Shape, model: ChartModel, scale: Scale) -> None:
        area, (start, end) = shape.area, shape.handles
        if area is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.inks(shape.drawing.style).ink, 1.0))
        middle = area.center()
        _draw_arrow(painter, QPointF(middle.x(), start.y()), QPointF(middle.x(), end.y()))
        _draw_arrow(painter, QPointF(start.x(), middle.y()), QPointF(end.x(), middle.y()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_box(painter, shape, model, scale)

    def _paint_box(self, painter: QPainter, shape: Shape, model: ChartModel, scale: Scale) -> None:
        box, lines = self.measure_box(shape, model, scale)
        painter.setPen(QPen(self.inks(shape.drawing.style).ink, 1.0))
        painter.setBrush(self._ground)
        painter.drawRect(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, words in enumerate(lines):
            top = box.y() + WORDS_MARGIN + place * self._words.height
            self._words.paint(painter, box.x() + WORDS_MARGIN, top, words, self._ink)

    def measure_box(self, shape: Shape, model: ChartModel, scale: Scale) -> tuple[QRectF, tuple[str, ...]]:
        """Where the words of a measurement stand, and what they say."""
        lines = measured(shape.drawing.first, shape.drawing.last, ruler_of(shape.drawing, model))
        return _box(shape, lines, self._words, scale), lines


def ruler_of(drawing: Drawing, model: ChartModel) -> Ruler:
    """ATR(14) is that of the later candle, or of the newest one before it."""
    rows = [int(row) for row in model.axis.rows([each.time_s for each in drawing.anchors])]
    newest = min(max(rows), model.count - 1)
    atr = known(model.columns.atr14.values[newest]) if newest >= 0 else None
    return Ruler(model.digits, rows[-1] - rows[0], atr, model.drawings.risk())


def _box(shape: Shape, lines: tuple[str, ...], words: Lettering, scale: Scale) -> QRectF:
    """Beyond the end of the measured move, inside the plot."""
    width = max(words.width(each) for each in lines) + 2.0 * WORDS_MARGIN
    height = len(lines) * words.height + 2.0 * WORDS_MARGIN
    start, end = shape.handles
    area = shape.area or QRectF(start, end)
    y = area.bottom() + 2.0 * GAP if end.y() >= start.y() else area.top() - height - 2.0 * GAP
    x = min(max(area.center().x() - width / 2.0, GAP), scale.width - width - GAP)
    return QRectF(round(x), round(min(max(y, GAP), scale.height - height - GAP)), round(width), round(height))


def _draw_arrow(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """A line with a tip at its end; nothing where there is no distance."""
    line = QLineF(start, end)
    if line.length() < 1.0:
        return
    painter.drawLine(line)
    for angle in (150.0, -150.0):
        tip = QLineF.fromPolar(ARROW, line.angle() + angle)
        painter.drawLine(tip.translated(end))
