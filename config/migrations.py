"""Migrates configuration files of older versions, in small steps from one version to the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from config.faults import Fault, FaultyConfiguration, shown

_log = logging.getLogger(__name__)

VERSION_KEY: Final = "version"
"""Of a file, not a setting."""


def _notices_became_alerts(said: dict[str, Any], origin: str) -> None:
    _move(said, origin, "interface.one_gate_away_notice", "alerts.one_gate_away.toast")
    _move(said, origin, "interface.one_gate_away_sound", "alerts.one_gate_away.sound")


MIGRATIONS: Final[tuple[Callable[[dict[str, Any], str], None], ...]] = (_notices_became_alerts,)
"""The first turns what a file of version 1 says into what one of version 2 says, and so on.

Each leaves today's names alone, since files without a version may have them, and leaves what is no group to be found
at fault later.
"""
NEWEST: Final = len(MIGRATIONS) + 1


def migrate(said: dict[str, Any], origin: str) -> None:
    """Brings what a file called `origin` says to the newest version; one that names no version may be of any.

    Raises `FaultyConfiguration` where its version is none that this program knows.
    """
    version = said.pop(VERSION_KEY, 1)
    if type(version) is not int or not 1 <= version <= NEWEST:
        is_newer = type(version) is int and version > NEWEST
        reason = ": the file was written by a newer version of this program" if is_newer else ""
        allowed = f"a whole number at least 1, at most {NEWEST}"
        raise FaultyConfiguration(Fault(origin, VERSION_KEY, f"is {shown(version)}{reason}; allowed is {allowed}"))
    for step in MIGRATIONS[version - 1 :]:
        step(said, origin)


def _move(said: dict[str, Any], origin: str, old: str, new: str) -> None:
    """Gives a setting its new place, unless the file says something under that already."""
    *groups, name = old.split(".")
    group = _group(said, groups)
    if group is not None and name in group:
        value = group.pop(name)
        *groups, name = new.split(".")
        if (group := _group(said, groups)) is not None:
            group.setdefault(name, value)
        _log.info("%s: %s is called %s now", origin, old, new)


def _group(said: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    """The group at `path`, which comes into being where there is none; None where something else is in its place."""
    for name in path:
        said = said.setdefault(name, {})
        if not isinstance(said, dict):
            return None
    return said
