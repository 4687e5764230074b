"""What a setting that holds an address must look like."""

from __future__ import annotations

import re
from collections.abc import Callable


def is_address_of(*schemes: str) -> Callable[[str], str]:
    """Passes an address that begins with one of the schemes, without a slash at its end, or an empty text.

    What is returned raises `ValueError` for anything else.
    """

    def check(address: str) -> str:
        if address and not re.fullmatch(rf"({'|'.join(schemes)})://[^\s/?#]+[^\s?#]*", address):
            allowed = " or ".join(f"{scheme}://" for scheme in schemes)
            raise ValueError(f"{address!r} is not an address; allowed is one that begins with {allowed}, or none")
        return address.rstrip("/")

    return check
