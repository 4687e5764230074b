"""Whose money it is, as one text: what is written down about one account never counts for another."""

from __future__ import annotations

from typing import Final

PAPER_ACCOUNT: Final = "paper account"
"""Every practice run trades on it; a run has its own scope beside."""

NO_ACCOUNT: Final = ""
"""Of a lock: it holds on every account. Of anything else: nobody knows which account it belongs to."""

LONGEST_ACCOUNT: Final = 200


def account_words(account: str) -> str:
    """The account as a user reads it."""
    return account or "unknown account"
