"""The words of the product: names and texts use the trade's terms and everyday English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("engine", "gui", "config", "benchmarks", "resources", "tests", ".ci")
PATHS: Final = tuple(
    path
    for path in (PROJECT / "run.py", *(each for name in FOLDERS for each in sorted((PROJECT / name).rglob("*.py"))))
    if path.name != Path(__file__).name
)

OLD_PARTS: Final = frozenset({
    "adverse", "anew", "book", "books", "dawn", "dress", "dressed", "fewest", "furnish", "furnished", "furnishing",
    "leader", "least", "led", "loosen", "loosened", "moment", "most", "office", "person", "persons", "readings", "room",
    "rooms", "somebody", "tell", "teller", "telling", "tells", "told", "wardrobe", "winding", "wound",
})  # fmt: skip
"""Parts of names, as in `is_told`, `MOST_SPREAD` and `LockBook`."""

OLD_NAMES: Final = re.compile(r"\b(?:class (?:Answers|Moment|Reading|Watch)\b|def take\()")
"""Whole names."""

OLD_WORDS: Final = re.compile(
    r"\b(?:anew|told|tells|furnish\w*|somebody|by hand|a person|persons|lest|thereby|whereof|whence|wherein|nothing but"
    r"|merely|heed\w*|dearer|exits only|prices lost|lost prices|one gate away|gate objects|heat strip|stop led by"
    r"|wound|(?:trade|trades|traded) without asking|decides? about trades|behind the desk"
    r"|(?:results?|requests?|ledger|desk|search|one|version) of before|measured of (?:the|these|its|one))\b",
    re.IGNORECASE,
)
"""Words of docstrings, comments and texts, and whole names."""

MACHINE_NAMES: Final = {
    "ADVERSE_CANDLE": "the reason of closed trades, as stored",
    "adverse_candle": "the reason of closed trades, as stored",
    "adverse_candle_exit": "a key of the configuration",
    "adverse_r": "a column of exported trades",
    "mean_adverse_r": "a key of the statistics in JSON",
    "market_book_add": "MetaTrader's name",
    "market_book_get": "MetaTrader's name",
    "market_book_release": "MetaTrader's name",
    "BookInfo": "MetaTrader's name",
    "loosen_delay_minutes": "a key of the configuration",
    "readings_per_s": "a key of the benchmarks' JSON",
    "readings_and_judgement_per_s": "a key of the benchmarks' JSON",
    "most_us": "a key of the benchmarks' JSON",
    "most_common": "Python's name",
    "at_least": "plain English",
    "at_most": "plain English",
    "at_most_no_volume": "plain English",
    "readings_ready": "a condition in stored plans and in JSON",
    "Adverse_Candle": "the reason of closed trades, in other capitals",
    "BOOK_TYPE": "MetaTrader's name",
}
"""Names that keep an old word, and why."""

MACHINE_TEXTS: Final = re.compile(r'"(?:told|by hand)"')
"""The key of details in records of the journal, and the notes of a user in tests."""

READERS_OF_RECORDS: Final = frozenset({"engine/persistence/migrations.py", "engine/persistence/on_record.py"})
"""Files with fields named after the details of records."""

_COMPOUND: Final = re.compile(r"\b(?:[A-Za-z]*_\w+|[A-Z][a-z]+[A-Z]\w*)")
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def old_in(text: str) -> Iterator[str]:
    """The old words in `text`, machine names left out."""
    for name in dict.fromkeys(_COMPOUND.findall(text)):
        if name.startswith("test_that_"):
            yield from OLD_WORDS.findall(name.replace("_", " "))
        elif name.strip("_") not in MACHINE_NAMES and not name.startswith("BOOK_TYPE_"):
            yield from (name for part in _PART.findall(name) if part.lower() in OLD_PARTS)
    yield from OLD_NAMES.findall(text)
    yield from OLD_WORDS.findall(MACHINE_TEXTS.sub("", text))


def words_of(path: Path) -> Iterator[str]:
    name = path.relative_to(PROJECT).as_posix()
    keeps = {"told"} if name in READERS_OF_RECORDS else set()
    text = f"{path.stem}_\n{path.read_text(encoding='utf-8')}"
    yield from (f"{name}: {word}" for word in old_in(text) if word not in keeps)


@pytest.mark.parametrize("folder", ["run.py", *FOLDERS])
def test_that_no_name_and_no_text_has_an_old_word(folder: str) -> None:
    found = [word for path in PATHS if path.relative_to(PROJECT).parts[0] == folder for word in words_of(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "is_told = True",
        "class LockBook:",
        "MOST_SPREAD = 1",
        "def take(self, quote):",
        '"""Begins anew."""',
        "# told once",
        '"""Let a symbol trade without asking."""',
        "def test_that_a_search_of_before_is_read() -> None:",
    ],
)
def test_that_an_old_word_is_found(text: str) -> None:
    assert list(old_in(text))


def test_that_machine_names_keep_their_words() -> None:
    assert not list(old_in('settings.adverse_candle_exit and record.payload["told"]'))
