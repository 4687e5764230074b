"""The static part of a timeline: sessions, days, gaps and setups, painted once into a picture."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from itertools import product

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QPolygonF

from gui.features.replay.model.timeline import SetupMark, TimelineModel
from gui.features.replay.model.timeline_ground import Stretch, instant
from gui.features.replay.view.timeline.scale import TimelineScale
from gui.theme import Theme, colour, font, mixed
from gui.zones import date_text

LABELS_HEIGHT = 13.0
MARK_PIXELS = 7.0
BAND_TOP = LABELS_HEIGHT + MARK_PIXELS + 2.0
BAND_HEIGHT = 9.0
HEIGHT = int(BAND_TOP + BAND_HEIGHT + MARK_PIXELS + 3.0)
_BAND_SHARE = 0.55
_MIN_DAY_PIXELS = 14.0
"""Sessions of narrower days would be a blur: they give way to a plain band."""
_NOON = timedelta(hours=12)


def picture_of(model: TimelineModel, theme: Theme, zone: tzinfo, size: QSize, ratio: float) -> QPixmap:
    """The timeline without its position, for a screen of `ratio` device pixels a pixel."""
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(colour(theme.surface))
    if model.span_us:
        _Painter(picture, model, theme, TimelineScale(model.first_us, model.span_us, size.width())).paint(zone)
    return picture


class _Painter:
    def __init__(self, picture: QPixmap, model: TimelineModel, theme: Theme, scale: TimelineScale) -> None:
        self._painter = QPainter(picture)
        self._model = model
        self._theme = theme
        self._scale = scale

    def paint(self, zone: tzinfo) -> None:
        self._paint_band()
        self._paint_gaps()
        self._paint_days(zone)
        self._paint_setups()
        self._painter.end()

    def _bar(self, start_us: int, end_us: int) -> QRectF:
        left, right = self._scale.x(start_us), self._scale.x(end_us)
        return QRectF(left, BAND_TOP, right - left, BAND_HEIGHT)

    def _paint_band(self) -> None:
        model, theme = self._model, self._theme
        whole = self._bar(model.first_us, model.last_us)
        self._painter.fillRect(whole, mixed(theme.border, theme.surface, 1.0))
        day = timedelta(days=1) / timedelta(microseconds=1) / max(1.0, self._scale.us_per_pixel)
        if day < _MIN_DAY_PIXELS:
            self._painter.fillRect(whole, mixed(theme.text_muted, theme.surface, 0.35))
            return
        for stretch in model.ground.stretches:
            if (token := self._token(stretch)) is not None:
                shade = mixed(token, theme.surface, _BAND_SHARE)
                self._painter.fillRect(self._bar(stretch.start_us, stretch.end_us), shade)

    def _token(self, stretch: Stretch) -> str | None:
        return getattr(self._theme, f"session_{stretch.session}", None)

    def _paint_gaps(self) -> None:
        """Where nothing is recorded the band is empty."""
        for start_us, end_us in self._model.ground.gaps:
            bar = self._bar(start_us, end_us)
            if bar.width() >= 1.0:
                self._painter.fillRect(bar, colour(self._theme.surface))
                self._painter.fillRect(
                    QRectF(bar.left(), bar.center().y(), bar.width(), 1.0), colour(self._theme.border)
                )

    def _paint_days(self, zone: tzinfo) -> None:
        painter, theme = self._painter, self._theme
        painter.setFont(font(10))
        days = self._scale.labelled(self._model.ground.days)
        ends = [self._scale.x(day) for day in days[1:]] + [self._scale.width]
        for day, end in zip(days, ends, strict=False):  # no day may begin in what is recorded
            x = self._scale.x(day)
            painter.fillRect(QRectF(x, 2.0, 1.0, BAND_TOP + BAND_HEIGHT - 2.0), colour(theme.border))
            words = date_text(instant(day) + _NOON, zone)
            if painter.fontMetrics().horizontalAdvance(words) + 6 <= end - x:
                painter.setPen(colour(theme.text_muted))
                painter.drawText(QPointF(x + 4.0, LABELS_HEIGHT - 3.0), words)

    def _paint_setups(self) -> None:
        stamps = {kind: self._stamp(*kind) for kind in product((False, True), repeat=2)}
        for (x, is_buy), is_a_plus in sorted(self._places().items(), key=lambda place: place[1]):
            top = BAND_TOP + BAND_HEIGHT + 1.0 if is_buy else BAND_TOP - 1.0 - MARK_PIXELS
            self._painter.drawPixmap(QPointF(x - MARK_PIXELS / 2, top), stamps[is_buy, is_a_plus])

    def _stamp(self, is_buy: bool, is_a_plus: bool) -> QPixmap:
        """Below the band and pointing up for BUY, above it and pointing down for SELL: a year has thousands."""
        ratio = self._painter.device().devicePixelRatio()
        stamp = QPixmap(QSize(int(MARK_PIXELS), int(MARK_PIXELS)) * ratio)
        stamp.setDevicePixelRatio(ratio)
        stamp.fill(Qt.GlobalColor.transparent)
        painter = QPainter(stamp)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._theme.text if is_a_plus else self._theme.accent))
        tip, foot = (0.0, MARK_PIXELS) if is_buy else (MARK_PIXELS, 0.0)
        painter.drawPolygon(QPolygonF([QPointF(MARK_PIXELS / 2, tip), QPointF(0.0, foot), QPointF(MARK_PIXELS, foot)]))
        painter.end()
        return stamp

    def _places(self) -> dict[tuple[int, bool], bool]:
        """One mark for each pixel and side, of the first class if one of its setups is."""
        places: dict[tuple[int, bool], bool] = {}
        for mark in self._model.marks:
            place = round(self._scale.x(mark.at_us)), _is_buy(mark)
            places[place] = places.get(place, False) or mark.is_a_plus
        return places


def _is_buy(mark: SetupMark) -> bool:
    return mark.side == "BUY"
