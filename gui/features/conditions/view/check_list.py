"""Every check of the four layers: layer 1 for both sides, the others side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QToolTip, QWidget

from gui.features.conditions.model.summary import CheckRow, ConditionsSummary, LayerSummary, State
from gui.features.conditions.view.ink import COLUMN_GAP, PAD, Ink, paint_gauge, paint_right
from gui.theme import Theme

HEADING_HEIGHT = 25
WIDE_ROW = 20
ROW = 32
ICON_WIDTH = 15
GAUGE_HEIGHT = 4
WIDE_WORD, WIDE_NUMBERS, WIDE_GAUGE = 52, 92, 46
GAUGE_SHARE = 0.34
"""Of a column's width."""
TINTED = (-6, 0, 4, -1)
"""How far the ground of a row that decides reaches beyond it."""


class CheckList(QWidget):
    """The checks of a candle; the tooltip of each has its sentence, and below it what the check is worth."""

    def __init__(self, theme: Theme, worth_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        """`worth_of` says in words what the check of that name is worth; empty to show nothing."""
        super().__init__(parent)
        self._worth_of = worth_of
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._ink = Ink(theme)
        self._summary: ConditionsSummary | None = None
        self._areas: list[QRect] = []

    def set_theme(self, theme: Theme) -> None:
        self._ink = Ink(theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, self.minimumHeight())

    def show_summary(self, summary: ConditionsSummary | None) -> None:
        """None where nothing is judged."""
        before, self._summary = self._summary, summary
        height = 0 if summary is None else _height(summary)
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
        if before is None or summary is None or _heads(before) != _heads(summary):
            self.update()
        else:
            self._update_rows(before, summary)

    def _update_rows(self, before: ConditionsSummary, summary: ConditionsSummary) -> None:
        """Paints again what says something else: a quote changes a row or two of forty."""
        for area, was, check in zip(self._areas, _checks(before), _checks(summary), strict=False):
            if was != check:
                self.update(area.adjusted(*TINTED))

    def sentence_at(self, point: QPoint) -> str:
        """The sentence of the check at a point and what it is worth; empty where there is none."""
        if self._summary is None:
            return ""
        rows = zip(self._areas, _checks(self._summary), strict=False)
        check = next((check for area, check in rows if area.contains(point)), None)
        return "" if check is None else "\n".join(filter(None, (check.sentence, self._worth_of(check.name))))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.sentence_at(event.pos()), self)
            return True
        return super().event(event)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._ink.ground)
        self._areas = []
        if self._summary is not None:
            self._paint_summary(painter, self._summary, event.region())
        painter.end()

    def _paint_summary(self, painter: QPainter, summary: ConditionsSummary, exposed: QRegion) -> None:
        y = self._paint_wide_layer(painter, summary.pre_trade, exposed)
        for buy, sell in zip(summary.buy.layers, summary.sell.layers, strict=True):
            y = self._paint_pair(painter, y, (buy, sell), exposed)

    def _paint_wide_layer(self, painter: QPainter, layer: LayerSummary, exposed: QRegion) -> int:
        self._paint_heading(painter, 0, layer)
        right = self.width() - PAD
        x = self._paint_verdict(painter, right, 0, layer)
        paint_right(painter, self._ink.small, x - 6, 5, "both sides", self._ink.muted)
        for place, check in enumerate(layer.checks):
            area = QRect(PAD, HEADING_HEIGHT + place * WIDE_ROW, self.width() - 2 * PAD, WIDE_ROW)
            self._areas.append(area)
            if exposed.intersects(area):
                self._paint_wide(painter, area, check)
        return HEADING_HEIGHT + len(layer.checks) * WIDE_ROW + 6

    def _paint_pair(
        self, painter: QPainter, y: int, layers: tuple[LayerSummary, LayerSummary], exposed: QRegion
    ) -> int:
        self._paint_heading(painter, y, layers[0])
        width = (self.width() - 2 * PAD - COLUMN_GAP) // 2
        top = y + HEADING_HEIGHT
        for column, layer in enumerate(layers):
            x = PAD + column * (width + COLUMN_GAP)
            left = self._paint_verdict(painter, x + width, y, layer)
            paint_right(painter, self._ink.small, left - 5, y + 5, ("BUY", "SELL")[column], self._ink.muted)
            for place, check in enumerate(layer.checks):
                area = QRect(x, top + place * ROW, width, ROW)
                self._areas.append(area)
                if exposed.intersects(area):
                    self._paint_narrow(painter, area, check)
        bottom = top + max(len(layer.checks) for layer in layers) * ROW
        painter.fillRect(PAD + width + COLUMN_GAP // 2, top, 1, bottom - top, self._ink.line)
        return bottom + 6

    def _paint_heading(self, painter: QPainter, y: int, layer: LayerSummary) -> None:
        painter.fillRect(0, y, self.width(), HEADING_HEIGHT - 3, self._ink.raised)
        words = f"{layer.number}  {layer.title}"
        self._ink.heading.paint(painter, PAD, y + 4, words, self._ink.text)

    def _paint_verdict(self, painter: QPainter, right: int, y: int, layer: LayerSummary) -> float:
        state = State.PASS if layer.is_passed else State.FAIL
        words = f"{state.icon} {state.word}"
        return paint_right(painter, self._ink.plain, right, y + 4, words, self._ink.states[state])

    def _paint_wide(self, painter: QPainter, area: QRect, check: CheckRow) -> None:
        ink, shade, y = self._ink, self._ink.states[check.state], area.y() + 3
        self._paint_name(painter, area, y, check)
        right = area.right() + 1
        paint_right(painter, ink.small, right, y + 1, check.state.word, shade)
        right -= WIDE_WORD
        paint_right(painter, ink.small, right, y + 1, check.numbers, ink.text)
        if check.gauge is not None:
            gauge = QRect(right - WIDE_NUMBERS - WIDE_GAUGE, y + 6, WIDE_GAUGE, GAUGE_HEIGHT)
            paint_gauge(painter, gauge, check.gauge, ink.fills[check.state], ink)

    def _paint_narrow(self, painter: QPainter, area: QRect, check: CheckRow) -> None:
        ink, shade, y = self._ink, self._ink.states[check.state], area.y() + 2
        self._paint_name(painter, area, y, check)
        right = area.right() + 1
        is_quiet = check.state in (State.ABSENT, State.NOT_AVAILABLE)
        paint_right(painter, ink.small, right, y + 1, check.state.word, shade)
        left = paint_right(painter, ink.small, right, y + 15, check.numbers, ink.muted if is_quiet else ink.text)
        if check.gauge is not None:
            start = area.x() + ICON_WIDTH
            width = min(round(GAUGE_SHARE * area.width()), round(left) - 8 - start)
            paint_gauge(painter, QRect(start, y + 20, width, GAUGE_HEIGHT), check.gauge, ink.fills[check.state], ink)

    def _paint_name(self, painter: QPainter, area: QRect, y: int, check: CheckRow) -> None:
        ink = self._ink
        if check.decides:
            painter.fillRect(area.adjusted(*TINTED), ink.decides)
            painter.fillRect(area.x() - 6, area.y(), 2, area.height() - 1, ink.failed)
        ink.plain.paint(painter, area.x(), y, check.state.icon, ink.states[check.state])
        is_quiet = check.state in (State.ABSENT, State.LIVE_ONLY, State.NOT_AVAILABLE)
        ink.plain.paint(painter, area.x() + ICON_WIDTH, y, check.title, ink.muted if is_quiet else ink.text)


def _checks(summary: ConditionsSummary) -> Iterator[CheckRow]:
    """The checks from the top, left before right."""
    yield from summary.pre_trade.checks
    for pair in zip(summary.buy.layers, summary.sell.layers, strict=True):
        for layer in pair:
            yield from layer.checks


def _heads(summary: ConditionsSummary) -> list[tuple[object, ...]]:
    """What stands above the checks, and how many those are."""
    layers = (summary.pre_trade, *summary.buy.layers, *summary.sell.layers)
    return [(layer.title, layer.is_passed, len(layer.checks)) for layer in layers]


def _height(summary: ConditionsSummary) -> int:
    height = HEADING_HEIGHT + len(summary.pre_trade.checks) * WIDE_ROW + 6
    for buy, sell in zip(summary.buy.layers, summary.sell.layers, strict=True):
        height += HEADING_HEIGHT + max(len(buy.checks), len(sell.checks)) * ROW + 6
    return height
