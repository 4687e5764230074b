"""Settings of all tests: property tests without time limits, repeatable where wanted; files and modules in memory."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

MEMORY: Final = Path("/dev/shm")
MIN_FREE_BYTES: Final = 2**31

settings.register_profile("exploring", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1_000)  # by --hypothesis-profile=thorough
settings.load_profile("repeatable" if os.environ.get("CI") else "exploring")

if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MIN_FREE_BYTES:
    # A store waits for the disk at every change: thousands of times in one run of the tests.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """No garbage is looked for in what all stays, neither while it is made nor later: half a second each time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files marked as long begin first, so that no process is left to work alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
