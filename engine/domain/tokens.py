"""Names of orders at the broker: each identifies the installation of the desk that sent it, and the plan."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

TOKEN_LENGTH: Final = 16
"""Characters of an order's comment that every broker keeps."""

INSTALLATION_LENGTH: Final = 5
"""Characters of a token that name the installation: 916 million of them."""

PAPER_INSTALLATION: Final = "paper"
"""Installation of a desk on a paper account, which no other desk can trade."""

EARLIER_VERSION: Final = ""
"""The installation of tokens from before they named one."""

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_PREFIX: Final = "mt"
_PLAN_LENGTH: Final = TOKEN_LENGTH - len(_PREFIX) - INSTALLATION_LENGTH
_INSTALLATION: Final = re.compile(rf"[A-Za-z0-9]{{{INSTALLATION_LENGTH}}}")
_TOKEN: Final = re.compile(rf"{_PREFIX}([A-Za-z0-9]{{{INSTALLATION_LENGTH}}})[A-Za-z0-9]{{{_PLAN_LENGTH}}}")
_EARLIER_TOKEN: Final = re.compile(r"ms[0-9a-f]{14}")


class Installation(NamedTuple):
    """One desk and its data folder. `name` goes into the token of every order that it sends.

    `copied_from` names the installation that the folder was copied or moved from just now, None where it was not.
    """

    name: str
    copied_from: str | None = None


def order_token(plan_id: str, installation: str = PAPER_INSTALLATION) -> str:
    """The name of the order that carries out the plan: the same plan and installation give the same 16 characters.

    Raises `ValueError` for an installation that is not 5 ASCII letters or digits.
    """
    if not is_installation(installation):
        raise ValueError(f"{installation!r} is no installation: allowed are {INSTALLATION_LENGTH} letters and digits")
    number = int.from_bytes(hashlib.blake2b(plan_id.encode(), digest_size=8).digest())
    digits = []
    for _ in range(_PLAN_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return f"{_PREFIX}{installation}{''.join(digits)}"


def installation_of(token: str) -> str | None:
    """The installation that a token names, `EARLIER_VERSION` for one of an older version, None for any other text."""
    if (found := _TOKEN.fullmatch(token)) is not None:
        return found[1]
    return EARLIER_VERSION if _EARLIER_TOKEN.fullmatch(token) else None


def installation_words(installations: Iterable[str]) -> str:
    """Installations as the user reads them."""
    return ", ".join(f"installation {each}" if each else "a desk of an earlier version" for each in installations)


def is_installation(text: str) -> bool:
    """Whether the text can name an installation."""
    return _INSTALLATION.fullmatch(text) is not None
