"""What differs between two sets of settings, leaf by leaf, under the keys that the configuration file uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from config.fields import path_of
from config.settings import Settings


class Change(NamedTuple):
    """One setting that is not what it was; `key` has dots between the groups.

    Values are as the file writes them. Rules of a further symbol that come or go are one change: the whole group on
    the one side, None on the other.
    """

    key: str
    old: Any
    new: Any


def changes_between(old: Settings, new: Settings) -> tuple[Change, ...]:
    """Every setting that differs, in the order in which settings are declared."""
    return tuple(_differences(old.as_json(), new.as_json(), ""))


def leaves(group: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key and value of every setting within a group of plain JSON values."""
    for name, value in group.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def with_values(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """`settings` with other values under dotted keys; groups that are missing come into being.

    Raises `pydantic.ValidationError` if the result is not allowed.
    """
    plain = settings.as_json()
    for key, value in values.items():
        put(plain, key, value)
    return Settings.model_validate(plain)


def put(plain: dict[str, Any], key: str, value: Any) -> None:
    """Writes one value into groups of plain JSON values, under its dotted key."""
    *groups, name = path_of(key)
    for group in groups:
        plain = plain.setdefault(group, {})
    plain[name] = value


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Change]:
    for name in (*old, *(name for name in new if name not in old)):
        was, now = old.get(name), new.get(name)
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from _differences(was, now, f"{path}{name}.")
        elif was != now or (name in old) != (name in new):
            yield Change(f"{path}{name}", was, now)
