"""The settings that a search varies: as rows of the form, and as the JSON file that the command line reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from config.faults import FaultyConfiguration
from config.fields import EVERYTHING, Kind, SettingField, field_at
from config.json_text import parse_object
from config.settings import RULES_SUFFIX, Settings
from engine.errors import DeskError
from gui.features.lab.model.numbers import setting_text
from gui.features.lab.model.request import Searched

LARGEST_SPACE: Final = 1_000_000
"""Bytes of a file."""
_TRADING: Final = ("enabled", "cooldown_seconds", "execution", "risk_mitigation", "paper", "sessions")
"""Groups that affect trades, besides the rules of symbols."""
_SEARCHED: Final = (Kind.SWITCH, Kind.WHOLE, Kind.NUMBER, Kind.CHOICE)
_RANGE: Final = re.compile(r"\s*(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s*", re.IGNORECASE)
_WORDS: Final = {"on": True, "off": False, "yes": True, "no": False, "true": True, "false": False}


class Offer(NamedTuple):
    """A setting to choose from: its dotted key, and its titles, as `XAUUSD rules, Candle signals, Min wick`."""

    key: str
    words: str


class RowFault(NamedTuple):
    """What is wrong with the rows, in words with the settings' titles, and the place of the first row concerned."""

    words: str
    row: int = 0


@cache
def offers() -> tuple[Offer, ...]:
    """Every setting that affects trades."""
    fields = (field for field in EVERYTHING.everything() if field.kind in _SEARCHED and _trades(field))
    return tuple(Offer(field.key, _titles(field)) for field in fields)


def hint_of(key: str) -> str:
    """The allowed values of a setting, in words; empty if there is no such setting."""
    field = field_at(key)
    return "" if field is None or field.kind is Kind.GROUP else f"Allowed is {field.allowed}"


def read_rows(path: Path) -> list[Searched]:
    """The rows of a JSON file with values. Raises `DeskError`. Not for the event loop."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_SPACE + 1)
    except OSError as error:
        raise DeskError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_SPACE:
        raise DeskError(f"{path} is too large; allowed are {LARGEST_SPACE:,} bytes")
    said, _ = parse_object(content, path.name)
    return [Searched(key, _as_text(values)) for key, values in said.items()]


def file_of(rows: Sequence[Searched]) -> str:
    """The content of the JSON file for some rows."""
    return json.dumps({row.key: _as_values(row.values) for row in rows}, indent=1)


def fault_of(rows: Sequence[Searched], base: Settings) -> RowFault | None:
    """The faults of the rows, None if there are none. Not for the event loop."""
    from engine.lab.search.space import parse_space

    if not rows:
        return RowFault("Choose at least one setting to search.")
    keys = [row.key for row in rows]
    twice = next((place for place, key in enumerate(keys) if key in keys[:place]), None)
    if twice is not None:
        return RowFault(f"{_title(keys[twice])} is listed twice: enter all of its values in one row.", twice)
    try:
        parse_space(file_of(rows).encode(), "", base)
    except FaultyConfiguration as error:
        words = "\n".join(f"{_label(fault.key)} {fault.problem}".strip() for fault in error.faults)
        return RowFault(words, next((keys.index(fault.key) for fault in error.faults if fault.key in keys), 0))
    return None


def _trades(field: SettingField) -> bool:
    group = field.key.partition(".")[0]
    return group in _TRADING or group.endswith(RULES_SUFFIX)


def _titles(field: SettingField) -> str:
    return ", ".join(title for title in field.titles if title)


def _label(key: str) -> str:
    """A setting as its row names it."""
    field = field_at(key) if key else None
    return key if field is None else _titles(field)


def _title(key: str) -> str:
    field = field_at(key)
    return key if field is None else field.title


def _as_values(text: str) -> list[Any]:
    """`0.2, 0.4` or `0.2 to 0.6 step 0.1`."""
    if found := _RANGE.fullmatch(text):
        return [_as_value(word) for word in found.groups()]
    values = [_as_value(word.strip()) for word in text.split(",") if word.strip()]
    if len(values) == 3 and all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
        values.sort()
        if _is_range(values):  # in the file these three would be read as a range
            values.reverse()
    return values


def _as_value(word: str) -> Any:
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def _as_text(values: Any) -> str:
    if not isinstance(values, list):
        return setting_text(values)
    parts = [str(each) if isinstance(each, int | float) and not isinstance(each, bool) else setting_text(each)
             for each in values]  # fmt: skip
    if len(values) == 3 and _is_range(values):
        return f"{parts[0]} to {parts[1]} step {parts[2]}"
    return ", ".join(parts)


def _is_range(values: Sequence[Any]) -> bool:
    """Whether the command line reads three values as a range: see `parse_space` of the engine."""
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in values):
        return False
    low, high, step = values
    return bool(low < high and 0 < step <= high - low)


def titles_of(rows: Sequence[Searched]) -> Iterator[Offer]:
    """The settings of the rows, each by its own title."""
    return (Offer(row.key, _title(row.key)) for row in rows if row.key)
