"""Tells what is wrong with a configuration: which key, its value, and what is allowed there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.section import Section
from config.settings import RULES_SUFFIX, Settings, SymbolRules, is_rules_key
from engine.errors import InvalidConfiguration

LONGEST_VALUE = 60

PRICES = (
    ("sl_range",),
    ("tp_range",),
    ("pre_trade_filters", "volatility", "atr1_min"),
    ("pre_trade_filters", "volatility", "m1_range_avg_min"),
    ("pre_trade_filters", "spread", "max_spread"),
)
"""What rules must state in price units."""


class Fault(NamedTuple):
    """What is wrong at `key` of `file`: its value, and what is allowed there.

    `key` has dots between the groups and is empty where the whole file is at fault.
    """

    file: str
    key: str
    problem: str

    def __str__(self) -> str:
        text = f"{self.file}: {self.key} {self.problem}" if self.key else f"{self.file}: {self.problem}"
        # JSON can escape halves of characters, which no terminal or file can hold.
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


class FaultyConfiguration(InvalidConfiguration):
    """A configuration with at least one fault; all that were found are in `faults`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def validation_faults(error: ValidationError, file: str) -> Iterator[Fault]:
    """The faults that validation of `Settings` found."""
    for details in error.errors(include_url=False):
        yield Fault(file, ".".join(str(part) for part in details["loc"]), _problem(details))


def unknown_keys(settings: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Keys of the top level that are neither settings nor rules of a symbol."""
    for key in settings:
        if key not in Settings.model_fields and not is_rules_key(key):
            yield Fault(file, key, "is not a setting" + _suggestion(key, Settings))


def missing_prices(settings: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Distances that rules of further symbols leave out: in price units, no default would suit every instrument."""
    for key in settings:
        if is_rules_key(key) and key not in Settings.model_fields and isinstance(settings[key], Mapping):
            for path in PRICES:
                if not _has(settings[key], path):
                    known = [name for name in Settings.model_fields if name.endswith(RULES_SUFFIX)]
                    problem = "is missing; it is in prices of this symbol, so it has no default"
                    yield Fault(file, ".".join((key, *path)), problem + did_you_mean(key, known))


def shown(value: object) -> str:
    """A value as the file writes it, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + " ..."


def allowed_in(field: FieldInfo) -> str:
    """What a field takes, in words."""
    example = f" such as {field.examples[0]}" if field.examples else ""
    return _allowed(field.annotation, field.metadata) + example


def _has(group: Any, path: Sequence[str]) -> bool:
    for part in path:
        if not isinstance(group, Mapping) or part not in group:
            return False
        group = group[part]
    return True


def _problem(details: ErrorDetails) -> str:
    kind, loc = details["type"], details["loc"]
    section = _section_at(loc[:-1])
    if kind == "extra_forbidden" and section is not None:
        return "is not a setting" + _suggestion(str(loc[-1]), section)
    if kind == "missing":
        return f"is missing{_allowed_at(loc)}"
    if kind in ("value_error", "assertion_error"):
        return details["msg"].removeprefix("Value error, ")
    return f"is {shown(details['input'])}{_allowed_at(loc)}"


def _allowed_at(loc: Sequence[int | str]) -> str:
    names = [part for part in loc if isinstance(part, str)]
    section = _section_at(names[:-1])
    if section is not None and names and (field := section.model_fields.get(names[-1])) is not None:
        return f"; allowed is {allowed_in(field)}"
    return "; allowed is a group of settings in braces"


def _section_at(loc: Sequence[int | str]) -> type[Section] | None:
    section: type[Section] = Settings
    for part in loc:
        field = section.model_fields.get(str(part))
        if field is None and section is Settings and str(part).endswith(RULES_SUFFIX):
            section = SymbolRules
        elif field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            section = field.annotation
        else:
            return None
    return section


def _suggestion(key: str, section: type[Section]) -> str:
    return did_you_mean(key, list(section.model_fields)) or f"; allowed are {', '.join(section.model_fields)}"


def did_you_mean(key: str, known: Sequence[str]) -> str:
    """A suggestion to append where `key` resembles a known name, otherwise nothing."""
    close = get_close_matches(key.lower(), known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _allowed(kind: object, metadata: Sequence[object]) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return "one of " + ", ".join(shown(choice) for choice in arguments)
    if origin in (Union, UnionType):
        return " or ".join(_allowed(part, metadata) for part in arguments)
    if origin is tuple and arguments[-1] is not ...:
        return f"a list of {len(arguments)} numbers, the lower first, each {_allowed(*_unwrapped(arguments[0]))}"
    if origin is tuple:
        return "a list of texts" + _bounds(metadata)
    if isinstance(kind, type) and issubclass(kind, Section):
        return "a group of settings in braces"
    words = {float: "a number", int: "a whole number", bool: "true or false", str: "a text", NoneType: "null"}
    return words.get(kind, "a value") + _bounds(() if kind is NoneType else metadata)  # type: ignore[call-overload, no-any-return]


def _unwrapped(kind: Any) -> tuple[object, Sequence[object]]:
    metadata = [part for field in getattr(kind, "__metadata__", ()) for part in getattr(field, "metadata", ())]
    return getattr(kind, "__origin__", kind), metadata


def _bounds(metadata: Sequence[object]) -> str:
    words = []
    for bound in metadata:
        match bound:
            case Gt(limit):
                words.append(f"above {_number(limit)}")
            case Ge(limit):
                words.append(f"at least {_number(limit)}")
            case Lt(limit):
                words.append(f"below {_number(limit)}")
            case Le(limit):
                words.append(f"at most {_number(limit)}")
            case MinLen(limit):
                words.append(f"at least {limit} long")
            case MaxLen(limit):
                words.append(f"at most {limit} long")
    return " " + ", ".join(words) if words else ""


def _number(limit: object) -> str:
    return f"{limit:.12g}" if isinstance(limit, int | float) else str(limit)
