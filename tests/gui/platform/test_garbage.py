"""Qt's objects end on the window's thread, whichever thread allocates."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThreadPool, QTimer
from pytestqt.qtbot import QtBot

from gui.platform.garbage import GarbageKeeper, collect_due, keep_what_exists


class Ring(QObject):
    """Garbage as soon as nobody holds it, with a timer that must end where it began."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer()
        self.timer.start(0)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Nothing stays at first; afterwards all does, as after the collecting of tests."""
    gc.unfreeze()
    yield
    gc.freeze()


def much() -> list[list[int]]:
    """Enough for Python to collect of itself, were it allowed to."""
    return [[number] for number in range(10_000)]


def test_that_garbage_of_qt_ends_on_the_windows_thread(qtbot: QtBot) -> None:
    keeper, ended_on, pool = GarbageKeeper(), [], QThreadPool()
    for _ in range(20):
        weakref.finalize(Ring(), lambda: ended_on.append(threading.current_thread()))
    pool.start(lambda: much() and None)
    pool.waitForDone()
    assert ended_on == []
    held = much()
    # In a process that has run a thousand windows one look through everything takes seconds.
    qtbot.waitUntil(lambda: len(ended_on) == 20, timeout=30_000)
    assert set(ended_on) == {threading.main_thread()}
    del keeper, held


def test_that_nothing_is_collected_that_is_not_due() -> None:
    gc.disable()
    gc.collect()
    ring = Ring()
    ended = weakref.ref(ring)
    del ring
    collect_due()
    assert ended() is not None
    gc.collect()
    assert ended() is None


def test_that_what_exists_at_the_start_is_not_looked_through_again() -> None:
    keep_what_exists()
    assert gc.get_freeze_count() > 1_000


def test_that_what_stayed_for_a_desk_goes_when_another_takes_its_place() -> None:
    ended = weakref.ref(Ring())
    keep_what_exists()
    gc.collect()
    assert ended() is not None
    keep_what_exists()
    assert ended() is None
