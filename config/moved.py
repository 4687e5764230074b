"""Settings that shipped under other names: files that have the old ones still count."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

_log = logging.getLogger(__name__)

MOVED: Final = {
    ("interface", "one_gate_away_notice"): ("alerts", "one_gate_away", "toast"),
    ("interface", "one_gate_away_sound"): ("alerts", "one_gate_away", "sound"),
}
"""The new place of each, by the old one."""


def with_new_names(said: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """What a file says, under the names of today; what it says under both counts as the new name has it."""
    renamed = dict(said)
    for old, new in MOVED.items():
        group = renamed.get(old[0])
        if isinstance(group, Mapping) and old[1] in group:
            renamed[old[0]] = {key: value for key, value in group.items() if key != old[1]}
            _put(renamed, new, group[old[1]])
            _log.info("%s: %s is called %s now", origin, ".".join(old), ".".join(new))
    return renamed


def _put(said: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Puts a value where none is yet; leaves alone what is no group, since that is found at fault later."""
    name, *rest = path
    if not rest:
        said.setdefault(name, value)
        return
    group = said.get(name, {})
    if isinstance(group, Mapping):
        said[name] = dict(group)
        _put(said[name], tuple(rest), value)
