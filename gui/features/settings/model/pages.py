"""The pages of the settings dialog, made from the declared fields alone: what stands where, and how it is edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from config.faults import PRICES, allowed_in
from config.fields import effect_of, looser_of, section_of, unit_of
from config.loader import as_json, shipped_settings
from config.section import Section
from config.settings import RULES_SUFFIX, Settings, SymbolRules

GENERAL = "general"
"""Key of the page of what stands in no group."""
WORDS = {
    "atr": "ATR",
    "utc": "UTC",
    "pct": "share of price",
    "east_asian": "East Asian",
    "colour_blind": "colour-blind",
}
"""Choices that are not simply their names in words."""


class Kind(Enum):
    """How a value is edited."""

    SWITCH = auto()
    WHOLE = auto()
    NUMBER = auto()
    CHOICE = auto()
    TEXT = auto()
    NAMES = auto()
    RANGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """One setting as it is shown. `default` is None where a setting has none; `is_optional` may have no value."""

    key: str
    title: str
    about: str
    unit: str
    kind: Kind
    choices: tuple[str, ...]
    is_optional: bool
    allowed: str
    effect: str
    is_limit: bool
    default: Any
    has_default: bool


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Settings that stand together; the first group of a page has no title of its own."""

    key: str
    title: str
    about: str
    fields: tuple[SettingField, ...]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One page. `parent` is the key of the page it belongs under, empty for none."""

    key: str
    parent: str
    title: str
    about: str
    groups: tuple[FieldGroup, ...]

    @property
    def fields(self) -> Iterator[SettingField]:
        for group in self.groups:
            yield from group.fields


def pages_of(prefixes: Iterable[str]) -> tuple[SettingsPage, ...]:
    """All pages in the order in which settings are declared; `prefixes` are further symbols that have rules."""
    pages = [SettingsPage(GENERAL, "", "General", "The desk as a whole.", (_own_fields(Settings, ""),))]
    declared = list(Settings.model_fields.items())
    last_rules = max(place for place, (_, field) in enumerate(declared) if section_of(field) is SymbolRules)
    for place, (name, field) in enumerate(declared):
        if (section := section_of(field)) is not None:
            pages += _pages(section, name, "", field.title or name, field.description or "")
        if place == last_rules:
            for prefix in prefixes:
                title = prefix.upper()
                about = f"Rules of the symbols with the prefix {title}."
                pages += _pages(SymbolRules, f"{prefix}{RULES_SUFFIX}", "", title, about)
    return tuple(pages)


def choice_text(choice: str) -> str:
    """A choice in words: `fixed`, `colour-blind`, `price`."""
    return WORDS.get(choice, choice.replace("_", " "))


def _pages(section: type[Section], key: str, parent: str, title: str, about: str) -> Iterator[SettingsPage]:
    """A group with groups of its own becomes a branch where it is of rules, otherwise one page with headings."""
    nested = [(name, field, inner) for name, field in section.model_fields.items() if (inner := section_of(field))]
    groups = [_own_fields(section, f"{key}.")]
    if section is SymbolRules:
        yield SettingsPage(key, parent, title, about, tuple(groups))
        for name, field, inner in nested:
            yield from _pages(inner, f"{key}.{name}", key, field.title or name, field.description or "")
        return
    for name, field, inner in nested:
        own = _own_fields(inner, f"{key}.{name}.").fields
        groups.append(FieldGroup(f"{key}.{name}", field.title or name, field.description or "", own))
    yield SettingsPage(key, parent, title, about, tuple(group for group in groups if group.fields))


def _own_fields(section: type[Section], path: str) -> FieldGroup:
    fields = (_field(f"{path}{name}", field) for name, field in section.model_fields.items() if not section_of(field))
    return FieldGroup(path.rstrip("."), "", "", tuple(fields))


def _field(key: str, field: FieldInfo) -> SettingField:
    kind, choices, is_optional = _kind_of(field.annotation)
    has_default, default = default_of(key)
    return SettingField(
        key=key,
        title=field.title or key,
        about=field.description or "",
        unit=unit_of(field),
        kind=kind,
        choices=choices,
        is_optional=is_optional,
        allowed=allowed_in(field),
        effect=effect_of(key),
        is_limit=looser_of(field) is not None,
        default=default,
        has_default=has_default,
    )


def default_of(key: str) -> tuple[bool, Any]:
    """Whether the setting under a dotted key has a default, and which; distances of further symbols have none."""
    name, _, rest = key.partition(".")
    found: Any = _SHIPPED.get(name)
    if found is None and name.endswith(RULES_SUFFIX):
        if tuple(rest.split(".")) in PRICES:
            return False, None
        found = _RULES
    for part in rest.split(".") if rest else ():
        found = found[part]
    return True, found


_SHIPPED = as_json(shipped_settings())
_RULES = SymbolRules().model_dump(mode="json")

_KINDS = {bool: Kind.SWITCH, int: Kind.WHOLE, float: Kind.NUMBER, str: Kind.TEXT}


def _kind_of(annotation: Any) -> tuple[Kind, tuple[str, ...], bool]:
    """How a value of that type is edited, what can be chosen, and whether there may be none."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType) and NoneType in arguments:
        (inner,) = (part for part in arguments if part is not NoneType)
        kind, choices, _ = _kind_of(inner)
        return kind, choices, True
    if origin is Literal:
        return Kind.CHOICE, tuple(str(choice) for choice in arguments), False
    if origin is tuple:
        return (Kind.NAMES if arguments[-1] is ... else Kind.RANGE), (), False
    return _KINDS[annotation], (), False
