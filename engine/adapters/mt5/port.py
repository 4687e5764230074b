"""The interface of the link to a terminal, as feed and broker use it.

One lane leads to the terminal, and calls wait for their turn in it by priority. Everything here is used on the desk's
event loop only. A call is answered exactly once; the link never repeats one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from engine.adapters.mt5.calls import Answer, NotSent, TerminalCall
from engine.adapters.mt5.conditions import Condition, LinkState


class AccountIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Whose money it is. `kind` is "demo", "contest" or "real"; `server` the broker's trade server."""

    login: int
    server: str
    kind: str
    currency: str
    is_hedging: bool
    company: str = ""

    @property
    def is_real(self) -> bool:
        return self.kind == "real"

    def is_same_as(self, other: AccountIdentity) -> bool:
        """Whether both are one account: number, server, kind and the way positions are kept."""
        mine = (self.login, self.server, self.kind, self.currency, self.is_hedging)
        return mine == (other.login, other.server, other.kind, other.currency, other.is_hedging)

    def __str__(self) -> str:
        return f"{self.kind} account {self.login} at {self.server}"


class TerminalIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """The terminal's own info; `max_candles` is its "max. bars in chart", `ping` its way to the broker."""

    name: str
    company: str
    build: int
    path: str
    max_candles: int
    ping: timedelta


class ServerClock(msgspec.Struct, frozen=True, kw_only=True):
    """The trade server's clock against ours: `offset` is server minus UTC, in quarters of an hour.

    `residual` is what is left beside the offset: an error of this machine's clock, and delay. `carried` is how far the
    clock it was measured against is ahead of the desk's own: 0, unless the computer's was set since the desk began.
    `rule` names what the offset follows, "" for the usual rule that fits.
    """

    offset: timedelta
    residual: timedelta
    measured_at: datetime
    carried: timedelta = timedelta()
    rule: str = ""

    @property
    def correction(self) -> timedelta:
        """What has to be added to the desk's own clock."""
        return self.carried + self.residual


class RoundTrips(msgspec.Struct, frozen=True, kw_only=True):
    """Times within the module over the latest calls, in milliseconds; `count` is of all calls since the start."""

    median_ms: float
    p95_ms: float
    count: int


class LinkReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of the link at this moment; what was not measured is None."""

    condition: Condition
    account: AccountIdentity | None = None
    terminal: TerminalIdentity | None = None
    clock: ServerClock | None = None
    round_trips: RoundTrips | None = None
    worker_pid: int | None = None
    module_version: str = ""
    restarts: int = 0
    asked_offset: timedelta | None = None
    """The server's offset by this computer's clock, while only the user can say whether this clock is right."""
    notice: str = ""
    """What a user must know beside the condition, as a sentence; the link works all the same."""

    @property
    def state(self) -> LinkState:
        return self.condition.state

    @property
    def round_trip(self) -> timedelta | None:
        """The terminal's own way to the broker and ours to the terminal; None before both were measured."""
        if self.terminal is None or self.round_trips is None:
            return None
        return self.terminal.ping + timedelta(milliseconds=self.round_trips.median_ms)

    @property
    def may_read(self) -> bool:
        """Whether prices and positions can be asked for: the terminal answers, and it is the confirmed account."""
        return self.condition.state.may_read

    @property
    def may_trade(self) -> bool:
        """Whether new orders may be sent."""
        return self.condition.state is LinkState.READY


LinkListener = Callable[[LinkReport], None]


class TerminalLink(Protocol):
    """The way to one terminal."""

    @property
    def report(self) -> LinkReport: ...

    def listen(self, listener: LinkListener) -> Callable[[], None]:
        """Calls `listener` with each new condition, clock or account, after the answers that came before it.

        The first report comes at once, from within. Returns what ends the listening.
        """

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        """Queues the call and returns at once; the future never raises, and its callbacks run in order of answers.

        Calls of `order_send` begin only on the confirmed account, those of priority OPEN only in `READY`; others
        while `may_read`. What may not begin is `NotSent`. A cancelled future takes nothing back.
        """

    def forbid(self, condition: Condition) -> None:
        """Lets no order of priority OPEN begin, for the reason in `condition`, until the user tries again."""

    def permit(self, state: LinkState) -> None:
        """Takes back what was forbidden by a condition of this state."""

    def measure_clock(self, condition: Condition) -> None:
        """Takes the server's clock for unknown, for the reason in `condition`, until it has been measured again."""

    def watch_clock(self, symbols: Sequence[str]) -> None:
        """Names the symbols whose fresh ticks show the server's time: selected ones, as the broker spells them."""


class SupervisedLink(TerminalLink, Protocol):
    """A link that is kept up while `run` runs, and that the user can help."""

    async def run(self) -> None: ...

    def confirm_account(self, login: int) -> None: ...

    def confirm_clock(self, offset: timedelta) -> None: ...

    def retry(self, *, may_start_terminal: bool = False) -> None: ...


def not_sent(reason: str) -> asyncio.Future[Answer]:
    """The answer to a call that is never made."""
    answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    answer.set_result(NotSent(reason=reason))
    return answer
