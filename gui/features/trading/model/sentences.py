"""Messages that the user must see once."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain.messages.engine import Event
from engine.domain.messages.execution import (
    BrokerLinkChanged,
    ExitRefused,
    OrderFailed,
    OrderMerged,
    OrderUnknown,
    OtherTradeSeen,
    PartialCloseRefused,
    PositionAdopted,
    PositionVanished,
    ProtectionLost,
    StopMoveRefused,
)
from engine.domain.messages.proposals import ProposePlan, WithdrawProposal
from engine.domain.messages.trading import CommandRefused, FlattenChanged, PaperTradesEnded, PlanRefused
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.trades import StopKind
from gui.features.trading.model.position_troubles import is_alarming, trouble_of
from gui.features.trading.model.words import lots_text, reason_text


def sentence_of(event: Event) -> str:
    """What the user must be shown about an event; empty where its place in the tables says enough."""
    match event:
        case CommandRefused(ProposePlan() | WithdrawProposal()):
            return ""  # the program that asked has its answer, and it must not cover what the user is shown
        case CommandRefused(command, reason):
            return f"{_deed(command)} failed: {reason}"
        case FlattenChanged(rest=None, is_cancelled=False, had_nothing=True):
            return "Nothing is open: there was nothing to close"
        case FlattenChanged(rest=None, is_cancelled=is_cancelled):
            return (
                "Flatten cancelled: closes already sent still go through, no more are sent"
                if is_cancelled
                else "Flatten is done"
            )
        case PlanRefused(plan_id, reason):
            return f"Plan {plan_id} was refused: {reason}"
        case ExitRefused(trade=trade) if is_alarming(event):
            trouble = trouble_of(event)
            return f"{trade.symbol} {trade.ticket} was not closed: {trouble.reason}. {trouble.way_out}"
        case StopMoveRefused(trade=trade, kind=kind, reason=reason) if kind is not StopKind.TRAILING or is_alarming(
            event
        ):
            return f"The levels of {trade.symbol} {trade.ticket} stay where they are: {reason}"
        case PartialCloseRefused(trade=trade, volume_lots=volume_lots, reason=reason):
            return f"{lots_text(volume_lots)} of {trade.symbol} {trade.ticket} were not closed: {reason}"
        case OrderMerged(order=order, ticket=ticket):
            return f"{order.side.value} {order.volume_lots:g} {order.symbol} was merged into position {ticket}"
        case OrderFailed(order=order, reason=reason):
            return f"The order for {order.symbol} failed: {reason}"
        case OrderUnknown(order=order, reason=reason):
            return f"The outcome of the order for {order.symbol} is unknown: {reason}"
        case PositionAdopted(trade=trade) if trade.order is not None:
            return f"{trade.symbol} {trade.ticket}: the order that counted as failed was filled; the desk manages it"
        case ProtectionLost(trade=trade, reason=reason):
            return f"{trade.symbol} {trade.ticket} HAS NO STOP: {reason}"
        case OtherTradeSeen():
            return other_trade_words(event)
        case PaperTradesEnded(plans):
            return paper_end_words(plans)
        case PositionVanished(trade=trade):
            return f"{trade.symbol} {trade.ticket} is gone, and the broker does not show why"
        case BrokerLinkChanged(is_connected=is_connected, may_trade=may_trade, reason=reason):
            return "" if is_connected and may_trade else f"The broker cannot trade: {reason}"
        case _:
            return ""


def paper_end_words(plans: Sequence[TradePlan]) -> str:
    """The outcome of trades that were open when a desk on paper ended."""
    named = ", ".join(f"{plan.direction.value} {plan.volume:g} {plan.symbol}" for plan in plans)
    return f"The paper account of the last run ended, and its trades have no result: {named}"


def other_trade_words(event: OtherTradeSeen) -> str:
    """A position or an order on the account that is not the desk's."""
    whose = "another desk" if event.is_other_desk else "you or another program"
    what = "An order" if event.is_working else "A position"
    name = f"{event.side.value} {event.volume_lots:g} {event.symbol} ({event.ticket})"
    return f"{what} by {whose} is on the account: {name}. It counts against your limits"


def sentence_of_change(before: TradePlan | None, plan: TradePlan) -> str:
    """What the user must be shown about a plan that moved on in this run; nothing for one that is only recalled."""
    if before is None or before.is_final or plan.status is not PlanStatus.DENIED:
        return ""
    return f"{plan.direction.value} {plan.symbol} was denied: {reason_text(plan.close_reason)}"


def _deed(command: object) -> str:
    """A command in words: `MoveStops` reads `Move stops`."""
    name = type(command).__name__
    return name[0] + "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name[1:])
