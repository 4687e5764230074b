"""Keeps a PySide6 out that loses references to None, True or False.

Until Python 3.12 made them immortal, these three were counted like any other object. There a PySide6 that forgets to
count one where it hands it over (6.12.0 did, on void calls, signals, timers and paints) takes the process down within
seconds of a window being open. Each act below is repeated; the counts must afterwards be what they were before.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6 import QtCore, QtWidgets, __version__
from PySide6.QtGui import QPainter

COUNTED = (None, True, False)
REPEATS = 300
TOLERANCE = 30  # the interpreter's own caches move the counts by a few
SPARE: list[bool | None] = []  # references enough that losses are noticed before they kill


class Sender(QtCore.QObject):
    happened = QtCore.Signal(int)

    def timerEvent(self, event: QtCore.QTimerEvent) -> None:  # noqa: N802
        self.killTimer(event.timerId())

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:  # noqa: N802
        return super().eventFilter(watched, event)

    @QtCore.Slot(int)
    def receive(self, number: int) -> None:
        pass


class Canvas(QtWidgets.QWidget):
    def paintEvent(self, event: object) -> None:  # noqa: N802, ARG002
        painter = QPainter(self)
        painter.drawLine(0, 0, 9, 9)
        painter.end()


class Rows(QtCore.QAbstractListModel):
    def rowCount(self, parent: object = None) -> int:  # noqa: N802, ARG002
        return 3

    def data(self, index: object, role: int = 0) -> None:  # noqa: ARG002
        return None


def acts(application: QtWidgets.QApplication) -> dict[str, Callable[[], object]]:
    """What a desk does all day, by its name."""
    sender, canvas, listing = Sender(), Canvas(), QtWidgets.QListView()
    rows = Rows(listing)
    sender.happened.connect(sender.receive)
    sender.happened.connect(lambda _number: None)
    canvas.installEventFilter(sender)
    listing.setModel(rows)
    for widget in (canvas, listing):
        widget.resize(60, 60)
        widget.show()

    def timer() -> None:
        sender.startTimer(0)
        application.processEvents()

    def single_shot() -> None:
        QtCore.QTimer.singleShot(0, lambda: None)
        application.processEvents()

    return {
        "a void call": canvas.update,
        "a signal": lambda: sender.happened.emit(1),
        "a timer": timer,
        "a single shot": single_shot,
        "a paint": canvas.repaint,
        "a view of a model": lambda: listing.viewport().repaint(),
        "a change of a model": lambda: rows.dataChanged.emit(rows.index(0), rows.index(1)),
    }


def lost(act: Callable[[], object]) -> list[str]:
    """Which of the counted objects have fewer references after many repetitions."""
    act()
    before = [sys.getrefcount(value) for value in COUNTED]
    for _ in range(REPEATS):
        act()
    after = [sys.getrefcount(value) for value in COUNTED]
    return [
        f"{value} {(now - then) / REPEATS:+.1f}"
        for value, then, now in zip(COUNTED, before, after, strict=True)
        if now < then - TOLERANCE
    ]


def main() -> int:
    if sys.version_info >= (3, 12):
        print(f"Python {sys.version.split()[0]} cannot lose None, whatever PySide6 {__version__} does")
        return 0
    application = QtWidgets.QApplication([])
    SPARE.extend(COUNTED * 100_000)
    losses = {name: lost(act) for name, act in acts(application).items()}
    for name, values in losses.items():
        if values:
            print(f"{name} loses references, each time: {', '.join(values)}")
    is_sound = not any(losses.values())
    print(f"PySide6 {__version__} on Python {sys.version.split()[0]}: {'sound' if is_sound else 'not to be used'}")
    return 0 if is_sound else 1


if __name__ == "__main__":
    verdict = main()
    sys.stdout.flush()
    os._exit(verdict)  # what was lost would turn an orderly end into a crash
