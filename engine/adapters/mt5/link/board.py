"""The present report of the link, and who is told when something of it becomes new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from engine.adapters.mt5.conditions import OFF
from engine.adapters.mt5.port import LinkListener, LinkReport


class Board:
    """Listeners are told through the loop's queue, so that answers which came before are heard before."""

    def __init__(self) -> None:
        self.report = LinkReport(condition=OFF)
        self._listeners: list[LinkListener] = []

    def listen(self, listener: LinkListener) -> Callable[[], None]:
        """Tells `listener` the present report at once and each new one; returns what ends that."""
        self._listeners.append(listener)
        listener(self.report)
        return lambda: self._listeners.remove(listener)

    def put(self, **changes: Any) -> None:
        """Changes fields of the report."""
        before, self.report = self.report, msgspec.structs.replace(self.report, **changes)
        if _news(self.report) != _news(before):
            asyncio.get_running_loop().call_soon(self._tell, self.report)

    def _tell(self, report: LinkReport) -> None:
        for listener in tuple(self._listeners):
            listener(report)


def _news(report: LinkReport) -> LinkReport:
    """The report without the figures that change with each look."""
    return msgspec.structs.replace(report, round_trips=None, terminal=None)
