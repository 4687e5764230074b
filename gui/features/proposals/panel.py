"""Brings the panel of proposed plans when one comes, and answers the oldest by key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui.features.approvals.view.click_guard import STILL_FOR_MS
from gui.features.proposals.model import ProposalsModel
from gui.features.proposals.view.board import ProposalBoard
from gui.widgets.actions import make_action
from gui.widgets.dock import bring_to_front


class ProposalControls:
    """`dock` holds the board that `board` returns, made when first shown; `bring_symbol` shows the chart of a symbol.

    A dock that came by itself goes with the last proposal.
    """

    def __init__(
        self,
        window: QMainWindow,
        proposals: ProposalsModel,
        dock: QDockWidget,
        board: Callable[[], ProposalBoard],
        bring_symbol: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._proposals, self._dock, self._board = proposals, dock, board
        self._known: set[str] = set()
        self._first, self._has_followed, self._came_by_itself = "", False, False
        self._first_since = QElapsedTimer()
        self.arm = make_action(
            *(window, "trading.arm_plan", "Arm plan", "Arms the oldest proposed plan", self._arm_oldest),
            key="Ctrl+Shift+Return; Ctrl+Shift+Enter",
            is_trading=True,
        )
        self.decline = make_action(
            *(window, "trading.decline_plan", "Decline plan", "Declines the oldest proposed plan"),
            self._decline_oldest,
            key="Ctrl+Shift+Backspace",
            is_trading=True,
        )
        proposals.changed.connect(self._follow)
        proposals.asked.connect(self.show)
        proposals.chosen.connect(bring_symbol)

    @property
    def actions(self) -> list[QAction]:
        """What can be done by key or from a menu."""
        return [self.arm, self.decline]

    def show(self, plan_id: str) -> bool:
        """Brings the card of a plan into view; False where it is not proposed any more."""
        if plan_id not in self._proposals.waiting:
            return False
        self._bring()
        self._board().show_card(plan_id)
        return True

    def _bring(self) -> None:
        bring_to_front(self._dock)

    def _follow(self) -> None:
        waiting = self._proposals.waiting
        if set(waiting) - self._known:
            self._came_by_itself = self._came_by_itself or not self._dock.isVisible()
            self._bring()
        elif not waiting and self._came_by_itself:
            self._came_by_itself = False
            self._dock.hide()
        self._known = set(waiting)
        first = waiting[0] if waiting else ""
        if first != self._first:
            self._has_followed, self._first = bool(self._first), first
            self._first_since.start()

    def _arm_oldest(self) -> None:
        if self._is_oldest_seen():
            self._proposals.arm_oldest()

    def _decline_oldest(self) -> None:
        if self._is_oldest_seen():
            self._proposals.decline_oldest()

    def _is_oldest_seen(self) -> bool:
        """A key that was pressed for the card before is not for the one that has just become the oldest."""
        return bool(self._first) and (not self._has_followed or self._first_since.elapsed() >= STILL_FOR_MS)
