"""Reads positions, orders and deals of the terminal in an order in which nothing can be missed between two reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from engine.adapters.mt5.calls import Answer, Answered, Priority, TerminalCall, value_of
from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.market.terms import Fields
from engine.adapters.mt5.port import TerminalLink
from engine.adapters.mt5.trade.conversion import account_of, deals_of, ended_orders_of, position_of, working_orders_of
from engine.clock import Clock
from engine.domain.messages.broker import BrokerState
from engine.domain.orders import Account, Deal, Position, WorkingOrder
from engine.errors import DeskError

_AHEAD: Final = timedelta(days=2)
"""The server's clock may be ahead of ours, so that "until now" would miss what has just happened."""


class BrokerSilent(DeskError):
    """The terminal did not answer what it was asked."""


class TerminalRecords:
    """Asks the terminal for positions, orders, deals and the account. Raises `BrokerSilent` where it does not answer.

    `magic` marks what is the desk's for as long as it runs: another one in between would disown what is open.
    """

    def __init__(self, link: TerminalLink, times: ServerTimes, clock: Clock, magic: int) -> None:
        self._link = link
        self._times = times
        self._clock = clock
        self.magic = magic

    async def state(self, number: int, since: datetime) -> BrokerState:
        """Everything there is; orders first, then positions, then deals and past orders, so that what moves on is seen
        twice, never not at all. All of it is of the confirmed account, which is looked at before and after, and of now:
        a terminal that has lost its broker goes on showing what it had, and that proves nothing."""
        at = self._clock.now()
        await self.account()
        working = await self.working()
        positions = await self.positions()
        deals = await self.deals_since(since, [each.identifier for each in positions if each.is_ours])
        ended = await self._ask("history_orders_get", *self._span(since))
        if not (await self._ask("terminal_info"))["connected"]:
            raise BrokerSilent("the terminal has no connection to the broker")
        return BrokerState(
            number=number,
            positions=positions,
            working=working,
            deals=deals,
            account=await self.account(),
            at=at,
            ended=ended_orders_of(ended, self._times.current, self.magic),
        )

    async def positions(self, priority: Priority = Priority.POLL) -> tuple[Position, ...]:
        rows = await self._ask("positions_get", priority=priority)
        return tuple(position_of(each, self._times.current, self.magic) for each in rows)

    async def working(self, priority: Priority = Priority.POLL) -> tuple[WorkingOrder, ...]:
        """Every order that may still become a position."""
        return working_orders_of(await self._ask("orders_get", priority=priority), self._times.current, self.magic)

    async def symbols_of_ours(self) -> tuple[str, ...] | None:
        """Symbols in which the desk has positions; None where the terminal does not answer."""
        try:
            held = await self.positions()
            await self.account()  # those of another one say nothing
            return tuple({each.symbol for each in held if each.is_ours})
        except BrokerSilent:
            return None

    async def account(self) -> Account:
        """Raises `BrokerSilent` as well where the terminal is on another account than the one that is confirmed."""
        account, confirmed = await self._ask("account_info"), self._link.report.account
        if confirmed is None or (account["login"], account["server"]) != (confirmed.login, confirmed.server):
            raise BrokerSilent(f"the terminal is on account {account['login']} at {account['server']}")
        return account_of(account, self._clock.now())

    async def deals_since(self, since: datetime, ours: Sequence[int]) -> tuple[Deal, ...]:
        """Deals from `since` on; those of the positions `ours` are the desk's under any magic number."""
        return deals_of(await self._deal_rows(since), self._times.current, self.magic, ours)

    async def deals_of_position(self, identifier: int, since: datetime, priority: Priority) -> tuple[Fields, ...]:
        """The raw deals of one position, oldest first; looked up by date where the terminal does not know the id."""
        answer = await self._call("history_deals_get", keywords={"position": identifier}, priority=priority)
        if not (rows := value_of(answer)):
            rows = [each for each in await self._deal_rows(since) if each["position_id"] == identifier]
        return tuple(sorted(rows, key=lambda deal: deal["time_msc"]))

    def read(self, deals: Sequence[Fields], ours: Sequence[int]) -> tuple[Deal, ...]:
        """Raw deals as the desk's own."""
        return deals_of(deals, self._times.current, self.magic, ours)

    async def _deal_rows(self, since: datetime) -> Any:
        return await self._ask("history_deals_get", *self._span(since))

    def _span(self, since: datetime) -> tuple[object, object]:
        """From `since` until now as stamps of the server, with a margin for its clock."""
        time = self._times.current
        return time.stamp(since), time.stamp(self._clock.now() + _AHEAD)

    async def _ask(self, function: str, *arguments: object, priority: Priority = Priority.POLL) -> Any:
        answer = await self._call(function, *arguments, priority=priority)
        if not isinstance(answer, Answered):
            raise BrokerSilent(f"{function}: {answer}")
        return answer.value

    async def _call(
        self, function: str, *arguments: object, keywords: dict[str, Any] | None = None, priority: Priority
    ) -> Answer:
        call = TerminalCall(
            function=function,
            arguments=arguments,
            keywords=keywords or {},
            priority=priority,
            begin_within=priority.patience,
        )
        return await self._link.call(call)
