"""The desk in the system tray, where there is one: an icon, its menu, and notifications."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.kinds import Alert

SHOWN_FOR_MS = 8_000
_MINIMIZED = Qt.WindowState.WindowMinimized


class DeskTray(QObject):
    """Notifies of a board's alerts while another program is in front. A click on a notification chooses its alert."""

    def __init__(self, board: AlertBoard, window: QWidget, halt: QAction, icon: QSystemTrayIcon | None) -> None:
        """`icon` is the place on the desktop, None where there is none."""
        super().__init__(window)
        self._board, self._window, self.icon = board, window, icon
        self._last: Alert | None = None
        self.menu = QMenu(window)
        self.menu.addAction("Show the desk", self.bring_forward).setToolTip("Brings the window to the front")
        self.menu.addAction(halt)
        if icon is not None:
            icon.setToolTip("Micro-scalp desk")
            icon.setContextMenu(self.menu)
            icon.activated.connect(self._answer_click)
            icon.messageClicked.connect(self._answer_message)
            icon.show()
        board.notified.connect(self.notify)

    def notify(self, alert: Alert) -> None:
        """Nothing where there is no place for it, or where the desk is in front and shows it itself."""
        if self.icon is not None and QApplication.activeWindow() is None:
            self._last = alert
            self.icon.showMessage(alert.title, alert.words, self.icon.icon(), SHOWN_FOR_MS)

    def bring_forward(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~_MINIMIZED)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _answer_click(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.bring_forward()

    def _answer_message(self) -> None:
        self.bring_forward()
        if self._last is not None:
            self._board.chosen.emit(self._last)


def desktop_place(icon: QIcon) -> QSystemTrayIcon | None:
    """A place for an icon on the desktop; None where it has none."""
    return QSystemTrayIcon(icon) if QSystemTrayIcon.isSystemTrayAvailable() else None
