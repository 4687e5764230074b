"""The search of the settings: by the words of a setting, and by the trade's other terms for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from config.fields import EVERYTHING, SettingField
from gui.features.settings.model.pages import SettingsPage

_SHORT: Final = 2
_ABBREVIATIONS: Final = frozenset(
    synonym.lower() for field in EVERYTHING.everything() for synonym in field.synonyms if len(synonym) <= _SHORT
)
"""Synonyms that begin too many other words, and may be words themselves: BE is neither "before" nor "be"."""


def found_in(pages: Iterable[SettingsPage], words: str) -> frozenset[str] | None:
    """Return the keys of the settings that have every word; None without words.

    A word counts where it begins one in title, groups, key, synonyms or help, in upper or lower case, and a hyphen is
    a space; an abbreviation such as SL has to be a whole word, outside the help.
    """
    sought = _plain(words).split()
    if not sought:
        return None
    return frozenset(field.key for page in pages for field in page.fields if _has(field, sought))


def _has(field: SettingField, sought: Sequence[str]) -> bool:
    names = _plain(" ".join((*field.titles, field.key, *field.synonyms)))
    everything = f"{names} {_plain(field.about)}"
    return all(
        _stands_in(names, rf"{re.escape(word)}(?![^\W_])")
        if word in _ABBREVIATIONS
        else _stands_in(everything, re.escape(word))
        for word in sought
    )


def _stands_in(text: str, pattern: str) -> bool:
    return re.search(rf"(?<![^\W_]){pattern}", text) is not None


def _plain(text: str) -> str:
    return text.lower().replace("-", " ")
