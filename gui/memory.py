"""Gives memory that is free back to the system, where the C library keeps it otherwise."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Some milliseconds, not for the event loop; nothing happens where the C library has no such call.

    Windows that open and close all day leave holes between what stays, which glibc does not return by itself: the
    desk seems to grow by megabytes with each of them.
    """
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):
        return
