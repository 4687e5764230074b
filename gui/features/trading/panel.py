"""Dialogs of trading, and the approval panel, which appears when a proposal does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from gui.features.approvals.view.approval_desk import ApprovalDesk
from gui.features.keyboard.view.armed_frame import ArmedFrame
from gui.features.trading.model.trading import TradingModel
from gui.features.trading.view.desk_tabs import DeskTabs
from gui.features.trading.view.mode_bar import ModeBar
from gui.features.trading.view.note_dialog import NoteDialog
from gui.features.trading.view.plan_dialog import PlanDialog
from gui.features.trading.view.position_actions import PositionActions
from gui.widgets.dock import bring_to_front, dock_of
from gui.widgets.place import keep_clear

CLEAR_AFTER_MS = 50
"""After a panel floats or a card comes: by then both are laid out."""


class TradingControls:
    """What opens, comes and goes around the switches of trading, what awaits approval, and the tables.

    `approvals` and `tabs` stand in docks. `front` returns the symbol of the chart in front.
    """

    def __init__(
        self,
        window: QMainWindow,
        trading: TradingModel,
        modes: ModeBar,
        approvals: ApprovalDesk,
        tabs: DeskTabs,
        front: Callable[[], str] = str,
    ) -> None:
        self._trading, self._window = trading, window
        self._known: set[str] = set()
        self.modes, self.desk, self.tabs = modes, approvals, tabs
        self.desk_dock = dock_of(approvals)
        menu = trading.entry.position_menu
        self.position_actions = PositionActions(self.tabs.positions, trading.positions, menu, front)
        self.frame = ArmedFrame(trading.arming, window)
        trading.approvals.changed.connect(self.show_desk)
        self.modes.waiting.clicked.connect(self.bring_desk)
        self._clearing = QTimer(window, interval=CLEAR_AFTER_MS, singleShot=True)
        self._clearing.timeout.connect(self._clear_desk)
        self.show_desk()
        self.plan_dialog: PlanDialog | None = None
        self.tabs.plans.new_plan.clicked.connect(lambda: trading.draft.begin(front()))
        trading.draft.begun.connect(self._open_plan)
        trading.draft.ended.connect(self._forget_plan)
        self.note_dialog: NoteDialog | None = None
        trading.notes.begun.connect(self._open_note)
        trading.notes.ended.connect(self._forget_note)

    @property
    def actions(self) -> list[QAction]:
        """What can be done by key or from a menu."""
        modes, desk, positions = self.modes, self.desk, self.position_actions
        return [
            *(desk.approve_action, desk.reject_action, positions.close, positions.break_even),
            *(positions.close_half, positions.menu),
            *(modes.flatten_action, modes.halt_action, modes.release_action, modes.arm_action),
        ]

    def _open_plan(self) -> None:
        """One form at a time, and none that locks the window: halt and flatten stay in reach."""
        if self.plan_dialog is None:
            self.plan_dialog = PlanDialog(self._trading.draft, self._window)
            self.plan_dialog.show()
        self.plan_dialog.activateWindow()

    def _forget_plan(self) -> None:
        self.plan_dialog = None

    def _open_note(self) -> None:
        if self.note_dialog is None:
            self.note_dialog = NoteDialog(self._trading.notes, self._window)
            self.note_dialog.show()
        self.note_dialog.show_draft()
        self.note_dialog.activateWindow()

    def _forget_note(self) -> None:
        self.note_dialog = None

    def show_desk(self) -> None:
        """The approvals are visible only while something waits; what is new is announced in the system's task bar as
        well.

        It comes to the front wherever the user put it, and nothing that floats covers it.
        """
        waiting = set(self._trading.approvals.waiting)
        self.desk_dock.setVisible(bool(waiting))
        self.modes.show_waiting(len(waiting))
        if waiting - self._known:
            self.bring_desk()
            QApplication.alert(self._window)
        self._known = waiting

    def bring_desk(self) -> None:
        """Brings what awaits approval into sight."""
        if not self.desk_dock.isHidden():
            bring_to_front(self.desk_dock)
        self.clear_desk_soon()

    def clear_desk_soon(self) -> None:
        """Once everything is laid out, and the user drags nothing any more."""
        self._clearing.start()

    def _clear_desk(self) -> None:
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self.clear_desk_soon()
            return
        if not self.desk.isVisible():
            return
        area = QRect(self.desk.mapToGlobal(QPoint(0, 0)), self.desk.size())
        for dock in self._window.findChildren(QDockWidget):
            if dock.isFloating() and dock.isVisible() and dock is not self.desk_dock:
                keep_clear(dock, area)
