"""Toasts in a corner of the charts that covers no price: they appear and disappear by themselves, without focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.features.alerts.model.alerts import MAX_TOASTS, AlertBoard, Toast
from gui.features.alerts.model.kinds import Alert
from gui.features.chart.view.corners import Corner
from gui.features.chart.view.deck import ChartDeck
from gui.widgets.controls import make_words
from gui.widgets.short_label import ShortLabel
from gui.zones import DisplayZones, named_second_text

MAX_WIDTH = 400
BETWEEN = 4
LINE_EXTRA = 24
LOOK_EVERY_MS = 250
"""While there are toasts: candles that move into their corner drive them into another one."""
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
        self.setToolTip("\n".join(filter(None, (alert.title, alert.words, _following(alert)))))
        self.title = make_words("toastTitle", alert.title)
        self.words = make_words("toastWords", alert.words)
        self.when = make_words("toastWhen", f"{alert.label}{f'  ·  {time}' if time else ''}")
        self.line = ShortLabel()
        self.line.setObjectName("toastTitle")
        self.line.setText(alert.title)
        self.line.hide()
        self.cross = QToolButton(self)
        self.cross.setObjectName("toastClose")
        self.cross.setText("✕")
        self.cross.setToolTip("Dismiss")
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cross.setCursor(Qt.CursorShape.ArrowCursor)
        self.cross.clicked.connect(self.closed)
        self._lay_out()
        self.set_low(False)

    def set_low(self, is_low: bool) -> None:
        """Where there is little room the title alone is shown, in one line; its tip has the words."""
        self.line.setVisible(is_low)
        self.when.setHidden(is_low)
        self.title.setHidden(is_low)
        self.words.setHidden(is_low or not self.words.text())
        self._column.setContentsMargins(*(8, 0, 2, 0) if is_low else (10, 1, 6, 4))

    @property
    def line_width(self) -> int:
        """Pixels of the title in one line."""
        return self.line.sizeHint().width() + self.cross.sizeHint().width() + LINE_EXTRA

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.when, 1)
        head.addWidget(self.line, 1)
        head.addWidget(self.cross)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.title)
        column.addWidget(self.words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is _LEFT and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


def _following(alert: Alert) -> str:
    return "A click shows the proposal" if alert.plan_id else "A click shows the chart" if alert.symbol else ""


class ToastRow(QObject):
    """The toasts of a board side by side on the charts, the newest last, and a button for those that do not fit.

    A click on one chooses its alert; `asked` requests the list of all. They cover neither candles in view nor an axis,
    nothing that awaits approval and nothing that stops the desk. Without a corner for them they shrink to a line.
    """

    asked = Signal()

    def __init__(self, board: AlertBoard, deck: ChartDeck, zones: DisplayZones) -> None:
        super().__init__(deck)
        self._board, self._deck, self._zones = board, deck, zones
        self.cards: dict[int, ToastCard] = {}
        self._corner = ""
        self.more = QToolButton(deck)
        self.more.setObjectName("moreAlerts")
        self.more.setToolTip("Open the list of alerts")
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.clicked.connect(self.asked)
        self.more.hide()
        self._placing = QTimer(self, interval=0, singleShot=True)
        self._looking = QTimer(self, interval=LOOK_EVERY_MS)
        for timer in (self._placing, self._looking):
            timer.timeout.connect(self._place)
        deck.installEventFilter(self)
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
        if self.cards:
            self._looking.start()
        else:
            self._looking.stop()
        self._place()

    def dismiss(self) -> None:
        """The user has seen all that are shown."""
        self._board.dismiss(*self.cards)

    def _card(self, toast: Toast) -> ToastCard:
        alert = toast.alert
        zone = self._zones.of(alert.symbol) if alert.symbol else self._zones.common
        card = ToastCard(toast, "" if alert.at is None else named_second_text(alert.at, zone), self._deck)
        card.closed.connect(lambda: self._board.dismiss(toast.number))
        card.clicked.connect(lambda: self._choose(toast))
        card.show()
        return card

    def _choose(self, toast: Toast) -> None:
        self._board.dismiss(toast.number)
        self._board.chosen.emit(toast.alert)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._deck and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._placing.start()  # once the charts in it have their places
        return False

    def _place(self) -> None:
        self._show_more()
        if not self.cards:
            self._corner = ""
            return
        corner, width = self._find_corner()
        self._corner = corner.name
        left, bottom = corner.rect.left(), corner.rect.bottom() + 1
        for card in self.cards.values():
            height = min(card.heightForWidth(width), corner.rect.height())
            card.setFixedSize(width, height)
            card.move(left, bottom - height)
            card.raise_()
            left += width + BETWEEN
        self.more.move(left, bottom - self.more.height())

    def _find_corner(self) -> tuple[Corner, int]:
        """The corner and the width of a card; the corner of before as long as it is free."""
        for is_low in (False, True):
            for card in self.cards.values():
                card.set_low(is_low)
            width = self._width(is_low=is_low)
            corners = self._deck.corners(self._size(width))
            free = [corner for corner in corners if corner.is_free and corner.rect.size() == self._size(width)]
            if free:
                return next((each for each in free if each.name == self._corner), free[0]), width
        corner = min(corners, key=lambda each: each.candles)
        return corner, min(width, corner.rect.width() // max(1, len(self.cards)))

    def _width(self, *, is_low: bool) -> int:
        """Of a card, so that as many as there may be fit beside one another."""
        room = self._deck.plot_area.width() - self.more.sizeHint().width() - BETWEEN * (MAX_TOASTS + 1)
        most = max(card.line_width for card in self.cards.values()) if is_low else MAX_WIDTH
        return max(1, min(most, room // MAX_TOASTS))

    def _size(self, width: int) -> QSize:
        """Of all cards and the button beside one another."""
        count = len(self.cards)
        more = 0 if self.more.isHidden() else self.more.width() + BETWEEN
        height = max(card.heightForWidth(width) for card in self.cards.values())
        return QSize(count * (width + BETWEEN) - BETWEEN + more, height)

    def _show_more(self) -> None:
        count = self._board.unseen
        self.more.setText(f"+{count} more")
        self.more.adjustSize()
        self.more.setVisible(bool(count and self.cards))
        self.more.raise_()
