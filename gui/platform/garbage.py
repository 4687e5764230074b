"""Collects garbage on the window's thread alone: Qt's objects must not end on another one.

Python collects on whatever thread happens to allocate, those of pools and files included: a timer or a widget in a
cycle would be destroyed there, under the hands of the window's thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 100
ALL_EVERY_MS = 10_000
"""Python's thresholds count what is allocated: on a quiet desk closed replays, 20 MB each, would stay for an hour."""


class GarbageKeeper(QObject):
    """From its making on garbage is collected here and nowhere else: by Python's own thresholds, and all of it now and
    then, some milliseconds where `keep_what_exists` was called."""

    def __init__(self, parent: QObject | None = None, *, all_every_ms: int = ALL_EVERY_MS) -> None:
        super().__init__(parent)
        gc.disable()
        for interval, collect in ((LOOK_EVERY_MS, collect_due), (all_every_ms, lambda: gc.collect())):
            timer = QTimer(self, interval=interval)
            timer.timeout.connect(collect)
            timer.start()


def keep_what_exists() -> None:
    """What has been made until now stays for good: modules and the window need not be looked through again."""
    gc.freeze()


def collect_due() -> None:
    """Collects the oldest generation that is due, and with it the younger ones."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [age for age, (count, most) in enumerate(counts) if count > most]
    if due:
        gc.collect(due[-1])
