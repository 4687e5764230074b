"""The line above the chart: prices and indicators of the candle under the mouse, or of the forming one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.readout import CandleReadout, price_text, volume_text
from gui.features.chart.view.layers.labels import Lettering, lettering
from gui.features.chart.view.timeframes.bar import TimeframeBar
from gui.theme import Theme, colour
from gui.zones import date_time_text

ROW_HEIGHT = 20
INSET = 10
FIELD_GAP = 12
NAME_GAP = 4
NOT_READY = "–"


@dataclass(frozen=True, slots=True)
class Field:
    """A name and what it reads."""

    name: str
    words: str
    ink: QColor


class Readout(QWidget):
    """Two rows of fields, one in a small chart; those that do not fit are left out from the end, never cut.

    The time frames may stand at the right end of the second row. Longer ones have no indicators of M1.
    """

    def __init__(
        self,
        symbol: str,
        digits: int,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        timeframe: Timeframe = Timeframe.M1,
    ) -> None:
        super().__init__(parent)
        self._timeframe = timeframe
        self._corner: TimeframeBar | None = None
        self._is_small = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._symbol, self._digits = symbol, digits
        self.zone: tzinfo = UTC
        self._strong, self._plain = lettering(13, QFont.Weight.Medium), lettering(12)
        self._rows: tuple[list[Field], list[Field]] = ([], [])
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """The fields are rebuilt with the next candle."""
        self._ground, self._muted, self._text = (
            colour(token) for token in (theme.background, theme.text_muted, theme.text)
        )
        self._up, self._down = colour(theme.up), colour(theme.down)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, (1 if self._is_small else 2) * ROW_HEIGHT + 6)

    def set_small(self, is_small: bool) -> None:
        """One row only."""
        self._is_small = is_small
        self.updateGeometry()
        self.update()

    def set_corner(self, corner: TimeframeBar | None) -> None:
        """Shows the time frames in the corner; None: they are shown elsewhere."""
        self._corner = corner
        if corner is not None:
            corner.setParent(self)
            corner.show()
            self._place_corner()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_corner()

    def _place_corner(self) -> None:
        if self._corner is not None:
            self._corner.fit_into(self.width())
            width = min(self._corner.sizeHint().width(), self.width())
            self._corner.setGeometry(self.width() - width, 3 + ROW_HEIGHT, width, ROW_HEIGHT + 2)

    def text(self) -> str:
        """Everything that is shown, as one line of words."""
        return " ".join(f"{field.name} {field.words}".strip() for row in self._rows for field in row)

    def show_candle(self, readout: CandleReadout | None) -> None:
        """None where there is no candle at all."""
        rows = ([], []) if readout is None else (self._prices(readout), self._indicators(readout))
        if rows != self._rows:
            self._rows = rows
            self.update()

    def _prices(self, readout: CandleReadout) -> list[Field]:
        ink = self._up if readout.close >= readout.open else self._down
        prices = (("O", readout.open), ("H", readout.high), ("L", readout.low), ("C", readout.close))
        fields = [Field(name, self._price(price), ink) for name, price in prices]
        fields.append(Field("", self._change(readout), ink))
        if readout.volume is not None:
            fields.append(Field("Vol", volume_text(readout.volume), self._text))
        if readout.spread is not None:
            fields.append(Field("Spread", self._price(readout.spread), self._text))
        words = date_time_text(readout.opened_at, self.zone)
        fields.append(Field("", words, self._muted))
        return fields

    def _indicators(self, readout: CandleReadout) -> list[Field]:
        named = [("VWAP", readout.vwap), ("ATR(14)", readout.atr14)]
        if self._timeframe is Timeframe.M1:
            named[1:1] = [("σ", readout.vwap_sigma), ("ATR(1)", readout.atr1)]
            named.append(("Range", readout.range_avg))
        fields = [Field(name, self._price(value), self._text) for name, value in named]
        if readout.session:
            fields.append(Field("", readout.session, self._muted))
        if readout.is_forming:
            fields.append(Field("", "forming", self._muted))
        return fields

    def _price(self, price: float | None) -> str:
        return NOT_READY if price is None else price_text(price, self._digits)

    def _change(self, readout: CandleReadout) -> str:
        if readout.change is None:
            return NOT_READY
        before = readout.close - readout.change
        price, share = f"{readout.change:+z,.{self._digits}f}", f"{readout.change / before:+z.2%}"
        return f"{_without_sign_of_zero(price)} ({_without_sign_of_zero(share)})".replace("-", "−")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._ground)
        title = f"{self._symbol} · {self._timeframe}"
        x = INSET + self._paint_words(painter, INSET, 4, title, self._strong, self._text) + FIELD_GAP
        self._paint_row(painter, x, 4, self._rows[0], self.width() - INSET)
        if not self._is_small:
            corner = 0 if self._corner is None else self._corner.width()
            self._paint_row(painter, INSET, 4 + ROW_HEIGHT, self._rows[1], self.width() - INSET - corner)
        painter.end()

    def _paint_row(self, painter: QPainter, x: float, y: float, fields: list[Field], right: float) -> None:
        for field in fields:
            name_width = self._plain.width(field.name) + NAME_GAP if field.name else 0.0
            if x + name_width + self._plain.width(field.words) > right:
                return
            self._paint_words(painter, x, y, field.name, self._plain, self._muted)
            x += name_width
            x += self._paint_words(painter, x, y, field.words, self._plain, field.ink) + FIELD_GAP

    def _paint_words(
        self, painter: QPainter, x: float, y: float, words: str, lettering: Lettering, ink: QColor
    ) -> float:
        lettering.paint(painter, x, y + (ROW_HEIGHT - lettering.height) / 2, words, ink)
        return lettering.width(words)


def _without_sign_of_zero(number: str) -> str:
    return number if any(digit in number for digit in "123456789") else number.lstrip("+")
