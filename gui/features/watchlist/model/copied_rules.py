"""What copying the rules of one symbol to another changes in the settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from config.alerts import AlertRule
from config.changes import leaves, with_values
from config.settings import RULES_SUFFIX, Settings
from config.symbol_names import begins_with

AUTO_KEY = "execution.auto_symbols"


class Named(NamedTuple):
    """A symbol, and the market that its name stands for; empty if that is not known."""

    name: str
    stands_for: str = ""


class RuleChange(NamedTuple):
    """One setting of a symbol, by its dotted key among the new rules; `old` is None where the symbol had no rules."""

    key: str
    old: Any
    new: Any


def own_key(target: Named) -> str:
    """The key of rules for a symbol alone."""
    return f"{target.name.lower()}{RULES_SUFFIX}"


def with_copied_rules(settings: Settings, source: Named, target: Named, others: Iterable[Named]) -> Settings:
    """`settings` in which `target` has the rules and the silent alerts of `source`, and starts at MANUAL.

    `others` are the further symbols of the desk: those that started at AUTO go on doing so, unless `target` would start
    at AUTO with them. Raises `pydantic.ValidationError` for a name that no key can have, and KeyError for a source
    without rules.
    """
    rules = settings.rules_for(*source)
    if rules is None:
        raise KeyError(source.name)
    values: dict[str, Any] = {own_key(target): rules.as_json()}
    if settings.is_auto(*target):
        values[AUTO_KEY] = list(_auto_without(settings.execution.auto_symbols, target, others))
    values |= dict(_silences(settings, source, target))
    return with_values(settings, values)


def _auto_without(prefixes: Iterable[str], target: Named, others: Iterable[Named]) -> Iterator[str]:
    """The same symbols without `target`: a prefix that covers it gives way to the names of the others it covers."""
    kept = dict.fromkeys(prefix for prefix in prefixes if not begins_with(prefix, *target))
    for other in others:
        covered = any(begins_with(prefix, *other) for prefix in prefixes if prefix not in kept)
        if covered and not begins_with(other.name, *target):
            kept[other.name] = None
    yield from kept


def _silences(settings: Settings, source: Named, target: Named) -> Iterator[tuple[str, list[str]]]:
    """Kinds of alerts that are off for the one symbol and on for the other, with the symbols that they are off for."""
    for kind in type(settings.alerts).model_fields:
        rule = getattr(settings.alerts, kind)
        if not isinstance(rule, AlertRule) or rule.is_silent_for(*source) == rule.is_silent_for(*target):
            continue
        if rule.is_silent_for(*source):
            yield f"alerts.{kind}.silent_symbols", [*rule.silent_symbols, target.name]
        elif target.name.lower() in [name.lower() for name in rule.silent_symbols]:
            names = [name for name in rule.silent_symbols if name.lower() != target.name.lower()]
            yield f"alerts.{kind}.silent_symbols", names


def rule_changes(before: Settings, after: Settings, target: Named) -> tuple[RuleChange, ...]:
    """Every setting of the rules of `target` that differs, in the order in which settings are declared."""
    old, new = before.rules_for(*target), after.rules_for(*target)
    was: Mapping[str, Any] = {} if old is None else dict(leaves(old.as_json()))
    now = {} if new is None else dict(leaves(new.as_json()))
    key = after.rules_key_for(*target)
    return tuple(
        RuleChange(f"{key}.{leaf}", was.get(leaf), value)
        for leaf, value in now.items()
        if leaf not in was or was[leaf] != value
    )


def also_changed(before: Settings, after: Settings, others: Iterable[Named]) -> tuple[str, ...]:
    """Further symbols whose rules change, because their names begin with that of the target."""
    return tuple(other.name for other in others if before.rules_for(*other) != after.rules_for(*other))
