"""Finds the mark under the mouse and says what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.findings import STILL_VALID, Marks
from gui.features.chart.model.legend import WORDS_OF
from gui.features.chart.model.readout import price_text
from gui.features.chart.view.canvas import Canvas
from gui.features.chart.view.layers.setup_layer import DISTANCE_WITH_SWEEP
from gui.features.chart.view.layers.setup_layer import MARK_PIXELS as SETUP_PIXELS
from gui.features.chart.view.scale import Scale

REACH = 4.0
"""Pixels from a line within which the mouse is at it."""
BESIDE = 6.0
"""Pixels from the middle of a mark within which the mouse is at it."""
SWING_REACH, SWEEP_REACH = 9.0, 18.0
SETUP_REACH = DISTANCE_WITH_SWEEP + SETUP_PIXELS


@dataclass(frozen=True, slots=True)
class FoundMark:
    """The mark at a point: its overlay and what it is."""

    overlay: str
    words: str

    @property
    def explained(self) -> str:
        """With what such a mark means."""
        return f"{self.words}\n{WORDS_OF[self.overlay].words}"


class MarkFinder:
    """Looks at what is painted in front first."""

    def __init__(self, canvas: Canvas, model: ChartModel) -> None:
        self._canvas, self._model = canvas, model
        self._looks: dict[str, Callable[[Scale, QPoint], str]] = {
            "trades": self._line,
            "price_alerts": self._alert,
            "setups": self._setup,
            "sweeps": self._sweep,
            "swings": self._swing,
            "structure": self._break,
            "equal_levels": self._equal,
            "vwap": self._vwap,
            "sigma_bands": self._sigma,
            "vwap_anchor": self._anchor,
            **{name: self._level_of(name) for name in _LEVELS},
            "order_blocks": self._block,
            "micro_band": self._micro_band,
        }

    def mark_at(self, point: QPoint) -> FoundMark | None:
        """The visible mark under a point of the plot; None where there is none."""
        if not self._canvas.plot.contains(point) or not self._model.count:
            return None
        shown = dict(self._canvas.overlays)
        for name, look in self._looks.items():
            if name in shown and self._canvas.is_overlay_visible(name):
                words = look(self._canvas.view_scale, point)
                if words:
                    return FoundMark(name, words)
        return None

    def _price(self, price: float) -> str:
        return price_text(price, self._model.digits)

    def _rows(self, scale: Scale) -> tuple[int, int]:
        return scale.rows(self._model.count)

    # -- trades and setups

    def _line(self, scale: Scale, point: QPoint) -> str:
        near = (line for line in self._model.trades.lines if abs(float(scale.y(line.price)) - point.y()) <= REACH)
        return next(
            (f"{line.kind.value} of a {'plan' if line.is_plan else 'position'}: {line.words}" for line in near), ""
        )

    def _alert(self, scale: Scale, point: QPoint) -> str:
        near = (line for line in self._model.alerts.lines if abs(float(scale.y(line.price)) - point.y()) <= REACH)
        return next((f"Price alert: {line.words}" for line in near), "")

    def _setup(self, scale: Scale, point: QPoint) -> str:
        setups, columns = self._model.verdicts.setups, self._model.columns
        rows = setups.between(*self._rows(scale))
        for place in range(rows.start, rows.stop):
            row, is_buy = int(setups.index.values[place]), bool(setups.is_buy.values[place])
            extreme = float(scale.y((columns.low if is_buy else columns.high).values[row]))
            outward = point.y() - extreme if is_buy else extreme - point.y()
            if abs(float(scale.x(row)) - point.x()) <= BESIDE and 0.0 <= outward <= SETUP_REACH:
                grade = "A+ setup" if setups.is_a_plus.values[place] else "Setup"
                return f"{grade}: {'BUY' if is_buy else 'SELL'}, score {setups.score.values[place]:.3g}"
        return ""

    # -- marks at candles

    def _mark_row(self, scale: Scale, point: QPoint, marks: Marks, reach: float) -> tuple[int, bool] | None:
        rows, columns = marks.between(*self._rows(scale)), self._model.columns
        index, is_high = marks.index.values[rows], marks.is_high.values[rows]
        extreme = scale.y(np.where(is_high, columns.high.values[index], columns.low.values[index]))
        outward = np.where(is_high, extreme - point.y(), point.y() - extreme)
        is_hit = (np.abs(scale.x(index) - point.x()) <= BESIDE) & (outward >= 0.0) & (outward <= reach)
        hits = np.flatnonzero(is_hit)
        return (int(rows.start + hits[-1]), bool(is_high[hits[-1]])) if len(hits) else None

    def _sweep(self, scale: Scale, point: QPoint) -> str:
        sweeps = self._model.findings.sweeps
        found = self._mark_row(scale, point, sweeps, SWEEP_REACH)
        if found is None:
            return ""
        place, is_high = found
        name, bias = ("BSL: buy-side", "bearish") if is_high else ("SSL: sell-side", "bullish")
        return f"{name} liquidity swept at {self._price(sweeps.price.values[place])}, {bias}"

    def _swing(self, scale: Scale, point: QPoint) -> str:
        swings = self._model.findings.swings
        found = self._mark_row(scale, point, swings, SWING_REACH)
        if found is None:
            return ""
        place, is_high = found
        return f"Swing {'high' if is_high else 'low'} at {self._price(swings.price.values[place])}"

    # -- lines and zones

    def _break(self, scale: Scale, point: QPoint) -> str:
        breaks = self._model.findings.breaks
        rows = breaks.between(*self._rows(scale))
        for place in range(rows.start, rows.stop):
            price = float(breaks.price.values[place])
            left, right = (float(scale.x(each.values[place])) for each in (breaks.start, breaks.end))
            if left <= point.x() <= right and abs(float(scale.y(price)) - point.y()) <= REACH:
                name = "CHOCH" if breaks.is_choch.values[place] else "BOS"
                return f"{name} {'up' if breaks.is_up.values[place] else 'down'} through {self._price(price)}"
        return ""

    def _zones(self, scale: Scale, point: QPoint, name: str) -> Iterator[int]:
        """Places of the zones under a point, the newest first."""
        zones = getattr(self._model.findings, name)
        rows = zones.between(*self._rows(scale))
        for place in reversed(range(rows.start, rows.stop)):
            end = int(zones.end.values[place])
            right = self._model.count if end == STILL_VALID else end
            is_beside = float(scale.x(zones.start.values[place])) <= point.x() <= float(scale.x(right))
            top, bottom = (float(scale.y(each.values[place])) for each in (zones.high, zones.low))
            slack = REACH if top == bottom else 0.0
            if is_beside and top - slack <= point.y() <= bottom + slack:
                yield place

    def _equal(self, scale: Scale, point: QPoint) -> str:
        zones = self._model.findings.equal_levels
        for place in self._zones(scale, point, "equal_levels"):
            name = "Equal lows" if zones.is_bullish.values[place] else "Equal highs"
            return f"{name} at {self._price(zones.low.values[place])}"
        return ""

    def _block(self, scale: Scale, point: QPoint) -> str:
        zones, row = self._model.findings.order_blocks, round(float(scale.index_at(point.x())))
        for place in self._zones(scale, point, "order_blocks"):
            side = "Bullish" if zones.is_bullish.values[place] else "Bearish"
            touched = int(zones.touched.values[place])
            state = "untouched" if touched == STILL_VALID or row < touched else "touched"
            low, high = self._price(zones.low.values[place]), self._price(zones.high.values[place])
            return f"{side} order block {low} to {high}, {state}"
        return ""

    def _level_of(self, overlay: str) -> Callable[[Scale, QPoint], str]:
        def look(scale: Scale, point: QPoint) -> str:
            row = min(max(0, round(float(scale.index_at(point.x())))), self._model.count - 1)
            for name, title in _LEVELS[overlay]:
                price = self._model.levels[name].at(row)
                if abs(float(scale.y(price)) - point.y()) <= REACH:
                    return f"{title} {self._price(price)}"
            return ""

        return look

    # -- VWAP

    def _at(self, scale: Scale, point: QPoint, name: str) -> float:
        row = min(max(0, round(float(scale.index_at(point.x())))), self._model.count - 1)
        return float(getattr(self._model.columns, name).values[row])

    def _vwap(self, scale: Scale, point: QPoint) -> str:
        vwap = self._at(scale, point, "vwap")
        return f"VWAP {self._price(vwap)}" if abs(float(scale.y(vwap)) - point.y()) <= REACH else ""

    def _sigma(self, scale: Scale, point: QPoint) -> str:
        vwap, sigma = self._at(scale, point, "vwap"), self._at(scale, point, "vwap_sigma")
        for times in (1, -1, 2, -2, 3, -3):
            price = vwap + times * sigma
            if abs(float(scale.y(price)) - point.y()) <= REACH:
                return f"VWAP {'+' if times > 0 else '−'}{abs(times)}σ at {self._price(price)}"
        return ""

    def _micro_band(self, scale: Scale, point: QPoint) -> str:
        vwap, half = self._at(scale, point, "vwap"), self._at(scale, point, "band_half")
        is_inside = abs(scale.price_at(point.y()) - vwap) <= half
        return f"VWAP micro band, {self._price(vwap - half)} to {self._price(vwap + half)}" if is_inside else ""

    def _anchor(self, scale: Scale, point: QPoint) -> str:
        starts = self._model.anchors.starts
        return "VWAP anchor" if bool((np.abs(scale.x(starts) - point.x()) <= REACH).any()) else ""


_LEVELS = {
    "day_levels": (("day_high", "Day high"), ("day_low", "Day low")),
    "prior_day_levels": (("prior_day_high", "Prior day high (PDH)"), ("prior_day_low", "Prior day low (PDL)")),
    "prior_week_levels": (("prior_week_high", "Prior week high (PWH)"), ("prior_week_low", "Prior week low (PWL)")),
    "prior_session_levels": (
        ("prior_session_high", "Prior session high (PSH)"),
        ("prior_session_low", "Prior session low (PSL)"),
    ),
}
"""Levels of each overlay: their names in the model, and their titles."""


class MarkTips(QObject):
    """Says what a mark of `viewport` is on which the mouse rests, unless `has_words` says that something else does."""

    def __init__(self, marks: MarkFinder, viewport: QWidget, has_words: Callable[[], bool]) -> None:
        super().__init__(viewport)
        self._marks, self._viewport, self._has_words = marks, viewport, has_words
        viewport.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent) or event.type() is not QEvent.Type.ToolTip:
            return False
        if not self._has_words():
            mark = self._marks.mark_at(event.pos())
            QToolTip.showText(event.globalPos(), "" if mark is None else mark.explained, self._viewport)
        return True
