"""The status of the link: derives its condition from what is known, and notifies listeners of each new one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from statistics import quantiles
from typing import Any, Final

import msgspec

from engine.adapters.mt5.conditions import OFF, Condition, LinkState
from engine.adapters.mt5.link.inspection import Seen
from engine.adapters.mt5.link.sentences import READY
from engine.adapters.mt5.port import LinkListener, LinkReport, RoundTrips

_REMEMBERED: Final = 256


class LinkStatus:
    """Listeners are notified through the loop's queue, so that answers which came before are heard before."""

    def __init__(self) -> None:
        self.report = LinkReport(condition=OFF)
        self._times: deque[float] = deque(maxlen=_REMEMBERED)
        self._calls = 0
        self._forbidden: Condition | None = None
        self._listeners: list[LinkListener] = []

    def listen(self, listener: LinkListener) -> Callable[[], None]:
        """Calls `listener` with the current report at once and with each new one; returns a function that stops it."""
        self._listeners.append(listener)
        listener(self.report)
        return lambda: self._listeners.remove(listener)

    def time(self, took_ms: float) -> None:
        """Records how long a call took."""
        self._times.append(took_ms)
        self._calls += 1

    def put(self, **changes: Any) -> None:
        """Changes fields of the report."""
        before, self.report = self.report, msgspec.structs.replace(self.report, **changes)
        if _news(self.report) != _news(before):
            asyncio.get_running_loop().call_soon(self._publish, self.report)

    def see(self, look: Seen, objection: Condition | None, doubt: Condition | None, **changes: Any) -> None:
        """Takes a look at an attached terminal for the present state of things.

        The condition is what speaks against the account, or else against orders there, against the server's clock
        (`doubt`), or what was forbidden.
        """
        if look.switched_off:
            self.permit(LinkState.TRADING_REFUSED)  # the switch is found, and has to be switched on by the user
        self.put(
            condition=objection or look.obstacle or doubt or self._forbidden or READY,
            terminal=look.terminal,
            account=look.account,
            round_trips=self._round_trips,
            **changes,
        )

    def lower(self, condition: Condition) -> None:
        """Blocks orders from now on; the next inspection says for how long."""
        if self.report.may_trade:
            self.put(condition=condition)

    def forbid(self, condition: Condition) -> None:
        """Blocks orders until `permit`, regardless of what the terminal reports."""
        self._forbidden = condition
        self.lower(condition)

    def permit(self, state: LinkState) -> bool:
        """Lifts the block from the next inspection on; returns whether it was by a condition of this state."""
        is_meant = self._forbidden is not None and self._forbidden.state is state
        if is_meant:
            self._forbidden = None
        return is_meant

    def _publish(self, report: LinkReport) -> None:
        for listener in tuple(self._listeners):
            listener(report)

    @property
    def _round_trips(self) -> RoundTrips | None:
        if not self._times:
            return None
        cuts = quantiles(self._times, n=20, method="inclusive") if len(self._times) > 1 else [self._times[0]] * 19
        return RoundTrips(median_ms=cuts[9], p95_ms=cuts[18], count=self._calls)


def _news(report: LinkReport) -> LinkReport:
    """The report without the figures that change with each look."""
    return msgspec.structs.replace(report, round_trips=None, terminal=None)
