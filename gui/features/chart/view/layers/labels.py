"""Labels on the chart: painted last, above lines and candles, and never over one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText

from gui.theme import font

CELL = 96.0
MAX_REMEMBERED = 300
"""A kilobyte each: a desk that runs all day fills every lettering. What is on the screen at once is far less."""
GAP = 2.0
EDGE_GAP = 8.0

Occupied = Callable[[float, float, float, float], bool]


class Lettering:
    """A font ready to paint: `height` of its line in pixels, layouts and widths of words remembered."""

    def __init__(self, face: QFont) -> None:
        metrics = QFontMetricsF(face)
        self.face = face
        self.height = metrics.height()
        self._metrics = metrics
        self._known: dict[str, tuple[QStaticText, float]] = {}

    def width(self, words: str) -> float:
        return self._laid_out(words)[1]

    def paint(self, painter: QPainter, x: float, y: float, words: str, ink: QColor) -> None:
        """Paints with the top left corner at `x`, `y`."""
        painter.setFont(self.face)
        painter.setPen(ink)
        painter.drawStaticText(QPointF(round(x), round(y)), self._laid_out(words)[0])

    def _laid_out(self, words: str) -> tuple[QStaticText, float]:
        found = self._known.get(words)
        if found is None:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            layout = QStaticText(words)
            layout.setTextFormat(Qt.TextFormat.PlainText)
            layout.prepare(font=self.face)
            found = self._known[words] = layout, self._metrics.horizontalAdvance(words)
        return found


@cache
def lettering(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> Lettering:
    """The one lettering of that height and weight: what one view has laid out the others need not."""
    return Lettering(font(pixels, weight))


@dataclass(frozen=True, slots=True)
class Label:
    """Words with the top left corner at `x`, `y`; `rank` decides who gives way, 0 first.

    With a `ground` of their own they may stand over candles, else they are left out there.
    """

    x: float
    y: float
    words: str
    ink: QColor
    lettering: Lettering
    rank: int
    ground: QColor | None = None


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """The name of a level at the right edge of the plot, as near to `y` as the others let it be."""

    y: float
    words: str
    ink: QColor
    rank: int


class LabelBoard:
    """Collects the words of one frame and paints those that fit."""

    def __init__(self, lettering: Lettering, ground: QColor, area: QSize, is_occupied: Occupied) -> None:
        """`is_occupied` says whether candles stand in a rectangle given by left, top, width and height."""
        self.lettering = lettering
        self.ground = ground
        self._width, self._height = float(area.width()), float(area.height())
        self._is_occupied = is_occupied
        self._labels: list[Label] = []
        self._edge: list[EdgeLabel] = []
        self._edge_boxes: list[tuple[float, float, float, str]] = []
        self._taken: dict[int, list[tuple[float, float, float, float]]] = {}

    def add(self, label: Label) -> None:
        self._labels.append(label)

    def reserve(self, x: float, y: float, width: float, height: float) -> None:
        """Keeps words away from what is painted there, close to other marks or not."""
        self._claim(x, y, width, height)

    def add_at_edge(self, label: EdgeLabel) -> None:
        self._edge.append(label)

    def is_free(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether nothing has claimed any of a rectangle so far."""
        for cell in _cells(x, width):
            for left, top, right, bottom in self._taken.get(cell, ()):
                if x < right and left < x + width and y < bottom and top < y + height:
                    return False
        return True

    def paint(self, painter: QPainter) -> None:
        self._paint_edge(painter)
        for label in sorted(self._labels, key=lambda each: each.rank):
            self._paint_label(painter, label)

    def free_until(self, y: float) -> float:
        """How far right a line at `y` can go before it would strike through the name of a level."""
        return min((left for left, top, bottom, _ in self._edge_boxes if top <= y < bottom), default=self._width)

    def edge_words_at(self, x: float, y: float) -> str:
        """What the name of a level painted there says; empty where there is none."""
        found = (words for left, top, bottom, words in self._edge_boxes if left <= x and top <= y < bottom)
        return next(found, "")

    def _paint_label(self, painter: QPainter, label: Label) -> None:
        width, height = label.lettering.width(label.words), label.lettering.height
        place = (label.x, label.y, width, height)
        is_whole = 0.0 <= label.x <= self._width - width and 0.0 <= label.y <= self._height - height
        if not is_whole or (label.ground is None and self._is_occupied(*place)):
            return
        if self._reserve(*place):
            if label.ground is not None:
                painter.fillRect(round(label.x) - 3, round(label.y), round(width) + 6, round(height), label.ground)
            label.lettering.paint(painter, label.x, label.y, label.words, label.ink)

    def _paint_edge(self, painter: QPainter) -> None:
        height = self.lettering.height
        for label, y in spread(self._edge, height, self._height):
            width = self.lettering.width(label.words)
            x = self._width - EDGE_GAP - width
            self._claim(x - 4.0, y, width + EDGE_GAP + 4.0, height)
            self._edge_boxes.append((x - 4.0, y, y + height, label.words))
            painter.fillRect(round(x) - 4, round(y), round(width) + 8, round(height), self.ground)
            self.lettering.paint(painter, x, y, label.words, label.ink)

    def _reserve(self, x: float, y: float, width: float, height: float) -> bool:
        """Claims a rectangle; False where it would touch one that is claimed already."""
        is_free = self.is_free(x, y, width, height)
        if is_free:
            self._claim(x, y, width, height)
        return is_free

    def _claim(self, x: float, y: float, width: float, height: float) -> None:
        claimed = (x - GAP, y - GAP / 2, x + width + GAP, y + height + GAP / 2)
        for cell in _cells(x, width):
            self._taken.setdefault(cell, []).append(claimed)


class NoLabels(LabelBoard):
    """Takes no words: for an overlay whose labels are switched off. What it reserves counts on the board of all."""

    def __init__(self, board: LabelBoard) -> None:
        super().__init__(board.lettering, board.ground, QSize(), lambda *_: False)
        self._board = board

    def add(self, label: Label) -> None: ...

    def add_at_edge(self, label: EdgeLabel) -> None: ...

    def reserve(self, x: float, y: float, width: float, height: float) -> None:
        self._board.reserve(x, y, width, height)

    def is_free(self, x: float, y: float, width: float, height: float) -> bool:
        return self._board.is_free(x, y, width, height)


def _cells(x: float, width: float) -> range:
    return range(int(x // CELL), int((x + width) // CELL) + 1)


def spread(labels: list[EdgeLabel], height: float, space: float) -> list[tuple[EdgeLabel, float]]:
    """Tops of labels of one `height`, each as near to its level as possible, none over another, all within `space`.

    Where not all fit, those of the highest rank are left out.
    """
    maximum = int(space // height)
    chosen = sorted(sorted(labels, key=lambda label: label.rank)[:maximum], key=lambda label: label.y)
    groups: list[tuple[float, list[EdgeLabel]]] = []
    for label in chosen:
        groups.append((_clamped(label.y - height / 2, height, space), [label]))
        while len(groups) > 1 and groups[-2][0] + height * len(groups[-2][1]) > groups[-1][0]:
            members = groups[-2][1] + groups[-1][1]
            groups[-2:] = [(_group_top(members, height, space), members)]
    return [(label, top + place * height) for top, members in groups for place, label in enumerate(members)]


def _group_top(members: list[EdgeLabel], height: float, space: float) -> float:
    centre = sum(label.y for label in members) / len(members)
    return _clamped(centre - height * len(members) / 2, height * len(members), space)


def _clamped(top: float, height: float, space: float) -> float:
    return min(max(top, 0.0), space - height)
