"""Opens the lab from the menu of a desk."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

from gui.widgets.actions import make_action


class LabOpener(QObject):
    """`wanted` is emitted when the user wants to see the lab, which is a process of its own, with the key of the study
    to be shown, or nothing."""

    wanted = Signal(str)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        tip = "Opens a window for studies of past data: whether settings earn, and how far that can be trusted"
        self.action = make_action(window, "tools.lab", "Lab", tip, lambda: self.wanted.emit(""), key="Ctrl+L")
