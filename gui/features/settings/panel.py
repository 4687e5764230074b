"""Opens the settings of a window: one dialog at a time, created on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QWidget

from gui.features.settings.model.settings import SettingsModel
from gui.features.settings.view.notice import SettingsNotice
from gui.widgets.action_row import ActionRow
from gui.widgets.actions import make_action
from gui.zones import DisplayZones, second_text, zone_name

if TYPE_CHECKING:
    from gui.features.settings.model.form import SettingsForm
    from gui.features.settings.model.what_if import WhatIfModel
    from gui.features.settings.view.dialog import SettingsDialog

MakeWhatIf = Callable[["SettingsForm"], "WhatIfModel"]
GEOMETRY = "settings/geometry"
DIALOGS_FILE = "dialogs.ini"
VIEW_BAR = "view"


class SettingsOpener:
    """`dialog` is the one that is open. `add_extra` adds a hand-made widget to a page."""

    def __init__(self, window: QMainWindow, model: SettingsModel, zones: DisplayZones) -> None:
        self._window, self._model, self._zones = window, model, zones
        self._extras: dict[str, Callable[[], QWidget]] = {}
        self._make_what_if: MakeWhatIf | None = None
        self._geometry: QByteArray | None = None
        self.dialog: SettingsDialog | None = None
        self.notice = SettingsNotice(window, model, self.open)
        tip = "All settings, in general and per symbol"
        self.action = make_action(window, "settings.open", "Settings …", tip, self.open, key="Ctrl+,")
        self.action.setIconText("Settings")
        self.button = self._add_button()

    def _add_button(self) -> QWidget | None:
        """Adds a button at the end of the charts' bar: the settings can be found without a menu."""
        bar = self._window.findChild(ActionRow, VIEW_BAR)
        return bar.add(self.action) if isinstance(bar, ActionRow) else None

    def add_extra(self, page: str, make: Callable[[], QWidget]) -> None:
        """Above the fields of the page of that key stands what `make` returns, made when the page is first shown."""
        self._extras[page] = make

    def offer_what_if(self, make: MakeWhatIf) -> None:
        """Lets the dialog show what a change would have done; `make` returns the model for it."""
        self._make_what_if = make

    def open(self, field: str = "") -> None:
        """Shows the settings, at one of them where its key is given."""
        if self.dialog is None:
            self._make()
        assert self.dialog is not None
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        if field:
            self.dialog.show_field(field)

    def close(self) -> None:
        """Closes the dialog and ends its comparison: for the end of the window."""
        if self.dialog is not None:
            self.dialog.reject()

    def _make(self) -> None:
        from gui.features.settings.model.form import SettingsForm
        from gui.features.settings.model.presets import PresetsModel
        from gui.features.settings.view.dialog import SettingsDialog

        file = self._model.file
        form = SettingsForm(self._model)
        presets = PresetsModel(form, None if file is None else file.presets, form)
        what_if = None if self._make_what_if is None else self._make_what_if(form)
        dialog = self.dialog = SettingsDialog(form, presets, self._instant_text, self._extras, what_if, self._window)
        form.setParent(dialog)
        if what_if is not None:
            what_if.setParent(dialog)
        dialog.place(self._kept_geometry())
        dialog.finished.connect(self._forget)

    def _instant_text(self, at: datetime) -> str:
        zone = self._zones.common
        return f"{second_text(at, zone)} {zone_name(zone, at)}"

    # -- where it stood

    def _forget(self) -> None:
        assert self.dialog is not None
        self._geometry, self.dialog = self.dialog.saveGeometry(), None
        if (store := self._store()) is not None:
            store.setValue(GEOMETRY, self._geometry)

    def _kept_geometry(self) -> QByteArray | None:
        store = self._store()
        if self._geometry is None and store is not None:
            kept = store.value(GEOMETRY)
            self._geometry = kept if isinstance(kept, QByteArray) else None
        return self._geometry

    def _store(self) -> QSettings | None:
        file = self._model.file
        if file is None:
            return None
        return QSettings(str(file.path.with_name(DIALOGS_FILE)), QSettings.Format.IniFormat)
