"""The approval desk: the account, and a card for every proposal, the oldest on top."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.features.account.model import AccountModel
from gui.features.account.view.account_line import AccountLine
from gui.features.approvals.model import ApprovalsModel
from gui.features.approvals.view.approval_card import APPROVE_TIP, REJECT_TIP, CardView
from gui.features.approvals.view.click_guard import STILL_FOR_MS, ClickGuard
from gui.features.ticket.model.proposal import ProposalEditor
from gui.widgets.actions import make_action
from gui.widgets.dock import dock_of, give_height
from gui.widgets.scrolling import leave_ground_to_frame

MAX_SHARE_OF_WINDOW = 0.4
"""Share of the window's height that cards may take; further cards scroll."""
GAP = 6
MIN_WIDTH = 340
"""Before it is laid out, too: cards reckoned for a sliver would be too high."""
ENDED_FOR_MS = 2_000
"""How long an answered card keeps its place above others, once the pointer has left."""


class ApprovalDesk(QScrollArea):
    """Shows the cards of a model. The keys are for the oldest card; a click on a card is `chosen`, with its symbol.

    A card that has ended keeps its place while another stands below it and the pointer is here, so that no card
    slides to where another one was about to be clicked.
    """

    chosen = Signal(str)

    def __init__(
        self, approvals: ApprovalsModel, account: AccountModel, editor: ProposalEditor, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("approvals")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setMinimumWidth(MIN_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._approvals, self._editor = approvals, editor
        self.cards: dict[str, CardView] = {}
        self.ended: list[CardView] = []
        self._is_pointed_at = False
        self._guard = ClickGuard(self._buttons, self)
        self._first, self._has_followed = "", False
        self._first_since = QElapsedTimer()
        self._sweep = QTimer(self, interval=ENDED_FOR_MS, singleShot=True)
        self._sweep.timeout.connect(self._clear_ended)
        self._wanted_height = 0
        self._resizing = QTimer(self, interval=0, singleShot=True)
        self._resizing.timeout.connect(self._take_height)
        holder = QWidget()
        holder.setObjectName("approvalCards")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(GAP, GAP, GAP, GAP)
        self._column.setSpacing(GAP)
        self.account = AccountLine(account)
        self._column.addWidget(self.account)
        self._column.addStretch(1)
        self.setWidget(holder)
        leave_ground_to_frame(self)
        self._make_actions()
        approvals.changed.connect(self._show_cards)
        approvals.moved.connect(self._refresh_cards)
        editor.changed.connect(self._show_editor)
        self._show_cards()

    def _make_actions(self) -> None:
        approve, reject = (
            "Sends the order of the oldest proposal if the risk check still passes",
            "Rejects the oldest proposal",
        )
        self.approve_action = make_action(
            *(self, "trading.approve", "Approve", approve, self._approve_oldest),
            key="Ctrl+Return; Ctrl+Enter",
            is_trading=True,
        )
        self.reject_action = make_action(
            self, "trading.reject", "Reject", reject, self._reject_oldest, key="Ctrl+Backspace", is_trading=True
        )
        for action in (self.approve_action, self.reject_action):
            action.changed.connect(self._show_tips)

    def _approve_oldest(self) -> None:
        if self._is_oldest_seen():
            self._approvals.approve_oldest()

    def _reject_oldest(self) -> None:
        if self._is_oldest_seen():
            self._approvals.reject_oldest()

    def _is_oldest_seen(self) -> bool:
        """A key that was pressed for the card before is not for the one that has just become the oldest."""
        return bool(self._first) and (not self._has_followed or self._first_since.elapsed() >= STILL_FOR_MS)

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

    # -- cards that come and go ---------------------------------------------------------------------------------

    def _show_cards(self) -> None:
        waiting = self._approvals.waiting
        for plan_id in [each for each in self.cards if each not in waiting]:
            self._end(self.cards.pop(plan_id), self._approvals.outcome(plan_id))
        for plan_id in waiting:
            if plan_id not in self.cards:
                self._add(plan_id)
        if not waiting:
            self._clear_ended()
        self._note_first(waiting)
        self._show_tips()
        self._refresh_cards()

    def _add(self, plan_id: str) -> None:
        card = CardView(plan_id, self._approvals, self._editor, self._guard)
        symbol = self._approvals.summary(plan_id).symbol
        card.chosen.connect(lambda: self.chosen.emit(symbol))
        self.cards[plan_id] = card
        self._column.insertWidget(self._column.count() - 1, card)

    def _show_editor(self) -> None:
        for plan_id, card in self.cards.items():
            card.show_editor(is_edited=plan_id == self._editor.plan_id)
        self._fit()

    def _end(self, card: CardView, words: str) -> None:
        card.end(words)
        self.ended.append(card)
        self._sweep_soon()

    def _sweep_soon(self) -> None:
        if self.ended and not self._is_pointed_at:
            self._sweep.start()

    def _clear_ended(self) -> None:
        """The cards that have ended give up their places."""
        for card in self.ended:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.ended.clear()
        self._fit()

    def _note_first(self, waiting: tuple[str, ...]) -> None:
        first = waiting[0] if waiting else ""
        if first != self._first:
            self._has_followed = bool(self._first)
            self._first = first
            self._first_since.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_pointed_at = True
        self._sweep.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._is_pointed_at = False
        self._sweep_soon()
        super().leaveEvent(event)

    def _buttons(self) -> list[QPushButton]:
        return [button for card in self.cards.values() for button in (card.approve, card.reject)]

    def _refresh_cards(self) -> None:
        for plan_id, card in self.cards.items():
            card.show_summary(self._approvals.summary(plan_id))
        self._fit()
        self._guard.look()

    # -- layout -------------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        """Asks for the height of the cards, up to a limit, with the buttons of the first two visible if it has room.

        Only the buttons of the first one are certain: what has no room scrolls, and the window does not grow for it.
        """
        cards = self._in_order()
        if not cards:
            return
        width = max(self.viewport().width(), self.minimumWidth()) - 2 * GAP
        heights = {card: card.heightForWidth(width) for card in cards}
        head = GAP + self.account.heightForWidth(width)
        whole = head + sum(heights.values()) + GAP * (len(heights) + 1)
        share = round(MAX_SHARE_OF_WINDOW * self.window().height())
        wanted = min(whole, max(head + self._height_to_second(heights), share))
        self.setMinimumHeight(min(wanted, head + GAP + cards[0].height_to_buttons + GAP))
        self.setMaximumHeight(whole)
        if wanted != self._wanted_height:
            self._wanted_height = wanted
            self.updateGeometry()
            self._resizing.start()

    def sizeHint(self) -> QSize:
        """The height that the cards ask for."""
        return QSize(super().sizeHint().width(), self._wanted_height)

    def _take_height(self) -> None:
        """Has an effect only after the window is laid out; what the user drags it to stays until the cards change."""
        if self.isVisible():
            give_height(dock_of(self))

    def _in_order(self) -> list[CardView]:
        """Every card in sight, from the top."""
        return sorted((*self.ended, *self.cards.values()), key=self._column.indexOf)

    def _height_to_second(self, heights: dict[CardView, int]) -> int:
        """Height to below the buttons of the second card, or to the end of the only one; ended cards count as well."""
        first, *others = heights
        if not others:
            return GAP + heights[first] + GAP
        return GAP + heights[first] + GAP + others[0].height_to_buttons + GAP

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._resizing.start()
