"""The order ticket: both prices, the form, what the order would risk, and the button that sends it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.features.approvals.view.click_guard import ClickGuard, GuardedButton
from gui.features.ticket.model.ticket import OrderTicket
from gui.features.ticket.view.order_form import OrderFormView
from gui.widgets.controls import make_words
from gui.widgets.restyle import restyle
from gui.widgets.scrolling import leave_ground_to_frame

MIN_WIDTH = 340
MIN_HEIGHT = 96
"""Pixels of what scrolls: its symbol and both sides."""
SEND_TIP = "Send the order if the risk check still passes"


class TicketView(QWidget):
    """Shows a ticket and changes it. What is sent is the order of the chosen side, by one click on the button below.

    The button and the answer of the risk check are always in sight; in a low panel what is above them scrolls.
    """

    def __init__(self, ticket: OrderTicket, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ticket")
        self.setMinimumWidth(MIN_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._ticket = ticket
        self.title = make_words("ticketTitle", wraps=False)
        self.sell, self.buy = self._side("SELL", "ticketSell"), self._side("BUY", "ticketBuy")
        self._sides = QButtonGroup(self)
        for button in (self.sell, self.buy):
            self._sides.addButton(button)
        self.form = OrderFormView(ticket.form)
        self._names = [make_words("ticketName", wraps=False) for _ in range(3)]
        self.figures = [make_words("ticketFigure", wraps=False) for _ in range(3)]
        self.gate = make_words("ticketGate")
        self.gate.setMinimumHeight(2 * self.gate.fontMetrics().lineSpacing())  # no answer moves the button
        self.gate.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.notes = make_words("ticketNotes")
        self._guard = ClickGuard(lambda: [self.send] if self.isVisible() else [], self)
        self.send = GuardedButton("", "ticketSend", SEND_TIP, self._guard)
        self.send.clicked.connect(ticket.send)
        self.answer = make_words("ticketAnswer")
        self.answer.setMinimumHeight(2 * self.answer.fontMetrics().lineSpacing() + 4)  # nor does its result
        self.answer.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        ticket.changed.connect(self.refresh)
        ticket.side_changed.connect(lambda: self._guard.restart(self.send))
        self.refresh()

    def _side(self, side: str, name: str) -> QPushButton:
        button = QPushButton(side)
        button.setObjectName(name)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setToolTip(f"Sets up a {side} order at this price; nothing is sent yet")
        button.clicked.connect(lambda: self._ticket.choose_side(side))
        return button

    def _lay_out(self) -> None:
        holder = QWidget()
        holder.setObjectName("ticketContent")
        sides, grid = QHBoxLayout(), QGridLayout()
        sides.setSpacing(6)
        sides.addWidget(self.sell)
        sides.addWidget(self.buy)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        for row, (name, figure) in enumerate(zip(self._names, self.figures, strict=True)):
            grid.addWidget(name, row, 0)
            grid.addWidget(figure, row, 1)
        column = QVBoxLayout(holder)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addLayout(sides)
        column.addWidget(self.form)
        column.addLayout(grid)
        column.addWidget(self.notes)
        column.addStretch(1)
        above = QScrollArea()
        above.setAccessibleName("Order")
        above.setFrameShape(QFrame.Shape.NoFrame)
        above.setWidgetResizable(True)
        above.setMinimumHeight(MIN_HEIGHT)
        above.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        above.setWidget(holder)
        leave_ground_to_frame(above)
        below = QVBoxLayout()
        below.setContentsMargins(10, 0, 10, 8)
        below.setSpacing(6)
        for part in (self.send, self.gate, self.answer):
            below.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(above, 1)
        whole.addLayout(below)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticket.set_open(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._ticket.set_open(False)
        super().hideEvent(event)

    def focus_first(self) -> None:
        """Focuses the button of the chosen side; arrows and Tab move on from there."""
        (self.sell if self.sell.isChecked() else self.buy).setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- what is shown ------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Shows the ticket as it is."""
        ticket = self._ticket
        self.title.setText(ticket.symbol or "No symbol")
        for button, side, price in zip((self.sell, self.buy), ("SELL", "BUY"), ticket.prices, strict=True):
            button.setText(f"{side}\n{price}")
            button.setChecked(side == ticket.side)
            button.setEnabled(not ticket.objection)
        for name, figure, (title, words) in zip(self._names, self.figures, ticket.figures, strict=True):
            name.setText(title)
            figure.setText(words)
        self._show_gate()
        self.notes.setText(ticket.notes)
        self.notes.setVisible(bool(ticket.notes))
        self.send.setText(ticket.deed)
        self.send.setEnabled(ticket.may_send)
        self.answer.setText(ticket.answer.text)
        restyle(self.answer, "isWarning", ticket.answer.is_refused)
        self._guard.look()

    def _show_gate(self) -> None:
        reasons, may_send = self._ticket.reasons, self._ticket.may_send
        waits = "Checking …" if not self._ticket.is_sent else "Order sent …"
        self.gate.setText("✗ " + "; ".join(reasons) if reasons else "✓ Risk check passed" if may_send else waits)
        restyle(self.gate, "isWarning", bool(reasons))
