"""Stories of a desk that trades, played on any stage: each is a day in a few lines."""

from __future__ import annotations

from engine.adapters.paper.faults import NO_MONEY
from engine.adapters.paper.faults import Fault as PaperFault
from engine.domain.market import Side
from engine.domain.messages import execution as events
from engine.domain.messages.commands import (
    AddPlan,
    ApprovePlan,
    BreakEven,
    CancelPlan,
    CloseTrade,
    Flatten,
    Halt,
    MoveStops,
    RejectPlan,
    ReleaseHalt,
    SetAuthority,
    SetAuto,
    SettleUnknownOrder,
)
from engine.domain.risk import Authority
from tests.adapters.mt5.desk.stages import SYMBOL, Stage, Story
from tests.builders import plan, setup
from tests.fake_metatrader5.simulator import partial_fill, refusal, stripped_stops, timed_out

PLAN = "scanner-signal-0"


async def trade_by_itself(stage: Stage) -> None:
    await stage.do(SetAuthority(Authority.AUTO))
    await stage.do(SetAuto(SYMBOL, True))


def ticket_of(stage: Stage, place: int = 0) -> int:
    """Of the trade that was opened in that place."""
    return stage.desk.of(events.TradeOpened)[place].trade.ticket


# -- manually ----------------------------------------------------------------------------------------------------


async def the_user_approves_and_the_target_is_reached(stage: Stage) -> None:
    await stage.propose()
    await stage.do(ApprovePlan(PLAN))
    await stage.tick(61)
    await stage.do(ApprovePlan(PLAN))
    await stage.tick(70, bid=2001.1)


async def the_user_rejects_and_another_setup_is_not_answered(stage: Stage) -> None:
    await stage.propose()
    await stage.do(RejectPlan(PLAN))
    await stage.propose(1)
    await stage.tick(179)
    await stage.close_candle(2)
    await stage.do(ApprovePlan("scanner-signal-1"))


async def the_gate_denies_at_the_click(stage: Stage) -> None:
    await stage.propose()
    await stage.tick(70, bid=2000.0)
    await stage.do(ApprovePlan(PLAN))
    await stage.propose(1)
    await stage.tick(125, spread=0.3, bid=1999.7)
    await stage.do(ApprovePlan("scanner-signal-1"))


# -- by itself --------------------------------------------------------------------------------------------------


async def a_sell_is_stopped(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose(side=Side.SELL)
    await stage.tick(61, bid=2000.0)
    await stage.tick(62, bid=2000.6)


async def a_candle_goes_against_the_trade(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(60)
    await stage.tick(119, bid=1999.7)
    await stage.close_candle(1, open=1999.8, close=1999.7)
    await stage.tick(120, bid=1999.7)


async def the_stop_trails_and_is_reached(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    for second, bid in enumerate((2000.3, 2000.5, 2000.7, 2000.6, 2000.35), 62):
        await stage.tick(second, bid=bid)


async def limits_hold_and_the_cool_off_ends(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    await stage.propose(1)
    await stage.tick(121)
    await stage.tick(130, bid=1999.3)
    await stage.propose(2)
    await stage.tick(181)
    await stage.propose(3)
    await stage.tick(241)


# -- the user leads ---------------------------------------------------------------------------------------------


async def the_user_closes_the_trade(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    ticket = ticket_of(stage)
    await stage.do(BreakEven(ticket))
    await stage.do(MoveStops(ticket, 1999.2, 2001.9))
    await stage.tick(62, bid=2000.2)
    await stage.do(BreakEven(ticket))
    await stage.tick(63, bid=2000.2)
    await stage.do(MoveStops(ticket, 2000.4, 2001.9))
    await stage.do(CloseTrade(ticket))
    await stage.tick(64, bid=2000.2)
    await stage.do(CloseTrade(ticket))


async def everything_is_halted_and_flattened(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    await stage.propose(1)
    await stage.tick(121)
    await stage.do(AddPlan(plan(entry_price=2010.0, stop_loss=2009.4, take_profit=2011.4)))
    await stage.do(Halt("enough"))
    await stage.propose(2)
    await stage.do(Flatten())
    await stage.tick(181)
    await stage.do(ReleaseHalt())
    await stage.propose(3)
    await stage.tick(241)


async def plans_of_the_user_wait_trigger_and_end(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.do(AddPlan(plan("bad", stop_loss=2000.4)))
    await stage.do(AddPlan(plan("far", entry_price=2010.0, stop_loss=2009.4, take_profit=2011.4)))
    await stage.do(AddPlan(plan("near", entry_price=2000.3, stop_loss=1999.7, take_profit=2001.7, volume=0.03)))
    await stage.propose()
    await stage.tick(61)
    await stage.do(CancelPlan("far"))
    await stage.tick(62, bid=1999.6)


# -- restarts ---------------------------------------------------------------------------------------------------


async def a_restarted_desk_leads_its_position_on(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    await stage.restart()
    await stage.tick(70, bid=2001.1)


async def a_restarted_desk_hears_what_ended_meanwhile(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    await stage.restart(meanwhile=(65, 1999.3))
    await stage.tick(70)


async def a_restarted_desk_asks_again_and_knows_its_signals(stage: Stage) -> None:
    await stage.do(Halt("enough"))
    await stage.propose()
    await stage.restart()
    await stage.do(ReleaseHalt())
    await stage.do(ApprovePlan(PLAN))
    await stage.propose()
    await stage.propose(1)


# -- what goes wrong --------------------------------------------------------------------------------------------


async def the_answer_to_an_order_is_lost(stage: Stage) -> None:
    await trade_by_itself(stage)
    stage.go_wrong(PaperFault(is_answer_lost=True), timed_out())
    await stage.propose()
    await stage.tick(61)
    await stage.tick(62)
    await stage.tick(70, bid=2001.1)


async def an_order_never_arrives(stage: Stage) -> None:
    await trade_by_itself(stage)
    never_arrived = PaperFault(is_answer_lost=True, is_executed=False, is_recorded=False)
    stage.go_wrong(never_arrived, timed_out(is_carried_out=False))
    await stage.propose()
    await stage.tick(61)
    await stage.close_candle(found=setup(signal_id="another"))
    for second in range(62, 75):
        await stage.tick(second)


async def an_order_is_rejected_and_the_answer_lost(stage: Stage) -> None:
    await trade_by_itself(stage)
    rejected = timed_out(is_carried_out=False, is_recorded=True)
    stage.go_wrong(PaperFault(is_answer_lost=True, is_executed=False), rejected)
    await stage.propose()
    for second in range(61, 65):
        await stage.tick(second)


async def the_user_settles_an_order_that_never_arrived(stage: Stage) -> None:
    await an_order_never_arrives(stage)
    (unknown,) = stage.desk.of(events.OrderUnknown)
    await stage.do(SettleUnknownOrder(unknown.order.token))
    await stage.tick(75)


async def the_broker_refuses_an_order(stage: Stage) -> None:
    await trade_by_itself(stage)
    stage.go_wrong(PaperFault(refusal=NO_MONEY), refusal(10019))
    await stage.propose()
    await stage.tick(61)


async def an_order_is_filled_in_part(stage: Stage) -> None:
    await trade_by_itself(stage)
    stage.go_wrong(PaperFault(filled_fraction=0.5), partial_fill(0.5))
    await stage.do(AddPlan(plan(volume=0.02)))
    await stage.propose()
    await stage.tick(61)
    await stage.tick(62, bid=1999.3)


async def a_position_comes_without_its_stop(stage: Stage) -> None:
    await trade_by_itself(stage)
    stage.go_wrong(PaperFault(is_stripped=True), stripped_stops())
    await stage.propose()
    await stage.tick(61)
    await stage.tick(61.2)
    await stage.tick(62, bid=1999.3)


async def a_close_is_refused_once(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    stage.go_wrong(PaperFault(refusal=NO_MONEY), refusal(10019, requests=("close",)))
    await stage.do(CloseTrade(ticket_of(stage)))
    for second in range(62, 66):
        await stage.tick(second)


async def the_answer_to_a_close_is_lost(stage: Stage) -> None:
    await trade_by_itself(stage)
    await stage.propose()
    await stage.tick(61)
    stage.go_wrong(PaperFault(is_answer_lost=True), timed_out(requests=("close",)))
    await stage.do(CloseTrade(ticket_of(stage)))
    for second in range(62, 66):
        await stage.tick(second)


STORIES: tuple[Story, ...] = (
    the_user_approves_and_the_target_is_reached,
    the_user_rejects_and_another_setup_is_not_answered,
    the_gate_denies_at_the_click,
    a_sell_is_stopped,
    a_candle_goes_against_the_trade,
    the_stop_trails_and_is_reached,
    limits_hold_and_the_cool_off_ends,
    the_user_closes_the_trade,
    everything_is_halted_and_flattened,
    plans_of_the_user_wait_trigger_and_end,
    a_restarted_desk_leads_its_position_on,
    a_restarted_desk_hears_what_ended_meanwhile,
    a_restarted_desk_asks_again_and_knows_its_signals,
    the_answer_to_an_order_is_lost,
    an_order_never_arrives,
    an_order_is_rejected_and_the_answer_lost,
    the_user_settles_an_order_that_never_arrived,
    the_broker_refuses_an_order,
    an_order_is_filled_in_part,
    a_position_comes_without_its_stop,
    a_close_is_refused_once,
    the_answer_to_a_close_is_lost,
)
