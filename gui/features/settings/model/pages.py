"""The pages of the settings dialog, built from the declared fields alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.fields import EVERYTHING, SettingField, field_at
from config.settings import RULES_SUFFIX, is_rules_key

GENERAL = "general"
"""Key of the page of what stands in no group."""
WORDS = {
    "atr": "ATR",
    "utc": "UTC",
    "pct": "share of price",
    "east_asian": "East Asian",
    "colour_blind": "colour-blind",
    "binance": "Binance",
    "kraken": "Kraken",
    "metatrader": "MetaTrader 5",
}
"""Choices that are not simply their names in words."""


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The settings of a group, and those of groups within it under headings.

    `parent` is the key of the page it belongs under, empty for none.
    """

    group: SettingField
    parent: str = ""
    headings: tuple[SettingField, ...] = ()

    @property
    def key(self) -> str:
        return self.group.key or GENERAL

    @property
    def fields(self) -> Iterator[SettingField]:
        for group in (self.group, *self.headings):
            yield from group.settings


def pages_of(prefixes: Iterable[str]) -> tuple[SettingsPage, ...]:
    """All pages in the order in which settings are declared; `prefixes` are further symbols that have rules."""
    groups = list(EVERYTHING.groups)
    further = [rules for prefix in prefixes if (rules := field_at(f"{prefix}{RULES_SUFFIX}")) is not None]
    after_rules = max(place for place, group in enumerate(groups) if is_rules_key(group.key)) + 1
    groups[after_rules:after_rules] = further
    return (SettingsPage(EVERYTHING), *(page for group in groups for page in _pages(group)))


def choice_text(choice: str) -> str:
    """A choice in words: `fixed`, `colour-blind`, `price`."""
    return WORDS.get(choice, choice.replace("_", " "))


def _pages(group: SettingField) -> Iterator[SettingsPage]:
    """A group with groups of its own becomes a branch where it is of rules, otherwise one page with headings."""
    if not is_rules_key(group.key):
        yield SettingsPage(group, "", group.groups)
        return
    yield SettingsPage(group)
    for inner in group.groups:
        yield SettingsPage(inner, group.key, inner.groups)
