"""The settings of the desk as state: in force, requested, waiting, and where the file is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from config.changes import changes_between, with_values
from config.desk import key_lines
from config.fields import WITH_THE_NEXT_CANDLE, effect_of
from config.settings import Settings
from engine.domain.messages.engine import ChangeSettings, SettingsChanged, WaitingChange
from gui.features.settings.model.file import SettingsFile
from gui.features.settings.model.words import changes_text, effects_text


class SettingsModel(QObject):
    """Asks the engine for other settings, and keeps them in the user's file, where there is one.

    `changed` follows every answer of the engine, `look_changed` and `keys_changed` those that change the theme or the
    keys; `noticed` follows a change of `notice` or `faults`; `announced` carries a message for the user.
    """

    changed = Signal()
    look_changed = Signal()
    keys_changed = Signal()
    noticed = Signal()
    announced = Signal(str)
    commanded = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.in_force = self.wanted = settings
        self.waiting: tuple[WaitingChange, ...] = ()
        self.unavailable: dict[str, dict[str, str]] = {}
        """By key, the choices that cannot work on this computer, with the reason."""
        self.notice = ""
        self.faults: tuple[str, ...] = ()
        self.file: SettingsFile | None = None
        self._unsaved = ""

    def keep_in(self, path: Path) -> None:
        """From now on what is asked for is kept in that file, and manual edits of it are applied."""
        self.file = SettingsFile(path, self)
        self.file.edited.connect(self.on_file_edited)
        self.file.faulted.connect(self.on_file_faults)
        self.file.unsaved.connect(self.on_save_failed)
        self.file.start()

    def close(self) -> None:
        """Ends looking at the file; what is being saved is saved when this returns."""
        if self.file is not None:
            self.file.stop()

    # -- events of the engine

    def on_settings_changed(self, event: SettingsChanged) -> None:
        """Settings were asked for, or came into force."""
        self.wanted, self.waiting = event.wanted, event.waiting
        self.use_settings(event.settings)
        effects = {change.key: effect_of(change.key) for change in event.changes}
        for effect in dict.fromkeys(effects.values()):
            counted = [change for change in event.changes if effects[change.key] == effect]
            if effect == WITH_THE_NEXT_CANDLE:
                self.announced.emit(f"In force: {changes_text(counted)}")
            elif effect != "at once":  # that is seen
                self.announced.emit(f"Takes effect {effect}: {changes_text(counted)}")
        self.changed.emit()

    def use_settings(self, settings: Settings) -> None:
        """These are in force from now on."""
        before, self.in_force = self.in_force, settings
        if _look_in(before) != _look_in(settings):
            self.look_changed.emit()
        if before.keyboard != settings.keyboard:
            self.keys_changed.emit()

    # -- what the user wants

    def ask(self, settings: Settings) -> None:
        """Asks for these settings, and keeps them."""
        self.wanted = settings
        self.commanded.emit(ChangeSettings(settings))
        if self.file is not None:
            self.file.save(settings)
        self._forget_faults()

    def change(self, values: Mapping[str, Any]) -> None:
        """Asks for other values under dotted keys; what is wanted beside that goes on waiting."""
        if with_values(self.in_force, values) != self.in_force:
            self.ask(with_values(self.wanted, values))

    def choose(self, values: Mapping[str, Any]) -> None:
        """Asks for other values under dotted keys of settings that count at the next start; the last choice counts."""
        self.ask(with_values(self.wanted, values))

    def toggle_surfaces(self) -> None:
        """Asks for light surfaces where they are dark, and the other way round."""
        self.change({"interface.theme": "light" if self.in_force.interface.theme == "dark" else "dark"})

    def choose_keys(self, chosen: Mapping[str, str]) -> None:
        """Asks for other keys by the names of actions, where they differ from the defaults; an empty text is none."""
        self.change({"keyboard.keys": key_lines(chosen)})

    def waits(self, key: str) -> WaitingChange | None:
        """What waits of a setting; None where nothing does."""
        return next((each for each in self.waiting if each.change.key == key), None)

    def withdraw(self, key: str) -> None:
        """Takes back what waits of a setting."""
        waits = self.waits(key)
        if waits is not None and waits.change.old is not None:
            self.ask(with_values(self.wanted, {key: waits.change.old}))

    # -- what the file says

    def on_file_edited(self, settings: Settings) -> None:
        """The user wrote the file."""
        changes = changes_between(self.wanted, settings)
        self._forget_faults()
        if changes:
            self.wanted = settings
            self._notice(f"The file was edited: {changes_text(changes)}. It takes effect {effects_text(changes)}.")
            self.commanded.emit(ChangeSettings(settings, by="file"))

    def on_file_faults(self, faults: Sequence[str]) -> None:
        """The user wrote the file, and it cannot be used."""
        self.faults = tuple(faults)
        more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
        self._notice(f"The edited file is not used: {faults[0]}.{more} The settings stay as they were.")

    def on_save_failed(self, refusal: str) -> None:
        """The settings cannot be saved, or are saved after all where the sentence is empty."""
        was, self._unsaved = self._unsaved, refusal
        if refusal or self.notice == was:
            self._notice(refusal)

    def dismiss(self) -> None:
        """The notice was read."""
        if self.notice:
            self._notice("")

    def _forget_faults(self) -> None:
        if self.faults:
            self.faults = ()
            self._notice("")

    def _notice(self, words: str) -> None:
        self.notice = words
        self.noticed.emit()


def _look_in(settings: Settings) -> tuple[str, str]:
    return settings.interface.theme, settings.interface.colours
