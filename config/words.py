"""Words for sentences, in every layer."""

from __future__ import annotations


def capitalised(words: str) -> str:
    """The words as a sentence begins; what stands after the first letter stays as it is, unlike `str.capitalize`."""
    return words[:1].upper() + words[1:]
