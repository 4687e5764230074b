"""The evidence badge next to the AUTO switch: what was measured for the active symbol's settings in force."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from gui.features.evidence.model.evidence import EvidenceModel
from gui.widgets.restyle import restyle

MIN_WIDTH = 130
TIP = "What the lab measured for the settings in force"


class EvidenceBadge(QToolButton):
    """Shows less if space is short: it never widens its bar. A click offers to measure, or to cancel.

    `shown` carries whether there is anything to show.
    """

    shown = Signal(bool)

    def __init__(
        self,
        evidence: EvidenceModel,
        shares_row: Callable[[], bool] = lambda: False,
        parent: QWidget | None = None,
    ) -> None:
        """`shares_row` says whether another bar stands beside its own."""
        super().__init__(parent)
        self._shares_row = shares_row
        self.setObjectName("evidenceBadge")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._evidence = evidence
        self._symbol = self.words = ""
        self._shorter: tuple[str, ...] = ()
        self._is_narrow = False
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.measure = QAction("Measure now", menu)
        self.measure.setToolTip("Simulates these settings on the desk's own recordings, in the background")
        self.measure.triggered.connect(lambda: evidence.measure(self._symbol))
        self.cancel = QAction("Cancel measuring", menu)
        self.cancel.setToolTip("Ends the measurement; finished parts are kept")
        self.cancel.triggered.connect(evidence.cancel)
        menu.addActions([self.measure, self.cancel])
        self.setMenu(menu)
        evidence.changed.connect(self.refresh)
        self.refresh()

    def show_symbol(self, symbol: str) -> None:
        """Shows the badge of this symbol."""
        self._symbol = symbol
        self.refresh()

    def refresh(self) -> None:
        badge = self._evidence.badge(self._symbol)
        self.shown.emit(badge is not None)
        self.words, self._shorter = ("", ()) if badge is None else (badge.words, badge.shorter)
        self.setToolTip(TIP if badge is None else f"{self._symbol}: {badge.words}\n{badge.tip}")
        self.setAccessibleName(f"Evidence of {self._symbol}: {self.words}")
        restyle(self, "isMeasured", badge is not None and badge.is_measured)
        self.measure.setEnabled(not self._evidence.measuring)
        self.cancel.setEnabled(bool(self._evidence.measuring))
        self._fit()
        self.updateGeometry()

    def set_narrow(self, is_narrow: bool) -> None:
        """Whether it asks for its fewest words alone where another bar needs the room."""
        self._is_narrow = is_narrow
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        around = hint.width() - metrics.horizontalAdvance(self.text())
        words, is_short = (self.words, *self._shorter), self._is_narrow and self._shares_row()
        return QSize(around + metrics.horizontalAdvance(words[-1 if is_short else 0]), hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(min(MIN_WIDTH, hint.width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        around = super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())
        space = self.width() - around
        metrics = self.fontMetrics()
        fitting = (each for each in (self.words, *self._shorter) if metrics.horizontalAdvance(each) <= space)
        shortest = self._shorter[-1] if self._shorter else self.words
        elided = metrics.elidedText(shortest, Qt.TextElideMode.ElideRight, max(space, 0))
        self.setText(next(fitting, elided))
