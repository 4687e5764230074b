"""The menu of layouts: save by name, load by name, restore the default."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from gui.features.layout.keeper import LayoutKeeper
from gui.widgets.actions import make_action


class LayoutMenu(QMenu):
    """Lists the named layouts, updated whenever it opens."""

    def __init__(self, keeper: LayoutKeeper, parent: QWidget) -> None:
        super().__init__("Layouts", parent)
        self.setToolTipsVisible(True)
        self._keeper = keeper
        self.save = make_action(
            *(self, "layout.save", "Save as …", "Saves the current layout under a name", self.ask_name)
        )
        self.reset = make_action(*(self, "layout.reset", "Reset", "Restores the default layout", keeper.reset))
        self._delete = QMenu("Delete", self)
        self.addActions([self.save, self.reset])
        self.addMenu(self._delete)
        self._line = self.addSeparator()
        self._named: list[QAction] = []
        keeper.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        for action in self._named:
            self.removeAction(action)
            action.deleteLater()
        self._delete.clear()
        self._named = [self._named_action(name) for name in self._keeper.names]
        self.addActions(self._named)
        for name in self._keeper.names:
            self._delete.addAction(name, partial(self._keeper.delete, name)).setToolTip(f"Deletes the layout {name}")
        for part in (self._delete.menuAction(), self._line):
            part.setVisible(bool(self._named))

    def _named_action(self, name: str) -> QAction:
        action = QAction(name, self, toolTip=f"Loads the layout {name}")
        action.triggered.connect(lambda: self._keeper.load(name))
        return action

    def ask_name(self) -> None:
        """A dialog that locks nothing of what the desk does."""
        dialog = QInputDialog(self.parentWidget())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Save layout")
        dialog.setLabelText("Name of this layout; one with the same name is replaced")
        dialog.textValueSelected.connect(self._save)
        dialog.open()

    def _save(self, name: str) -> None:
        try:
            self._keeper.save_as(name)
        except ValueError as error:
            self._keeper.announced.emit(f"The layout is not saved: {error}.")
