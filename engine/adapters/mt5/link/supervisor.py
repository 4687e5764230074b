"""Supervises the link to a terminal: keeps a worker alive, reports its condition, and forwards calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.calls import Answer, Priority, TerminalCall
from engine.adapters.mt5.clock.gauge import ClockGauge
from engine.adapters.mt5.clock.memory import ClockMemory
from engine.adapters.mt5.clock.timekeeper import Timekeeper
from engine.adapters.mt5.conditions import OFF, Condition, LinkState
from engine.adapters.mt5.link.account_memory import AccountMemory
from engine.adapters.mt5.link.attachment import Attachment
from engine.adapters.mt5.link.attendant import Attendant
from engine.adapters.mt5.link.installation import (
    InstallationProbe,
    TerminalProbe,
    installation_probe_of,
    probe_of,
    why_unavailable,
)
from engine.adapters.mt5.link.patience import Pace, Patience
from engine.adapters.mt5.link.sentences import STARTING, worker_died, worker_late
from engine.adapters.mt5.link.status import LinkStatus
from engine.adapters.mt5.link.watched_worker import Ending, WatchedWorker
from engine.adapters.mt5.port import LinkListener, LinkReport, not_sent
from engine.clock import SteadyClock


class TerminalSupervisor:
    """A `TerminalLink` for as long as `run` does.

    `symbols` are those whose ticks show the server's time until `watch_clock` names better ones. What was on its way
    when a worker ends is reported to the caller, as lost or as never sent; the link repeats nothing.
    """

    def __init__(
        self,
        settings: MetaTraderSettings,
        memory: AccountMemory,
        clock: SteadyClock,
        *,
        symbols: Sequence[str] = (),
        clocks: ClockMemory | None = None,
        pace: Pace | None = None,
        is_terminal_running: TerminalProbe | None = None,
        is_terminal_installed: InstallationProbe | None = None,
    ) -> None:
        pace = pace or Pace()
        self._settings = settings
        self._memory = memory
        self._status = LinkStatus()
        self._patience = Patience(settings, pace)
        self._gauge = ClockGauge(clocks)
        self._timekeeper = Timekeeper(
            *(self._gauge, clock, symbols, self._patience.wake), look_s=pace.tick_look_s, lasts_s=pace.clock_lasts_s
        )
        self._attachment = Attachment(
            settings,
            self._status,
            is_terminal_running or probe_of(settings.module),
            is_terminal_installed or installation_probe_of(settings.module),
        )
        self._attendant = Attendant(
            settings, memory, self._status, self._patience, self._attachment, self._gauge, self._timekeeper
        )
        self._worker: WatchedWorker | None = None

    # -- the port -------------------------------------------------------------------------------------------------

    @property
    def report(self) -> LinkReport:
        return self._status.report

    def listen(self, listener: LinkListener) -> Callable[[], None]:
        return self._status.listen(listener)

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        may_begin = self.report.may_trade if call.priority is Priority.OPEN else self.report.may_read
        if self._worker is not None and may_begin:
            return self._worker.call(call)
        return not_sent(self.report.condition.sentence)

    def forbid(self, condition: Condition) -> None:
        self._status.forbid(condition)

    def permit(self, state: LinkState) -> None:
        if self._status.permit(state):
            self._patience.wake()

    def measure_clock(self, condition: Condition) -> None:
        self._gauge.forget(condition)
        self._status.lower(condition)

    def watch_clock(self, symbols: Sequence[str]) -> None:
        self._timekeeper.symbols = tuple(symbols)

    # -- what the user can do -------------------------------------------------------------------------------------

    def retry(self, *, may_start_terminal: bool = False) -> None:
        """Tries again now; `may_start_terminal` consents to opening a closed terminal this once."""
        self._attachment.may_start_once = may_start_terminal
        self._attachment.is_settled = False
        self._attachment.missing = None
        self._status.permit(self.report.state)
        self._patience.wake()

    def confirm_account(self, login: int) -> None:
        """Takes the account that the terminal is on for the right one, if its number is the `login` the user saw."""
        found = self.report.account
        if found is not None and found.login == login:
            self._memory.confirm(found)
            self._patience.wake()

    def confirm_clock(self, offset: timedelta) -> None:
        """Takes this computer's clock for right, if the server's is still the `offset` by it that the user saw."""
        self._gauge.confirm(offset)
        self._patience.wake()

    # -- life -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keeps the link up; ends only by cancellation, and takes the worker along."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._memory.keep(lambda words: self._status.put(notice=words)))
                while True:
                    await self._live()
        finally:
            self._status.put(condition=OFF, worker_pid=None)

    async def _live(self) -> None:
        if (missing := why_unavailable(self._settings.module)) is not None:
            self._status.put(condition=missing)
        else:
            self._status.put(condition=STARTING)
            ending = await self._employ(WatchedWorker(self._settings, self._status.time, self._patience.wake))
            if ending.is_wanted:
                return
            condition = worker_late(ending.reason) if ending.is_late else worker_died(ending.reason)
            self._status.put(condition=condition, worker_pid=None, restarts=self.report.restarts + 1)
        await self._patience.pause(self.report.state)

    async def _employ(self, worker: WatchedWorker) -> Ending:
        """One life of a worker, from its start to its end."""
        self._worker = worker
        try:
            await worker.start()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(worker.watch()), group.create_task(self._attendant.attend(worker))]
                ending = await asyncio.shield(worker.ended)
                for task in tasks:
                    task.cancel()
            return ending
        except OSError as error:
            return Ending(str(error), is_late=False, is_wanted=False)
        finally:
            self._worker = None
            await worker.close()
