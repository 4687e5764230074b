"""Templates of overlays and styles: save under a name, apply to one symbol or to all, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.styles.looks import look_of, put_look
from gui.features.layout.keeper import LayoutKeeper
from gui.widgets.controls import make_button


class TemplateRow(QWidget):
    """A name to type or to choose, and what can be done with it."""

    def __init__(
        self,
        view: ChartView,
        targets: Callable[[bool], Iterable[ChartView]],
        keeper: LayoutKeeper,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view, self._targets, self._keeper = view, targets, keeper
        self.names = QComboBox()
        self.names.setEditable(True)
        self.names.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.names.setToolTip("Name of a template; type a new one to save it")
        self.names.setAccessibleName("Template")
        self.names.setMinimumContentsLength(14)
        self.apply_one = make_button(
            "Apply to symbol", "Applies the template to this symbol", lambda: self._apply(False)
        )
        self.apply_all = make_button("Apply to all", "Applies the template to every symbol", lambda: self._apply(True))
        self.save = make_button("Save", "Saves overlays and styles of this chart as a template", self._save)
        self.delete = make_button("Delete", "Deletes the template", self._delete)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel("Template"))
        row.addWidget(self.names, 1)
        for button in (self.save, self.apply_one, self.apply_all, self.delete):
            row.addWidget(button)
        self.names.editTextChanged.connect(lambda _: self._show_buttons())
        keeper.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """The names that there are."""
        text = self.names.currentText()
        self.names.blockSignals(True)
        self.names.clear()
        self.names.addItems(sorted(self._keeper.templates, key=str.casefold))
        self.names.setEditText(text)
        self.names.blockSignals(False)
        self._show_buttons()

    @property
    def _name(self) -> str:
        return self.names.currentText().strip()

    def _show_buttons(self) -> None:
        is_known = self._name in self._keeper.templates
        for button in (self.apply_one, self.apply_all, self.delete):
            button.setEnabled(is_known)
        self.save.setEnabled(bool(self._name))

    def _save(self) -> None:
        try:
            self._keeper.save_template(self._name, look_of(self._view))
        except ValueError as error:
            self._keeper.announced.emit(f"The template is not saved: {error}.")
            field = self.names.lineEdit()
            if isinstance(field, QLineEdit):
                field.selectAll()
        else:
            self._keeper.announced.emit(f"Template saved: {self._name}")

    def _apply(self, is_for_all: bool) -> None:
        look = self._keeper.templates[self._name]
        for view in self._targets(is_for_all):
            put_look(view, look)

    def _delete(self) -> None:
        self._keeper.delete_template(self._name)
