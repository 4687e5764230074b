"""Two small charts: the spread at each hour of the day, and the ranges of the last candles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.chart.model.readout import price_text
from gui.features.chart.view.layers.labels import lettering
from gui.features.volatility.model.summary import VolatilitySummary
from gui.theme import Theme, colour, mixed
from gui.zones import minute_text, zone_title

LEFT, TITLE, FOOT, LABELS = 10.0, 18.0, 14.0, 52.0
"""Pixels: free to the left, of the title above, of the hours below, and of the figures to the right."""
HEADROOM = 1.1
FAR = 2.0
HOURS_A_LABEL = 6


class Picture(QWidget):
    """Bars above a common ground, with lines across that carry a figure each."""

    tip = ""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(self.tip)
        self._small = lettering(10)
        self._summary: VolatilitySummary | None = None
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ground, self._line = colour(theme.surface), colour(theme.border)
        self._words, self._muted = colour(theme.text), colour(theme.text_muted)
        self._bar, self._thin = (
            mixed(theme.text_muted, theme.surface, 0.55),
            mixed(theme.text_muted, theme.surface, 0.8),
        )
        self._accent, self._failed, self._limit = colour(theme.accent), colour(theme.failed), colour(theme.warning)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(170, 96)

    def _begin(self, painter: QPainter, title: str) -> QRectF:
        """Paints the ground and the title; the area for the bars."""
        painter.fillRect(self.rect(), self._ground)
        area = QRectF(LEFT, TITLE, self.width() - LEFT - LABELS, self.height() - TITLE - FOOT)
        self._small.paint(painter, LEFT, 2.0, title, self._muted)
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1.0), self._line)
        return area

    def _paint_levels(
        self, painter: QPainter, area: QRectF, top: float, levels: Sequence[tuple[float | None, str, QColor]]
    ) -> None:
        """Lines from the left to their figures, which do not overlap; a level above the top has no line."""
        known = sorted(((value, words, ink) for value, words, ink in levels if value), key=lambda level: level[0])
        free_until = float(self.height())
        for value, words, ink in known:
            y = max(area.top(), area.bottom() - area.height() * value / top)
            if value <= top:
                painter.fillRect(QRectF(area.left(), y, area.width(), 1.0), ink)
            free_until = min(free_until, y + self._small.height / 2) - self._small.height
            self._small.paint(painter, area.right() + 4.0, free_until, words if value <= top else f"{words} ↑", ink)


def _top(highest: float, limit: float | None) -> float:
    """The value at the top of a picture: a limit far above all values does not flatten the rest."""
    if limit is not None and highest < limit <= FAR * highest:
        highest = limit
    return HEADROOM * highest


class HourPicture(Picture):
    """Bars reach to an hour's middle spread, thin ones to what nine of ten candles stay below."""

    tip = "Median spread of each hour of the day; the thin bar is the 90th percentile; the current hour is highlighted"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._zone: tzinfo = UTC

    def show_summary(self, summary: VolatilitySummary, zone: tzinfo) -> None:
        before = self._summary
        seen = (summary.hours, summary.hour, summary.spread, summary.spread_limit)
        shown = None if before is None else (before.hours, before.hour, before.spread, before.spread_limit)
        if seen != shown or zone is not self._zone:
            self._summary, self._zone = summary, zone
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        area = self._begin(painter, f"Spread by the hour, {zone_title(self._zone)}")
        if self._summary is not None:
            self._paint(painter, self._summary, area)
        painter.end()

    def _paint(self, painter: QPainter, summary: VolatilitySummary, area: QRectF) -> None:
        known = [hour.wide for hour in summary.hours if hour is not None]
        top = _top(max([*known, summary.spread or 0.0], default=0.0), summary.spread_limit)
        if top <= 0.0:
            self._small.paint(painter, area.left() + 4.0, area.center().y(), "the source has no spread", self._muted)
            return
        step = area.width() / len(summary.hours)
        for place in range(len(summary.hours)):
            self._paint_hour(
                painter, summary, place, QRectF(area.left() + place * step, area.top(), step, area.height()), top
            )
        self._paint_levels(
            painter,
            area,
            top,
            (
                (summary.spread, price_text(summary.spread or 0.0, summary.digits), self._words),
                (summary.spread_limit, f"≤ {price_text(summary.spread_limit or 0.0, summary.digits)}", self._limit),
            ),
        )

    def _paint_hour(self, painter: QPainter, summary: VolatilitySummary, place: int, cell: QRectF, top: float) -> None:
        """`place` counts from the zone's midnight, or from the first hour of UTC that begins after it."""
        offset = summary.at.astimezone(self._zone).utcoffset()
        hour = (place - (0 if offset is None else int(offset.total_seconds() // 3600))) % len(summary.hours)
        found = summary.hours[hour]
        if found is not None:
            ink, width = self._accent if hour == summary.hour else self._bar, max(1.0, cell.width() - 2.0)
            for value, share in ((found.wide, 0.3), (found.median, 1.0)):
                height = cell.height() * value / top
                x = cell.center().x() - width * share / 2
                painter.fillRect(QRectF(x, cell.bottom() - height, width * share, height), ink)
        if place % HOURS_A_LABEL == 0:
            begins = datetime(summary.at.year, summary.at.month, summary.at.day, hour, tzinfo=UTC)
            self._small.paint(painter, cell.left(), cell.bottom() + 1.0, minute_text(begins, self._zone), self._muted)


class RangePicture(Picture):
    """A bar for each of the last candles; those below the least that is traded are marked."""

    tip = "How far each of the last candles went from low to high, their average, and the minimum"

    def show_summary(self, summary: VolatilitySummary) -> None:
        before = self._summary
        if before is None or (summary.symbol, summary.ranges, summary.range_limit, summary.stops) != (
            *(before.symbol, before.ranges, before.range_limit, before.stops),
        ):
            self._summary = summary
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        count = 0 if self._summary is None else len(self._summary.ranges)
        area = self._begin(painter, f"Range of the last {count} candles")
        if self._summary is not None:
            self._paint(painter, self._summary, area)
        painter.end()

    def _paint(self, painter: QPainter, summary: VolatilitySummary, area: QRectF) -> None:
        levels = (summary.range_avg or 0.0, summary.range_limit or 0.0, *summary.stops)
        top = HEADROOM * max(*summary.ranges, *levels)
        if top <= 0.0:
            return
        step = area.width() / max(1, len(summary.ranges))
        for place, height in enumerate(summary.ranges):
            is_low = summary.range_limit is not None and height < summary.range_limit
            reach = area.height() * height / top
            bar = QRectF(area.left() + place * step, area.bottom() - reach, max(1.0, step - 1.0), reach)
            painter.fillRect(bar, self._failed if is_low else self._bar)
        self._small.paint(painter, area.left(), area.bottom() + 1.0, "oldest", self._muted)
        width = self._small.width("newest")
        self._small.paint(painter, area.right() - width - 4.0, area.bottom() + 1.0, "newest", self._muted)
        self._paint_levels(painter, area, top, self._levels(summary))

    def _levels(self, summary: VolatilitySummary) -> list[tuple[float | None, str, QColor]]:
        def words(sign: str, value: float | None) -> str:
            return f"{sign} {price_text(value or 0.0, summary.digits)}"

        stop = min(summary.stops, default=None)
        return [
            (summary.range_avg, words("ø", summary.range_avg), self._words),
            (stop, words("stop", stop), self._accent),
            (summary.range_limit, words("≥", summary.range_limit), self._limit),
        ]
