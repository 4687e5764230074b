"""One page of settings: its fields in groups, and space above them for custom widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from config.fields import SettingField
from gui.features.settings.model.form import SettingsForm
from gui.features.settings.model.pages import SettingsPage
from gui.features.settings.model.words import title_of
from gui.features.settings.view.field_row import FieldRow
from gui.widgets.controls import make_button, make_words
from gui.widgets.scrolling import leave_ground_to_frame

AT_ONCE = 6
"""Rows that fill the page as it is first seen."""
A_SLICE = 3
HEAD_PARTS = 2
"""The title, and what is wrong with the page as a whole."""


class PageView(QScrollArea):
    """Rows for every field of a page, or for those that a search found."""

    def __init__(self, form: SettingsForm, page: SettingsPage, instant_text: Callable[[datetime], str]) -> None:
        super().__init__()
        self.setObjectName("settingsPage")
        self.setAccessibleName(title_of(page.group.key))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = page
        self._form, self._instant_text = form, instant_text
        self.rows: dict[str, FieldRow] = {}
        self._headings: list[tuple[SettingField, QWidget]] = []
        self.faults = make_words("settingFault")
        content = QWidget()
        content.setObjectName("settingsContent")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(16, 12, 16, 16)
        self._column.setSpacing(0)
        self._column.addLayout(self._head())
        self._column.addWidget(self.faults)
        self._column.addStretch(1)
        self.setWidget(content)
        leave_ground_to_frame(self)
        self._unbuilt = self._build()
        self._add(AT_ONCE)

    def _head(self) -> QHBoxLayout:
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addWidget(make_words("settingsPageTitle", title_of(self.page.group.key)))
        titles.addWidget(make_words("settingHelp", self.page.group.about))
        tip = "Restores the default of every setting on this page; nothing takes effect until you apply it"
        self.reset = make_button("Page defaults", tip, lambda: self._form.reset(self.page.fields))
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 8)
        head.addLayout(titles, 1)
        head.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        return head

    # -- rows take some milliseconds each: those in sight come at once, the rest as the loop has time

    def _build(self) -> Iterator[None]:
        for group in (self.page.group, *self.page.headings):
            if group is not self.page.group:
                heading = QLabel(group.title)
                heading.setObjectName("settingsGroup")
                heading.setToolTip(group.about)
                self._headings.append((group, heading))
                self._column.insertWidget(self._column.count() - 1, heading)
            for field in group.settings:
                row = self.rows[field.key] = FieldRow(self._form, field, self._instant_text)
                self._column.insertWidget(self._column.count() - 1, row)
                yield

    def _add(self, rows: int) -> None:
        built = sum(1 for _ in islice(self._unbuilt, rows))
        self.refresh()
        if built == rows:
            QTimer.singleShot(0, self, lambda: self._add(A_SLICE))

    def complete(self) -> None:
        """Makes the rows that are missing, at once."""
        self._add(len(list(self.page.fields)))

    def add_above(self, widget: QWidget) -> None:
        """Adds a hand-made widget above the fields, where it is visible without scrolling.

        It has to see to its own words and tooltips.
        """
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 8, 8)
        row.addWidget(widget)
        if (inner := widget.layout()) is not None:
            inner.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)  # not squeezed while rows are being added
        if isinstance(widget, QPushButton):
            row.addStretch(1)  # a button of the width of a page looks like a bar
        self._column.insertLayout(HEAD_PARTS, row)

    # -- what is shown

    def refresh(self) -> None:
        """Shows everything as the form has it now."""
        faults = self._form.faults_of(self.page)
        self.faults.setText("\n".join(f"✗ {fault}" for fault in faults))
        self.faults.setVisible(bool(faults))
        self.reset.setVisible(self._form.found is None)  # it would reset what is not in sight
        for group, heading in self._headings:
            heading.setVisible(self._form.is_found(group.settings))
        for row in self.rows.values():
            row.setVisible(self._form.is_found([row.field]))
            row.refresh()

    def show_field(self, key: str) -> None:
        """Brings a row into sight and puts the keyboard there."""
        self.complete()
        row = self.rows[key]
        self.ensureWidgetVisible(row)
        row.editor.setFocus()
