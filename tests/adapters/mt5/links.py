"""Stand-ins for the link to a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from engine.adapters.mt5.link import Answer, LinkListener, LinkReport, NotSent, TerminalCall


class ReportingLink:
    """A link that has something to report and takes no calls."""

    def __init__(self, report: LinkReport) -> None:
        self.report = report

    def listen(self, listener: LinkListener) -> Callable[[], None]:
        listener(self.report)
        return lambda: None

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        answer = asyncio.get_running_loop().create_future()
        answer.set_result(NotSent(reason=f"{call.function} is not to be had here"))
        return answer

    def watch_clock(self, symbols: Sequence[str]) -> None:
        """Nobody measures."""
