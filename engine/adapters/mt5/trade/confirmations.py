"""Looks for the result of an executed request: the server shows it some time after it has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Final, TypeVar

from engine.adapters.mt5.calls import Priority
from engine.adapters.mt5.market.terms import Fields
from engine.adapters.mt5.trade.terminal_records import BrokerSilent, TerminalRecords
from engine.clock import Clock
from engine.domain.messages.broker import ClosePosition, PositionClosed
from engine.domain.orders import Deal, Order, Position
from engine.trading.reconciliation.matching import closings_of

T = TypeVar("T")

_LOOKS: Final = 40
_BETWEEN_LOOKS_S: Final = 0.05
"""Together two seconds: what has not shown by then is left to the comparison of everything."""
_HISTORY: Final = timedelta(days=30)


class Confirmations:
    """Finds the position of a filled order, and the deal of a closed position."""

    def __init__(self, records: TerminalRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def position_of(self, order: Order, result: Fields) -> Position | None:
        """The position that came of `order`, by its ticket or its name, or that its deal was merged into; None if it
        does not show."""
        ticket = int(result["order"])

        async def look() -> Position | None:
            shown = await self._records.positions(Priority.PROTECT)
            found = next((each for each in shown if _came_of(each, order, ticket)), None)
            if found is None and order.may_merge:
                found = await self._merged(shown, order, result)
            if found is not None:
                await self._records.account()  # the terminal may have been switched with the order on its way
            return found

        return await _patiently(look)

    async def _merged(self, shown: Iterable[Position], order: Order, result: Fields) -> Position | None:
        """Where the account nets positions the one that stands has the deal, and not the name, of the order."""
        since = self._clock.now() - _HISTORY
        for position in shown:
            if position.is_ours and (position.symbol, position.side) == (order.symbol, order.side):
                deals = await self._records.deals_of_position(position.identifier, since, Priority.PROTECT)
                if any(_made_by(each, result) for each in deals):
                    return position
        return None

    async def has_levels(self, ticket: int, stop_loss: float, take_profit: float) -> bool:
        """Whether the position comes to show these levels, 0.0 for none."""

        async def look() -> bool | None:
            shown = await self._records.positions(Priority.PROTECT)
            position = next((each for each in shown if each.ticket == ticket), None)
            if position is None:
                return False
            levels = (position.stop_loss or 0.0, position.take_profit or 0.0)
            return levels == (stop_loss, take_profit) or None

        return bool(await _patiently(look))

    async def closing_of(self, request: ClosePosition, identifier: int, result: Fields) -> PositionClosed | None:
        """What the closing brought, from the deal that the `result` names; None if it does not show."""

        async def look() -> PositionClosed | None:
            since = self._clock.now() - _HISTORY
            raw = await self._records.deals_of_position(identifier, since, Priority.PROTECT)
            deals = self._records.read(raw, [identifier])
            exits = [each.ticket for each in deals if not each.is_entry]
            made = next((each for each in raw if _made_by(each, result)), None)
            if made is None or made["ticket"] not in exits:
                return None
            return closings_of(_entered(request, identifier, deals), deals)[exits.index(made["ticket"])]

        return await _patiently(look)


async def _patiently(look: Callable[[], Awaitable[T | None]]) -> T | None:
    for _ in range(_LOOKS):
        try:
            found = await look()
        except BrokerSilent:
            return None
        if found is not None:
            return found
        await asyncio.sleep(_BETWEEN_LOOKS_S)
    return None


def _came_of(position: Position, order: Order, ticket: int) -> bool:
    is_alike = position.symbol == order.symbol and position.side is order.side
    return is_alike and (position.token == order.token or ticket in (position.ticket, position.identifier))


def _made_by(deal: Fields, result: Fields) -> bool:
    """Compares the deal's number, or its order's where the broker leaves that out."""
    if result["deal"]:
        return bool(deal["ticket"] == result["deal"])
    return bool(deal["order"] == result["order"] != 0)


def _entered(request: ClosePosition, identifier: int, deals: tuple[Deal, ...]) -> Position:
    """The position as it was entered, which is what shares of its commission are reckoned from."""
    entries = [deal for deal in deals if deal.is_entry]
    return Position(
        ticket=request.ticket,
        identifier=identifier,
        symbol=request.symbol,
        side=request.side,
        volume_lots=sum(deal.volume_lots for deal in entries) or request.volume_lots,
        entry=entries[0].price if entries else 0.0,
        stop_loss=None,
        take_profit=None,
        opened_at=deals[0].at,
    )
