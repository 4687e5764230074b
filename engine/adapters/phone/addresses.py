"""Addresses of the services that reach the user's phone: secrets, so they are kept only in the key store."""

from __future__ import annotations

from typing import Final

from engine.errors import DeskError
from engine.key_store import forget_secret, keep_secret, secret_of

SERVICE: Final = "microscalp phone"
NAME: Final = "addresses"
MAX_ADDRESSES: Final = 5
MAX_CHARACTERS: Final = 1_000
"""Of all addresses together: the limit of one entry in the Windows key store."""


class InvalidAddresses(DeskError):
    """There are too many addresses, or they are too long. Its text never contains an address."""


def kept_addresses() -> tuple[str, ...]:
    """The addresses in the key store, in the order in which they were added. Raises `KeyStoreFailed`."""
    return tuple((secret_of(SERVICE, NAME) or "").split())


def add_address(address: str) -> int:
    """Saves an address and returns how many are saved; a known address is not saved twice.

    Raises `KeyStoreFailed` and `InvalidAddresses`.
    """
    addresses = dict.fromkeys((*kept_addresses(), address))
    if len(addresses) > MAX_ADDRESSES:
        raise InvalidAddresses(f"{MAX_ADDRESSES} addresses are saved already, which is the maximum")
    text = "\n".join(addresses)
    if len(text) > MAX_CHARACTERS:
        raise InvalidAddresses(f"all addresses together have {len(text)} characters; at most {MAX_CHARACTERS} fit")
    keep_secret(SERVICE, NAME, text, "address")
    return len(addresses)


def forget_addresses() -> None:
    """Deletes all addresses from the key store. Raises `KeyStoreFailed`."""
    forget_secret(SERVICE, NAME)
