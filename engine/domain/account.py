"""The account as one string, so that records of one account never count for another."""

from __future__ import annotations

from typing import Final

PAPER_ACCOUNT: Final = "paper account"
"""Every practice run trades on it; a run has its own scope beside."""

NO_ACCOUNT: Final = ""
"""For a lock: it holds on every account. For anything else: its account is not known."""

MAX_ACCOUNT_LENGTH: Final = 200


def account_words(account: str) -> str:
    """The account as a user reads it."""
    return account or "unknown account"
