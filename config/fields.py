"""Every setting as the user sees it: one tree of groups and settings, built once from the declarations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Unit
from pydantic.fields import FieldInfo

from config.section import Effect, Relaxes, Section
from config.settings import RULES_SUFFIX, Settings, SymbolRules, is_rules_key

WITH_THE_NEXT_CANDLE: Final[Effect] = "with the next candle"


class Kind(Enum):
    """What a value is, in words; it says how the value is edited, too."""

    GROUP = "a group of settings in braces"
    SWITCH = "true or false"
    WHOLE = "a whole number"
    NUMBER = "a number"
    CHOICE = "one of"
    TEXT = "a text"
    NAMES = "a list of texts"
    RANGE = "a list of 2 numbers, the lower first, each a number"


_KINDS: Final[Mapping[Any, Kind]] = {bool: Kind.SWITCH, int: Kind.WHOLE, float: Kind.NUMBER, str: Kind.TEXT}
_BOUNDS: Final = {
    "gt": "above {:.12g}",
    "ge": "at least {:.12g}",
    "lt": "below {:.12g}",
    "le": "at most {:.12g}",
    "min_length": "at least {} long",
    "max_length": "at most {} long",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """A setting, or a group with its `parts`, and all that is declared of it.

    `key` has dots between the groups; `titles` are those of the groups around it, from the outermost, and its own.
    `synonyms` are other terms for it and for the groups around it. `default` is as the file writes it; prices of
    further symbols have none. `is_optional` may be null.
    """

    key: str
    titles: tuple[str, ...] = ()
    about: str = ""
    synonyms: tuple[str, ...] = ()
    effect: Effect = WITH_THE_NEXT_CANDLE
    kind: Kind = Kind.GROUP
    parts: tuple[SettingField, ...] = ()
    choices: tuple[str, ...] = ()
    constraints: Sequence[Any] = ()
    example: str = ""
    unit: str = ""
    relaxes: Relaxes | None = None
    is_optional: bool = False
    has_default: bool = True
    default: Any = None

    @property
    def title(self) -> str:
        return self.titles[-1]

    @property
    def settings(self) -> tuple[SettingField, ...]:
        """The parts that are single settings."""
        return tuple(part for part in self.parts if part.kind is not Kind.GROUP)

    @property
    def groups(self) -> tuple[SettingField, ...]:
        """The parts that have parts."""
        return tuple(part for part in self.parts if part.kind is Kind.GROUP)

    @property
    def bounds(self) -> Mapping[str, float]:
        """What the value is compared with, by `gt`, `ge`, `lt`, `le`, `min_length` and `max_length`."""
        found = ((name, getattr(each, name, None)) for each in self.constraints for name in _BOUNDS)
        return {name: bound for name, bound in found if bound is not None}

    @property
    def allowed(self) -> str:
        """What may be written, in words."""
        choices = ", ".join(json.dumps(choice) for choice in self.choices)
        bounds = ", ".join(_BOUNDS[name].format(bound) for name, bound in self.bounds.items())
        words = f"{self.kind.value} {choices or bounds}".rstrip()
        return words + (" or null" if self.is_optional else "") + (f" such as {self.example}" if self.example else "")

    def everything(self) -> Iterator[SettingField]:
        """Itself and all that is within."""
        yield self
        for part in self.parts:
            yield from part.everything()


def field_at(key: str) -> SettingField | None:
    """The setting or group under a dotted key, also within rules of any further symbol; None where there is none."""
    name = path_of(key)[0]
    is_further = is_rules_key(name) and name not in Settings.model_fields
    return (_further(name) if is_further else _DECLARED).get(key)


def effect_of(key: str) -> Effect:
    """When a change of the setting under a dotted key, or of a setting within that group, begins to count."""
    return WITH_THE_NEXT_CANDLE if (field := field_at(key)) is None else field.effect


def direction_of(key: str) -> Relaxes | None:
    """Which way the limit under a dotted key is relaxed; None where it is no limit."""
    return None if (field := field_at(key)) is None else field.relaxes


def path_of(key: str) -> tuple[str, ...]:
    """The names of the groups around a setting, and its own; the name of a symbol may have dots itself."""
    symbol, is_of_rules, rest = f"{key}.".rpartition(f"{RULES_SUFFIX}.")
    names = rest.split(".")[:-1]
    return (f"{symbol}{RULES_SUFFIX}", *names) if is_of_rules else tuple(names)


def rules_prefix(key: str) -> str | None:
    """The beginning of the symbols whose rules hold the setting under a dotted key; None for a general one."""
    name = path_of(key)[0]
    return name.removesuffix(RULES_SUFFIX) if is_rules_key(name) else None


# -- made from what is declared -----------------------------------------------------------------------------------


def _parts_of(section: type[Section], around: SettingField, defaults: Mapping[str, Any]) -> tuple[SettingField, ...]:
    return tuple(_described(name, field, around, defaults[name]) for name, field in section.model_fields.items())


def _described(name: str, declared: FieldInfo, around: SettingField, default: Any) -> SettingField:
    extra: Any = declared.json_schema_extra
    words: dict[str, Any] = {
        "key": f"{around.key}.{name}" if around.key else name,
        "titles": (*around.titles, declared.title or name),
        "about": declared.description or "",
        "synonyms": (*around.synonyms, *extra["synonyms"]),
        "effect": extra["effect"] or around.effect,
    }
    kind: Any = declared.annotation
    if isinstance(kind, type) and issubclass(kind, Section):
        group = SettingField(**words, has_default=around.has_default)
        return replace(group, parts=_parts_of(kind, group, default))
    unit = next((each.unit for each in declared.metadata if isinstance(each, Unit)), "")
    return SettingField(
        **words,
        **_value_of(kind, declared.metadata),
        example=declared.examples[0] if declared.examples else "",
        unit=unit,
        relaxes=next((each for each in declared.metadata if isinstance(each, Relaxes)), None),
        has_default=around.has_default or not unit.startswith("price"),  # no distance would suit every instrument
        default=default,
    )


def _value_of(annotation: Any, metadata: Sequence[Any]) -> dict[str, Any]:
    """Kind, choices and constraints of values of a type, and whether there may be none."""
    arguments = get_args(annotation)
    if NoneType in arguments:
        (inner,) = (part for part in arguments if part is not NoneType)
        return {**_value_of(inner, metadata), "is_optional": True}
    if get_origin(annotation) is Literal:
        return {"kind": Kind.CHOICE, "choices": arguments}
    if get_origin(annotation) is not tuple:
        return {"kind": _KINDS[annotation], "constraints": metadata}
    if arguments[-1] is ...:
        return {"kind": Kind.NAMES, "constraints": metadata}
    return {"kind": Kind.RANGE, "constraints": arguments[0].__metadata__}


EVERYTHING: Final = SettingField(
    key="",
    titles=("General",),
    about="The desk as a whole.",
    parts=_parts_of(Settings, SettingField(key=""), Settings().as_json()),
)
"""The group around all groups, without the rules of further symbols."""
_DECLARED: Final = {field.key: field for field in EVERYTHING.everything()}


@lru_cache
def _further(key: str) -> Mapping[str, SettingField]:
    """Settings and groups within the rules of a symbol that is declared nowhere."""
    title = key.removesuffix(RULES_SUFFIX).upper()
    about = f"Rules of the symbols with the prefix {title}."
    rules = SettingField(key=key, titles=(title,), about=about, has_default=False)
    rules = replace(rules, parts=_parts_of(SymbolRules, rules, SymbolRules().as_json()))
    return {field.key: field for field in rules.everything()}
