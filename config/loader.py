"""Loads the configuration: shipped defaults overridden by the user's settings; saves it safely."""

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
from config.migrations import NEWEST, VERSION_KEY, migrate
from config.plain_file import open_plain
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
    return parse_settings(shipped.read_bytes(), str(shipped), Settings())


def user_file() -> Path:
    """Where the user's changes are kept; the file need not exist."""
    return user_config_path("microscalp", appauthor=False) / SHIPPED_NAME


def load_settings(path: Path | None = None, below: Settings | None = None) -> Settings:
    """The shipped defaults, or those `below`, with what `path` says above them.

    Without `path` it is the user's own file, if there is one. Raises `FaultyConfiguration` with every fault that was
    found.
    """
    is_asked_for, path = path is not None, path or user_file()
    try:
        with open(path, "rb", opener=None if _is_stream(path) else open_plain) as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        if is_asked_for:
            raise FaultyConfiguration(Fault(str(path), "", "does not exist")) from None
        if any(each.is_file() for each in path.parents):  # Windows calls that a file that does not exist
            raise FaultyConfiguration(Fault(str(path), "", f"cannot be read: {os.strerror(ENOTDIR)}")) from None
        return below or shipped_settings()
    except OSError as error:
        raise FaultyConfiguration(Fault(str(path), "", f"cannot be read: {error.strerror}")) from None
    return parse_settings(content, str(path), below)


def _is_stream(path: Path) -> bool:
    """Whether it is one that a shell hands over, such as /dev/stdin or /dev/fd/63."""
    return str(path).startswith(("/dev/fd/", "/dev/stdin", "/proc/self/fd/"))


def parse_settings(content: bytes, origin: str, below: Settings | None = None) -> Settings:
    """The shipped defaults, or those `below`, with what the bytes of a file called `origin` say above them.

    Raises `FaultyConfiguration` with every fault that was found.
    """
    if len(content) > LARGEST_FILE:
        raise FaultyConfiguration(Fault(origin, "", f"is too large; allowed are {LARGEST_FILE:,} bytes"))
    under = (below or shipped_settings()).as_json()
    said, faults = parse_object(content, origin)
    migrate(said, origin)
    faults += unknown_keys(said, origin)
    faults += missing_prices({key: value for key, value in said.items() if key not in under}, origin)
    known = {key: value for key, value in said.items() if key in Settings.model_fields or is_rules_key(key)}
    try:
        settings = Settings.model_validate(_merged(under, known))
    except ValidationError as error:
        raise FaultyConfiguration(*faults, *validation_faults(error, origin)) from None
    if faults:
        raise FaultyConfiguration(*faults)
    return settings


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Writes what differs from the shipped defaults, whole or not at all. Raises `UnsavedConfiguration`."""
    write_settings(changed_settings(settings), path or user_file())


def changed_settings(settings: Settings) -> dict[str, Any]:
    """What differs from the shipped defaults, as JSON."""
    return _difference(settings.as_json(), shipped_settings().as_json())


def export_settings(settings: Settings, path: Path) -> None:
    """Writes every setting, so that the user can read them all. Raises `UnsavedConfiguration`."""
    write_settings(settings.as_json(), path)


def write_settings(plain: Mapping[str, Any], path: Path) -> None:
    """Writes groups of plain JSON values as a file of the newest version. Raises `UnsavedConfiguration`."""
    text = json.dumps({VERSION_KEY: NEWEST, **plain}, indent=2, ensure_ascii=False)
    try:
        write_atomically(path, text + "\n")
    except OSError as error:
        raise UnsavedConfiguration(f"{path}: the settings cannot be written: {reason_of(error)}") from error


def settings_hash(settings: Settings) -> str:
    """Sixteen hexadecimal digits that name these settings, the same in every process."""
    canonical = json.dumps(settings.as_json(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


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
