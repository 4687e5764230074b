"""Presets, import and export of the settings in the dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from config.changes import changes_between
from config.loader import export_settings, load_settings
from config.presets import PresetShelf
from config.settings import Settings
from gui.features.settings.model.form import SettingsForm
from gui.features.settings.model.words import title_of, value_with_unit
from gui.platform.background import Background

HAS_FAULTS = "Correct the marked settings first: settings with errors are not saved."


class Difference(NamedTuple):
    """A setting that a preset has otherwise: its place, what the preset says, and what is written now."""

    title: str
    preset: str
    now: str


class PresetsModel(QObject):
    """Lays presets and files over the form, and keeps what is written there. `said` is a sentence to be read.

    `changed` follows a change of the presets; `compared` carries the name and the differences of one.
    """

    changed = Signal()
    said = Signal(str)
    compared = Signal(str, object)

    def __init__(self, form: SettingsForm, directory: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self._shelf = PresetShelf(directory)
        self.may_keep = directory is not None
        self.errands = Background(self, self.said.emit)
        self.shipped: tuple[str, ...] = ()
        self.own: tuple[str, ...] = ()
        self.look()

    def look(self) -> None:
        """Finds out which presets there are."""
        self.errands.run(lambda: (self._shelf.shipped, self._shelf.own), self._show)

    def load(self, name: str) -> None:
        """Writes the values of a preset into the form; nothing counts before it is applied."""
        self._lay_over(name, lambda _, found: self._load(found, f"Preset {name}"))

    def compare(self, name: str) -> None:
        """Compares a preset with the settings in the form."""
        self._lay_over(name, lambda now, found: self.compared.emit(name, _differences(now, found)))

    def fault_of(self, name: str) -> str:
        """Why a preset cannot be called so; empty where it can."""
        return self._shelf.fault_of(name)

    def save(self, name: str) -> None:
        """Keeps what is written as a preset of that name."""
        if (settings := self._sound()) is not None:
            self.errands.run(
                lambda: self._shelf.save(name, settings), lambda _: self._report(f"Saved as preset {name}.")
            )

    def delete(self, name: str) -> None:
        """Takes one of the user's own presets away."""
        self.errands.run(lambda: self._shelf.delete(name), lambda _: self._report(f"Preset {name} is deleted."))

    def import_from(self, path: Path) -> None:
        """Writes the settings of a file into the form; nothing counts before it is applied."""
        self.errands.run(lambda: load_settings(path), lambda found: self._load(found, path.name))

    def export_to(self, path: Path) -> None:
        """Writes what stands in the form into a file."""
        if (settings := self._sound()) is not None:
            self.errands.run(
                lambda: export_settings(settings, path), lambda _: self.said.emit(f"Written to {path.name}.")
            )

    # -- parts

    def _lay_over(self, name: str, then: Callable[[Settings, Settings], object]) -> None:
        if (now := self._sound()) is not None:
            self.errands.run(lambda: self._shelf.laid_over(now, name), lambda found: then(now, found))

    def _sound(self) -> Settings | None:
        if self._form.settings is None:
            self.said.emit(HAS_FAULTS)
        return self._form.settings

    def _load(self, settings: Settings, origin: str) -> None:
        self._form.replace(settings)
        count = len(self._form.changes)
        words = f"changes {count} setting{'s' * (count != 1)}; nothing takes effect until you apply it"
        self.said.emit(f"{origin} {words}." if count else f"{origin} matches what is in force.")

    def _show(self, names: Any) -> None:
        self.shipped, self.own = names
        self.changed.emit()

    def _report(self, words: str) -> None:
        self.said.emit(words)
        self.look()


def _differences(now: Settings, preset: Settings) -> tuple[Difference, ...]:
    return tuple(
        Difference(title_of(each.key), value_with_unit(each.key, each.new), value_with_unit(each.key, each.old))
        for each in changes_between(now, preset)
    )
