"""Qt without a screen, and garbage collected on the window's thread as the desk does, for every test of the window."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

from gui.garbage import collect_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def garbage_ends_on_this_thread() -> Iterator[None]:
    gc.disable()
    yield
    collect_due()
    gc.enable()
