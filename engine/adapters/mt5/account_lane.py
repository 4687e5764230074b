"""The way to the terminal for what was asked for on one account: on another one nothing of it begins."""

from __future__ import annotations

import asyncio
from typing import Protocol

from engine.adapters.mt5.link import Answer, NotSent, TerminalCall, TerminalLink


class Lane(Protocol):
    """Takes calls, as a `TerminalLink` does."""

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]: ...


class AccountLane:
    """A `Lane` that is open while the terminal stands on `account`; a request that waits is not carried over."""

    def __init__(self, link: TerminalLink) -> None:
        self._link = link
        self.account = ""
        """Whose requests are let through; set anew for each account that is traded on."""

    @property
    def is_open(self) -> bool:
        """Whether what the terminal shows and takes is that of the account."""
        return str(self._link.report.account) == self.account

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if self.is_open:
            return self._link.call(call)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.set_result(NotSent(reason=f"the terminal is on another account than the {self.account}"))
        return answer
