"""The About dialog: what this program is, and where its files are."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from PySide6 import __version__ as binding_version
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from config import VERSION
from gui.widgets.controls import make_words
from gui.widgets.place import FittedDialog

ABOUT = (
    "A desk for one-minute scalping: live charts, a reason for every decision, manual approval, a safe order path. "
    "Nothing it shows is advice, and no result of the demo market or of a recording promises another."
)


class AboutDialog(FittedDialog):
    """`folders` maps contents to folders."""

    def __init__(self, folders: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("about")
        self.setWindowTitle("About the micro-scalp desk")
        title, words = QLabel(f"Micro-scalp desk {VERSION}"), QLabel(ABOUT, wordWrap=True)
        title.setObjectName("aboutTitle")
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        built_on = f"Python {platform.python_version()}, Qt {qVersion()}, PySide {binding_version}"
        for name, value in {"Built on": built_on, **folders}.items():
            form.addRow(
                make_words("aboutName", name, wraps=False, is_selectable=True),
                make_words("aboutValue", value, wraps=False, is_selectable=True),
            )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Closes this")
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(words)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(560)
