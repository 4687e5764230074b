"""The limits among the settings, and which way each is loosened: what lets more through must wait before it counts.

Limits of a symbol are compared as they hold for it, so that rules which come or go for a longer beginning of it are no
way around the wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, Final

from config.changes import leaves, put
from config.fields import leaf_fields, looser_of, rules_prefix
from config.loader import as_json
from config.section import Looser
from config.settings import RULES_SUFFIX, Settings, SymbolRules
from config.symbol_names import meaning_of

LOOSEN_DELAY: Final = "risk_mitigation.loosen_delay_minutes"

Limits = Mapping[str, Any]
"""Values of limits by dotted key, as the file writes them; those of rules for every beginning that has rules."""

_GENERAL: Final[Mapping[str, Looser]] = {
    key: looser
    for key, field in leaf_fields(Settings)
    if rules_prefix(key) is None and (looser := looser_of(field)) is not None
}
_OF_RULES: Final[Mapping[str, Looser]] = {
    key: looser for key, field in leaf_fields(SymbolRules) if (looser := looser_of(field)) is not None
}


def direction_of(key: str) -> Looser | None:
    """Which way the limit under a dotted key is loosened; None where it is no limit."""
    if rules_prefix(key) is None:
        return _GENERAL.get(key)
    return _OF_RULES.get(key.partition(".")[2])


def limits_in(settings: Settings, prefixes: Iterable[str] = ()) -> dict[str, Any]:
    """Every limit of `settings`; rules for each beginning that they name, and for `prefixes` as they fall to them."""
    plain = dict(leaves(as_json(settings)))
    found = {key: plain[key] for key in _GENERAL}
    for prefix in (*settings.rules, *(prefix for prefix in prefixes if prefix not in settings.rules)):
        if (rules := settings.rules_for(prefix, meaning_of(prefix))) is not None:
            values = dict(leaves(rules.model_dump(mode="json")))
            found |= {f"{prefix}{RULES_SUFFIX}.{key}": values[key] for key in _OF_RULES}
    return found


def is_looser(direction: Looser, old: Any, new: Any) -> bool:
    """Whether `new` lets more through than `old`."""
    match direction:
        case "higher":
            return _number(new) > _number(old)
        case "lower":
            return _number(new) < _number(old)
        case "off":
            return bool(old) and not new
        case "any":
            return bool(old != new)


def loosened(in_force: Limits, wanted: Settings) -> dict[str, Any]:
    """The limits that `wanted` sets looser than they are in force, by key, with the values that are wanted.

    A symbol that had no rules had no limits either: nothing of it is loosened.
    """
    named = {prefix for key in in_force if (prefix := rules_prefix(key)) is not None}
    found = {}
    for key, value in limits_in(wanted, named).items():
        known = _in_force_at(in_force, key, named)
        direction = direction_of(key)
        if direction is not None and known is not None and is_looser(direction, in_force[known], value):
            found[key] = value
    return found


def held_at(wanted: Settings, held: Limits) -> Settings:
    """`wanted` with some limits as in `held`; where rules that are to go are held, they stay for these limits.

    A longer beginning without rules of its own follows the shorter one, and is held with it: it lets less through than
    it might, never more, as long as every limit of rules has a tighter side.
    """
    if not held:
        return wanted
    plain = as_json(wanted)
    for key, value in held.items():
        prefix = rules_prefix(key)
        if prefix is not None and f"{prefix}{RULES_SUFFIX}" not in plain:
            rules = wanted.rules_for(prefix, meaning_of(prefix))
            if rules is None:
                continue
            plain[f"{prefix}{RULES_SUFFIX}"] = rules.model_dump(mode="json")
        put(plain, key, value)
    return Settings.model_validate(plain)


def value_in_force(in_force: Limits, key: str) -> Any:
    """What is in force of the limit under `key`, by the longest rules that apply; None where nothing is."""
    named = {prefix for known in in_force if (prefix := rules_prefix(known)) is not None}
    known = _in_force_at(in_force, key, named)
    return None if known is None else in_force[known]


def _in_force_at(in_force: Limits, key: str, prefixes: Iterable[str]) -> str | None:
    """Under which key the limit is in force: its own, or that of the longest beginning with rules."""
    prefix = rules_prefix(key)
    if prefix is None:
        return key if key in in_force else None
    for name in (prefix, meaning_of(prefix).lower()):
        if fitting := [known for known in prefixes if name.startswith(known)]:
            known = f"{max(fitting, key=len)}{RULES_SUFFIX}.{key.partition('.')[2]}"
            return known if known in in_force else None
    return None


def _number(value: Any) -> float:
    return inf if value is None else float(value)
