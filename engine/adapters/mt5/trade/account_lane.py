"""Passes requests to the terminal only while it is logged in to the account that they were made for."""

from __future__ import annotations

import asyncio

from engine.adapters.mt5.calls import Answer, TerminalCall
from engine.adapters.mt5.port import TerminalLink, not_sent


class AccountLane:
    """Open while the terminal is logged in to `account`; waiting requests are not carried over."""

    def __init__(self, link: TerminalLink) -> None:
        self._link = link
        self.account = ""
        """The account whose requests are let through; set again for each account that is traded."""

    @property
    def is_open(self) -> bool:
        """Whether the terminal is logged in to the account."""
        return str(self._link.report.account) == self.account

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        """As `TerminalLink.call`."""
        if self.is_open:
            return self._link.call(call)
        return not_sent(f"the terminal is not logged in to the {self.account}")
