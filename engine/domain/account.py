"""The account as one string, so that records of one account never count for another."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

PAPER_ACCOUNT: Final = "paper account"
"""Every practice run trades on it; a run has its own scope beside."""

NO_ACCOUNT: Final = ""
"""For a lock: it holds on every account. For anything else: its account is not known."""

MAX_ACCOUNT_LENGTH: Final = 200


_NAMED: Final = re.compile(r"\b(account(?: now)?) \(?\d+ at [^\s,;:()]+\)?")
"""An account with its number and its server, as names and sentences of the desk have them."""


class AccountKind(StrEnum):
    """The kind of account; the value is the first word of the account's name."""

    PAPER = "paper"
    DEMO = "demo"
    CONTEST = "contest"
    REAL = "real"
    UNKNOWN = ""

    @classmethod
    def of(cls, account: str) -> AccountKind:
        first = account.partition(" ")[0]
        return cls(first) if first in set(cls) else cls.UNKNOWN

    @property
    def word(self) -> str:
        return self.name if self is not AccountKind.UNKNOWN else "NO ACCOUNT"


def without_account_names(text: str) -> str:
    """The text without the number and the server of any account that it names; the kind of the account stays."""
    return _NAMED.sub(r"\1", text)


def account_words(account: str) -> str:
    """The account as a user reads it."""
    return account or "unknown account"
