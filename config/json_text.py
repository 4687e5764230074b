"""Parses a JSON object from a file's bytes, more strictly than the standard library: nothing is silently ignored."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from config.faults import Fault, FaultyConfiguration

DEEPEST = 20
"""Groups within groups; a configuration has four."""


class _Group(dict[str, Any]):
    """A JSON object that remembers which of its keys occurred more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        lowered = [(_normal(key), value) for key, value in pairs]
        super().__init__(lowered)
        self.repeated = [key for key, count in Counter(key for key, _ in lowered).items() if count > 1]


def parse_object(content: bytes, origin: str) -> tuple[dict[str, Any], list[Fault]]:
    """The object that `content` holds, and the keys that occur twice in it.

    Keys of rules are in lower case, as symbols are found in any case. Raises `FaultyConfiguration` where the text is
    not a JSON object at all.
    """
    text = _text(content, origin)
    try:
        said = json.loads(text, object_pairs_hook=_Group)
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}, column {error.colno}: is not JSON: {error.msg}"
        raise FaultyConfiguration(Fault(origin, "", problem)) from None
    except ValueError as error:
        raise FaultyConfiguration(Fault(origin, "", f"is not usable JSON: {error}")) from None
    except RecursionError:
        raise _too_deep(origin) from None
    if not isinstance(said, _Group):
        raise FaultyConfiguration(Fault(origin, "", "is not a group of settings; allowed is one object in braces"))
    return said, [Fault(origin, key, "occurs more than once; allowed is once") for key in _repeated(said, origin)]


def _text(content: bytes, origin: str) -> str:
    # Editors on Windows put a mark before UTF-8 text; it says nothing and does no harm.
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"line {line}: is not UTF-8 text (byte 0x{content[error.start]:02x}); save the file as UTF-8"
        raise FaultyConfiguration(Fault(origin, "", problem)) from None


def _repeated(said: _Group, origin: str) -> Iterator[str]:
    waiting: list[tuple[tuple[str, ...], Any]] = [((), said)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > DEEPEST:
            raise _too_deep(origin)
        if isinstance(value, _Group):
            yield from (".".join((*path, key)) for key in value.repeated)
            waiting += [((*path, key), part) for key, part in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, str(at)), part) for at, part in enumerate(value)]


def _too_deep(origin: str) -> FaultyConfiguration:
    return FaultyConfiguration(Fault(origin, "", f"is nested too deeply; allowed are {DEEPEST} groups in groups"))


def _normal(key: str) -> str:
    return key.lower() if key.lower().endswith("_rules") else key
