"""The bare window, shown before the chart libraries are loaded."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QDockWidget, QMainWindow

from gui.features.layout.file import LayoutFile
from gui.features.layout.keeper import LayoutKeeper
from gui.features.opening.view.opening_page import OpeningPage
from gui.theme import Theme, style_sheet
from gui.widgets.focus import FocusKeeper, is_in_window
from gui.widgets.place import largest_size
from gui.widgets.theming import switch_theme

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gui.features.closing.panel import ClosingGuard

SAID_FOR_MS = 12_000
FIRST_SIZE = QSize(1400, 860)
"""Pixels, where the screen is that large."""


class Shell(QMainWindow):
    """Menus, a place for the charts, a look and a layout. `closed` is emitted when the user closes it."""

    closed = Signal()

    def __init__(self, theme: Theme, layout_file: LayoutFile | None = None) -> None:
        """Without a file the window forgets at its end how it stood."""
        super().__init__()
        self._theme = theme
        self._own_height = 0
        self.setStyleSheet(style_sheet(theme))
        self.caption = "Micro-scalp desk"
        self.setWindowTitle(self.caption)
        self.resize(FIRST_SIZE.boundedTo(largest_size(self.screen())))
        self.layout_file = layout_file
        self.layouts = LayoutKeeper(self, layout_file)
        self.layouts.place_window()
        self.opening = OpeningPage()
        self.setCentralWidget(self.opening)
        bar = self.menuBar()
        self.file_menu, self.view_menu = bar.addMenu("&File"), bar.addMenu("&View")
        self.tools_menu, self.help_menu = bar.addMenu("T&ools"), bar.addMenu("Hel&p")  # Alt+T and Alt+H draw
        self.panels_menu = self.view_menu.addMenu("Panels")
        for menu in (self.file_menu, self.view_menu, self.tools_menu, self.help_menu, self.panels_menu):
            menu.setToolTipsVisible(True)
        self.closing: ClosingGuard | None = None
        FocusKeeper(self)

    @property
    def theme(self) -> Theme:
        """The look it has now."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Applies another look; the loop has its turn between the steps."""
        if theme != self._theme:
            self._theme = theme
            switch_theme(self, theme)

    def close_now(self) -> None:
        """Closes without a question: the program ends, or another desk takes this one's place."""
        if self.closing is not None:
            self.closing.let_go()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks first where something is open; `close_now` does not."""
        if self.closing is not None and not self.closing.may_close():
            event.ignore()
            return
        self.layouts.close()
        for dialog in self.findChildren(QDialog):
            dialog.close()
        for dock in self.findChildren(QDockWidget):
            if dock.isFloating():
                dock.hide()  # while the models that it looks at are still there
        self.closed.emit()
        event.accept()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab passes over what is out of the window."""
        passed = {self.focusWidget()}
        while super().focusNextPrevChild(is_next):
            focus = self.focusWidget()
            if focus is None or focus in passed or is_in_window(focus):
                return True
            passed.add(focus)
        return False

    # -- height -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt makes a window higher whose parts need more room: only then was it lower than its minimum."""
        super().resizeEvent(event)
        before = event.oldSize().height()
        if 0 < before < self.minimumHeight():
            self._own_height = self._own_height or before
        elif self.height() > self.minimumHeight():
            self._own_height = 0

    def event(self, event: QEvent) -> bool:
        """A window that Qt made higher goes back to the height that the user gave it once its parts need less."""
        is_handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._own_height:
            own, lowest = self._own_height, self.minimumHeight()
            if self.height() > max(own, lowest):
                self.resize(self.width(), max(own, lowest))
                self._own_height = own if lowest > own else 0
        return is_handled

    # -- messages -----------------------------------------------------------------------------------------------

    def say(self, words: str) -> None:
        """A sentence that the user must read once."""
        self.statusBar().showMessage(words, SAID_FOR_MS)
