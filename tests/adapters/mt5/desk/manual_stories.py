"""Stories of a user who trades manually, played on any stage."""

from __future__ import annotations

from engine.adapters.paper.faults import NO_MONEY
from engine.adapters.paper.faults import Fault as PaperFault
from engine.domain.market import Side
from engine.domain.messages.commands import CloseTrade
from engine.domain.messages.manual import CloseTrades, ManualOrder, PlaceOrder, SetExitRules
from tests.adapters.mt5.desk.stages import SYMBOL, Stage, Story
from tests.adapters.mt5.desk.stories import ticket_of
from tests.fake_metatrader5.simulator import refusal, timed_out


def manual_order(number: int = 0, *, price: float = 2000.0, volume: float = 0.04) -> PlaceOrder:
    """A market order of the user to buy, with half a dollar at risk."""
    levels = {"price": price, "stop_loss": price - 0.5, "take_profit": price + 1.5}
    return PlaceOrder(ManualOrder(order_id=f"manual-{number}", symbol=SYMBOL, side=Side.BUY, volume=volume, **levels))


async def the_user_trades_manually_and_closes_in_parts(stage: Stage) -> None:
    await stage.do(manual_order(volume=0.04))
    await stage.tick(1)
    ticket = ticket_of(stage)
    await stage.do(manual_order())
    await stage.do(SetExitRules(ticket, trailing=False, opposite_candle=False))
    await stage.tick(10, bid=2000.6)
    await stage.do(CloseTrade(ticket, 0.015))
    await stage.tick(11, bid=2000.6)
    await stage.close_candle(0, open=2000.0, close=1999.7)
    await stage.restart()
    await stage.tick(70, bid=2000.9)
    await stage.do(CloseTrade(ticket, 0.021))
    await stage.tick(71, bid=2000.9)
    await stage.do(CloseTrades(side=Side.SELL))
    await stage.do(CloseTrades(SYMBOL, Side.BUY))
    await stage.tick(72, bid=2000.9)


async def a_partial_close_is_refused_and_not_asked_for_again(stage: Stage) -> None:
    await stage.do(manual_order())
    await stage.tick(1)
    stage.go_wrong(PaperFault(refusal=NO_MONEY), refusal(10019, requests=("close",)))
    await stage.do(CloseTrade(ticket_of(stage), 0.01))
    for second in range(2, 6):
        await stage.tick(second)


async def the_answer_to_a_partial_close_is_lost(stage: Stage) -> None:
    await stage.do(manual_order())
    await stage.tick(1)
    stage.go_wrong(PaperFault(is_answer_lost=True), timed_out(requests=("close",)))
    await stage.do(CloseTrade(ticket_of(stage), 0.01))
    for second in range(2, 10):
        await stage.tick(second)
    await stage.do(CloseTrade(ticket_of(stage)))
    await stage.tick(11)


async def a_partial_close_never_arrives(stage: Stage) -> None:
    await stage.do(manual_order())
    await stage.tick(1)
    never_arrived = PaperFault(is_answer_lost=True, is_executed=False)
    stage.go_wrong(never_arrived, timed_out(requests=("close",), is_carried_out=False))
    await stage.do(CloseTrade(ticket_of(stage), 0.01))
    for second in range(2, 10):
        await stage.tick(second)


async def the_answer_to_a_manual_order_is_lost(stage: Stage) -> None:
    stage.go_wrong(PaperFault(is_answer_lost=True), timed_out())
    await stage.do(manual_order())
    for second in range(1, 4):
        await stage.tick(second)
    await stage.restart()
    await stage.tick(10, bid=2001.6)


async def two_manual_orders_are_netted(stage: Stage) -> None:
    """For an account that nets positions."""
    await stage.do(manual_order(0, volume=0.01))
    await stage.tick(1)
    await stage.tick(10, bid=2000.0)
    await stage.do(manual_order(1, price=2000.2, volume=0.03))
    await stage.tick(11, bid=2000.0)
    await stage.do(manual_order(2, price=2000.2, volume=0.01))
    await stage.restart()
    await stage.tick(20, bid=2001.7)


async def the_answer_to_the_order_that_is_netted_is_lost(stage: Stage) -> None:
    """For an account that nets positions."""
    await stage.do(manual_order(0, volume=0.01))
    await stage.tick(1)
    stage.go_wrong(PaperFault(is_answer_lost=True), timed_out())
    await stage.do(manual_order(1, volume=0.03))
    for second in range(2, 5):
        await stage.tick(second)
    await stage.restart()
    await stage.tick(20, bid=2001.6)


MANUAL_STORIES: tuple[Story, ...] = (
    the_user_trades_manually_and_closes_in_parts,
    a_partial_close_is_refused_and_not_asked_for_again,
    the_answer_to_a_partial_close_is_lost,
    a_partial_close_never_arrives,
    the_answer_to_a_manual_order_is_lost,
)
NETTED: tuple[Story, ...] = (two_manual_orders_are_netted, the_answer_to_the_order_that_is_netted_is_lost)
