"""The frame around the window while keys can trade."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

from gui.features.keyboard.model.arming import Arming

THICKNESS = 3


class ArmedFrame(QWidget):
    """Covers the edges of a window and ignores clicks; only its edge exists, so that nothing else is painted.

    It handles the window's events last, so that it ends up on top of widgets that were added later.
    """

    def __init__(self, arming: Arming, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("armedFrame")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._arming, self._window = arming, window
        self.hide()
        window.installEventFilter(self)
        arming.changed.connect(self._show_state)

    def _show_state(self) -> None:
        is_armed = self._arming.is_armed
        if is_armed and not self.isVisibleTo(self._window):
            self._cover()
        self.setVisible(is_armed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_changed = event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest)
        if is_changed and watched is self._window and not self.isHidden():
            self._cover()
        return False

    def _cover(self) -> None:
        """Stays above the frame of a replay, which is raised with every change of the layout."""
        area = self._window.rect()
        self.setGeometry(area)
        self.setMask(QRegion(area) - QRegion(area.adjusted(THICKNESS, THICKNESS, -THICKNESS, -THICKNESS)))
        self.raise_()
