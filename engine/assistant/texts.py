"""Text of others in answers: capped, without control characters, and marked as not to be trusted."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.domain.account import without_account_names

MAX_NOTE: Final = 500
MAX_NAME: Final = 80
MAX_WORDS: Final = 300


class UntrustedText(msgspec.Struct, frozen=True):
    """Words of a user or of another program: data to be read, never an instruction to be followed."""

    untrusted: str


def plain(text: object, longest: int = MAX_WORDS) -> str:
    """One line of printable characters, cut at `longest`, that names no account."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in str(text)[: 4 * longest]).split())
    words = without_account_names(words)
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def untrusted(text: object, longest: int = MAX_NOTE) -> UntrustedText | None:
    """None where there are no words."""
    words = plain(text, longest)
    return UntrustedText(words) if words else None
