"""Setups at their candles, and entry, stop and target of the live one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPolygonF

from gui.features.chart.model.readout import price_text
from gui.features.chart.view.layers.brushwork import Array, Stamp, dash_tile, draw_dashes
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import EdgeLabel, Label, lettering
from gui.theme import Theme, colour

MARK_PIXELS = 11
DISTANCE = 10
DISTANCE_WITH_SWEEP = 20
"""Beyond the mark of a sweep at the same candle."""
WORDS_MIN_STEP = 4.0
"""Pixels per candle from which on side and score are written; the mark alone shows them before."""
RANK = 0
BESIDE = 4.0
MAX_ROWS = 3
"""How far out words may stand from their mark."""
NEIGHBOURS = 8

Place = tuple[float, float, float, float]
"""Left, top, width and height."""


class SetupLayer:
    """A mark with side, score and A+ at each candle with a setup; entry, stop and target of the living one.

    They go when a position or a new plan has levels of its own, or when the proposal made of them has ended.
    """

    name, title = "setups", "Setups"

    def __init__(self, theme: Theme) -> None:
        self._lettering = lettering(10, QFont.Weight.Medium)
        self._on_colour = colour(theme.text_on_colour)
        self._grounds = {False: colour(theme.accent), True: colour(theme.text)}
        self._stamps = {
            (is_buy, is_a_plus): _triangle(ground, is_up=is_buy)
            for is_buy in (False, True)
            for is_a_plus, ground in self._grounds.items()
        }
        self._lines = {
            "Entry": (colour(theme.accent), dash_tile(colour(theme.accent), 8, 0)),
            "Stop": (colour(theme.failed), dash_tile(colour(theme.failed), 5, 3)),
            "Target": (colour(theme.passed), dash_tile(colour(theme.passed), 5, 3)),
        }
        self._zones = {"Stop": colour(theme.failed, 0.10), "Target": colour(theme.passed, 0.10)}

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if frame.has_candles:
            self._paint_idea(painter, frame)
            self._paint_marks(painter, frame)

    def label(self, frame: Frame) -> None:
        if frame.has_candles:
            self._label_idea(frame)
            if frame.scale.step >= WORDS_MIN_STEP:
                self._label_marks(frame)

    # -- marks

    def _paint_marks(self, painter: QPainter, frame: Frame) -> None:
        left, top, is_buy, is_a_plus, _ = self._marks(frame)
        for (buys, a_plus), stamp in self._stamps.items():
            chosen = (is_buy == buys) & (is_a_plus == a_plus)
            stamp.paint(painter, frame.scale.ratio, left[chosen], top[chosen])

    def _label_marks(self, frame: Frame) -> None:
        marks = [column.tolist() for column in self._marks(frame)]
        for x, y in zip(*marks[:2], strict=True):
            frame.labels.reserve(x, y, MARK_PIXELS, MARK_PIXELS)
        places: list[Place] = []
        for x, y, buys, a_plus, score in reversed(list(zip(*marks, strict=True))):  # the newest first
            self._name(frame, (x, y), f"{'BUY' if buys else 'SELL'} {score:.3g}", (buys, a_plus), places)

    def _marks(self, frame: Frame) -> tuple[Array, Array, Array, Array, Array]:
        """Left and top of each mark, whether it is for BUY and A+, and its score."""
        setups = frame.model.verdicts.setups
        rows = setups.between(frame.first, frame.last)
        is_buy = setups.is_buy.values[rows]
        corners = self._corners(frame, setups.index.values[rows], is_buy)
        return (*corners, is_buy, setups.is_a_plus.values[rows], setups.score.values[rows])

    def _corners(self, frame: Frame, index: Array, is_buy: Array) -> tuple[Array, Array]:
        """Left and top of each mark: below the low for BUY, above the high for SELL."""
        columns, scale, swept = frame.model.columns, frame.scale, frame.model.findings.sweeps
        sweeps = swept.index.values[swept.between(frame.first, frame.last)]
        # "table" counts rows that are close together; the other way brings in numpy.ma, while a start waits for it.
        is_swept = np.isin(index, sweeps, kind="table")
        distance = np.where(is_swept, DISTANCE_WITH_SWEEP, DISTANCE)
        y = scale.snapped_y(np.where(is_buy, columns.low.values[index], columns.high.values[index]))
        top = np.where(is_buy, y + distance + 1, y - distance - MARK_PIXELS)
        inside = np.clip(top, 0.0, scale.height - MARK_PIXELS)
        top = np.where((y >= 0.0) & (y <= scale.height), inside, top)  # a visible candle has a visible mark
        return scale.snapped_x(index) - MARK_PIXELS // 2, top

    def _name(
        self, frame: Frame, corner: tuple[float, float], words: str, kind: tuple[bool, bool], places: list[Place]
    ) -> None:
        """Writes words next to a mark, or further out where others stand; `places` are those taken by setups."""
        (left, top), (is_buy, is_a_plus) = corner, kind
        words = f"A+ {words}" if is_a_plus else words
        width, height = self._lettering.width(words) + 6.0, self._lettering.height
        for x, y in _spots(left, top, width, height, is_buy=is_buy):
            is_inside = 0.0 <= y <= frame.scale.height - height and 0.0 <= x <= frame.scale.width - width
            place = (x, y, width, height)
            if is_inside and frame.labels.is_free(*place) and not any(_touch(place, it) for it in places[-NEIGHBOURS:]):
                places.append(place)
                ground = self._grounds[is_a_plus]
                frame.labels.add(Label(x + 3.0, y, words, self._on_colour, self._lettering, RANK, ground))
                return

    # -- the idea

    def _paint_idea(self, painter: QPainter, frame: Frame) -> None:
        scale, prices = frame.scale, _prices(frame)
        if not prices:
            return
        left = float(scale.whole_x(frame.model.count - 1))
        y = {name: float(scale.snapped_y(price)) for name, price in prices.items()}
        for name, shade in self._zones.items():
            top, bottom = sorted((y["Entry"], y[name]))
            painter.fillRect(QRectF(left, top, scale.width - left, bottom - top), shade)
        for name in prices:
            draw_dashes(painter, self._lines[name][1], scale, left, y[name], scale.width - left)

    def _label_idea(self, frame: Frame) -> None:
        scale = frame.scale
        for name, price in _prices(frame).items():
            beyond = "▴ " if price > scale.high else "▾ " if price < scale.low else ""
            words = f"{beyond}{name} {price_text(price, frame.model.digits)}"
            frame.labels.add_at_edge(EdgeLabel(float(scale.snapped_y(price)), words, self._lines[name][0], RANK))


def _prices(frame: Frame) -> dict[str, float]:
    """Those of the living idea; none where it is not in view or a position or plan has levels of its own."""
    setup = frame.model.verdicts.living
    if setup is None or not frame.reaches_live or frame.model.trades.covers_idea(setup.signal_id):
        return {}
    return {"Entry": setup.idea.entry, "Stop": setup.idea.stop_loss, "Target": setup.idea.take_profit}


def _spots(left: float, top: float, width: float, height: float, *, is_buy: bool) -> Iterator[tuple[float, float]]:
    """Where the words of a mark may stand, best first: beyond it, further out, and beside it at the plot's edge."""
    x = left + 0.5 * (MARK_PIXELS - width)
    y, outward = (top + MARK_PIXELS + 1.0, height + 3.0) if is_buy else (top - height - 1.0, -height - 3.0)
    for row in range(MAX_ROWS):
        yield x, y + row * outward
    beside = top + 0.5 * (MARK_PIXELS - height)
    for side in (left + MARK_PIXELS + BESIDE, left - width - BESIDE):
        yield side, max(0.0, beside)


def _touch(one: Place, other: Place) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _triangle(ink: QColor, is_up: bool) -> Stamp:
    base, tip = (MARK_PIXELS - 0.5, 0.5) if is_up else (0.5, MARK_PIXELS - 0.5)
    corners = (QPointF(0.0, base), QPointF(MARK_PIXELS, base), QPointF(MARK_PIXELS / 2.0, tip))
    return Stamp(MARK_PIXELS, QPolygonF(corners), ink)
