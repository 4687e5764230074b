"""The approval desk: a card for everything that waits for a person, the oldest on top."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.actions import make_action
from gui.viewmodels.trading_approvals import ApprovalsModel
from gui.views.scrolling import leave_ground_to_frame
from gui.views.trading.approval_card import APPROVE_TIP, REJECT_TIP, CardView

MOST_OF_WINDOW = 0.4
"""Share of the window's height that cards may take from what stands below them; more of them scroll."""
GAP = 6
LEAST_WIDTH = 340
"""Before it is laid out, too: cards reckoned for a sliver would be so high that the window grows for them."""


class ApprovalDesk(QScrollArea):
    """Shows the cards of a model. The keys are for the oldest card."""

    def __init__(self, approvals: ApprovalsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("approvals")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._approvals = approvals
        self.cards: dict[str, CardView] = {}
        holder = QWidget()
        holder.setObjectName("approvalCards")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(GAP, GAP, GAP, GAP)
        self._column.setSpacing(GAP)
        self._column.addStretch(1)
        self.setWidget(holder)
        leave_ground_to_frame(self)
        self._make_actions()
        approvals.changed.connect(self._show_cards)
        approvals.moved.connect(self._refresh_cards)
        self._show_cards()

    def _make_actions(self) -> None:
        approvals = self._approvals
        approve, reject = "Sends the order of the oldest card if it still holds", "Lets the oldest card go"
        self.approve_action = make_action(
            *(self, "trading.approve", "Approve", approve, approvals.approve_oldest),
            key="Ctrl+Return; Ctrl+Enter",
            is_trading=True,
        )
        self.reject_action = make_action(
            self, "trading.reject", "Reject", reject, approvals.reject_oldest, key="Ctrl+Backspace", is_trading=True
        )
        for action in (self.approve_action, self.reject_action):
            action.changed.connect(self._show_tips)

    def show_card(self, plan_id: str) -> bool:
        """Brings a card into view; False where it waits no more."""
        card = self.cards.get(plan_id)
        if card is not None:
            self.ensureWidgetVisible(card)
        return card is not None

    def _show_tips(self) -> None:
        for number, card in enumerate(self.cards.values()):
            is_oldest = number == 0
            card.approve.setToolTip(self.approve_action.toolTip() if is_oldest else APPROVE_TIP)
            card.reject.setToolTip(self.reject_action.toolTip() if is_oldest else REJECT_TIP)

    def _show_cards(self) -> None:
        waiting = self._approvals.waiting
        for plan_id in [each for each in self.cards if each not in waiting]:
            card = self.cards.pop(plan_id)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for plan_id in waiting:
            if plan_id not in self.cards:
                self.cards[plan_id] = CardView(plan_id, self._approvals)
                self._column.insertWidget(len(self.cards) - 1, self.cards[plan_id])
        self._show_tips()
        self._refresh_cards()

    def _refresh_cards(self) -> None:
        for plan_id, card in self.cards.items():
            card.show_reading(self._approvals.reading(plan_id))
        self._fit()

    def _fit(self) -> None:
        """As high as its cards, up to a limit, but never less than the oldest one."""
        if not self.cards:
            return
        width = max(self.viewport().width(), self.minimumWidth()) - 2 * GAP
        heights = [card.heightForWidth(width) for card in self.cards.values()]
        most = max(heights[0] + 2 * GAP, round(MOST_OF_WINDOW * self.window().height()))
        self.setFixedHeight(min(most, sum(heights) + GAP * (len(heights) + 1)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
