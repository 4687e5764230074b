"""Presets: those that come with the program, and the user's own, kept as files next to the configuration."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from config.atomic_file import reason_of, remove_file
from config.changes import leaves, put
from config.faults import Fault, FaultyConfiguration
from config.fields import WITH_THE_NEXT_CANDLE, effect_of
from config.file_names import fault_of_name
from config.loader import UnsavedConfiguration, load_settings, parse_settings, write_settings
from config.settings import Settings

NAME: Final = re.compile(r"\w[\w .-]{0,39}")
DIRECTORY: Final = "presets"
_SHIPPED: Final = files("config") / DIRECTORY


class PresetShelf:
    """All presets by name. Everything here reads or writes files."""

    def __init__(self, directory: Path | None) -> None:
        """`directory` holds the user's own; without one only those of the program are there."""
        self._directory = directory

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the user's own presets, in alphabetical order."""
        if self._directory is None or not self._directory.is_dir():
            return ()
        found = (path.stem for path in self._directory.glob("*.json"))
        return tuple(sorted(name for name in found if name not in self.shipped))

    @property
    def shipped(self) -> tuple[str, ...]:
        """Names of the presets that come with the program, in alphabetical order."""
        return _shipped_names()

    def laid_over(self, settings: Settings, name: str) -> Settings:
        """`settings` with the values of a preset in their place. Raises `FaultyConfiguration`."""
        if name in self.shipped:
            preset = _SHIPPED / f"{name}.json"
            return parse_settings(preset.read_bytes(), str(preset), settings)
        if name not in self.own:
            allowed = ", ".join((*self.shipped, *self.own))
            raise FaultyConfiguration(Fault("presets", name, f"is no preset; allowed are {allowed}"))
        return load_settings(self._path(name), settings)

    def fault_of(self, name: str) -> str:
        """Why a preset cannot be called so; empty where it can."""
        if name in self.shipped:
            return f"{name} comes with the program; take another name"
        return _fault_of_form(name) or fault_of_name(name)

    def save(self, name: str, settings: Settings) -> None:
        """Keeps what trading depends on, whole or not at all; neither the window's looks nor where prices come from.

        Raises `UnsavedConfiguration`.
        """
        if fault := self.fault_of(name):
            raise UnsavedConfiguration(f"{name}: {fault}")
        kept: dict[str, Any] = {}
        for key, value in leaves(settings.as_json()):
            if effect_of(key) == WITH_THE_NEXT_CANDLE:
                put(kept, key, value)
        write_settings(kept, self._path(name))

    def delete(self, name: str) -> None:
        """Removes one of the user's own. Raises `UnsavedConfiguration`."""
        path = self._path(name)
        try:
            remove_file(path)
        except OSError as error:
            raise UnsavedConfiguration(f"{path}: the preset cannot be deleted: {reason_of(error)}") from error

    def _path(self, name: str) -> Path:
        """Where a preset is kept, also one of a name that is given to no new one."""
        if self._directory is None or _fault_of_form(name):
            raise UnsavedConfiguration(f"{name}: {_fault_of_form(name) or 'there is no place for presets here'}")
        return self._directory / f"{name}.json"


@cache
def _shipped_names() -> tuple[str, ...]:
    return tuple(sorted(each.name.removesuffix(".json") for each in _SHIPPED.iterdir() if each.name.endswith(".json")))


def _fault_of_form(name: str) -> str:
    if NAME.fullmatch(name) is None or name != name.strip():
        return "a name has 1 to 40 letters, digits, blanks, dots and dashes, and begins with a letter or digit"
    return ""
