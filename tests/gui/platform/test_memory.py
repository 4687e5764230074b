from __future__ import annotations

import ctypes
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from gui.platform.memory import give_back, keep_memory_small

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


def taken_and_given_back(is_asked: bool) -> tuple[int, int]:
    """Whole megabytes that a picture takes from the system, and that are still taken when it is gone."""
    if is_asked:
        keep_memory_small()
    np.empty(8 * MEGABYTE, np.uint8).fill(1)
    before = mapped()
    picture = np.empty(MEGABYTE, np.uint8)
    taken = mapped() - before
    del picture
    return taken // MEGABYTE * MEGABYTE, mapped() - before


def pool_of_arrow() -> str:
    keep_memory_small()
    import pyarrow as pa

    return pa.default_memory_pool().backend_name


@pytest.mark.skipif(
    platform.libc_ver() < ("glibc", "2.33"), reason="only a glibc of 2021 or later tells what it has mapped"
)
@pytest.mark.parametrize("is_asked", [True, False])
def test_that_pictures_have_pages_of_their_own_whatever_was_freed_before(is_asked: bool) -> None:
    """In a process of its own, which has no holes yet that would be filled first."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        assert (process.submit(taken_and_given_back, is_asked).result() == (MEGABYTE, 0)) is is_asked


def test_that_what_a_recording_took_is_not_kept_in_a_pool() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        assert process.submit(pool_of_arrow).result() == "system"


def test_that_a_system_without_these_calls_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: sys)
    keep_memory_small()
    give_back()
