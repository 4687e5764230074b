"""The panel of proposed plans: a card for each, the oldest on top."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.features.approvals.view.click_guard import ClickGuard
from gui.features.proposals.model import ProposalsModel
from gui.features.proposals.view.card import ProposalCardView
from gui.widgets.controls import make_words
from gui.widgets.scrolling import leave_ground_to_frame

GAP = 6
MIN_WIDTH = 320
SILENCE = (
    "No proposed plans. Programs that you let connect can propose plans here; none of them trades before you arm it."
)


class ProposalBoard(QScrollArea):
    """Shows the cards of a model; a card goes when its plan is armed, declined or expires."""

    def __init__(self, proposals: ProposalsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("proposals")
        self.setAccessibleName("Proposed plans")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setMinimumWidth(MIN_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._proposals = proposals
        self._guard = ClickGuard(self._buttons, self)
        self.cards: dict[str, ProposalCardView] = {}
        self.silence = make_words("proposalSilence", SILENCE)
        holder = QWidget()
        holder.setObjectName("proposalCards")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(GAP, GAP, GAP, GAP)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.silence)
        self._column.addStretch(1)
        self.setWidget(holder)
        leave_ground_to_frame(self)
        proposals.changed.connect(self._show_cards)
        proposals.moved.connect(self._refresh)
        self._show_cards()

    def show_card(self, plan_id: str) -> None:
        """Brings a card into view."""
        if plan_id in self.cards:
            self.ensureWidgetVisible(self.cards[plan_id])

    def _show_cards(self) -> None:
        waiting = self._proposals.waiting
        for plan_id in [each for each in self.cards if each not in waiting]:
            card = self.cards.pop(plan_id)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for plan_id in waiting:
            if plan_id not in self.cards:
                self.cards[plan_id] = ProposalCardView(plan_id, self._proposals, self._guard)
                self._column.insertWidget(self._column.count() - 1, self.cards[plan_id])
        self.silence.setVisible(not waiting)
        self._refresh()

    def _refresh(self) -> None:
        for plan_id, card in self.cards.items():
            card.show_summary(self._proposals.summary(plan_id))
        self._guard.look()

    def _buttons(self) -> list[QPushButton]:
        return [button for card in self.cards.values() for button in (card.arm, card.decline)]
