"""Reads the configuration: shipped defaults, what the user changed above them, and presets; writes it safely."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from errno import ENOTDIR
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from pydantic import ValidationError

from config.atomic_file import reason_of, write_atomically
from config.faults import Fault, FaultyConfiguration, missing_prices, unknown_keys, validation_faults
from config.json_text import parse_object
from config.moved import with_new_names
from config.settings import Settings, is_rules_key
from engine.errors import DeskError

SHIPPED_NAME = "micro_scalp_config.json"
LARGEST_FILE = 1_000_000
"""Bytes; a configuration is a few thousand."""


class UnsavedConfiguration(DeskError):
    """The settings could not be written: names the file and the cause. The file that was there stands."""


@cache
def shipped_settings() -> Settings:
    """The defaults that come with the program."""
    shipped = files("config").joinpath(SHIPPED_NAME)
    return _settings_of(shipped.read_bytes(), str(shipped), Settings())


def user_file() -> Path:
    """Where the user's changes are kept; the file need not exist."""
    return user_config_path("microscalp", appauthor=False) / SHIPPED_NAME


def load_settings(path: Path | None = None) -> Settings:
    """The shipped defaults with what `path` says above them; without `path` the user's own file, if there is one.

    Raises `FaultyConfiguration` with every fault that was found.
    """
    is_asked_for, path = path is not None, path or user_file()
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        if is_asked_for:
            raise FaultyConfiguration([Fault(str(path), "", "does not exist")]) from None
        if any(each.is_file() for each in path.parents):  # Windows calls that a file that does not exist
            raise FaultyConfiguration([Fault(str(path), "", f"cannot be read: {os.strerror(ENOTDIR)}")]) from None
        return shipped_settings()
    except OSError as error:
        raise FaultyConfiguration([Fault(str(path), "", f"cannot be read: {error.strerror}")]) from None
    return parse_settings(content, str(path))


def parse_settings(content: bytes, origin: str) -> Settings:
    """The shipped defaults with what `content`, the bytes of a file called `origin`, says above them.

    Raises `FaultyConfiguration` with every fault that was found.
    """
    return _settings_of(content, origin, shipped_settings())


def overlaid(settings: Settings, content: bytes, origin: str) -> Settings:
    """`settings` with what `content`, the bytes of a file called `origin`, says above them.

    Raises `FaultyConfiguration` with every fault that was found.
    """
    return _settings_of(content, origin, settings)


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Writes what differs from the shipped defaults, whole or not at all. Raises `UnsavedConfiguration`."""
    path = path or user_file()
    text = json.dumps(_difference(as_json(settings), as_json(shipped_settings())), indent=2, ensure_ascii=False)
    try:
        write_atomically(path, text + "\n")
    except OSError as error:
        raise UnsavedConfiguration(f"{path}: the settings cannot be written: {reason_of(error)}") from error


def settings_hash(settings: Settings) -> str:
    """Sixteen hexadecimal digits that name these settings, the same in every process."""
    canonical = json.dumps(as_json(settings), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def preset_names() -> tuple[str, ...]:
    """The presets that come with the program, in alphabetical order."""
    presets = files("config").joinpath("presets").iterdir()
    return tuple(sorted(preset.name.removesuffix(".json") for preset in presets if preset.name.endswith(".json")))


def export_settings(settings: Settings, path: Path) -> None:
    """Writes every setting, so that the user can read them all. Raises `UnsavedConfiguration`."""
    try:
        write_atomically(path, json.dumps(as_json(settings), indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UnsavedConfiguration(f"{path}: the settings cannot be written: {reason_of(error)}") from error


def with_preset(settings: Settings, name: str) -> Settings:
    """`settings` with a preset's values in their place. Raises `FaultyConfiguration` for an unknown name."""
    if name not in preset_names():
        raise FaultyConfiguration([Fault("presets", name, f"is no preset; allowed are {', '.join(preset_names())}")])
    preset = files("config").joinpath("presets", f"{name}.json")
    return _settings_of(preset.read_bytes(), str(preset), settings)


def as_json(settings: Settings) -> dict[str, Any]:
    """The settings as groups of plain JSON values."""
    return settings.model_dump(mode="json")


def _settings_of(content: bytes, origin: str, below: Settings) -> Settings:
    if len(content) > LARGEST_FILE:
        raise FaultyConfiguration([Fault(origin, "", f"is too large; allowed are {LARGEST_FILE:,} bytes")])
    found, faults = parse_object(content, origin)
    said = with_new_names(found, origin)
    faults += [*unknown_keys(said, origin), *missing_prices(_without(said, as_json(below)), origin)]
    known = {key: value for key, value in said.items() if key in Settings.model_fields or is_rules_key(key)}
    try:
        settings = Settings.model_validate(_merged(as_json(below), known))
    except ValidationError as error:
        raise FaultyConfiguration([*faults, *validation_faults(error, origin)]) from None
    if faults:
        raise FaultyConfiguration(faults)
    return settings


def _without(said: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key not in below}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, group by group."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _merged(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return merged


def _difference(above: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    """What of `above` has to be laid over `below` to make `above` again."""
    changed = {key: value for key, value in above.items() if key not in below or value != below[key]}
    return {
        key: _difference(value, below[key]) if isinstance(value, Mapping) and key in below else value
        for key, value in changed.items()
    }
