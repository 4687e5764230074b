"""The levels of active alerts on the chart of a symbol, which can be dragged."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gui.features.chart.model.readout import price_text


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One level and what its label says; that of a drawing moves with the drawing."""

    alert_id: str
    price: float
    words: str
    is_draggable: bool = True


class AlertLines(QObject):
    """A dragged line is a wish until the engine has moved its alert. `drawn` are the ids of sloping drawings with an
    active alert.

    `dropped` carries the id of an alert and the price at which its line was let go, `asked` a price for a new alert,
    `edit_asked` and `removal_asked` the id of an alert.
    """

    changed = Signal()
    dropped = Signal(str, float)
    asked = Signal(float)
    edit_asked = Signal(str)
    removal_asked = Signal(str)

    def __init__(self, digits: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._digits = digits
        self.lines: tuple[AlertLine, ...] = ()
        self.drawn: tuple[str, ...] = ()
        self.wish: tuple[AlertLine, float] | None = None

    def show(self, lines: Iterable[AlertLine], drawn: Iterable[str] = ()) -> None:
        """Shows these levels; a wish for one that has moved, or is gone, has been answered."""
        before = self.lines, self.drawn
        self.lines, self.drawn = tuple(lines), tuple(drawn)
        if (self.lines, self.drawn) != before:
            if self.wish is not None and self.wish[0] not in self.lines:
                self.wish = None
            self.changed.emit()

    @property
    def wish_words(self) -> str:
        """What stands beside the level that a line is dragged to."""
        return "" if self.wish is None else f"Alert to {price_text(self.wish[1], self._digits)}"

    def ask(self, price: float) -> None:
        """Asks for a new alert at a price."""
        if math.isfinite(price):
            self.asked.emit(round(price, self._digits))

    def drag(self, line: AlertLine, price: float) -> None:
        """The line would be at `price` if it were let go now; where that is no price, it stays."""
        if math.isfinite(price):
            self.wish = line, round(price, self._digits)
            self.changed.emit()

    def drop(self) -> None:
        """Lets go."""
        if self.wish is None:
            return
        line, price = self.wish
        if price == line.price:
            self.wish = None
            self.changed.emit()
        else:
            self.dropped.emit(line.alert_id, price)

    def refuse(self) -> None:
        """What was asked for does not come."""
        if self.wish is not None:
            self.wish = None
            self.changed.emit()
