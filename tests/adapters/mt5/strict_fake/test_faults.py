"""Everything that can be made to go wrong does so when it should, and the broker's side shows what really happened."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from itertools import pairwise

import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.trading import GOLD, begin, closing, levels, market, opened, send
from tests.fake_metatrader5.simulator import (
    Fault,
    SimulatorClient,
    blank_result,
    delay,
    exness_gold,
    hang,
    ipc_failure,
    lost_answer,
    partial_fill,
    placed_then_filled,
    refusal,
    requote,
    slippage,
    stripped_stops,
    timed_out,
)

DONE = mt5.TRADE_RETCODE_DONE
LOOKS = ("account_info",)


def longest_stop_of_others(seconds: float, holds_gil: bool, simulator: SimulatorClient) -> float:
    """How long a thread beside a delayed call did not get on, in seconds."""
    simulator.inject(delay(seconds, functions=LOOKS, holds_gil=holds_gil))
    beats = [time.monotonic()]  # the call may begin before the thread does
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(0.001):
            beats.append(time.monotonic())

    thread = threading.Thread(target=beat)
    thread.start()
    assert mt5.account_info() is not None
    is_over.set()
    thread.join()
    return max(b - a for a, b in pairwise([*beats, time.monotonic()]))


def test_that_a_delayed_call_stops_every_thread_as_the_package_does(simulator: SimulatorClient) -> None:
    assert longest_stop_of_others(0.15, True, simulator) >= 0.12
    assert longest_stop_of_others(0.15, False, simulator) < 0.12


def test_that_a_hanging_order_was_perhaps_carried_out_and_ends_with_its_terminal_or_its_process(
    simulator: SimulatorClient,
) -> None:
    simulator.inject(hang("after"))
    results = f"m.order_send({market()!r}), m.last_error(), os.getpid()"
    words = f"import os, tests.fake_metatrader5 as m; m.initialize(); print({results}, sep='; ')"
    with subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True) as desk:
        while not simulator.positions():
            assert desk.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            desk.wait(0.1)
        simulator.crash_terminal()
        result, error, number = desk.communicate()[0].strip().split("; ")
        assert (result, error) == ("None", "(-10002, 'IPC recv failed')")
    assert len(simulator.positions()) == 1
    assert simulator.log(function="order_send")[0].pid == int(number)


@pytest.mark.parametrize("code", [-1, -10000, -10001, -10002, -10003, -10004, -10005])
def test_that_any_call_can_fail_with_any_error(simulator: SimulatorClient, code: int) -> None:
    simulator.inject(ipc_failure(code, functions=("*",)))
    assert mt5.positions_get() is None
    assert mt5.last_error()[0] == code
    assert mt5.positions_get() == ()


def test_that_a_broken_pipe_stays_broken_until_initialize(simulator: SimulatorClient) -> None:
    simulator.inject(ipc_failure(-10002, functions=LOOKS, is_sticky=True))
    assert mt5.account_info() is None
    for _ in range(3):
        assert mt5.symbol_info_tick(GOLD) is None
        assert mt5.last_error() == (-10001, "IPC send failed")
    assert mt5.initialize()
    assert mt5.account_info().login == 1001


@pytest.mark.parametrize("fault", [lost_answer(), lost_answer(-10005), timed_out()])
def test_that_an_order_can_be_carried_out_and_its_answer_lost(simulator: SimulatorClient, fault: Fault) -> None:
    simulator.inject(fault)
    result = mt5.order_send(market(magic=7))
    assert result is None or (result.retcode, result.order) == (mt5.TRADE_RETCODE_TIMEOUT, 0)
    assert [position["magic"] for position in simulator.positions()] == [7]
    entry = simulator.log(function="order_send")[0]
    assert (entry.retcode, entry.reported_retcode) == (DONE, result and result.retcode)


def test_that_an_order_can_time_out_without_having_been_carried_out(simulator: SimulatorClient) -> None:
    simulator.inject(timed_out(is_carried_out=False))
    assert send(market()).retcode == mt5.TRADE_RETCODE_TIMEOUT
    assert simulator.positions() == []


def test_that_faults_are_counted_and_meant_for_kinds_of_requests(simulator: SimulatorClient) -> None:
    requotes = simulator.inject(requote(count=2, skip=1))
    rejections = simulator.inject(refusal(mt5.TRADE_RETCODE_REJECT, requests=("close",)))
    assert [send(market()).retcode for _ in range(4)] == [DONE, 10004, 10004, DONE]
    position = mt5.positions_get()[0].ticket
    assert [send(closing(position)).retcode for _ in range(2)] == [mt5.TRADE_RETCODE_REJECT, DONE]
    assert (simulator.strikes_of(requotes), simulator.strikes_of(rejections)) == (2, 1)


def test_that_faults_strike_by_the_dice_of_a_seed(simulator: SimulatorClient) -> None:
    results = []
    for _ in range(2):
        simulator.clear_faults()
        simulator.inject(requote(count=None, probability=0.5, seed=3))
        results.append([send(market(volume=0.01)).retcode for _ in range(20)])
    assert results[0] == results[1]
    assert 4 <= results[0].count(10004) <= 16


def test_that_faults_strike_within_their_time(simulator: SimulatorClient) -> None:
    simulator.inject(requote(count=None, from_s=10, until_s=20))
    results = []
    for _ in range(3):
        results.append(send(market()).retcode)
        simulator.advance(10)
    assert results == [DONE, mt5.TRADE_RETCODE_REQUOTE, DONE]


def test_that_an_order_can_be_filled_in_part(simulator: SimulatorClient) -> None:
    simulator.inject(partial_fill(0.5))
    result = send(market(volume=0.05, type_filling=mt5.ORDER_FILLING_IOC))
    assert (result.retcode, result.volume) == (mt5.TRADE_RETCODE_DONE_PARTIAL, 0.02)
    assert simulator.positions()[0]["volume"] == 0.02
    assert mt5.history_orders_get(ticket=result.order)[0].state == mt5.ORDER_STATE_CANCELED


def test_that_the_rest_of_a_partial_fill_may_stay_as_an_order(simulator: SimulatorClient) -> None:
    begin(simulator, exness_gold(seed=None, execution=mt5.SYMBOL_TRADE_EXECUTION_EXCHANGE))
    simulator.inject(partial_fill(0.5))
    result = send(market(volume=0.04, type_filling=mt5.ORDER_FILLING_RETURN))
    rest = mt5.orders_get(ticket=result.order)[0]
    assert (rest.state, rest.volume_initial, rest.volume_current) == (mt5.ORDER_STATE_PARTIAL, 0.04, 0.02)


def test_that_a_position_can_open_without_its_stops(simulator: SimulatorClient) -> None:
    simulator.inject(stripped_stops())
    position = opened(sl=3990.0, tp=4010.0)
    assert [(each.sl, each.tp) for each in mt5.positions_get(ticket=position)] == [(0.0, 0.0)]
    assert send(levels(position, sl=3990.0, tp=4010.0)).retcode == DONE


def test_that_an_order_can_be_placed_first_and_filled_later(simulator: SimulatorClient) -> None:
    simulator.inject(placed_then_filled(2.0))
    placed = send(market())
    assert (placed.retcode, placed.deal, mt5.positions_total()) == (mt5.TRADE_RETCODE_PLACED, 0, 0)
    assert mt5.orders_get(ticket=placed.order)[0].state == mt5.ORDER_STATE_PLACED
    simulator.push(GOLD, 4001.0, 4001.2)
    simulator.advance(2)
    assert [(each.ticket, each.price_open) for each in mt5.positions_get()] == [(placed.order, 4001.2)]
    assert mt5.orders_total() == 0


def test_that_a_result_can_leave_out_deal_and_price(simulator: SimulatorClient) -> None:
    simulator.inject(blank_result())
    result = send(market())
    assert (result.retcode, result.deal, result.price) == (DONE, 0, 0.0)
    assert mt5.positions_get()[0].ticket == result.order


def test_that_a_fill_can_slip(simulator: SimulatorClient) -> None:
    simulator.inject(slippage(250))
    assert send(market()).price == 4000.45


def test_that_too_many_requests_within_a_second_are_refused(simulator: SimulatorClient) -> None:
    simulator.change_server(burst=2)
    results = [send(market()).retcode for _ in range(3)]
    simulator.advance(1)
    assert [*results, send(market()).retcode] == [DONE, DONE, mt5.TRADE_RETCODE_TOO_MANY_REQUESTS, DONE]


def test_that_the_book_shows_each_call_it_received(simulator: SimulatorClient) -> None:
    simulator.inject(requote())
    mt5.symbol_info_tick("NONE")
    send(market(comment="first"))
    results = [(entry.function, entry.code, entry.reported_retcode, entry.faults) for entry in simulator.log()]
    assert results == [
        ("initialize", 1, None, ()),
        ("symbol_info_tick", -4, None, ()),
        ("order_send", 1, mt5.TRADE_RETCODE_REQUOTE, ("requote",)),
    ]
    order = simulator.log(since=2)[0]
    assert (order.kind, order.request["comment"]) == ("open", "first")
