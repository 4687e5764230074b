"""The pages of the settings as a tree, with marks for what was edited and what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from gui.features.settings.model.form import SettingsForm
from gui.widgets.scrolling import leave_ground_to_frame

WIDTH = 220
_KEY = Qt.ItemDataRole.UserRole


class PageTree(QTreeWidget):
    """`chosen` carries the key of the page that the user picked."""

    chosen = Signal(str)

    def __init__(self, form: SettingsForm) -> None:
        super().__init__()
        self.setObjectName("settingsTree")
        self.setAccessibleName("Pages of the settings")
        self.setHeaderHidden(True)
        leave_ground_to_frame(self)
        self.setFixedWidth(WIDTH)
        self.setIndentation(16)
        self.setToolTip("Pages of settings; ● has changes that are not applied, ✗ has errors")
        self._form = form
        self._items: dict[str, QTreeWidgetItem] = {}
        self.currentItemChanged.connect(self._choose)

    def fill(self) -> None:
        """Shows the pages that there are, on the one that was chosen before if it still exists."""
        before = self.current
        open_keys = {key for key, item in self._items.items() if item.isExpanded()}
        self.blockSignals(True)
        self.clear()
        self._items.clear()
        for page in self._form.pages:
            parent = self._items.get(page.parent)
            item = QTreeWidgetItem(parent) if parent is not None else QTreeWidgetItem(self)
            item.setData(0, _KEY, page.key)
            item.setToolTip(0, page.group.about)
            item.setExpanded(page.key in open_keys)
            self._items[page.key] = item
        self.blockSignals(False)
        self.refresh()
        self.choose(before if before in self._items else self._form.pages[0].key)

    @property
    def current(self) -> str:
        item = self.currentItem()
        return "" if item is None else str(item.data(0, _KEY))

    def choose(self, key: str) -> None:
        """Goes to a page."""
        self.setCurrentItem(self._items[key])
        self.scrollToItem(self._items[key])

    def refresh(self) -> None:
        """Marks every page as it is now."""
        for page in self._form.pages:
            item = self._items[page.key]
            is_edited = any(self._form.is_changed(field.key) for field in page.fields)
            mark = "  ✗" if self._form.has_fault(page) else "  ●" if is_edited else ""
            count = sum(field.key in (self._form.found or ()) for field in page.fields)
            text = f"{page.group.title}{f' ({count})' if count else ''}{mark}"
            if item.text(0) != text:
                item.setText(0, text)

    def seek(self) -> None:
        """Leaves the pages with something found; goes to the first of them where the present one has nothing."""
        with_some = [page.key for page in self._form.pages if self._form.is_found(page.fields)]
        shown = set(with_some) | {page.parent for page in self._form.pages if page.key in with_some}
        for key, item in self._items.items():
            item.setHidden(key not in shown)
            if self._form.found is not None:
                item.setExpanded(key in shown)
        self.refresh()
        if with_some and self.current not in with_some:
            self.choose(with_some[0])

    def _choose(self, item: QTreeWidgetItem | None, _: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(0, _KEY)))
