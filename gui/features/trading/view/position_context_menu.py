"""The menu of a position: by right click, by the menu key, or by a key of the key map."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.trading.model.position_menu import MenuEntry, Question


class PositionContextMenu(QMenu):
    """Shows entries, and sends what the user chooses; where the keyboard opened it, only while it is armed."""

    def __init__(
        self,
        entries: tuple[MenuEntry, ...],
        send: Callable[[object], None],
        arming: Arming,
        parent: QWidget,
        *,
        is_by_key: bool,
    ) -> None:
        super().__init__(parent)
        self._asks_on = parent
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self._send, self._arming, self._is_by_key = send, arming, is_by_key
        for entry in entries:
            self._add(entry)

    def _add(self, entry: MenuEntry) -> None:
        if entry.begins_group:
            self.addSeparator()
        action = self.addAction(entry.title)
        action.setToolTip(entry.tip)
        action.setEnabled(entry.is_enabled)
        if entry.is_checked is not None:
            action.setCheckable(True)
            action.setChecked(entry.is_checked)
        action.triggered.connect(lambda: self._act(entry))

    def _act(self, entry: MenuEntry) -> None:
        if self._is_by_key and not self._arming.admit(entry.title, is_typing=False):
            return
        if isinstance(entry.does, Question):
            ask_number(entry.does, self._send, self._asks_on)
        elif callable(entry.does):
            entry.does()
        else:
            self._send(entry.does)

    def open_at(self, place: QPoint) -> None:
        """Shows the menu at a place on the screen, with the first entry chosen where the keyboard opened it."""
        self.popup(place, self.actions()[0] if self._is_by_key else None)


def ask_number(question: Question, send: Callable[[object], None], parent: QWidget) -> QInputDialog:
    """A small dialog that locks nothing: halt and flatten stay in reach."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.setWindowTitle(question.title)
    dialog.setLabelText(question.label)
    dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
    dialog.setDoubleDecimals(question.decimals)
    dialog.setDoubleRange(question.low, question.high)
    dialog.setDoubleStep(question.step)
    dialog.setDoubleValue(question.value)
    dialog.doubleValueSelected.connect(lambda value: send(question.command_of(value)))
    dialog.show()
    return dialog
