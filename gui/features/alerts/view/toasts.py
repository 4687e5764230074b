"""Toasts below the prices of the charts: they appear and disappear by themselves and take no focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.features.alerts.model.alerts import MAX_TOASTS, AlertBoard, Toast
from gui.features.alerts.model.words import KIND_TITLES
from gui.widgets.controls import make_words
from gui.zones import DisplayZones, second_text

WIDTH = 300
GAP, BETWEEN = 8, 4
_LEFT = Qt.MouseButton.LeftButton


class ToastCard(QFrame):
    """One alert. A click anywhere is `clicked`, on the cross `closed`."""

    clicked = Signal()
    closed = Signal()

    def __init__(self, toast: Toast, time: str, parent: QWidget) -> None:
        super().__init__(parent)
        alert = toast.alert
        self.setObjectName("toast")
        self.setProperty("kind", alert.kind.value)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Shows the proposal" if alert.plan_id else "Shows the chart" if alert.symbol else "")
        self.title = make_words("toastTitle", alert.title)
        self.words = make_words("toastWords", alert.words)
        self.when = make_words("toastWhen", f"{KIND_TITLES[alert.kind]}{f'  ·  {time}' if time else ''}")
        self.cross = QToolButton(self)
        self.cross.setObjectName("toastClose")
        self.cross.setText("✕")
        self.cross.setToolTip("Dismiss")
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cross.setCursor(Qt.CursorShape.ArrowCursor)
        self.cross.clicked.connect(self.closed)
        self._lay_out()
        self.words.setVisible(bool(alert.words))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.when, 1)
        head.addWidget(self.cross)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 5, 6, 8)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self.title)
        column.addWidget(self.words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is _LEFT and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class ToastRow(QObject):
    """The toasts of a board side by side on `ground`, the newest last, and a button for those that do not fit.

    A click on one chooses its alert; `asked` requests the list of all. They cover no price, nothing that
    awaits approval and nothing that stops the desk.
    """

    asked = Signal()

    def __init__(self, board: AlertBoard, ground: QWidget, zones: DisplayZones, area: Callable[[], QRect]) -> None:
        """`area` says where on the ground they may stand."""
        super().__init__(ground)
        self._board, self._ground, self._zones, self._area = board, ground, zones, area
        self.cards: dict[int, ToastCard] = {}
        self.more = QToolButton(ground)
        self.more.setObjectName("moreAlerts")
        self.more.setToolTip("Open the list of alerts")
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.clicked.connect(self.asked)
        self.more.hide()
        self._placing = QTimer(self, interval=0, singleShot=True)
        self._placing.timeout.connect(self._place)
        ground.installEventFilter(self)
        board.changed.connect(self.refresh)

    def refresh(self) -> None:
        toasts = {toast.number: toast for toast in self._board.toasts}
        for number in [each for each in self.cards if each not in toasts]:
            card = self.cards.pop(number)
            card.hide()
            card.deleteLater()
        for number, toast in toasts.items():
            if number not in self.cards:
                self.cards[number] = self._card(toast)
        self._place()

    def _card(self, toast: Toast) -> ToastCard:
        alert = toast.alert
        zone = self._zones.of(alert.symbol) if alert.symbol else self._zones.common
        card = ToastCard(toast, "" if alert.at is None else second_text(alert.at, zone), self._ground)
        card.closed.connect(lambda: self._board.dismiss(toast.number))
        card.clicked.connect(lambda: self._choose(toast))
        card.show()
        return card

    def _choose(self, toast: Toast) -> None:
        self._board.dismiss(toast.number)
        self._board.chosen.emit(toast.alert)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._placing.start()  # once the charts in it have their places
        return False

    def _place(self) -> None:
        area = self._area().adjusted(GAP, 0, -GAP, -GAP)
        self._show_more()
        space = area.width() - (self.more.sizeHint().width() + BETWEEN)
        width = max(1, min(WIDTH, (space - BETWEEN * (MAX_TOASTS - 1)) // MAX_TOASTS))
        left = area.left()
        for card in self.cards.values():
            card.setFixedWidth(width)
            height = min(card.heightForWidth(width), area.height())
            card.setFixedHeight(height)
            card.move(left, area.bottom() + 1 - height)
            card.raise_()
            left += width + BETWEEN
        self.more.move(left, area.bottom() + 1 - self.more.height())

    def _show_more(self) -> None:
        count = self._board.unseen
        self.more.setText(f"{count} more")
        self.more.adjustSize()
        self.more.setVisible(bool(count and self.cards))
        self.more.raise_()
