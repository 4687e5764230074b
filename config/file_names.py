"""Names that Windows reserves for devices: no file can be created under them.

They are refused on every system, since files of the desk move from one to another.
"""

from __future__ import annotations

from typing import Final

_NUMBERS: Final = "123456789¹²³"
RESERVED: Final = frozenset(
    (
        "CON",
        "PRN",
        "AUX",
        "NUL",
        "CONIN$",
        "CONOUT$",
        *(f"{port}{number}" for port in ("COM", "LPT") for number in _NUMBERS),
    )
)
"""https://learn.microsoft.com/windows/win32/fileio/naming-a-file"""


def fault_of_name(name: str) -> str:
    """Why no file can be called so on every system, as part of a sentence; empty where one can.

    What follows the first dot, and blanks before it, do not change what Windows takes the name for.
    """
    device = name.partition(".")[0].rstrip(" ").upper()
    return f"Windows reserves the name {device} for a device; choose another name" if device in RESERVED else ""
