"""One run of the worker: asked, watched, killed when it hangs, its calls settled at its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.calls import Answer, Answered, Lost, TerminalCall
from engine.adapters.mt5.link.outstanding import Outstanding
from engine.adapters.mt5.link.process import Heard, WorkerProcess
from engine.adapters.mt5.port import not_sent
from engine.adapters.mt5.worker.wire import Ask, Beat, Began, Hello, NoModule, Pin, Settled
from engine.clock import running_s

START_LIMIT_S: Final = 30.0
"""For the process to come up and import the module, on a machine that is busy."""

_PATIENCE: Final = timedelta(seconds=5)
_BEATS_IN_LIMIT: Final = 5
_LOOKS_IN_LIMIT: Final = 10


@dataclass(frozen=True, slots=True)
class Ending:
    """How a worker ended; `is_late` where the desk ended it for its silence, `is_wanted` where it was asked to go."""

    reason: str
    is_late: bool
    is_wanted: bool


class WatchedWorker:
    """`ended` is set once; every call given to `call` is settled before."""

    def __init__(
        self, settings: MetaTraderSettings, on_timed: Callable[[float], None], on_broken_connection: Callable[[], None]
    ) -> None:
        self._limit_s = settings.heartbeat_limit_s
        self._poll_limit = timedelta(seconds=settings.poll_limit_s)
        self._order_limit = timedelta(seconds=settings.order_limit_s)
        self._on_timed = on_timed
        self._on_broken_connection = on_broken_connection
        self._outstanding = Outstanding()
        self._process = WorkerProcess(settings.module, self._limit_s / _BEATS_IN_LIMIT, self._hear, self._end)
        loop = asyncio.get_running_loop()
        self.greeting: asyncio.Future[Hello | NoModule] = loop.create_future()
        self.ended: asyncio.Future[Ending] = loop.create_future()
        self._lane_heard_at = time.monotonic()
        self._verdict = ""
        self._is_wanted = False

    @property
    def pid(self) -> int | None:
        greeting = self.greeting.result() if self.greeting.done() and not self.greeting.cancelled() else None
        return greeting.pid if isinstance(greeting, Hello) else None

    async def start(self) -> None:
        """Raises `OSError` where no process can be made."""
        await self._process.start()
        self._lane_heard_at = time.monotonic()

    async def close(self) -> None:
        """Lets it go in peace, and waits until it has."""
        self._is_wanted = True
        await self._process.close()

    # -- calls --------------------------------------------------------------------------------------------------

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if self.ended.done():
            return not_sent("the worker has ended")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        number = self._outstanding.add(call, future)
        begin_by = running_s() + call.begin_within.total_seconds()
        self._process.send(Ask(number=number, call=call, begin_by=begin_by))
        return future

    async def ask(
        self, function: str, *arguments: Any, answer_within: timedelta | None = None, **keywords: Any
    ) -> Answer:
        """A question of the link itself."""
        call = TerminalCall(
            function=function,
            arguments=arguments,
            keywords=keywords,
            begin_within=_PATIENCE,
            answer_within=answer_within,
        )
        return await self.call(call)

    def pin(self, account: Mapping[str, Any] | None) -> None:
        """Lets orders go to the account with these fields only; None forbids them."""
        self._process.send(Pin(account=None if account is None else dict(account)))

    # -- what the worker says -----------------------------------------------------------------------------------

    def _hear(self, heard: Heard) -> None:
        message = heard.message
        if not isinstance(message, Beat) or message.is_of_lane:
            self._lane_heard_at = heard.at
        match message:
            case Hello() | NoModule():
                self.greeting.set_result(message)
            case Began(number=number):
                self._outstanding.begin(number, heard.at)
            case Settled(number=number, answer=answer):
                if isinstance(answer, Answered):
                    self._on_timed(answer.took_ms)
                self._outstanding.settle(number, answer)
                if isinstance(answer, Lost):
                    self._on_broken_connection()

    def _end(self, code: int) -> None:
        reason = self._verdict or f"its process ended with code {code}"
        self._outstanding.lose(reason, is_heard_out=self._process.is_heard_out)
        self.greeting.cancel()
        self.ended.set_result(Ending(reason, is_late=bool(self._verdict), is_wanted=self._is_wanted))

    # -- watching -----------------------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Kills the worker when a call hangs or its lane falls silent; ends only by cancellation."""
        interval = min(self._limit_s, self._poll_limit.total_seconds()) / _LOOKS_IN_LIMIT
        looked_at = time.monotonic()
        while True:
            await asyncio.sleep(interval)
            now = time.monotonic()
            if now - looked_at > 2 * interval + 0.1:
                # The machine slept or the desk stood still: what the worker said meanwhile is not heard yet.
                self._lane_heard_at = now
                self._outstanding.forgive(now)
            looked_at = now
            if verdict := self._complaint(now):
                self._verdict = verdict
                self._process.kill()
                return

    def _complaint(self, now: float) -> str:
        if overdue := self._outstanding.overdue(now, self._poll_limit, self._order_limit):
            return overdue
        limit_s = self._limit_s if self.greeting.done() else START_LIMIT_S
        silent_s = now - self._lane_heard_at
        if not self._outstanding.is_in_call and silent_s > limit_s:
            return f"its worker has been silent for {silent_s:.1f} s"
        return ""
