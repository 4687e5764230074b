"""The keys that the user chose, as state: what the settings say, and the wish for others."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.messages import ChangeSettings


class KeyChoices(QObject):
    """`changed` is emitted when the settings say something else; a wish changes nothing before."""

    changed = Signal()
    commanded = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def chosen(self) -> Mapping[str, str]:
        """Keys by the names of actions where they differ from the defaults; an empty text is no key."""
        return self._settings.keyboard.chosen

    def choose(self, chosen: Mapping[str, str]) -> None:
        """Asks for other keys."""
        keyboard = self._settings.keyboard.choosing(chosen)
        self.commanded.emit(ChangeSettings(self._settings.model_copy(update={"keyboard": keyboard})))

    def use_settings(self, settings: Settings) -> None:
        self._settings = settings
        self.changed.emit()
