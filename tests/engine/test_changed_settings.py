"""Other settings in a running engine: from the next candle on, and never half of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from config.changes import Change, with_values
from config.settings import Settings
from engine.domain.market import DayRoll, Instrument
from engine.domain.messages.engine import (
    CandleClosed,
    CandleRecalled,
    ChangeSettings,
    HistoryRead,
    QuoteReceived,
    RecallCandle,
    Seek,
    SettingsChanged,
)
from engine.domain.messages.trading import TradingEvent
from tests.builders import MONDAY
from tests.engine.changes import LOOKBACK, SPREAD, Desk, market_candle, minute
from tests.fakes import source

# -- the next candle ----------------------------------------------------------------------------------------------


async def test_that_a_change_counts_for_the_candle_after_the_one_that_forms() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.quote(20)
    desk.ask({SPREAD: 0.1})
    desk.quote(40)
    desk.quote(60)
    desk.quote(120)
    assert desk.verdicts() == [(minute(30), None), (minute(31), "spread_max")]


async def test_that_what_was_asked_for_is_reported_at_once_and_what_counts_when_it_counts() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1})
    change = Change(SPREAD, 0.25, 0.1)
    (asked,) = desk.events
    assert (asked.settings, asked.changes, asked.by) == (desk.settings, (), "window")
    assert [(each.change, each.due_at) for each in asked.waiting] == [(change, None)]
    desk.quote(60)
    _, changed = desk.events
    assert (changed.settings, changed.changes, changed.waiting) == (asked.wanted, (change,), ())


async def test_that_the_candle_that_forms_is_reported_before_the_change() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1})
    desk.quote(60)
    order = [type(event) for event in desk.witness.events if isinstance(event, CandleClosed | SettingsChanged)]
    assert order == [SettingsChanged, CandleClosed, SettingsChanged]
    assert isinstance(desk.witness.events[-1], QuoteReceived)


async def test_that_what_only_the_window_obeys_counts_at_once() -> None:
    desk = await Desk().open()
    desk.ask({"interface.theme": "light", SPREAD: 0.1})
    (changed,) = desk.events
    assert changed.settings.interface.theme == "light"
    assert [change.key for change in changed.changes] == ["interface.theme"]
    assert [each.change.key for each in changed.waiting] == [SPREAD]


async def test_that_a_feed_of_closed_candles_changes_between_two_of_them() -> None:
    desk = await Desk().open()
    for number in (30, 31, 32):
        made = market_candle(number)
        desk.clock.set(made.closed_at)
        desk.engine.pipeline.process(made)
        if number == 30:
            desk.ask({SPREAD: 0.1})
    assert [reason for _, reason in desk.verdicts()] == [None, "spread_max", "spread_max"]


async def test_that_rules_for_a_further_symbol_let_it_be_judged() -> None:
    silver = Instrument(symbol="XAGUSD", digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17)
    desk = await Desk(beside=(source(instrument=silver),)).open()
    desk.quote(0, symbol="XAGUSD")
    desk.ask({"xagusd_rules.reward_ratio": 3.0})
    desk.quote(60, symbol="XAGUSD")
    desk.quote(120, symbol="XAGUSD")
    first, second = desk.witness.of(CandleClosed)
    assert first.judgement is None
    assert second.judgement is not None


async def test_that_a_symbol_whose_rules_are_gone_is_watched_only() -> None:
    silver = Instrument(symbol="XAGUSD", digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17)
    with_silver = with_values(Settings(), {"xagusd_rules.reward_ratio": 3.0})
    desk = await Desk(settings=with_silver, beside=(source(instrument=silver),)).open()
    desk.quote(0, symbol="XAGUSD")
    desk.engine.handle(ChangeSettings(Settings()))
    desk.quote(60, symbol="XAGUSD")
    desk.quote(120, symbol="XAGUSD")
    first, second = desk.witness.of(CandleClosed)
    assert first.judgement is not None
    assert second.judgement is None


async def test_that_a_market_after_a_jump_back_begins_with_what_was_requested() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1})
    desk.engine.handle(Seek(MONDAY))
    await desk.open()
    assert desk.events[-1].settings.xauusd_rules.pre_trade_filters.spread.max_spread == 0.1
    judged = [each for event in desk.witness.of(HistoryRead)[1:] for each in event.candles]
    assert {each.judgement.buy.pre_trade for each in judged if each.judgement} >= {"spread_max"}


# -- readings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {LOOKBACK: 4, "xauusd_rules.analysis.atr_length": 5},
        {"xauusd_rules.vwap.tolerance": 0.002, "xauusd_rules.micro_ob_lookback": 8},
        {"sessions.london.opens": "09:00", "xauusd_rules.analysis.spread_window": 20},
    ],
)
async def test_that_indicators_with_changed_windows_equal_those_of_a_desk_that_always_had_them(
    values: dict[str, Any],
) -> None:
    changed = await Desk(90).open()
    changed.play(5)
    changed.ask(values)
    changed.play(20, since=5)
    always = await Desk(90, settings=with_values(changed.settings, values)).open()
    always.play(25)
    expected = [each.snapshot for each in always.witness.of(CandleClosed)]
    found = [each.snapshot for each in changed.witness.of(CandleClosed)]
    assert found[5:] == expected[5:]
    assert found[:4] != expected[:4]


async def test_that_a_long_past_is_read_again_without_holding_up_the_market() -> None:
    desk = await Desk(1200).open()
    desk.quote(0)
    desk.ask({LOOKBACK: 4})
    desk.quote(60)  # the loop has had no turn yet
    waiting = desk.events[-1]
    assert waiting.changes == ()
    for _ in range(5):
        await asyncio.sleep(0)
    desk.quote(120)
    assert [change.key for change in desk.events[-1].changes] == [LOOKBACK]


async def test_that_past_candles_are_reported_as_they_were_judged() -> None:
    desk = await Desk(60).open()
    desk.play(3)
    desk.ask({SPREAD: 0.1, LOOKBACK: 4})
    desk.play(3, since=3)
    for each in desk.witness.of(CandleClosed):
        desk.engine.handle(RecallCandle("XAUUSD", each.snapshot.candle.opened_at))
        assert desk.witness.of(CandleRecalled)[-1].candle == each


async def test_that_asking_for_what_is_in_force_changes_nothing() -> None:
    plain, asked = await Desk(60).open(), await Desk(60).open()
    plain.play(30)
    for number in range(30):
        asked.play(1, since=number)
        asked.ask({})
    kept = [event for event in asked.witness.events if not isinstance(event, SettingsChanged)]
    assert [event for event in kept if not isinstance(event, TradingEvent)] == [
        event for event in plain.witness.events if not isinstance(event, TradingEvent)
    ]
    assert kept == plain.witness.events
