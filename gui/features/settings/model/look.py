"""How the window looks, as state: the names of surfaces and candle colours."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.messages import ChangeSettings


class LookModel(QObject):
    """Follows the settings; what the user switches becomes a wish for other settings."""

    changed = Signal()
    commanded = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def surfaces(self) -> str:
        """`dark` or `light`."""
        return self._settings.interface.theme

    @property
    def colours(self) -> str:
        """`standard`, `colour_blind` or `east_asian`."""
        return self._settings.interface.colours

    def use_settings(self, settings: Settings) -> None:
        before, self._settings = (self.surfaces, self.colours), settings
        if before != (self.surfaces, self.colours):
            self.changed.emit()

    def toggle_surfaces(self) -> None:
        """Asks for light surfaces where they are dark, and the other way round."""
        other = "light" if self.surfaces == "dark" else "dark"
        interface = self._settings.interface.model_copy(update={"theme": other})
        self.commanded.emit(ChangeSettings(self._settings.model_copy(update={"interface": interface})))
