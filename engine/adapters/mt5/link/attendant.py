"""What the desk does with a living worker: attach it to the terminal, keep looking, measure the server's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.calls import Answered, Failed, NotSent
from engine.adapters.mt5.clock.gauge import ClockGauge
from engine.adapters.mt5.clock.timekeeper import Timekeeper
from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.link.account_memory import AccountMemory
from engine.adapters.mt5.link.attachment import Attachment
from engine.adapters.mt5.link.board import Board
from engine.adapters.mt5.link.inspection import Seen, seen
from engine.adapters.mt5.link.outstanding import RoundTripMeter
from engine.adapters.mt5.link.sentences import (
    API_DISABLED,
    READY,
    account_switched,
    account_unconfirmed,
    build_changed,
    not_logged_in,
    of_failed_look,
    package_missing,
)
from engine.adapters.mt5.link.watched_worker import WatchedWorker
from engine.adapters.mt5.port import AccountIdentity
from engine.adapters.mt5.worker.wire import NoModule
from engine.clock import SteadyClock

_NEEDS_NEW_WORKER: Final = (LinkState.INCOMPATIBLE, LinkState.BUILD_CHANGED)
"""The module in the worker is the one that was imported: only a new process can have another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are tried again, in seconds; retries wait twice as long each time."""

    first_retry_s: float = 1.0
    longest_retry_s: float = 60.0
    closed_look_s: float = 2.0
    """Between two looks whether the user has opened the terminal."""
    tick_look_s: float = 0.25
    """Between two looks at ticks while the server's clock is measured."""
    clock_lasts_s: float = 3600.0


class Attendant:
    """Outlives workers: it knows what was confirmed, which build there was, and how patient to be."""

    def __init__(
        self,
        settings: MetaTraderSettings,
        memory: AccountMemory,
        board: Board,
        meter: RoundTripMeter,
        clock: SteadyClock,
        pace: Pace,
        attachment: Attachment,
        symbols: Sequence[str],
        gauge: ClockGauge,
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._board = board
        self._meter = meter
        self._pace = pace
        self._attachment = attachment
        self._gauge = gauge
        self._timekeeper = Timekeeper(
            *(gauge, clock, symbols, self.wake), look_s=pace.tick_look_s, lasts_s=pace.clock_lasts_s
        )
        self._wake = asyncio.Event()
        self._retry_s = pace.first_retry_s
        self._build: int | None = None
        self._pin: dict[str, Any] | None = None
        self._forbidden: Condition | None = None

    @property
    def _opened_by_user(self) -> tuple[LinkState, ...]:
        """States that end once the user opens a terminal: to look for it costs next to nothing."""
        closed = LinkState.TERMINAL_CLOSED
        return (closed,) if self._settings.may_start_terminal else (closed, LinkState.TERMINAL_NOT_FOUND)

    def forbid(self, condition: Condition) -> None:
        """Lets no order in before `permit`, whatever the terminal tells of itself."""
        self._forbidden = condition
        if self._board.report.may_trade:
            self._board.put(condition=condition)

    def permit(self, state: LinkState) -> None:
        """Takes back what was forbidden, if it was by a condition of this state."""
        if self._forbidden is not None and self._forbidden.state is state:
            self._forbidden = None
            self.wake()

    def watch_clock(self, symbols: Sequence[str]) -> None:
        """Sets the symbols whose ticks show the server's time."""
        self._timekeeper.symbols = tuple(symbols)

    def measure_clock(self, condition: Condition) -> None:
        """Blocks entries, for the reason in `condition`, until the server's clock has been measured again."""
        self._gauge.forget(condition)
        if self._board.report.may_trade:
            self._board.put(condition=condition)

    def confirm_clock(self, offset: timedelta) -> None:
        """The user says that this computer's clock is right, by which the server's is `offset` ahead of UTC."""
        self._gauge.confirm(offset)
        self.wake()

    def wake(self) -> None:
        """Ends the present pause."""
        self._wake.set()

    async def pause(self) -> None:
        """Before the next attempt: ever longer, until something succeeds or the user asks for it."""
        self._wake.clear()
        waits_for_user = self._board.report.state in self._opened_by_user
        await self._sleep(self._pace.closed_look_s if waits_for_user else self._retry_s)
        if not waits_for_user:
            self._retry_s = min(2 * self._retry_s, self._pace.longest_retry_s)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    # -- a worker's life ------------------------------------------------------------------------------------------

    async def attend(self, worker: WatchedWorker) -> None:
        """Serves the worker until another one is needed, and lets it go then."""
        greeting = await asyncio.shield(worker.greeting)
        self._pin = None
        if isinstance(greeting, NoModule):
            way_out = f"Install {self._settings.module} into the desk's environment, or name another module."
            self._board.put(condition=package_missing(f"The module cannot be imported: {greeting.text}.", way_out))
            await self.pause()
        else:
            self._board.put(worker_pid=greeting.pid, module_version=greeting.version)
            await self._serve(worker)
        await worker.close()

    async def _serve(self, worker: WatchedWorker) -> None:
        while True:
            trouble = await self._attachment.attach(worker) or await self._stay(worker)
            self._board.put(condition=trouble)
            if trouble.state is LinkState.BUILD_CHANGED:
                return
            await self.pause()
            if trouble.state in _NEEDS_NEW_WORKER:
                return
            await worker.ask("shutdown")

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
                self._take(look, worker)
            await self._sleep(self._settings.check_interval_s)

    @staticmethod
    async def _look(worker: WatchedWorker) -> Seen | Condition | None:
        """What is seen, the trouble there is with looking, or None where the lane had more urgent work."""
        terminal, account = await worker.ask("terminal_info"), await worker.ask("account_info")
        for answer in (terminal, account):
            if isinstance(answer, NotSent):
                return None
        if not isinstance(terminal, Answered):
            return of_failed_look(terminal)
        if isinstance(account, Answered):
            return seen(terminal.value, account.value)
        trouble = of_failed_look(account)
        has_no_account = isinstance(account, Failed) and trouble is not API_DISABLED
        return seen(terminal.value, None) if has_no_account else trouble

    def _take(self, look: Seen, worker: WatchedWorker) -> None:
        self._build = look.terminal.build
        obstacle = self._objection_to(look.account)
        self._set_pin(worker, None if obstacle else look.pin)
        if obstacle:
            self._gauge.forget()  # it may be another server's
        elif look.account is not None:
            self._gauge.at_server(look.account.server)
            self._attachment.is_settled = True
        if look.switched_off:
            self.permit(LinkState.TRADING_REFUSED)  # the switch is found, and has to be switched on by the user
        condition = obstacle or look.obstacle or self._timekeeper.doubt or self._forbidden or READY
        if condition.state is LinkState.READY:
            self._retry_s = self._pace.first_retry_s
        self._board.put(
            condition=condition,
            terminal=look.terminal,
            account=look.account,
            clock=self._gauge.clock,
            asked_offset=self._gauge.asked_offset,
            round_trips=self._meter.round_trips,
        )

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
