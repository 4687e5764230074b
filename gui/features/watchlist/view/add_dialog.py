"""The dialog that adds a symbol to the watch list: all that the source offers, with a search field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.features.trading.view.table import TradeTable
from gui.features.watchlist.model.symbol_picker import SymbolPicker
from gui.theme import Theme
from gui.widgets.controls import make_button, make_words
from gui.widgets.place import FittedDialog

SIZE = (680, 460)
NO_LIST = "No symbols are listed."
NAMES_SHARE = 0.7
"""Of the width of the table that names may take."""


class _SymbolTable(TradeTable):
    """A double click or Return adds a symbol; its search is that of the dialog."""

    def __init__(self, picker: SymbolPicker, theme: Theme, field: QLineEdit) -> None:
        super().__init__(picker.table, theme, NO_LIST, name="Symbols")
        self._picker, self._field = picker, field
        self.horizontalHeader().setStretchLastSection(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.doubleClicked.connect(lambda index: picker.add(picker.table.key(index.row())))

    def fit_names(self) -> None:
        """Names of recordings are long and begin alike: they take the room that they need, up to most of the table."""
        wanted = self.sizeHintForColumn(0)
        if wanted > self.columnWidth(0):
            self.setColumnWidth(0, min(wanted, round(NAMES_SHARE * self.viewport().width())))

    @property
    def chosen(self) -> str:
        """The selected symbol; empty if none is."""
        index = self.currentIndex()
        return str(self._picker.table.key(index.row())) if index.isValid() else ""

    def _words(self) -> str:
        return f"No symbol matches “{self._picker.table.search}”." if self._picker.table.search else NO_LIST

    def ask_filter(self) -> None:
        self._field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._picker.add(self.chosen)
        else:
            super().keyPressEvent(event)


class AddSymbolDialog(FittedDialog):
    """Stays open, so that several symbols can be added; it locks nothing: halt and flatten stay in reach."""

    def __init__(self, picker: SymbolPicker, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("addSymbol")
        self.setWindowTitle("Add symbol")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self._picker = picker
        self.search = QLineEdit(placeholderText="Search by name and description", clearButtonEnabled=True)
        self.search.setAccessibleName("Search by name and description")
        self.search.setToolTip("Words of the name or description, in any order")
        self.search.textChanged.connect(self._seek)
        self.search.installEventFilter(self)
        self.table = _SymbolTable(picker, theme, self.search)
        self.table.selectionModel().currentChanged.connect(lambda *_: self.refresh())
        self.about, self.answer, self.fault = map(make_words, ("symbolAbout", "symbolAnswer", "settingFault"))
        self.again = make_button("Try again", "Requests the list of symbols again", picker.begin)
        self.add = make_button("Add", "Adds the selected symbol to the watch list", self._add)
        self.closes = make_button("Close", "Closes this dialog", self.reject)
        self._lay_out()
        picker.changed.connect(self.refresh)
        self.refresh()
        self.search.setFocus()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        buttons.addWidget(self.add)
        buttons.addWidget(self.closes)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        for words in (self.about, self.answer, self.fault):
            column.addWidget(words)
        column.addLayout(buttons)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def refresh(self) -> None:
        """Shows list, answer and fault as they are."""
        picker, chosen = self._picker, self.table.chosen
        waits = "Loading symbols …" if not picker.has_list else "Adding …"
        self.about.setText(waits if picker.is_busy else picker.about(chosen))
        self.answer.setText(picker.answer)
        self.answer.setVisible(bool(picker.answer))
        self.fault.setText(f"✗ {picker.fault}")
        self.fault.setVisible(bool(picker.fault))
        self.table.fit_names()
        self.again.setVisible(not picker.has_list and not picker.is_busy)
        self.add.setEnabled(picker.may_add(chosen))

    def _seek(self, words: str) -> None:
        """The first row found is selected, so that Return adds it."""
        table = self._picker.table
        table.set_search(words)
        self.table.viewport().update()  # without rows it shows the words
        if table.rowCount() and (words or self.table.currentIndex().isValid()):
            self.table.setCurrentIndex(table.index(0, 0))
        self.refresh()

    def _add(self) -> None:
        self._picker.add(self.table.chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return adds the selected row, arrows go to the table."""
        if watched is not self.search or event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._add()
            return True
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.table.setFocus()
            if not self.table.currentIndex().isValid() and self._picker.table.rowCount():
                self.table.setCurrentIndex(self._picker.table.index(0, 0))
            return True
        return False
