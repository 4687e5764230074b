"""Describes what is wrong with a configuration: the key, its value, and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.fields import EVERYTHING, Kind, field_at, path_of
from config.settings import RULES_SUFFIX, Settings, is_rules_key
from engine.errors import InvalidConfiguration

MAX_VALUE_LENGTH = 60


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

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in self.faults))


def validation_faults(error: ValidationError, file: str) -> Iterator[Fault]:
    """The faults that validation of `Settings` found."""
    for details in error.errors(include_url=False):
        yield Fault(file, ".".join(str(part) for part in details["loc"]), _problem(details))


def unknown_keys(said: Iterable[str], file: str) -> Iterator[Fault]:
    """Keys of the top level that are neither settings nor rules of a symbol."""
    for key in said:
        if key not in Settings.model_fields and not is_rules_key(key):
            yield Fault(file, key, "is not a setting" + _suggestion(key, ""))


def missing_prices(said: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Distances that rules of further symbols leave out: in price units, no default would suit every instrument."""
    known = [name for name in Settings.model_fields if name.endswith(RULES_SUFFIX)]
    for name, rules in said.items():
        if is_rules_key(name) and isinstance(rules, Mapping) and (group := field_at(name)) is not None:
            for field in group.everything():
                if field.kind is not Kind.GROUP and not field.has_default and not _has(said, path_of(field.key)):
                    problem = "is missing; it is in prices of this symbol, so it has no default"
                    yield Fault(file, field.key, problem + did_you_mean(name, known))


def shown(value: object) -> str:
    """A value as the file writes it, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= MAX_VALUE_LENGTH else text[:MAX_VALUE_LENGTH] + " ..."


def did_you_mean(key: str, known: Sequence[str]) -> str:
    """A suggestion to append where `key` resembles a known name, otherwise nothing."""
    close = get_close_matches(key.lower(), known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _has(group: Any, path: Sequence[str]) -> bool:
    for part in path:
        if not isinstance(group, Mapping) or part not in group:
            return False
        group = group[part]
    return True


def _problem(details: ErrorDetails) -> str:
    kind = details["type"]
    *groups, name = [part for part in details["loc"] if isinstance(part, str)] or [""]
    if kind == "extra_forbidden":
        return "is not a setting" + _suggestion(name, ".".join(groups))
    if kind in ("value_error", "assertion_error"):
        return details["msg"].removeprefix("Value error, ")
    field = field_at(".".join((*groups, name))) or EVERYTHING
    what = "missing" if kind == "missing" else shown(details["input"])
    return f"is {what}; allowed is {field.allowed}"


def _suggestion(key: str, group: str) -> str:
    """The name that was probably meant, or all that the group has."""
    known = [path_of(part.key)[-1] for part in (field_at(group) or EVERYTHING).parts]
    return did_you_mean(key, known) or f"; allowed are {', '.join(known)}"
