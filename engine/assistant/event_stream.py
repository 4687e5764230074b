"""What happens at the desk, for programs that follow it: quotes, candles, setups, plans and positions, as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from engine.assistant.lines import idea_of
from engine.assistant.texts import MAX_NAME, plain
from engine.bus import Bus
from engine.domain.messages.engine import CandleClosed, Event, QuoteReceived
from engine.domain.messages.execution import (
    ExitRulesChanged,
    OrderMerged,
    PositionAdopted,
    StopMoved,
    TradeAmended,
    TradeClosed,
    TradeOpened,
    TradeReduced,
)
from engine.domain.messages.trading import PlanChanged

MAX_WAITING: Final = 2_000
"""Events that a program may be behind; then the newest ones are left out, and it gets their number."""
_POSITIONS: Final = (TradeOpened, OrderMerged, PositionAdopted, StopMoved, TradeReduced, TradeAmended, ExitRulesChanged)
_encode = msgspec.json.Encoder().encode


class Followed(msgspec.Struct, frozen=True):
    """An event by its kind, and its data as JSON."""

    kind: str
    data: bytes


class EventStream:
    """Events of one desk for any number of followers; nothing is made of them while nobody follows."""

    def __init__(self, bus: Bus) -> None:
        self._queues: list[asyncio.Queue[Followed]] = []
        self._left_out: dict[int, int] = {}
        bus.subscribe(self._hear, QuoteReceived, CandleClosed, PlanChanged, TradeClosed, *_POSITIONS)

    async def follow(self) -> AsyncIterator[Followed]:
        """Events from now on, until the iteration is given up."""
        with self._queue() as queue:
            while True:
                event = await queue.get()
                if (count := self._left_out.pop(id(queue), 0)) > 0:
                    yield Followed("left_out", _encode({"count": count}))
                yield event

    @contextmanager
    def _queue(self) -> Any:
        queue: asyncio.Queue[Followed] = asyncio.Queue(MAX_WAITING)
        self._queues.append(queue)
        try:
            yield queue
        finally:
            self._queues.remove(queue)
            self._left_out.pop(id(queue), None)

    def _hear(self, event: Event) -> None:
        if not self._queues:
            return
        for followed in _followed(event):
            for queue in self._queues:
                try:
                    queue.put_nowait(followed)
                except asyncio.QueueFull:
                    self._left_out[id(queue)] = self._left_out.get(id(queue), 0) + 1


def _followed(event: Event) -> list[Followed]:
    match event:
        case QuoteReceived(quote):
            return [_made("quote", symbol=quote.symbol, at=quote.at, bid=quote.bid, ask=quote.ask)]
        case CandleClosed(snapshot, judgement):
            candle = snapshot.candle
            prices = {name: getattr(candle, name) for name in ("open", "high", "low", "close", "volume")}
            found = [_made("candle", symbol=candle.symbol, at=candle.opened_at, **prices)]
            if judgement is not None and judgement.setup is not None:
                found.append(_made("setup", symbol=candle.symbol, setup=idea_of(judgement.setup)))
            return found
        case PlanChanged(plan):
            names = {"plan_id": plain(plan.plan_id, MAX_NAME), "proposed_by": plain(plan.created_by, MAX_NAME)}
            return [_made("plan", symbol=plain(plan.symbol, MAX_NAME), state=plan.status.value, **names)]
        case TradeClosed(trade=trade):
            return [_made("position", change="closed", ticket=trade.ticket, symbol=trade.symbol, r=trade.r)]
        case OrderMerged(trade=None):
            return []
        case _:
            return [_of_position(event)]


def _of_position(event: Any) -> Followed:
    trade = event.trade
    return _made(
        "position",
        change="opened" if isinstance(event, TradeOpened | PositionAdopted) else "changed",
        ticket=trade.ticket,
        symbol=trade.symbol,
        side=trade.side,
        volume_lots=trade.position.volume,
        stop_loss=trade.position.stop_loss,
        take_profit=trade.position.take_profit,
    )


def _made(kind: str, **data: Any) -> Followed:
    return Followed(kind, _encode(data))
