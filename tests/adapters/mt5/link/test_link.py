"""The link to a terminal: when it is ready, and the results of calls."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
import psutil
import pytest

from engine.adapters.mt5.calls import Answered, Failed, Lost, NotSent, Priority, TerminalCall
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.outstanding import Outstanding
from engine.clock import running_s
from tests.adapters.mt5.linked import ACCOUNT, SERVER_AHEAD, StandIn, linked, swift_settings

KILLED = "code 15" if sys.platform == "win32" else "code -9"
ORDER = {"action": 1, "symbol": "XAUUSD", "volume": 0.01, "magic": 772601}


def ask(function: str, *arguments: object, **changes: Any) -> TerminalCall:
    return TerminalCall(function=function, arguments=arguments, **changes)


def send(priority: Priority = Priority.OPEN) -> TerminalCall:
    return ask("order_send", ORDER, priority=priority)


async def test_that_the_link_is_ready_once_account_permissions_and_clock_are_known(terminal: StandIn) -> None:
    async with linked() as desk:
        report = await desk.reach(LinkState.READY)
    assert report.may_read
    assert report.may_trade
    assert report.account is not None
    assert (report.account.login, report.account.server, report.account.kind) == (123, "Broker-Demo", "demo")
    assert report.account.is_hedging
    assert report.clock is not None
    assert report.clock.offset == SERVER_AHEAD
    assert abs(report.clock.residual) < timedelta(seconds=1)
    assert report.terminal is not None
    assert (report.terminal.build, report.terminal.ping) == (5100, timedelta(milliseconds=42))
    assert report.round_trips is not None
    assert report.round_trips.count > 3
    assert report.worker_pid not in (None, os.getpid())
    assert [each.state for each in desk.reports][:4] == [
        LinkState.OFF, LinkState.STARTING, LinkState.STARTING, LinkState.CLOCK_UNSURE,
    ]  # fmt: skip
    assert terminal.calls("initialize") == [[{"timeout": 1000}]]


async def test_that_results_arrive_as_plain_values_and_tables_as_arrays(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        account, rates, nothing, sent = await asyncio.gather(
            desk.link.call(ask("account_info")),
            desk.link.call(ask("copy_rates_from_pos", "XAUUSD", 1, 0, 3)),
            desk.link.call(ask("positions_get")),
            desk.link.call(send()),
        )
    assert isinstance(account, Answered)
    assert account.value == ACCOUNT
    assert 0.0 <= running_s() - account.at_s < 10.0
    assert isinstance(rates, Answered)
    assert rates.value.dtype == np.dtype([("time", "<i8"), ("open", "<f8")])
    assert rates.value["time"].tolist() == [0, 60, 120]
    assert isinstance(nothing, Answered)
    assert nothing.value == []
    assert isinstance(sent, Answered)
    assert sent.value == {"retcode": 10009, "order": 77, "request": ORDER}
    assert terminal.calls("order_send") == [[ORDER]]


async def test_that_a_no_carries_the_terminals_words_and_a_wrong_call_says_what_is_wrong(terminal: StandIn) -> None:
    terminal.set(fails={"positions_get": [-2, "Invalid arguments"]})
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        refused, wrong = await desk.link.call(ask("positions_get")), await desk.link.call(ask("positions_get", 5))
    assert refused == Failed(code=-2, text="Invalid arguments")
    assert isinstance(wrong, Failed)
    assert wrong.code == 0
    assert "TypeError" in wrong.text


async def test_that_the_call_of_highest_priority_goes_first_when_the_lane_is_free_again(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        terminal.set(takes={"positions_get": 0.1})
        order: list[str] = []

        def note(name: str, _: object) -> None:
            order.append(name)

        calls = [desk.link.call(ask("positions_get"))]
        await desk.until(lambda: bool(terminal.calls("positions_get")))
        for priority in (Priority.POLL, Priority.OPEN, Priority.PROTECT, Priority.CLOSE):
            calls.append(desk.link.call(ask("account_info", priority=priority)))
            calls[-1].add_done_callback(partial(note, priority.name))
        await asyncio.gather(*calls)
    assert order == ["CLOSE", "PROTECT", "OPEN", "POLL"]


async def test_that_a_call_whose_turn_comes_too_late_is_never_sent(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        terminal.set(takes={"positions_get": 0.1})
        slow = desk.link.call(ask("positions_get"))
        stale = desk.link.call(ask("order_send", ORDER, begin_within=timedelta(milliseconds=20)))
        assert isinstance(await stale, NotSent)
        assert isinstance(await slow, Answered)
    assert terminal.calls("order_send") == []


async def test_that_a_hanging_call_is_lost_once_and_what_waited_behind_it_was_never_sent(terminal: StandIn) -> None:
    async with linked(swift_settings(order_limit_s=0.2)) as desk:
        ready = await desk.reach(LinkState.READY)
        terminal.set(takes={"order_send": 120.0}, holds_gil=True)
        answers: list[object] = []
        hanging, waiting = desk.link.call(send()), desk.link.call(send(Priority.POLL))
        for call in (hanging, waiting):
            call.add_done_callback(lambda done: answers.append(done.result()))
        late = await desk.reach(LinkState.WORKER_LATE)
        terminal.set(takes={})
        assert [type(answer) for answer in answers] == [Lost, NotSent]
        assert "order_send" in late.condition.sentence
        again = await desk.reach(LinkState.READY)
        assert again.restarts == 1
        assert again.worker_pid != ready.worker_pid
        assert terminal.calls("order_send") == [[ORDER]]


async def test_that_a_killed_worker_is_replaced_and_its_calls_are_settled(terminal: StandIn) -> None:
    async with linked() as desk:
        ready = await desk.reach(LinkState.READY)
        terminal.set(takes={"order_send": 120.0})
        sent = desk.link.call(send())
        await desk.until(lambda: bool(terminal.calls("order_send")))
        assert ready.worker_pid is not None
        psutil.Process(ready.worker_pid).kill()
        assert isinstance(await sent, Lost)
        terminal.set(takes={})
        died = await desk.reach(LinkState.WORKER_DIED)
        assert KILLED in died.condition.sentence
        assert isinstance(await desk.link.call(send()), NotSent)
        assert (await desk.reach(LinkState.READY)).restarts == 1


async def test_that_a_bridge_which_breaks_within_an_order_leaves_its_outcome_open(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        terminal.set(breaks="order_send")
        answer = await desk.link.call(send())
        assert isinstance(answer, Lost)
        assert "ConnectionResetError" in answer.reason


async def test_that_a_worker_outlives_a_machine_that_slept(terminal: StandIn) -> None:  # noqa: ARG001
    async with linked(swift_settings(heartbeat_limit_s=0.3)) as desk:
        ready = await desk.reach(LinkState.READY)
        assert ready.worker_pid is not None
        psutil.Process(ready.worker_pid).suspend()
        time.sleep(0.5)  # the desk sleeps as well
        psutil.Process(ready.worker_pid).resume()
        before = desk.link.report.round_trips
        await desk.until(lambda: desk.link.report.round_trips != before)
        assert desk.link.report.worker_pid == ready.worker_pid


async def test_that_a_worker_that_stands_still_without_a_call_is_replaced(
    terminal: StandIn,  # noqa: ARG001
) -> None:
    async with linked(swift_settings(heartbeat_limit_s=1.0, poll_limit_s=1.0)) as desk:
        ready = await desk.reach(LinkState.READY)
        assert ready.worker_pid is not None
        psutil.Process(ready.worker_pid).suspend()
        late = await desk.reach(LinkState.WORKER_LATE)
        assert late.worker_pid is None
        again = await desk.reach(LinkState.READY)
    assert again.worker_pid != ready.worker_pid


async def test_that_nothing_is_sent_while_the_link_is_off(terminal: StandIn) -> None:
    async with linked() as desk:
        answer = await desk.link.call(send())
    assert isinstance(answer, NotSent)
    assert terminal.calls("order_send") == []


@pytest.mark.parametrize(("is_heard_out", "kind"), [(True, NotSent), (False, Lost)])
async def test_that_only_a_worker_that_was_understood_to_its_end_proves_that_a_call_never_began(
    is_heard_out: bool, kind: type[NotSent | Lost]
) -> None:
    calls, answer = Outstanding(), asyncio.get_running_loop().create_future()
    calls.add(send(), answer)
    calls.lose("it ended", is_heard_out=is_heard_out)
    assert isinstance(await answer, kind)
