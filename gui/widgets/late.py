"""A placeholder for a part of the window that is created when the user first shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

Part = TypeVar("Part", bound=QWidget)


class Late(QWidget, Generic[Part]):
    """Half of a desk's widgets are hidden at first: each would be styled at every start and in each new look.

    `made` hands out the part, once.
    """

    made = Signal(QWidget)

    def __init__(self, make: Callable[[], Part], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._part: Part | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def is_made(self) -> bool:
        return self._part is not None

    @property
    def part(self) -> Part:
        """Made now if it was not yet."""
        if self._part is None:
            self._part = self._make()
            self._column.addWidget(self._part)
            self._part.show()  # a layout would do so only a turn later
            self.made.emit(self._part)
        return self._part

    def showEvent(self, event: QShowEvent) -> None:
        _ = self.part
        super().showEvent(event)
