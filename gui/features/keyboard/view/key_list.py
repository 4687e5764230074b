"""Every action with its keys, by group; a double click on a key, F2 or Return changes it."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QKeySequenceEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gui.features.keyboard.view.key_map import KeyEntry, KeyMap, spelled
from gui.features.keyboard.view.sheet import ARMED_WORDS, group_title, in_order
from gui.theme import font
from gui.widgets.scrolling import leave_ground_to_frame

HEADS = {
    "Action": "What the key does",
    "Key": "Double click, or F2, to take another key",
    "Arming": "Whether the key works only while the keyboard is armed",
    "Note": "What differs from the defaults, or cannot be used",
}
KEY = 1
ALWAYS = "always works"
_NAME = Qt.ItemDataRole.UserRole


class KeyDelegate(QStyledItemDelegate):
    """Lets the next chord that is struck be the key."""

    chosen = Signal(str, str)

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        if index.column() != KEY or index.sibling(index.row(), 0).data(_NAME) is None:
            return None  # type: ignore[return-value]  # Qt takes it as: not to be edited
        edit = QKeySequenceEdit(parent)
        edit.setMaximumSequenceLength(1)
        edit.editingFinished.connect(lambda: self._finish(edit))
        return edit

    def _finish(self, edit: QKeySequenceEdit) -> None:
        self.commitData.emit(edit)
        self.closeEditor.emit(edit, QStyledItemDelegate.EndEditHint.NoHint)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Return and Tab are keys like others here; Esc alone leaves everything as it was."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() != Qt.Key.Key_Escape:
            return False
        return super().eventFilter(editor, event)

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Begins empty."""

    def setModelData(
        self, editor: QWidget, _model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        assert isinstance(editor, QKeySequenceEdit)
        sequence: QKeySequence = editor.keySequence()
        if not sequence.isEmpty():
            self.chosen.emit(index.sibling(index.row(), 0).data(_NAME), spelled([sequence]))


class KeyList(QTreeWidget):
    """Shows a map and asks it for other keys; why a key cannot be stands in the row."""

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keyList")
        self.setAccessibleName("Actions and their keys")
        self._keys = keys
        self._refused: dict[str, str] = {}
        self._sought = ""
        self.rows: dict[str, QTreeWidgetItem] = {}
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.setColumnCount(len(HEADS))
        self.setHeaderLabels(list(HEADS))
        leave_ground_to_frame(self)
        for column, tip in enumerate(HEADS.values()):
            self.headerItem().setToolTip(column, tip)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        delegate = KeyDelegate(self)
        delegate.chosen.connect(self.choose)
        self.setItemDelegate(delegate)
        self._fill()
        self._fit()
        keys.changed.connect(self.refresh)

    def _fill(self) -> None:
        self.clear()
        self.rows, self._groups = {}, []
        for group, members in groupby(in_order(self._keys.entries()), key=lambda entry: entry.group):
            head = QTreeWidgetItem(self, [group_title(group)])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setFirstColumnSpanned(True)
            head.setFont(0, font(12, QFont.Weight.Bold))
            made = {entry.name: self._row(head, entry) for entry in members}
            self.rows |= made
            self._groups.append((head, list(made.values())))
        self.expandAll()
        self.refresh()

    def _row(self, head: QTreeWidgetItem, entry: KeyEntry) -> QTreeWidgetItem:
        row = QTreeWidgetItem(head)
        row.setData(0, _NAME, entry.name)
        row.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
        row.setToolTip(0, entry.about)
        return row

    def _fit(self) -> None:
        header = self.header()
        header.setStretchLastSection(True)
        for column in range(len(HEADS) - 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 and Return change the key of the row, in whatever column the keyboard is."""
        row = self.currentItem()
        if row is not None and event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.editItem(row, KEY)
        else:
            super().keyPressEvent(event)

    # -- what is shown ------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        entries = list(self._keys.entries())
        if {entry.name for entry in entries} != set(self.rows):
            self._fill()
            return
        for entry in entries:
            row, arming = self.rows[entry.name], ARMED_WORDS if entry.is_trading else ALWAYS if entry.is_halt else ""
            for column, words in enumerate((entry.title, entry.keys or "—", arming, self._note(entry))):
                row.setText(column, words)
            row.setToolTip(len(HEADS) - 1, row.text(len(HEADS) - 1))
        self.seek(self._sought)

    def _note(self, entry: KeyEntry) -> str:
        refused = self._refused.get(entry.name) or self._keys.faults.get(entry.name, "")
        if refused:
            return f"✗ {refused}"
        return f"changed; the default is {entry.default or 'no key'}" if entry.is_changed else ""

    def seek(self, words: str) -> None:
        """Shows only the actions that have all of these words anywhere in their row."""
        self._sought = words
        wanted = words.lower().split()
        for head, rows in self._groups:
            for row in rows:
                said = " ".join([head.text(0), row.toolTip(0), *map(row.text, range(len(HEADS)))]).lower()
                row.setHidden(not all(word in said for word in wanted))
            head.setHidden(all(row.isHidden() for row in rows))

    # -- what the user asks for ---------------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """The name of the action in the current row; empty where there is none."""
        row = self.currentItem()
        return "" if row is None else row.data(0, _NAME) or ""

    def choose(self, name: str, text: str) -> None:
        self._answer(name, self._keys.choose(name, text))

    def reset_key(self) -> None:
        """The default of the current row."""
        if self.current:
            self._answer(self.current, self._keys.reset(self.current))

    def remove_key(self) -> None:
        if self.current:
            self.choose(self.current, "")

    def reset_all(self) -> None:
        self._refused.clear()
        self._keys.reset_all()
        self.refresh()

    def _answer(self, name: str, fault: str) -> None:
        self._refused = {name: fault} if fault else {}
        self.refresh()
