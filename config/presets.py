"""Presets: those that come with the program, and the user's own, kept as files beside the configuration."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from config.atomic_file import reason_of, remove_file, write_atomically
from config.changes import leaves, put
from config.faults import Fault, FaultyConfiguration
from config.fields import WITH_THE_NEXT_CANDLE, effect_of
from config.file_names import fault_of_name
from config.loader import LARGEST_FILE, UnsavedConfiguration, as_json, overlaid, preset_names, with_preset
from config.settings import Settings

NAME: Final = re.compile(r"\w[\w .-]{0,39}")
DIRECTORY: Final = "presets"


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
        return tuple(sorted(name for name in found if name not in preset_names()))

    @property
    def shipped(self) -> tuple[str, ...]:
        """Names of the presets that come with the program."""
        return preset_names()

    def laid_over(self, settings: Settings, name: str) -> Settings:
        """`settings` with the values of a preset in their place. Raises `FaultyConfiguration`."""
        if name in preset_names():
            return with_preset(settings, name)
        path = self._path(name)
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise FaultyConfiguration([Fault(str(path), "", f"cannot be read: {error.strerror}")]) from None
        return overlaid(settings, content, str(path))

    def fault_of(self, name: str) -> str:
        """Why a preset cannot be called so; empty where it can."""
        if name in preset_names():
            return f"{name} comes with the program; take another name"
        return _fault_of_form(name) or fault_of_name(name)

    def save(self, name: str, settings: Settings) -> None:
        """Keeps what trading depends on, whole or not at all; neither the window's looks nor where prices come from.

        Raises `UnsavedConfiguration`.
        """
        kept: dict[str, object] = {}
        for key, value in leaves(as_json(settings)):
            if effect_of(key) == WITH_THE_NEXT_CANDLE:
                put(kept, key, value)
        if self.fault_of(name):
            raise UnsavedConfiguration(f"{name}: {self.fault_of(name)}")
        path = self._path(name)
        try:
            write_atomically(path, json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            raise UnsavedConfiguration(f"{path}: the preset cannot be written: {reason_of(error)}") from error

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


def _fault_of_form(name: str) -> str:
    if NAME.fullmatch(name) is None or name != name.strip():
        return "a name has 1 to 40 letters, digits, blanks, dots and dashes, and begins with a letter or digit"
    return ""
