from __future__ import annotations

import ctypes
import platform
import sys

import numpy as np
import pytest

from gui.memory import give_back, keep_large_blocks_apart

MEGABYTE = 1024 * 1024


class _Mallinfo(ctypes.Structure):
    """`struct mallinfo2` of glibc."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keep",
        )
    ]


def mapped() -> int:
    """Bytes in blocks that have pages of their own."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _Mallinfo
    return int(mallinfo().hblkhd)


@pytest.mark.skipif(
    platform.libc_ver() < ("glibc", "2.33"), reason="only a glibc of 2021 or later tells what it has mapped"
)
def test_that_pictures_have_pages_of_their_own_whatever_was_freed_before() -> None:
    keep_large_blocks_apart()
    np.empty(8 * MEGABYTE, np.uint8).fill(1)
    before = mapped()
    picture = np.empty(MEGABYTE, np.uint8)
    assert mapped() - before >= MEGABYTE
    del picture
    assert mapped() == before


def test_that_a_system_without_these_calls_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: sys)
    keep_large_blocks_apart()
    give_back()
