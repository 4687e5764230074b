"""Collects garbage on the window's thread alone: Qt objects must not be destroyed on another one.

Python collects on any thread that allocates, those of pools and files included: a timer or a widget in a
cycle would be destroyed there, under the hands of the window's thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 100


class GarbageKeeper(QObject):
    """Collects garbage on this thread alone, by Python's own thresholds, for as long as it exists."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=LOOK_EVERY_MS)
        timer.timeout.connect(collect_due)
        timer.start()


def keep_what_exists() -> None:
    """What has been made until now stays as long as the desk: modules and the window need not be looked through again.

    What stayed for a desk before this one is let go first, a good tenth of a second."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def collect_due() -> None:
    """Collects the oldest generation that is due, and with it the younger ones."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [age for age, (count, maximum) in enumerate(counts) if count > maximum]
    if due:
        gc.collect(due[-1])
