"""Facts about prices through a terminal: whose candles they are, in which order they come, what never comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from engine.adapters.mt5.link.sentences import BROKER_DISCONNECTED, READY, TERMINAL_CLOSED
from engine.adapters.mt5.port import ServerClock
from engine.domain.market import CANDLE_LENGTH, Candle, Quote
from tests.adapters.mt5.linked import PATIENCE_S
from tests.adapters.mt5.market.listening import BITCOIN, EXCHANGE, GOLD, MINUTE, QUIET, listening
from tests.fake_metatrader5.simulator import SimulatorClient, Terminal, exness_bitcoin, exness_gold
from tests.whole import present


async def test_that_history_is_of_closed_minutes_in_utc_and_rises(simulator: SimulatorClient) -> None:
    async with listening(simulator) as listener:
        history = list(listener.feed.history())
        gold = [candle.opened_at for candle in history if candle.symbol == GOLD]
        assert len(gold) == 30
        assert gold[-1] == MINUTE - CANDLE_LENGTH
        assert all(before < after for before, after in pairwise(gold))
        assert [each.opened_at for each in history] == sorted(each.opened_at for each in history)


async def test_that_a_terminal_that_still_fetches_history_is_asked_again(simulator: SimulatorClient) -> None:
    async with listening(simulator, terminal=Terminal(first_rates="fails")) as listener:
        assert sum(candle.symbol == GOLD for candle in listener.feed.history()) == 30


async def test_that_a_terminal_with_few_candles_is_never_asked_for_more(simulator: SimulatorClient) -> None:
    async with listening(simulator, is_open=False, terminal=Terminal(maxbars=20)) as listener:
        terminal = listener.link.report.terminal
        assert terminal is not None
        listener.link.report = msgspec.structs.replace(
            listener.link.report, terminal=msgspec.structs.replace(terminal, max_candles=20)
        )
        await listener.begin()
        assert 0 < sum(candle.symbol == GOLD for candle in listener.feed.history()) <= 20


async def test_that_terms_and_words_come_from_the_broker(simulator: SimulatorClient) -> None:
    async with listening(simulator) as listener:
        (gold, _) = listener.feed.sources
        assert (gold.symbol, gold.instrument.digits, gold.clock, gold.name) == (GOLD, 3, "New York + 7 h", "Fake-Demo")
        assert listener.feed.contracts[GOLD].contract_size == 100.0
        assert set(listener.link.watched) == {GOLD, BITCOIN}


async def test_that_the_brokers_candle_of_a_minute_comes_before_any_quote_of_the_next(
    simulator: SimulatorClient,
) -> None:
    async with listening(simulator) as listener:
        for second, bid in enumerate((4000.0, 4010.0, 3990.0, 4000.5)):
            await listener.tick(bid)
            await listener.tick(60_000.0 + second, BITCOIN, seconds=0.5)
        await listener.tick(4002.0, seconds=54.0)
        await listener.until(Candle, 2)
        await listener.look()
        closed = {candle.symbol: candle for candle in listener.candles}
        gold = closed[GOLD]
        assert (gold.opened_at, gold.high, gold.low, gold.close) == (MINUTE, 4010.0, 3990.0, 4000.5)
        assert closed[BITCOIN].opened_at == MINUTE
        next_minute = MINUTE + CANDLE_LENGTH
        order = [item for item in listener.items if isinstance(item, Candle) or item.at >= next_minute]
        assert [type(item) for item in order] == [Candle, Candle, Quote]


async def test_that_a_minute_closes_by_the_clock_where_no_tick_comes(simulator: SimulatorClient) -> None:
    async with listening(simulator) as listener:
        await listener.tick(4000.0)
        simulator.advance(55.5)
        await listener.look()
        assert listener.candles == []
        simulator.advance(1.0)
        await listener.until(Candle, 1)


async def test_that_minutes_of_a_gap_are_healed_in_order_and_no_quote_is_made_up(simulator: SimulatorClient) -> None:
    async with listening(simulator) as listener:
        await listener.tick(4000.0)
        listener.link.become(condition=TERMINAL_CLOSED)
        for minute in range(5):
            simulator.advance(60.0)
            simulator.push(GOLD, 4000.0 + minute, 4000.2 + minute)
        listener.link.become(condition=READY)
        await listener.until(Candle, 5)
        healed = [candle.opened_at for candle in listener.candles if candle.symbol == GOLD]
        assert healed == [MINUTE + minute * CANDLE_LENGTH for minute in range(5)]
        assert len(listener.quotes) <= 2
        assert list(listener.feed.past(GOLD, MINUTE)) == [each for each in listener.candles if each.symbol == GOLD]


async def test_that_a_candle_made_from_quotes_is_not_followed_by_the_brokers_own(simulator: SimulatorClient) -> None:
    async with listening(simulator, names=(GOLD,)) as listener:
        await listener.tick(4000.0)
        listener.link.lag = 2  # the forming candle, and the one before it
        await listener.tick(4001.0, seconds=60.0)
        await listener.until(Quote, 2)
        assert listener.candles == []
        listener.link.lag = 0
        await listener.tick(4002.0, seconds=60.0)
        await listener.until(Candle, 1)
        assert [candle.opened_at for candle in listener.candles] == [MINUTE + CANDLE_LENGTH]


async def test_that_prices_go_on_where_candles_cannot_be_had(
    simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.mt5.market.feed._CANDLE_PATIENCE_S", 0.1)
    async with listening(simulator, names=(GOLD,)) as listener:
        await listener.tick(4000.0)
        listener.link.silent = ("copy_rates_from_pos",)
        await listener.tick(4001.0, seconds=60.0)
        await listener.until(Quote, 2)
        assert listener.candles == []


async def test_that_minutes_without_a_quote_are_healed_however_late_the_terminal_has_them(
    simulator: SimulatorClient,
) -> None:
    async with listening(simulator, names=(GOLD,)) as listener:
        await listener.tick(4000.0)
        listener.link.become(condition=TERMINAL_CLOSED)
        for minute in range(3):
            simulator.advance(60.0)
            simulator.push(GOLD, 4000.0 + minute, 4000.2 + minute)
        listener.link.lag = 3
        listener.link.become(condition=READY)
        await listener.until(Quote, 2)
        listener.link.lag = 0
        await listener.tick(4003.0, seconds=60.0)
        await listener.until(Candle, 4)
        assert [candle.opened_at for candle in listener.candles] == [MINUTE + at * CANDLE_LENGTH for at in range(4)]


async def test_that_ticks_count_on_an_exchange_whose_broker_shows_no_real_volume(simulator: SimulatorClient) -> None:
    async with listening(simulator, names=(GOLD,), symbols=(exness_gold(**QUIET, execution=EXCHANGE),)) as listener:
        await listener.tick(4000.0)
        await listener.tick(4001.0, seconds=60.0)
        await listener.until(Candle, 1)
        assert all(present(candle.volume) > 0.0 for candle in (*listener.feed.history(), *listener.candles))


async def test_that_lots_count_where_nearly_all_candles_have_them_and_no_minute_changes_the_unit(
    simulator: SimulatorClient,
) -> None:
    async with listening(simulator, names=(GOLD,), is_open=False) as listener:
        listener.link.traded = 100
        await listener.begin()
        assert all(present(candle.volume) % 100.0 == 0.0 for candle in listener.feed.history())
        listener.link.traded = 0
        await listener.tick(4000.0)
        await listener.tick(4001.0, seconds=60.0)
        await listener.until(Candle, 1)
        assert listener.candles[0].volume == 0.0  # nothing was traded: ticks would be another unit
        assert {quote.volume for quote in listener.quotes} == {0.0}


async def test_that_lots_that_come_later_do_not_change_the_unit_of_a_day_counted_in_ticks(
    simulator: SimulatorClient,
) -> None:
    async with listening(simulator, names=(GOLD,)) as listener:
        await listener.tick(4000.0)
        listener.link.traded = 100
        await listener.tick(4001.0, seconds=60.0)
        await listener.until(Candle, 1)
        assert 0.0 < present(listener.candles[0].volume) < 100.0


async def test_that_the_last_price_before_the_weekend_is_no_quote(simulator: SimulatorClient) -> None:
    async with listening(simulator) as listener:
        await listener.tick(4000.0)
        assert len(listener.quotes) == 1
        simulator.push(GOLD, 3990.0, 3990.2, ago_s=3600.0)
        await listener.look()
        assert len(listener.quotes) == 1


async def test_that_crossed_ticks_are_refused_and_reported(simulator: SimulatorClient) -> None:
    async with listening(simulator) as listener:
        simulator.advance(1.0)
        simulator.push(GOLD, 4000.0, 3999.0)
        await listener.look()
        assert listener.quotes == []
        assert "crossed or not prices" in listener.ears.refused[0]


async def test_that_nothing_is_asked_while_the_broker_is_out_of_reach_but_by_the_terminal(
    simulator: SimulatorClient,
) -> None:
    async with listening(simulator) as listener:
        await listener.tick(4000.0)
        simulator.change_terminal(connected=False)
        listener.link.become(condition=BROKER_DISCONNECTED)
        simulator.advance(10.0)
        await listener.look()
        assert len(listener.quotes) == 1


async def test_that_a_name_without_its_suffix_finds_the_only_symbol_that_can_be_meant(
    simulator: SimulatorClient,
) -> None:
    async with listening(simulator, names=("XAUUSDc",)) as listener:
        assert list(listener.feed.terms) == [GOLD]
        assert listener.ears.missed == []


async def test_that_between_two_symbols_the_user_has_to_choose(simulator: SimulatorClient) -> None:
    symbols = (exness_gold(**QUIET), exness_gold(**QUIET, name="XAUUSD.r"), exness_bitcoin(**QUIET))
    async with listening(simulator, names=("XAUUSDc", BITCOIN), symbols=symbols) as listener:
        assert list(listener.feed.terms) == [BITCOIN]
        assert "XAUUSDm, XAUUSD.r" in listener.ears.missed[0]


async def test_that_a_symbol_with_a_position_is_watched_though_nobody_asked_for_it(simulator: SimulatorClient) -> None:
    async with listening(simulator, names=(GOLD,), is_open=False) as listener:
        simulator.push(BITCOIN, 60_000.0, 60_010.0)
        simulator.trade(BITCOIN, 0.01, magic=772_601, by_hand=False)
        await listener.begin()
        assert set(listener.feed.terms) == {GOLD, BITCOIN}


async def test_that_prices_wait_until_it_is_known_where_the_desk_has_positions(simulator: SimulatorClient) -> None:
    async with listening(simulator, names=(GOLD,), is_open=False) as listener:
        simulator.push(BITCOIN, 60_000.0, 60_010.0)
        simulator.trade(BITCOIN, 0.01, magic=772_601, by_hand=False)
        listener.is_held_known = False
        await listener.begin()
        assert set(listener.feed.terms) == {GOLD, BITCOIN}


async def test_that_the_market_restarts_when_the_servers_clock_turns_out_to_be_another(
    simulator: SimulatorClient,
) -> None:
    async with listening(simulator) as listener:
        await listener.tick(4000.0)
        assert not listener.has_ended
        clock = ServerClock(offset=timedelta(0), residual=timedelta(0), measured_at=simulator.now)
        listener.link.become(clock=clock)
        async with asyncio.timeout(PATIENCE_S):
            while not listener.has_ended:
                await asyncio.sleep(0.002)
