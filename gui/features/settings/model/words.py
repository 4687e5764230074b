"""Settings in words: where one is shown, its value, what a change means and when it takes effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.changes import Change
from config.fields import SettingField, effect_of, field_at
from gui.features.settings.model.pages import choice_text

NOTHING = "none"
_BOUNDLESS = 1e9
MAX_CHANGES = 3
"""Changes that one sentence names; more are counted."""


def title_of(key: str) -> str:
    """The place of a setting, or of what stands in its list, in one line: `Gold › VWAP › Fixed tolerance`."""
    field = field_at(key) or field_at(key.rpartition(".")[0])
    return key if field is None else " › ".join(field.titles)


def value_text(value: Any) -> str:
    """A value for the user, without its unit."""
    match value:
        case None:
            return NOTHING
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:.12g}"
        case str():
            return value or "empty"
        case [int() | float() as low, int() | float() as high]:
            return f"{low:.12g} to {high:.12g}"
        case Mapping():
            return "rules of its own"
        case Sequence():
            return ", ".join(str(part) for part in value) or NOTHING
    return str(value)


def value_with_unit(key: str, value: Any) -> str:
    """A value with the unit of its setting: `0.25 price`, `10 min`."""
    field = field_at(key)
    unit = field.unit if field and isinstance(value, int | float) and not isinstance(value, bool) else ""
    return f"{setting_text(key, value)} {unit}".rstrip()


def setting_text(key: str, value: Any) -> str:
    """The value of a setting without its unit; a choice as its field shows it."""
    field = field_at(key)
    return choice_text(value) if field and field.choices and isinstance(value, str) else value_text(value)


def change_text(change: Change) -> str:
    """One change: `Risk › Daily loss 2 → 3 %`."""
    return f"{title_of(change.key)} {setting_text(change.key, change.old)} → {value_with_unit(change.key, change.new)}"


def changes_text(changes: Sequence[Change]) -> str:
    """The first few changes, and how many more there are."""
    named = "; ".join(change_text(change) for change in changes[:MAX_CHANGES])
    rest = len(changes) - MAX_CHANGES
    return f"{named}; and {rest} more" if rest > 0 else named


def effects_text(changes: Sequence[Change]) -> str:
    """When the changes count: `with the next candle`, or `partly at once, partly at the next start`."""
    effects = tuple(dict.fromkeys(effect_of(change.key) for change in changes))
    return effects[0] if len(effects) == 1 else ", ".join(f"partly {effect}" for effect in effects)


def bounds_text(field: SettingField) -> str:
    """The bounds of a setting, short: `1 to 20`, `above 0 to 100`; empty where there are none."""
    bounds = field.bounds
    if not {"gt", "ge"} & bounds.keys() or bounds["le"] >= _BOUNDLESS:
        return ""
    minimum = f"above {bounds['gt']:.12g}" if "gt" in bounds else f"{bounds['ge']:.12g}"
    return f"{minimum} to {bounds['le']:.12g}"
