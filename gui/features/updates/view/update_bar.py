"""Says that a newer version can be had."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui.widgets.controls import make_words
from gui.widgets.message_bar import MessageBar


class UpdateBar(MessageBar):
    """A line with its answers. `page_asked` follows the wish to see where the version is, `dismissed` the other one."""

    page_asked = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("updates", "Update available", parent)
        self.words = make_words("updateWords", wraps=False, is_selectable=True)
        self.words.setWordWrap(True)
        self.open_page, self.dismiss = QPushButton("Open page"), QPushButton("Dismiss")
        self.open_page.setToolTip("Opens the page of this version in the browser; nothing is installed")
        self.dismiss.setToolTip("Hides this message until the next version")
        self.open_page.clicked.connect(self.page_asked)
        self.dismiss.clicked.connect(self.dismissed)
        self.put(self.words, 1)
        self.put(self.open_page)
        self.put(self.dismiss)
        self.show_line(False)

    def show_words(self, words: str, *, has_page: bool) -> None:
        """Shows the line, or hides it if there are no words."""
        self.words.setText(words)
        self.open_page.setVisible(has_page)
        self.show_line(bool(words))
