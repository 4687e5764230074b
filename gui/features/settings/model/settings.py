"""The settings of the desk as state: what is in force, what is wanted, what waits, and what the file is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from config.changes import changes_between, with_values
from config.fields import effect_of
from config.settings import Settings
from engine.domain.messages import ChangeSettings, SettingsChanged, WaitingChange
from gui.features.settings.model.file import SettingsFile
from gui.features.settings.model.words import changes_text, effects_text


class SettingsModel(QObject):
    """Asks the engine for other settings, and keeps them in the user's file, where there is one.

    `changed` follows every answer of the engine; `noticed` says that `notice` or `faults` of the file are others;
    `told` is a sentence to be read once.
    """

    changed = Signal()
    noticed = Signal()
    told = Signal(str)
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
        """From now on what is asked for is kept in that file, and what somebody writes into it is asked for."""
        self.file = SettingsFile(path, self)
        self.file.edited.connect(self.take_edit)
        self.file.faulted.connect(self.take_faults)
        self.file.unsaved.connect(self.take_unsaved)
        self.file.start()

    def close(self) -> None:
        """Ends looking at the file; what is being saved is saved when this returns."""
        if self.file is not None:
            self.file.stop()

    # -- what the engine tells

    def take(self, event: SettingsChanged) -> None:
        """Settings were asked for, or came into force."""
        self.in_force, self.wanted, self.waiting = event.settings, event.wanted, event.waiting
        counted = [change for change in event.changes if effect_of(change.key) != "at once"]  # the rest is seen
        if counted:
            self.told.emit(f"In force: {changes_text(counted)}")
        self.changed.emit()

    # -- what the user wants

    def ask(self, settings: Settings) -> None:
        """Asks for these settings, and keeps them."""
        self.wanted = settings
        self.commanded.emit(ChangeSettings(settings))
        if self.file is not None:
            self.file.save(settings)
        self._forget_faults()

    def ask_beside(self, settings: Settings) -> None:
        """Asks for what differs in `settings` from those in force; what is wanted beside that goes on waiting."""
        changes = changes_between(self.in_force, settings)
        if changes:
            self.ask(with_values(self.wanted, {change.key: change.new for change in changes}))

    def waits(self, key: str) -> WaitingChange | None:
        """What waits of a setting; None where nothing does."""
        return next((each for each in self.waiting if each.change.key == key), None)

    def withdraw(self, key: str) -> None:
        """Takes back what waits of a setting."""
        waits = self.waits(key)
        if waits is not None and waits.change.old is not None:
            self.ask(with_values(self.wanted, {key: waits.change.old}))

    # -- what the file says

    def take_edit(self, settings: Settings) -> None:
        """The user wrote the file."""
        changes = changes_between(self.wanted, settings)
        self._forget_faults()
        if changes:
            self.wanted = settings
            self._notice(f"The file was edited: {changes_text(changes)}. It takes effect {effects_text(changes)}.")
            self.commanded.emit(ChangeSettings(settings, by="file"))

    def take_faults(self, faults: Sequence[str]) -> None:
        """The user wrote the file, and it cannot be used."""
        self.faults = tuple(faults)
        more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
        self._notice(f"The edited file is not used: {faults[0]}.{more} The settings stay as they were.")

    def take_unsaved(self, refusal: str) -> None:
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
