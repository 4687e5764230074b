"""Drawings in pixels: the lines that they consist of, and which of them is under the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.features.chart.view.scale import Scale
from gui.features.drawing.model.axis import CandleAxis
from gui.features.drawing.model.drawing import FIBONACCI, Drawing, Kind, fibonacci_price

REACH: Final = 5.0
"""Pixels from a line within which the mouse is at it."""
HANDLE: Final = 9
"""Pixels of the square at an anchor."""
BEYOND: Final = 60.0
"""Pixels outside the plot at which lines are cut off."""

Floats = NDArray[np.float64]
Segment = tuple[float, float, float, float]
"""Both ends, x before y."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`handles` are the anchors; `lines` what can be grabbed; `area` what is filled, None for a mere line."""

    drawing: Drawing
    handles: tuple[QPointF, ...]
    lines: tuple[Segment, ...]
    area: QRectF | None = None


def shapes_in_view(drawings: Sequence[Drawing], scale: Scale, axis: CandleAxis) -> list[Shape]:
    """The shapes of the drawings of which something may be in view, in the same order."""
    if not drawings:
        return []
    times = np.array([(each.first.time_s, each.last.time_s) for each in drawings], np.int64)
    prices = np.array([(each.first.price, each.last.price) for each in drawings], np.float64)
    x, y = scale.x(axis.rows(times)), scale.y(prices)
    is_in_view = _in_view(drawings, x, y, scale)
    points = np.stack([x, y], axis=2).tolist()
    return [
        _shape(drawing, [QPointF(*point) for point in points[place]], scale)
        for place, drawing in enumerate(drawings)
        if is_in_view[place]
    ]


def shape_of(drawing: Drawing, scale: Scale, axis: CandleAxis) -> Shape:
    """The shape of one drawing, in view or not."""
    rows = axis.rows([drawing.first.time_s, drawing.last.time_s])
    x, y = scale.x(rows).tolist(), scale.y(np.array([drawing.first.price, drawing.last.price])).tolist()
    return _shape(drawing, [QPointF(*point) for point in zip(x, y, strict=True)], scale)


def _in_view(drawings: Sequence[Drawing], x: Floats, y: Floats, scale: Scale) -> list[bool]:
    """Left out is what certainly ends before an edge; rays and texts are only tried by painting."""
    is_ray = np.array([each.kind is Kind.RAY for each in drawings])
    is_text = np.array([each.kind is Kind.TEXT for each in drawings])
    runs_right = np.array([each.extends or each.kind is Kind.HORIZONTAL_LINE or bool(each.text) for each in drawings])
    runs_left = np.array([each.kind is Kind.HORIZONTAL_LINE for each in drawings])
    is_within = (y.max(axis=1) >= -BEYOND) & (y.min(axis=1) <= scale.height + BEYOND)
    is_within &= runs_left | (x.min(axis=1) <= scale.width + BEYOND)
    is_within &= runs_right | is_text | (x.max(axis=1) >= -BEYOND)
    found: list[bool] = (is_within | is_ray).tolist()
    return found


def _shape(drawing: Drawing, points: list[QPointF], scale: Scale) -> Shape:
    start, end = points
    width = float(scale.width)
    match drawing.kind:
        case Kind.HORIZONTAL_LINE:
            x = min(max(start.x(), 2.0 * HANDLE), width - 2.0 * HANDLE)
            return Shape(drawing, (QPointF(x, start.y()),), ((0.0, start.y(), width, start.y()),))
        case Kind.TREND_LINE | Kind.RAY:
            line = _clipped(start, end, scale, goes_on=drawing.kind is Kind.RAY)
            return Shape(drawing, (start, end), () if line is None else (line,))
        case Kind.TEXT:
            return Shape(drawing, (start,), ())
        case Kind.FIBONACCI:
            return Shape(drawing, (start, end), _levels(drawing, start, end, scale))
    area = QRectF(start, end).normalized()
    if drawing.extends:
        area.setRight(width + BEYOND)
    area &= QRectF(-BEYOND, -BEYOND, width + 2.0 * BEYOND, scale.height + 2.0 * BEYOND)
    left, top, right, bottom = area.left(), area.top(), area.right(), area.bottom()
    edges = ((left, top, right, top), (left, bottom, right, bottom))
    return Shape(drawing, (start, end), (*edges, (left, top, left, bottom), (right, top, right, bottom)), area)


def _levels(drawing: Drawing, start: QPointF, end: QPointF, scale: Scale) -> tuple[Segment, ...]:
    """A line at each level, and one from anchor to anchor."""
    left, right = sorted((start.x(), end.x()))
    right = float(scale.width) if drawing.extends else right
    heights = [float(scale.y(fibonacci_price(drawing, share))) for share in FIBONACCI]
    slope = _clipped(start, end, scale)
    return (*((left, y, right, y) for y in heights), *(() if slope is None else (slope,)))


def _clipped(start: QPointF, end: QPointF, scale: Scale, *, goes_on: bool = False) -> Segment | None:
    """The part of a line near the plot, None without one (Liang and Barsky, 1984); a ray goes on beyond its end."""
    along, down = end.x() - start.x(), end.y() - start.y()
    first, last = 0.0, float("inf") if goes_on and (along or down) else 1.0
    for by, room in (
        (-along, start.x() + BEYOND),
        (along, scale.width + BEYOND - start.x()),
        (-down, start.y() + BEYOND),
        (down, scale.height + BEYOND - start.y()),
    ):
        if not by:
            if room < 0.0:
                return None
        elif by < 0.0:
            first = max(first, room / by)
        else:
            last = min(last, room / by)
    if first > last:
        return None
    return (
        *(start.x() + first * along, start.y() + first * down),
        *(start.x() + last * along, start.y() + last * down),
    )


def handle_at(shape: Shape, point: QPointF) -> int | None:
    """The place of the anchor under the mouse; None where there is none."""
    for place, handle in reversed(list(enumerate(shape.handles))):
        if max(abs(handle.x() - point.x()), abs(handle.y() - point.y())) <= HANDLE / 2.0 + 2.0:
            return place
    return None


def shape_at(shapes: Iterable[Shape], point: QPointF) -> Shape | None:
    """The front one of the shapes under the mouse; None where there is none."""
    owners = [(shape, line) for shape in shapes for line in _grips(shape)]
    if not owners:
        return None
    lines = np.array([line for _, line in owners])
    near = np.flatnonzero(_distances(lines, point.x(), point.y()) <= REACH)
    return owners[int(near[-1])][0] if len(near) else None


def _grips(shape: Shape) -> tuple[Segment, ...]:
    """Words can be grabbed where they stand."""
    if shape.drawing.kind is Kind.TEXT and shape.area is not None:
        area = shape.area
        steps = np.arange(area.top() + REACH, area.bottom(), REACH).tolist()
        return tuple((area.left(), y, area.right(), y) for y in steps)
    return shape.lines


def _distances(lines: Floats, x: float, y: float) -> Floats:
    """From a point to each of the lines (n, 4), in pixels."""
    along, down = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    length = np.maximum(along**2 + down**2, 1e-9)
    share = np.clip(((x - lines[:, 0]) * along + (y - lines[:, 1]) * down) / length, 0.0, 1.0)
    found: Floats = np.hypot(lines[:, 0] + share * along - x, lines[:, 1] + share * down - y)
    return found
