"""Attaches a newly started worker to a terminal and its account."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.calls import Answered
from engine.adapters.mt5.codes import ErrorCode
from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.link.installation import InstallationProbe, TerminalProbe
from engine.adapters.mt5.link.sentences import (
    NOT_INSTALLED,
    STARTING,
    TERMINAL_CLOSED,
    not_logged_in,
    of_failed_attach,
    terminal_not_found,
)
from engine.adapters.mt5.link.status import LinkStatus
from engine.adapters.mt5.link.watched_worker import WatchedWorker
from engine.adapters.mt5.worker.wire import LOG_IN

_PIPE_LIMIT: Final = timedelta(seconds=65)
"""What `initialize` may take before its own timeout begins: it waits 60 s for a terminal that is starting."""

_LOG_IN_MAY_HELP: Final = (ErrorCode.INTERNAL_FAIL_TIMEOUT, ErrorCode.AUTH_FAILED)


class Attachment:
    """Attaches without credentials first: that needs no password, and switches no terminal to another account.

    It logs in only where the settings name an account, and takes the terminal to that one from another only until
    it is settled: later it was the user who chose the other. `may_start_once` is the user's consent to open it.
    `missing` says that the last attempt to open it found none: until one is installed, it is more than closed.
    """

    def __init__(
        self,
        settings: MetaTraderSettings,
        status: LinkStatus,
        is_terminal_running: TerminalProbe,
        is_terminal_installed: InstallationProbe,
    ) -> None:
        self._settings = settings
        self._status = status
        self._is_terminal_running = is_terminal_running
        self._is_terminal_installed = is_terminal_installed
        self.missing: Condition | None = None
        self.may_start_once = False
        self.is_settled = False

    async def attach(self, worker: WatchedWorker) -> Condition | None:
        """What stands in the way, None once the terminal answers."""
        if (trouble := await self._find_terminal()) is not None:
            return trouble
        self._status.put(condition=STARTING)
        return await self._initialize(worker) or await self._log_in(worker)

    async def _find_terminal(self) -> Condition | None:
        path = self._settings.terminal_path
        may_start, self.may_start_once = self._settings.may_start_terminal or self.may_start_once, False
        if await asyncio.to_thread(self._is_terminal_running, path) is not False:
            return None
        if path and not await asyncio.to_thread(Path(path).exists):
            return terminal_not_found(f"there is no {path}")
        return None if may_start else self.missing or await self._why_closed(path)

    async def _why_closed(self, path: str) -> Condition:
        if path or await asyncio.to_thread(self._is_terminal_installed) is not False:
            return TERMINAL_CLOSED
        return NOT_INSTALLED

    async def _initialize(self, worker: WatchedWorker) -> Condition | None:
        settings = self._settings
        keywords: dict[str, Any] = {"timeout": settings.attach_timeout_s * 1000}
        if settings.portable:
            keywords["portable"] = True
        path = (settings.terminal_path,) if settings.terminal_path else ()
        limit = _PIPE_LIMIT + timedelta(seconds=settings.attach_timeout_s)
        answer = await worker.ask("initialize", *path, answer_within=limit, **keywords)
        self.missing = None
        if isinstance(answer, Answered) or (settings.login and answer.code in _LOG_IN_MAY_HELP):
            return None
        failed = of_failed_attach(answer)
        self.missing = failed if failed.state is LinkState.TERMINAL_NOT_FOUND else None
        return failed

    async def _log_in(self, worker: WatchedWorker) -> Condition | None:
        settings = self._settings
        found = await worker.ask("account_info")
        login = found.value["login"] if isinstance(found, Answered) else 0
        if settings.login in (0, login) or (login and self.is_settled):
            return None
        timeout = timedelta(seconds=settings.attach_timeout_s)
        arguments = (settings.login, settings.server, settings.attach_timeout_s * 1000)
        answer = await worker.ask(LOG_IN, *arguments, answer_within=_PIPE_LIMIT + timeout)
        return None if isinstance(answer, Answered) else not_logged_in(answer.words)
