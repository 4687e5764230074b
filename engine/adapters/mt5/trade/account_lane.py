"""Passes requests to the terminal only while it is logged in to the account that they were made for."""

from __future__ import annotations

import asyncio
from typing import Protocol

from engine.adapters.mt5.calls import Answer, NotSent, TerminalCall
from engine.adapters.mt5.port import TerminalLink


class Lane(Protocol):
    """Takes calls, as a `TerminalLink` does."""

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]: ...


class AccountLane:
    """A `Lane` that is open while the terminal is logged in to `account`; waiting requests are not carried over."""

    def __init__(self, link: TerminalLink) -> None:
        self._link = link
        self.account = ""
        """The account whose requests are let through; set again for each account that is traded."""

    @property
    def is_open(self) -> bool:
        """Whether the terminal is logged in to the account."""
        return str(self._link.report.account) == self.account

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if self.is_open:
            return self._link.call(call)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.set_result(NotSent(reason=f"the terminal is not logged in to the {self.account}"))
        return answer
