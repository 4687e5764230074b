"""What a setting that holds an address must look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_PLAIN: Final = ("http", "ws")


def is_address_of(*schemes: str) -> Callable[[str], str]:
    """Passes an address that begins with one of the schemes, without a slash at its end, or an empty text.

    What is returned raises `ValueError` for anything else.
    """

    def check(address: str) -> str:
        if address and not re.fullmatch(rf"({'|'.join(schemes)})://[^\s/?#]+[^\s?#]*", address):
            allowed = " or ".join(f"{scheme}://" for scheme in schemes)
            raise ValueError(f"{address!r} is not an address; allowed is one that begins with {allowed}, or none")
        parts = urlsplit(address)
        if parts.username is not None and parts.scheme in _PLAIN and not is_this_computer(parts.hostname or ""):
            raise ValueError(
                f"an address with a user or a password must not begin with {parts.scheme}://, which sends them without "
                f"encryption; allowed is {parts.scheme}s://"
            )
        return address.rstrip("/")

    return check


def is_this_computer(host: str) -> bool:
    """Whether a host is this computer itself, so that nobody can listen on the way."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
