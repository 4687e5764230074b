"""The faults of `benchmarks.chaos.faults`: how each strikes, and by which word of the desk it is noticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from benchmarks.chaos.fault_stage import Case
from benchmarks.chaos.fault_strikes import (
    OPEN,
    absurd,
    algo_off,
    bad_ticks,
    burst,
    closed_by_hand,
    crashed,
    disconnected,
    gapped,
    hung_read,
    killed,
    latency,
    moved_by_hand,
    orders,
    refused,
    silent,
    storm,
    switched,
    updated,
)
from engine.domain.messages.engine import Event, GatewayChanged, QuoteRefused
from engine.domain.messages.execution import (
    ExitRefused,
    OrderFailed,
    OrderUnknown,
    ProtectionLost,
    StopMoved,
    StopMoveRefused,
    TradeClosed,
    TradeOpened,
)
from engine.domain.messages.trading import PlanChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import DenialName
from engine.domain.trades import StopKind
from tests.fake_metatrader5.simulator import (
    Fault,
    blank_result,
    crash,
    hang,
    ipc_failure,
    lost_answer,
    partial_fill,
    placed_then_filled,
    refusal,
    requote,
    stripped_stops,
    timed_out,
)

# -- how it is noticed ----------------------------------------------------------------------------------------------


def _is(*kinds: type[Any]) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, kinds)


def _link_is_down(event: Event) -> bool:
    return isinstance(event, GatewayChanged) and not event.is_ready


def _is_held_back(event: Event) -> bool:
    if not isinstance(event, PlanChanged) or event.plan.status is not PlanStatus.DENIED:
        return False
    return event.plan.close_reason.startswith(DenialName.DATA_STALE)


def _is_reduced_fill(event: Event) -> bool:
    return isinstance(event, TradeOpened) and event.is_partial


def _is_moved_by_hand(event: Event) -> bool:
    return isinstance(event, ProtectionLost) or (isinstance(event, StopMoved) and event.kind is StopKind.BY_HAND)


_IN_DOUBT = _is(OrderUnknown)
_NAMED = _is(OrderUnknown, TradeOpened, OrderFailed)
_REFUSED = _is(OrderFailed, ExitRefused, StopMoveRefused)


def _error(code: int, _: random.Random) -> Fault:
    return ipc_failure(code, requests=OPEN)


_LOST: Final = (
    lambda _: lost_answer(-10002),
    lambda _: lost_answer(-1),
    lambda _: ipc_failure(-10002),
    lambda _: ipc_failure(-1),
    lambda _: timed_out(is_carried_out=True),
    lambda _: timed_out(is_carried_out=False),
)  # fmt: skip

CASES: Final = (
    Case(name="latency", strike=latency),
    Case(name="a read hangs", strike=hung_read, notices=_link_is_down),
    Case(
        name="an order hangs, not carried out",
        strike=orders(lambda dice: hang("before", requests=dice.choice((OPEN, ())))),
        notices=_link_is_down,
    ),
    Case(
        name="an order hangs, carried out",
        strike=orders(lambda dice: hang("after", requests=dice.choice((OPEN, ())))),
        notices=_link_is_down,
    ),
    *(
        Case(name=f"error {code}", strike=orders(partial(_error, code)), notices=_IN_DOUBT)
        for code in (-10000, -10001, -10002, -10003, -10004, -10005)
    ),
    Case(
        name="-10001 for ever",
        strike=orders(lambda _: ipc_failure(-10001, is_sticky=True, functions=("symbol_info_tick",))),
        notices=_link_is_down,
    ),
    Case(name="None, carried out", strike=orders(lambda _: lost_answer(-1, requests=OPEN)), notices=_IN_DOUBT),
    Case(name="None, not carried out", strike=orders(lambda _: ipc_failure(-1, requests=OPEN)), notices=_IN_DOUBT),
    Case(name="10012, carried out", strike=orders(lambda _: timed_out(requests=OPEN)), notices=_IN_DOUBT),
    Case(
        name="10012, not carried out",
        strike=orders(lambda _: timed_out(is_carried_out=False, requests=OPEN)),
        notices=_IN_DOUBT,
    ),
    Case(name="requotes", strike=orders(lambda dice: requote(count=dice.randint(1, 4)))),
    Case(name="10024, too many requests", strike=burst, notices=_REFUSED),
    Case(name="filled in part", strike=orders(lambda _: partial_fill(requests=OPEN)), notices=_is_reduced_fill),
    Case(
        name="stop and target stripped",
        strike=orders(lambda _: stripped_stops(requests=OPEN)),
        notices=_is(ProtectionLost),
    ),
    Case(
        name="stop moved in word only",
        strike=orders(lambda _: refusal(10009, requests=("sltp",))),
    ),
    Case(
        name="10008, filled later",
        strike=orders(lambda dice: placed_then_filled(dice.uniform(0.2, 8.0), requests=OPEN)),
        notices=_IN_DOUBT,
    ),
    Case(name="results left blank", strike=orders(lambda _: blank_result())),
    Case(name="shown late", strike=orders(*_LOST), notices=_NAMED, server={"visible_after_s": 1.5}),
    Case(name="comments cut to 16", strike=orders(*_LOST), notices=_NAMED, server={"comment_kept": 16}),
    Case(name="comments dropped", strike=orders(*_LOST), notices=_NAMED, server={"comment_kept": 0}),
    Case(name="broker disconnected", strike=disconnected, notices=_link_is_down),
    Case(name="terminal crashed", strike=crashed, notices=_link_is_down),
    Case(
        name="terminal crashed in an order",
        strike=orders(lambda _: crash("before"), lambda _: crash("after")),
        notices=_link_is_down,
    ),
    Case(name="account switched", strike=switched, notices=_link_is_down),
    Case(name="algo trading off", strike=algo_off, notices=_link_is_down),
    Case(name="trading refused", strike=refused, notices=_link_is_down),
    Case(name="terminal updated", strike=updated, notices=_link_is_down),
    Case(name="worker killed", strike=killed, notices=_link_is_down),
    Case(name="prices silent", strike=silent, notices=_is_held_back),
    Case(name="crossed ticks", strike=bad_ticks(lambda bid: (bid, bid - 0.5, 0.0)), notices=_is(QuoteRefused)),
    Case(name="stale ticks", strike=bad_ticks(lambda bid: (bid, round(bid + 0.1, 3), 30.0)), notices=_is(QuoteRefused)),
    Case(name="absurd ticks", strike=absurd),
    Case(name="closed manually", strike=closed_by_hand, notices=_is(TradeClosed)),
    Case(name="levels moved manually", strike=moved_by_hand, notices=_is_moved_by_hand),
    Case(name="gap over a stop", strike=gapped, notices=_is(TradeClosed)),
    Case(name="storm", strike=storm),
)
