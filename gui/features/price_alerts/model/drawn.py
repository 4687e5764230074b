"""Alerts on drawn lines: a drawing that is moved in the chart moves its alert in the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from engine.domain.price_alerts import Anchor, AtLine, LineKind, MovePriceAlert, PriceAlert, SwitchPriceAlert
from engine.errors import InvalidAlert
from gui.features.drawing.model.drawing import Drawing, Kind
from gui.features.drawing.model.drawings import Drawings

KINDS: Final = {
    Kind.HORIZONTAL_LINE: LineKind.HORIZONTAL,
    Kind.TREND_LINE: LineKind.TREND,
    Kind.RAY: LineKind.RAY,
}


class DrawnAlerts(QObject):
    """Follows the drawings of each symbol. An alert whose drawing was deleted is switched off."""

    commanded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings: dict[str, Drawings] = {}
        self._alerts: dict[str, tuple[PriceAlert, ...]] = {}
        self._seen: set[str] = set()

    def follow(self, symbol: str, drawings: Drawings) -> None:
        """Follows the drawings of a symbol from now on."""
        self._drawings[symbol] = drawings
        drawings.changed.connect(partial(self._move_all, symbol))

    def use(self, symbol: str, alerts: Sequence[PriceAlert]) -> None:
        """The alerts of a symbol, as the engine has them."""
        self._alerts[symbol] = tuple(alert for alert in alerts if isinstance(alert.cause, AtLine))

    def line_of(self, symbol: str, drawing_id: str) -> AtLine | None:
        """A drawing as an alert follows it; None where it is no line that goes through time."""
        drawing = self._drawings[symbol].find(drawing_id)
        return None if drawing is None else _line(drawing)

    def _move_all(self, symbol: str) -> None:
        for alert in self._alerts.get(symbol, ()):
            if isinstance(alert.cause, AtLine):
                self._move(symbol, alert, alert.cause)

    def _move(self, symbol: str, alert: PriceAlert, had: AtLine) -> None:
        drawing = self._drawings[symbol].find(had.drawing)
        if drawing is None:
            if had.drawing in self._seen:  # those of a desk that starts are read a moment later
                self._seen.discard(had.drawing)
                self.commanded.emit(SwitchPriceAlert(alert.alert_id, is_on=False))
            return
        self._seen.add(had.drawing)
        line = _line(drawing)
        if line is not None and line != had:
            self.commanded.emit(MovePriceAlert(alert.alert_id, line))


def _line(drawing: Drawing) -> AtLine | None:
    kind = KINDS.get(drawing.kind)
    if kind is None:
        return None
    first, second = (
        Anchor(datetime.fromtimestamp(each.time_s, UTC), each.price) for each in (drawing.first, drawing.last)
    )
    try:
        return AtLine(drawing=drawing.id, kind=kind, first=first, second=second)
    except InvalidAlert:
        return None
