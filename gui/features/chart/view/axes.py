"""The price axis on the right and the time axis below, with the tags of the last price and of the crosshair."""

from __future__ import annotations

import math
from datetime import UTC, tzinfo

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QPainter

from gui.features.chart.model.candle_columns import EPOCH
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import price_text
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import lettering
from gui.features.chart.view.scale import Scale
from gui.theme import Theme, colour
from gui.zones import date_time_text, zone_name

TIME_AXIS_HEIGHT = 26
TAG_HEIGHT = 18
MIN_PRICE_AXIS_WIDTH = 64
INSET = 8


class PriceAxis:
    """Round prices; and, where it is `shows_last`, the bid, with `shows_spread` also the ask and the spread."""

    def __init__(self, model: ChartModel, theme: Theme) -> None:
        self._model = model
        self._lettering = lettering(11)
        self._strong = lettering(11, QFont.Weight.Medium)
        self.shows_last = True
        self.shows_spread = True
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ink, self._line = colour(theme.text_muted), colour(theme.border)
        self._ground = colour(theme.background)
        self._on_colour, self._ask = colour(theme.text_on_colour), colour(theme.quote_ask)
        self._up, self._down = colour(theme.up), colour(theme.down)
        self._cross_ground, self._cross_ink = colour(theme.crosshair_tag), colour(theme.text)

    def width(self) -> int:
        """Pixels that the widest price of this instrument needs."""
        highest = self._model.last_price or 0.0
        widest = price_text(10.0 ** math.ceil(math.log10(max(10.0, 1.02 * highest))) - 1.0, self._model.digits)
        return max(MIN_PRICE_AXIS_WIDTH, math.ceil(self._strong.width(widest)) + 2 * INSET)

    def paint(self, painter: QPainter, frame: Frame, width: int) -> None:
        """The still part, right of the plot."""
        left, scale = frame.scale.width, frame.scale
        painter.fillRect(left, 0, width, scale.height, self._ground)
        painter.fillRect(left, 0, 1, scale.height + TIME_AXIS_HEIGHT, self._line)
        half = self._lettering.height / 2.0
        for price in frame.price_ticks.tolist():
            y = float(scale.y(price))
            if half <= y <= scale.height - half:
                words = price_text(price, self._model.digits)
                self._lettering.paint(painter, left + INSET, y - half, words, self._ink)

    @property
    def direction_ink(self) -> QColor:
        """The colour of the way the running candle goes, or of the last closed one."""
        model = self._model
        if model.forming is not None:
            return self._up if model.forming.close >= model.forming.open else self._down
        is_up = not model.count or model.columns.close.values[-1] >= model.columns.open.values[-1]
        return self._up if is_up else self._down

    def quote_area(self, frame: Frame, width: int) -> QRect:
        """Where the tags of the quote are; empty where they are switched off or no price is known."""
        price, scale = self._model.last_price, frame.scale
        if price is None or not (self.shows_last or self.shows_spread):
            return QRect()
        top, rows = self._quote_rows(scale, price)
        return self._covering(frame, QRect(scale.width + 1, top, width - 1, len(rows) * TAG_HEIGHT))

    def paint_quote(self, painter: QPainter, frame: Frame, width: int) -> None:
        """Ask, bid and spread one below the other, the bid at its price, or at the edge beyond which that is."""
        price, scale = self._model.last_price, frame.scale
        if price is None or not (self.shows_last or self.shows_spread):
            return
        painter.fillRect(self.quote_area(frame, width), self._ground)
        y, rows = self._quote_rows(scale, price)
        for words, ground, ink in rows:
            painter.fillRect(scale.width + 1, y, width - 1, TAG_HEIGHT, ground)
            lettering = self._strong if ink is self._on_colour else self._lettering
            lettering.paint(painter, scale.width + INSET, y + (TAG_HEIGHT - lettering.height) / 2, words, ink)
            y += TAG_HEIGHT

    def _quote_rows(self, scale: Scale, price: float) -> tuple[int, list[tuple[str, QColor, QColor]]]:
        quote, spread, digits = self._model.quote, self._model.quote_spread, self._model.digits
        rows = []
        if self.shows_spread and quote is not None and spread is not None:
            rows.append((price_text(quote.ask, digits), self._ground, self._ask))
        above = len(rows)
        if self.shows_last:
            arrow = "▴" if price > scale.high else "▾" if price < scale.low else ""
            rows.append((arrow + price_text(price, digits), self.direction_ink, self._on_colour))
        if self.shows_spread and spread is not None:
            rows.append((f"sp {price_text(spread, digits)}", self._ground, self._ask))
        top = round(float(scale.y(price))) - TAG_HEIGHT // 2 - above * TAG_HEIGHT
        return min(max(top, 0), scale.height - len(rows) * TAG_HEIGHT), rows

    def _covering(self, frame: Frame, tag: QRect) -> QRect:
        """A tag made larger by the marks that it would cut in half: they go while it is there."""
        half, top, bottom = self._lettering.height / 2.0, tag.top(), tag.top() + tag.height()
        for y in frame.scale.y(frame.price_ticks).tolist():
            if y - half < tag.top() + tag.height() and y + half > tag.top():
                top, bottom = min(top, math.floor(y - half)), max(bottom, math.ceil(y + half))
        return QRect(tag.left(), top, tag.width(), bottom - top)

    def _cross_tag(self, scale: Scale, width: int, y: int) -> QRect:
        top = min(max(y - TAG_HEIGHT // 2, 0), scale.height - TAG_HEIGHT)
        return QRect(scale.width + 1, top, width - 1, TAG_HEIGHT)

    def cross_area(self, frame: Frame, width: int, y: int) -> QRect:
        return self._covering(frame, self._cross_tag(frame.scale, width, y))

    def paint_cross(self, painter: QPainter, frame: Frame, width: int, y: int, price: float) -> None:
        """The price label of the crosshair."""
        area, cover = self._cross_tag(frame.scale, width, y), self.cross_area(frame, width, y)
        painter.fillRect(cover, self._ground)
        if cover.intersects(self.quote_area(frame, width)):
            self.paint_quote(painter, frame, width)
        painter.fillRect(area, self._cross_ground)
        top = area.top() + (TAG_HEIGHT - self._lettering.height) / 2
        words = price_text(price, self._model.digits)
        self._lettering.paint(painter, area.left() + INSET, top, words, self._cross_ink)


class TimeAxis:
    """Times of a zone below the candles, and the zone's name in the corner."""

    def __init__(self, model: ChartModel, theme: Theme) -> None:
        self._model = model
        self.zone: tzinfo = UTC
        self._lettering = lettering(11)
        self._strong = lettering(11, QFont.Weight.Medium)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ink, self._day_ink = colour(theme.text_muted), colour(theme.text)
        self._line, self._ground = colour(theme.border), colour(theme.background)
        self._cross_ground = colour(theme.crosshair_tag)

    def paint(self, painter: QPainter, frame: Frame, corner_width: int) -> None:
        """The still part, below the plot; the corner is below the price axis."""
        width, top = frame.scale.width, frame.scale.height
        painter.fillRect(0, top, width + corner_width, TIME_AXIS_HEIGHT, self._ground)
        painter.fillRect(0, top, width + corner_width, 1, self._line)
        for tick in frame.time_ticks:
            lettering, ink = (self._strong, self._day_ink) if tick.is_day else (self._lettering, self._ink)
            x = float(frame.scale.x(tick.index)) - lettering.width(tick.label) / 2
            if x >= 4.0 and x + lettering.width(tick.label) <= width - 4.0:
                lettering.paint(painter, x, top + (TIME_AXIS_HEIGHT - lettering.height) / 2, tick.label, ink)
        self._paint_zone(painter, width, top, corner_width)

    def _paint_zone(self, painter: QPainter, left: int, top: int, width: int) -> None:
        columns = self._model.columns
        name = zone_name(self.zone, columns.opened_at(len(columns) - 1) if len(columns) else EPOCH)
        x = left + (width - self._lettering.width(name)) / 2
        self._lettering.paint(painter, x, top + (TIME_AXIS_HEIGHT - self._lettering.height) / 2, name, self._ink)

    def time_of(self, index: int) -> str:
        """When a candle opened, in the zone: `Wed 18 Mar 2026 14:23`; nothing where no candle stands."""
        model = self._model
        if 0 <= index < model.count:
            opened_at = model.columns.opened_at(index)
        elif index == model.count and model.forming is not None:
            opened_at = model.forming.opened_at
        else:
            return ""
        return date_time_text(opened_at, self.zone)

    def _cross_tag(self, scale: Scale, words: str, index: int) -> QRect:
        width = math.ceil(self._lettering.width(words)) + 2 * INSET
        left = min(max(round(float(scale.x(index))) - width // 2, 0), max(0, scale.width - width))
        return QRect(left, scale.height + 1, width, TIME_AXIS_HEIGHT - 1)

    def cross_area(self, frame: Frame, index: int) -> QRect:
        """Where the tag of the crosshair is, with the marks it would cut in half; empty where no candle stands."""
        words = self.time_of(index)
        if not words:
            return QRect()
        tag = self._cross_tag(frame.scale, words, index)
        left, right = tag.left(), tag.left() + tag.width()
        for tick in frame.time_ticks:
            half, x = self._strong.width(tick.label) / 2.0 + 1.0, float(frame.scale.x(tick.index))
            if x - half < tag.left() + tag.width() and x + half > tag.left():
                left, right = min(left, math.floor(x - half)), max(right, math.ceil(x + half))
        return QRect(left, tag.top(), min(right, frame.scale.width) - left, tag.height())

    def paint_cross(self, painter: QPainter, frame: Frame, index: int) -> None:
        words = self.time_of(index)
        if words:
            tag = self._cross_tag(frame.scale, words, index)
            painter.fillRect(self.cross_area(frame, index), self._ground)
            painter.fillRect(tag, self._cross_ground)
            top = frame.scale.height + (TIME_AXIS_HEIGHT - self._lettering.height) / 2
            self._lettering.paint(painter, tag.left() + INSET, top, words, self._day_ink)
