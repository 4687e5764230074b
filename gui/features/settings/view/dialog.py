"""The settings dialog: pages built from the declared fields, non-modal off the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.features.settings.model.form import SettingsForm
from gui.features.settings.model.presets import PresetsModel
from gui.features.settings.model.what_if import WhatIfModel
from gui.features.settings.view.page import PageView
from gui.features.settings.view.page_tree import PageTree
from gui.features.settings.view.preset_bar import PresetBar
from gui.features.settings.view.rules_bar import RulesBar
from gui.features.settings.view.what_if import WhatIfBar
from gui.widgets.controls import make_button, make_words
from gui.widgets.place import FittedDialog

SIZE, MIN_SIZE = (960, 660), (780, 480)
MAX_FAULTS = 3
PAGES_KEPT = 4
"""Of those seen last: Qt keeps some 15 KB for each widget that wears a style sheet, and all pages have 2,500."""

Extra = Callable[[], QWidget]
"""Creates a hand-made widget above the fields of a page."""


class SettingsDialog(FittedDialog):
    """Shows a form and changes it. Nothing counts before Apply or OK; Cancel and closing forget what was written.

    `extras` are made for the pages of those keys when they are first shown. Without `what_if` nothing can be compared.
    """

    def __init__(
        self,
        form: SettingsForm,
        presets: PresetsModel,
        instant_text: Callable[[datetime], str],
        extras: dict[str, Extra],
        what_if: WhatIfModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle("Settings")
        self.setMinimumSize(*MIN_SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._form, self._instant_text, self._extras = form, instant_text, extras
        self._views: dict[str, PageView] = {}
        self.search = QLineEdit(placeholderText="Search all settings", clearButtonEnabled=True)
        self.search.setAccessibleName("Search all settings")
        self.search.setToolTip(
            "Words in a setting's title, group, help or key, or another common term for it, such as SL or lot size"
        )
        for clear in self.search.findChildren(QToolButton):
            clear.setToolTip("Clears the search")
        self.search.textChanged.connect(self._seek)
        self.tree = PageTree(form)
        self.tree.chosen.connect(self._show_page)
        self.stack = QStackedWidget()
        self.nothing = QLabel("No setting has these words. Clear the search to see all pages.")
        self.nothing.setObjectName("settingsNothing")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(self.nothing)
        self.rules = RulesBar(form, self.tree.choose)
        self.presets = PresetBar(presets)
        self.what_if = None if what_if is None else WhatIfBar(what_if)
        if what_if is not None:
            self.finished.connect(what_if.close)
        self.faults, self.said = make_words("settingFault"), make_words("settingsSaid")
        self.said.hide()
        presets.said.connect(self._say)
        self._lay_out()
        form.changed.connect(self.refresh)
        form.shaped.connect(self._reshape)
        self._reshape()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.tree, 1)
        left.addWidget(self.rules)
        self.search.setFixedWidth(self.tree.width())
        pages = QHBoxLayout()
        pages.addLayout(left)
        pages.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.addLayout(pages, 1)
        column.addWidget(self.faults)
        column.addWidget(self.said)
        if self.what_if is not None:
            column.addWidget(self.what_if)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.presets, 1)
        self.revert = make_button("Reset", "Discards changes that you have not applied", self._form.revert)
        self.cancel = make_button(
            "Cancel", "Closes the settings and discards changes that you have not applied", self.reject
        )
        self.apply = make_button("Apply", "Applies and saves these settings", self._apply)
        self.accept_all = make_button(
            "OK", "Applies and saves these settings, and closes the dialog", self._apply_and_close
        )
        for button in (self.revert, self.cancel, self.apply, self.accept_all):
            row.addWidget(button)
        return row

    # -- pages

    def _reshape(self) -> None:
        """Other pages exist: those that are gone go, the rest are kept."""
        keys = {page.key for page in self._form.pages}
        for key in [key for key in self._views if key not in keys]:
            self._drop(key)
        self.tree.fill()
        self._seek(self.search.text())
        self.refresh()

    def _show_page(self, key: str) -> None:
        self._bring_up(key)
        self.rules.set_page(key)
        self._views[key] = self._views.pop(key)  # the one seen last stands last
        for old in list(self._views)[:-PAGES_KEPT]:
            self._drop(old)

    def _bring_up(self, key: str) -> None:
        view = self.view(key)
        view.refresh()
        self.stack.setCurrentWidget(view)

    def _drop(self, key: str) -> None:
        view = self._views.pop(key)
        self.stack.removeWidget(view)
        view.deleteLater()

    def view(self, key: str) -> PageView:
        """The page of that key; made when it is wanted."""
        if key not in self._views:
            page = next(page for page in self._form.pages if page.key == key)
            view = self._views[key] = PageView(self._form, page, self._instant_text)
            if key in self._extras:
                view.add_above(self._extras[key]())
            self.stack.addWidget(view)
        return self._views[key]

    def show_field(self, key: str) -> None:
        """Shows one setting, and clears the search."""
        self.search.clear()
        page = next(page for page in self._form.pages if any(field.key == key for field in page.fields))
        self.tree.choose(page.key)
        self.view(page.key).show_field(key)

    def _seek(self, words: str) -> None:
        self._form.seek(words)
        self.tree.seek()
        if self._form.found == frozenset():
            self.stack.setCurrentWidget(self.nothing)
        else:
            self._bring_up(self.tree.current)

    # -- what is written

    def refresh(self) -> None:
        """Shows values, marks and faults as they are now."""
        form = self._form
        view = self.stack.currentWidget()
        if isinstance(view, PageView):
            view.refresh()
        self.tree.refresh()
        faults = [f"✗ {fault}" for fault in form.faults[:MAX_FAULTS]]
        if (rest := len(form.faults) - MAX_FAULTS) > 0:
            faults.append(f"and {rest} more")
        self.faults.setText("\n".join(faults))
        self.faults.setVisible(bool(faults))
        is_sound = form.settings is not None
        self.apply.setEnabled(is_sound and form.is_edited)
        self.accept_all.setEnabled(is_sound)
        self.revert.setEnabled(form.is_edited)

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _apply(self) -> None:
        self._say("")
        self._form.apply()

    def _apply_and_close(self) -> None:
        if self._form.apply():
            self.accept()

    def place(self, geometry: QByteArray | None) -> None:
        """Where it stood and as large as it was, if that is known."""
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*SIZE)
