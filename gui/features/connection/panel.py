"""Actions of the MetaTrader settings page: a test of the connection, and the key store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from config.settings import Settings
from config.words import capitalised
from engine.adapters.mt5.credentials import forget_password, keep_password
from engine.adapters.mt5.link.installation import why_unavailable
from engine.errors import DeskError
from gui.features.connection.model.connection import ConnectionModel, FindingRow

PATIENCE_S = 30.0
_NAMELESS = "Enter account and server above and apply them first: a password is saved per account."


class TerminalCheck:
    """`settings` returns the settings requested now. Slow work happens off the window's thread."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        missing = why_unavailable(settings().metatrader.module)
        self.model = ConnectionModel("" if missing is None else f"{missing.sentence} {missing.way_out}")
        self._task: asyncio.Task[None] | None = None
        self.model.asked.connect(lambda: self._begin(self._examine()))
        self.model.cancelled.connect(self.close)
        self.model.kept.connect(lambda password: self._begin(self._keep(password)))
        self.model.forgotten.connect(lambda: self._begin(self._forget()))

    def close(self) -> None:
        """Cancels the work in progress."""
        if self._task is not None:
            self._task.cancel()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        self.close()
        self._task = asyncio.get_running_loop().create_task(work)

    async def _examine(self) -> None:
        from engine.adapters.mt5.checkup.visit import checkup

        self.model.begin()
        try:
            async for finding in checkup(self._settings(), PATIENCE_S):
                self.model.add(FindingRow(finding.subject, finding.is_well, finding.words, finding.advice))
        finally:
            self.model.end()

    async def _keep(self, password: str) -> None:
        account = self._settings().metatrader
        if not account.login or not account.server:
            self.model.say(_NAMELESS)
            return
        await self._reporting_failure(
            asyncio.to_thread(keep_password, account.login, account.server, password),
            f"The password of {account.login} at {account.server} is saved in the key store.",
        )

    async def _forget(self) -> None:
        account = self._settings().metatrader
        await self._reporting_failure(
            asyncio.to_thread(forget_password, account.login, account.server),
            f"The password of {account.login} at {account.server} was deleted from the key store.",
        )

    async def _reporting_failure(self, work: Coroutine[None, None, None], words: str) -> None:
        try:
            await work
        except DeskError as error:
            self.model.say(f"{capitalised(str(error))}.")
        else:
            self.model.say(words)
