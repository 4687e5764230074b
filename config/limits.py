"""The limits among the settings, and in which direction each is relaxed: a relaxed limit takes effect after a delay.

Limits of a symbol are compared as they hold for it, so that rules which come or go for a longer beginning of it are no
way around the wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, Final

from config.changes import leaves, put
from config.fields import direction_of, path_of, rules_prefix
from config.section import Relaxes
from config.settings import RULES_SUFFIX, Settings
from config.symbol_names import meaning_of

RELAX_DELAY: Final = "risk_mitigation.loosen_delay_minutes"

Limits = Mapping[str, Any]
"""Values of limits by dotted key, as the file writes them; those of rules for every beginning that has rules."""


def limits_in(settings: Settings, prefixes: Iterable[str] = ()) -> dict[str, Any]:
    """Every limit of `settings`; rules for each beginning that they name, and for `prefixes` as they fall to them."""
    plain = settings.as_json()
    for prefix in prefixes:
        _begin_rules(plain, settings, prefix)
    return {key: value for key, value in leaves(plain) if direction_of(key) is not None}


def _begin_rules(plain: dict[str, Any], settings: Settings, prefix: str) -> bool:
    """Whether rules apply to a beginning: where it has none of its own, it begins with those that it falls to."""
    rules = settings.rules_for(prefix, meaning_of(prefix))
    if rules is not None:
        plain.setdefault(f"{prefix}{RULES_SUFFIX}", rules.as_json())
    return rules is not None


def is_relaxed(direction: Relaxes | None, old: Any, new: Any) -> bool:
    """Whether `new` lets more through than `old`; never where nothing is limited."""
    match direction:
        case Relaxes.HIGHER:
            return _number(new) > _number(old)
        case Relaxes.LOWER:
            return _number(new) < _number(old)
        case Relaxes.OFF:
            return bool(old) and not new
        case Relaxes.ANY:
            return bool(old != new)
    return False


def relaxed(in_force: Limits, wanted: Settings) -> dict[str, Any]:
    """The limits that `wanted` relaxes beyond what is in force, by key, with the values that are wanted.

    A symbol that had no rules had no limits either: nothing of it is relaxed.
    """
    named = {prefix: None for key in in_force if (prefix := rules_prefix(key)) is not None}
    return {
        key: value
        for key, value in limits_in(wanted, named).items()
        if is_relaxed(direction_of(key), value_in_force(in_force, key, value), value)
    }


def held_at(wanted: Settings, held: Limits) -> Settings:
    """`wanted` with some limits as in `held`; where rules that are to go are held, they stay for these limits.

    A longer beginning without rules of its own follows the shorter one, and is held with it: it lets less through than
    it might, never more, as long as every limit of rules has a tighter side.
    """
    if not held:
        return wanted
    plain = wanted.as_json()
    for key, value in held.items():
        prefix = rules_prefix(key)
        if prefix is None or _begin_rules(plain, wanted, prefix):
            put(plain, key, value)
    return Settings.model_validate(plain)


def value_in_force(in_force: Limits, key: str, default: Any = None) -> Any:
    """What is in force of the limit under `key`, by the longest rules that apply; `default` where nothing is."""
    prefix = rules_prefix(key)
    if prefix is None:
        return in_force.get(key, default)
    for name in (prefix, meaning_of(prefix).lower()):
        for end in range(len(name), 0, -1):
            known = ".".join((f"{name[:end]}{RULES_SUFFIX}", *path_of(key)[1:]))
            if known in in_force:
                return in_force[known]
    return default


def _number(value: Any) -> float:
    return inf if value is None else float(value)
