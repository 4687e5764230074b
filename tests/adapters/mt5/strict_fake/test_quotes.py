"""Prices as a terminal hands them out: the server's clock, candles, symbols that are not selected, closed markets."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.trading import BITCOIN, FOREVER, GOLD, begin, market, send
from tests.fake_metatrader5.simulator import (
    Clock,
    SimulatorClient,
    Terminal,
    World,
    axi_gold,
    exness_bitcoin,
    exness_gold,
)

pytestmark = pytest.mark.usefixtures("simulator")

MINUTE = mt5.TIMEFRAME_M1


@pytest.mark.parametrize(
    ("rule", "instant", "hours"),
    [
        ("utc", datetime(2026, 7, 1, tzinfo=UTC), 0),
        ("+3", datetime(2026, 1, 1, tzinfo=UTC), 3),
        ("new york+7", datetime(2026, 3, 8, 6, 59, tzinfo=UTC), 2),
        ("new york+7", datetime(2026, 3, 8, 7, 0, tzinfo=UTC), 3),
        ("europe", datetime(2026, 3, 9, tzinfo=UTC), 2),
        ("europe", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 3),
        ("new york+7", datetime(2026, 10, 30, tzinfo=UTC), 3),
        ("europe", datetime(2026, 10, 30, tzinfo=UTC), 2),
    ],
)  # fmt: skip
def test_that_stamps_are_the_servers_wall_clock(
    simulator: SimulatorClient, rule: str, instant: datetime, hours: int
) -> None:
    begin(
        simulator, exness_bitcoin(seed=None, history_minutes=5), clock=Clock(start=instant, is_manual=True, rule=rule)
    )
    simulator.push(BITCOIN, 60_000.0, 60_010.0)
    stamp = instant.timestamp() + hours * 3600
    assert mt5.symbol_info_tick(BITCOIN).time == stamp
    assert mt5.copy_rates_from_pos(BITCOIN, MINUTE, 0, 1)["time"][0] == stamp // 60 * 60
    ticket = send(market(symbol=BITCOIN)).order
    assert mt5.positions_get(ticket=ticket)[0].time_msc == stamp * 1000
    assert mt5.history_deals_get(stamp, stamp)[-1].order == ticket


def test_that_a_candle_keeps_forming_at_index_zero(simulator: SimulatorClient) -> None:
    start = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    begin(
        simulator,
        exness_gold(seed=None, history_minutes=3, gap_probability=0.0),
        clock=Clock(start=start, is_manual=True),
    )
    for bid in (4000.0, 4002.0, 3999.0):
        simulator.push(GOLD, bid, bid + 0.2)
    forming = mt5.copy_rates_from_pos(GOLD, MINUTE, 0, 1)[0]
    assert tuple(forming)[1:6] == (4000.0, 4002.0, 3999.0, 3999.0, 3)
    assert forming["spread"] == 200
    closed = mt5.copy_rates_from_pos(GOLD, MINUTE, 1, 9)
    assert list(np.diff(closed["time"])) == [60, 60]
    assert forming["time"] - closed["time"][-1] == 60


def test_that_a_minute_without_ticks_has_no_candle(simulator: SimulatorClient) -> None:
    simulator.push(GOLD, 4000.0, 4000.2)
    simulator.advance(180)
    simulator.push(GOLD, 4001.0, 4001.2)
    assert list(np.diff(mt5.copy_rates_from_pos(GOLD, MINUTE, 0, 2)["time"])) == [180]


def test_that_longer_candles_are_made_of_minutes() -> None:
    minutes = mt5.copy_rates_range(GOLD, MINUTE, 0, FOREVER)
    for timeframe, seconds in ((mt5.TIMEFRAME_M5, 300), (mt5.TIMEFRAME_H1, 3600), (mt5.TIMEFRAME_D1, 86_400)):
        candles = mt5.copy_rates_range(GOLD, timeframe, 0, FOREVER)
        assert set(candles["time"] % seconds) == {0}
        assert candles["high"].max() == minutes["high"].max()
        assert candles["tick_volume"].sum() == minutes["tick_volume"].sum()
    assert mt5.copy_rates_from_pos(GOLD, 7, 0, 1) is None
    assert mt5.last_error() == (-2, "Terminal: Invalid params")


@pytest.mark.parametrize("code", [-1, -2])
def test_that_more_candles_than_the_terminal_keeps_fail_whole(simulator: SimulatorClient, code: int) -> None:
    simulator.change_terminal(maxbars=50, maxbars_error=code)
    assert len(mt5.copy_rates_from_pos(GOLD, MINUTE, 0, 49)) == 49
    assert mt5.copy_rates_from_pos(GOLD, MINUTE, 0, 50) is None
    assert mt5.last_error()[0] == code


def test_that_the_first_answer_may_be_short_or_missing(simulator: SimulatorClient) -> None:
    for terminal, first in ((Terminal(first_rates="short"), 10), (Terminal(first_rates="fails"), None)):
        begin(simulator, exness_gold(seed=None, history_minutes=60), terminal=terminal)
        rates = mt5.copy_rates_from_pos(GOLD, MINUTE, 0, 20)
        assert (None if rates is None else len(rates)) == first
        assert len(mt5.copy_rates_from_pos(GOLD, MINUTE, 0, 20)) == 20


def test_that_rates_from_a_date_go_back_and_a_range_has_both_ends() -> None:
    times = mt5.copy_rates_from_pos(GOLD, MINUTE, 0, 10)["time"]
    assert list(mt5.copy_rates_from(GOLD, MINUTE, int(times[5]) + 1, 3)["time"]) == list(times[3:6])
    assert list(mt5.copy_rates_range(GOLD, MINUTE, int(times[2]), int(times[4]))["time"]) == list(times[2:5])


def test_that_ticks_from_a_date_go_forward(simulator: SimulatorClient) -> None:
    for second in range(4):
        simulator.push(GOLD, 4000.0 + second, 4000.2 + second)
        simulator.advance(1)
    last = mt5.symbol_info_tick(GOLD).time
    assert list(mt5.copy_ticks_from(GOLD, last - 2, 2, mt5.COPY_TICKS_INFO)["bid"]) == [4001.0, 4002.0]
    assert len(mt5.copy_ticks_range(GOLD, last - 1, last + 1, mt5.COPY_TICKS_ALL)) == 2
    assert len(mt5.copy_ticks_from(GOLD, 0, 9, mt5.COPY_TICKS_TRADE)) == 0
    assert mt5.last_error() == (1, "Success")


def test_that_a_symbol_has_ticks_once_it_is_selected(simulator: SimulatorClient) -> None:
    begin(simulator, exness_gold(seed=None, is_selected=False))
    assert mt5.symbol_info(GOLD).visible is False
    assert mt5.symbol_info_tick(GOLD) is None
    assert mt5.symbol_select(GOLD) is True
    assert mt5.symbol_info_tick(GOLD).bid == 4000.0
    send(market())
    assert mt5.symbol_select(GOLD, False) is False


def test_that_unknown_symbols_are_not_found() -> None:
    for call in (mt5.symbol_info, mt5.symbol_info_tick):
        assert call(GOLD.lower()) is None
        assert mt5.last_error() == (-4, "Terminal: Not found")
    assert mt5.symbol_select("NONE", True) is False
    assert mt5.last_error() == (-1, "Terminal: Call failed")


def test_that_gold_rests_at_the_weekend_while_bitcoin_goes_on(simulator: SimulatorClient) -> None:
    friday = datetime(2026, 11, 20, 21, 59, tzinfo=UTC)
    symbols = (
        exness_gold(hours="gold", history_minutes=5, ticks_per_s=0.5),
        exness_bitcoin(history_minutes=5, ticks_per_s=0.1),
    )
    begin(simulator, *symbols, clock=Clock(start=friday, is_manual=True))
    simulator.advance(3600, in_steps_of=60)
    gold, bitcoin = mt5.symbol_info_tick(GOLD), mt5.symbol_info_tick(BITCOIN)
    assert datetime.fromtimestamp(gold.time, UTC).strftime("%A %H") == "Friday 23"
    assert bitcoin.time - gold.time > 3500
    assert send(market()).retcode == mt5.TRADE_RETCODE_MARKET_CLOSED
    assert send(market(symbol=BITCOIN)).retcode == mt5.TRADE_RETCODE_DONE


def test_that_a_seed_makes_the_same_market_again(simulator: SimulatorClient) -> None:
    clock = Clock(start=datetime(2026, 11, 24, 12, 0, tzinfo=UTC), is_manual=True)
    seen = []
    for _ in range(2):
        simulator.reset(World.live(clock=clock))
        mt5.initialize()
        simulator.advance(120)
        seen.append(mt5.copy_ticks_from(GOLD, 0, 10_000, mt5.COPY_TICKS_ALL).tobytes())
    assert seen[0] == seen[1]
    assert len(seen[0]) > 100 * 60


def test_that_scripted_ticks_come_when_they_are_due(simulator: SimulatorClient) -> None:
    simulator.play(GOLD, [(1.0, 4001.0, 4001.2), (2.0, 4002.0, 4002.2)])
    simulator.advance(1.5)
    assert mt5.symbol_info_tick(GOLD).bid == 4001.0
    simulator.advance(1.0)
    assert mt5.symbol_info_tick(GOLD).bid == 4002.0


def test_that_contract_terms_are_those_of_recorded_brokers(simulator: SimulatorClient) -> None:
    begin(simulator, exness_gold(), axi_gold(), exness_bitcoin())
    results = {name: mt5.symbol_info(name) for name in (GOLD, "XAUUSD", BITCOIN)}
    assert [each.digits for each in results.values()] == [3, 2, 2]
    assert [each.trade_tick_value for each in results.values()] == [0.1, 1.0, 0.01]
    assert [each.filling_mode for each in results.values()] == [3, 3, 3]
