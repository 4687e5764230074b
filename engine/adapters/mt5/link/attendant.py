"""Looks after a running worker: attaches it to the terminal, inspects the link, measures the server's clock."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.calls import Answered, Failed, NotSent
from engine.adapters.mt5.clock.gauge import ClockGauge
from engine.adapters.mt5.clock.timekeeper import Timekeeper
from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.link.account_memory import AccountMemory
from engine.adapters.mt5.link.attachment import Attachment
from engine.adapters.mt5.link.inspection import Seen, seen
from engine.adapters.mt5.link.patience import Patience
from engine.adapters.mt5.link.sentences import (
    API_DISABLED,
    account_switched,
    account_unconfirmed,
    build_changed,
    not_logged_in,
    of_failed_look,
    package_missing,
)
from engine.adapters.mt5.link.status import LinkStatus
from engine.adapters.mt5.link.watched_worker import WatchedWorker
from engine.adapters.mt5.port import AccountIdentity
from engine.adapters.mt5.worker.wire import NoModule

_NEEDS_NEW_WORKER: Final = (LinkState.INCOMPATIBLE, LinkState.BUILD_CHANGED)
"""The module in the worker is the one that was imported: only a new process can have another."""


class Attendant:
    """Outlives workers: it knows what was confirmed, and which build there was."""

    def __init__(
        self,
        settings: MetaTraderSettings,
        memory: AccountMemory,
        status: LinkStatus,
        patience: Patience,
        attachment: Attachment,
        gauge: ClockGauge,
        timekeeper: Timekeeper,
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._status = status
        self._patience = patience
        self._attachment = attachment
        self._gauge = gauge
        self._timekeeper = timekeeper
        self._build: int | None = None
        self._pin: dict[str, Any] | None = None

    # -- a worker's life ------------------------------------------------------------------------------------------

    async def attend(self, worker: WatchedWorker) -> None:
        """Serves the worker until another one is needed, and lets it go then."""
        greeting = await asyncio.shield(worker.greeting)
        self._pin = None
        if isinstance(greeting, NoModule):
            way_out = f"Install {self._settings.module} into the desk's environment, or name another module."
            await self._wait(package_missing(f"The module cannot be imported: {greeting.text}.", way_out))
        else:
            self._status.put(worker_pid=greeting.pid, module_version=greeting.version)
            await self._serve(worker)
        await worker.close()

    async def _serve(self, worker: WatchedWorker) -> None:
        while True:
            trouble = await self._attachment.attach(worker) or await self._stay(worker)
            if trouble.state is LinkState.BUILD_CHANGED:
                self._status.put(condition=trouble)
                return
            await self._wait(trouble)
            if trouble.state in _NEEDS_NEW_WORKER:
                return
            await worker.ask("shutdown")

    async def _wait(self, trouble: Condition) -> None:
        self._status.put(condition=trouble)
        await self._patience.pause(trouble.state)

    async def _stay(self, worker: WatchedWorker) -> Condition:
        self._gauge.forget()
        async with asyncio.TaskGroup() as group:
            timekeeper = group.create_task(self._timekeeper.keep(worker.ask, lambda: self._pin is not None))
            trouble = await self._keep_looking(worker)
            timekeeper.cancel()
        self._set_pin(worker, None)
        return trouble

    # -- looking --------------------------------------------------------------------------------------------------

    async def _keep_looking(self, worker: WatchedWorker) -> Condition:
        while True:
            look = await self._look(worker)
            if isinstance(look, Condition):
                return look
            if look is not None:
                if self._build not in (None, look.terminal.build):
                    before, self._build = self._build or 0, look.terminal.build
                    return build_changed(before, look.terminal.build)
                self._on_look(look, worker)
            await self._patience.sleep(self._settings.check_interval_s)

    @staticmethod
    async def _look(worker: WatchedWorker) -> Seen | Condition | None:
        """What is seen, the trouble there is with looking, or None where the lane had more urgent work."""
        terminal, account = await worker.ask("terminal_info"), await worker.ask("account_info")
        if isinstance(terminal, NotSent) or isinstance(account, NotSent):
            return None
        if not isinstance(terminal, Answered):
            return of_failed_look(terminal)
        if isinstance(account, Answered):
            return seen(terminal.value, account.value)
        trouble = of_failed_look(account)
        has_no_account = isinstance(account, Failed) and trouble is not API_DISABLED
        return seen(terminal.value, None) if has_no_account else trouble

    def _on_look(self, look: Seen, worker: WatchedWorker) -> None:
        self._build = look.terminal.build
        objection = self._objection_to(look.account)
        self._set_pin(worker, None if objection else look.pin)
        if objection:
            self._gauge.forget()  # it may be another server's
        elif look.account is not None:
            self._gauge.at_server(look.account.server)
            self._attachment.is_settled = True
        doubt, asked_offset = self._timekeeper.doubt, self._gauge.asked_offset
        self._status.see(look, objection, doubt, clock=self._gauge.clock, asked_offset=asked_offset)
        if self._status.report.may_trade:
            self._patience.renew()

    def _objection_to(self, found: AccountIdentity | None) -> Condition | None:
        if found is None:
            return not_logged_in("it shows no account")
        confirmed = self._memory.confirmed
        if confirmed is None and found.kind == "demo" and self._settings.login in (0, found.login):
            self._memory.confirm(found)
        elif confirmed is None:
            return account_unconfirmed(found)
        elif not confirmed.is_same_as(found):
            return account_switched(confirmed, found)
        return None

    def _set_pin(self, worker: WatchedWorker, pin: dict[str, Any] | None) -> None:
        if pin != self._pin:
            self._pin = pin
            worker.pin(pin)
