"""The life of a candle in the engine, and its events."""

from __future__ import annotations

from config.settings import Settings, SymbolRules
from engine.domain.messages.commands import AddPlan
from engine.domain.messages.engine import (
    CandleClosed,
    HistoryCompleted,
    HistoryRead,
    MarketEnded,
    MarketOpened,
    Pause,
    PlaybackChanged,
    QuoteReceived,
    QuoteRefused,
    Resume,
    SetSpeed,
)
from engine.domain.messages.trading import CommandRefused, TradingEvent
from tests.builders import BITCOIN, candle, plan, quote
from tests.engine.desks import ScriptedDesk
from tests.fakes import Witness, source


async def test_that_a_candle_closes_with_the_first_quote_of_the_next_minute() -> None:
    desk = ScriptedDesk(((), (quote(0, bid=2000.0), quote(20, bid=2001.0), quote(61, bid=1999.0))))
    await desk.engine.play()
    assert desk.closed_candles() == [candle(open=2000.0, close=2001.0, volume=2.0, spread=quote(20, bid=2001.0).spread)]


async def test_that_a_recorded_candle_has_authority_over_the_quotes_of_its_minute() -> None:
    recorded = candle(open=2000.0, high=2003.0, close=2001.0, volume=77.0)
    desk = ScriptedDesk(((), (quote(0), quote(45, bid=2001.0), recorded, quote(60, bid=2001.0))))
    await desk.engine.play()
    assert desk.closed_candles() == [recorded]


async def test_that_history_is_read_before_the_first_quote_and_never_announced_as_live() -> None:
    desk = ScriptedDesk(((candle(0), candle(1)), (quote(120),)))
    await desk.engine.play()
    kinds = [type(event) for event in desk.witness.events if not isinstance(event, TradingEvent)]
    assert kinds == [MarketOpened, HistoryRead, HistoryCompleted, QuoteReceived, MarketEnded]
    assert desk.witness.of(HistoryCompleted) == [HistoryCompleted(2)]


async def test_that_history_and_live_candles_make_one_series_of_snapshots() -> None:
    whole = [candle(minute, close=2000.0 + minute % 7) for minute in range(60)]
    split = ScriptedDesk((whole[:40], whole[40:]))
    await split.engine.play()
    batch = ScriptedDesk((whole, ()))
    await batch.engine.play()
    history = [candle for event in split.witness.of(HistoryRead) for candle in event.candles]
    live = split.witness.of(CandleClosed)
    assert history + live == [candle for event in batch.witness.of(HistoryRead) for candle in event.candles]


async def test_that_a_quote_from_the_past_is_left_out_and_counted() -> None:
    desk = ScriptedDesk(((), (quote(10), quote(5, bid=1900.0), quote(20))))
    await desk.engine.play()
    assert len(desk.witness.of(QuoteRefused)) == 1
    assert [event.quote.bid for event in desk.witness.of(QuoteReceived)] == [2000.0, 2000.0]


async def test_that_the_atr_of_gold_is_known_though_history_ends_with_bitcoin_alone() -> None:
    gold = [candle(minute, open=2000.0, high=2001.0, low=1999.0, close=2000.0) for minute in range(20)]
    bitcoin = [candle(minute, symbol="BTCUSD") for minute in range(20, 30)]
    rules = SymbolRules(stop_mode="atr", sl_range=(0.5, 1.0), tp_range=(1.0, 2.0))
    desk = ScriptedDesk(
        ([*gold, *bitcoin], ()),
        settings=Settings(xauusd_rules=rules),
        beside=(source(instrument=BITCOIN),),
    )
    await desk.engine.play()
    desk.engine.handle(AddPlan(plan(stop_loss=1999.9, take_profit=2000.1)))
    assert [refused.reason for refused in desk.witness.of(CommandRefused)] == [
        "stop distance 0.1 is outside 1 to 2; target distance 0.1 is outside 2 to 4"
    ]


def test_that_what_the_player_was_set_to_is_announced_and_not_assumed() -> None:
    desk = ScriptedDesk(((), ()))
    for command in (Pause(), SetSpeed(10.0), Resume()):
        desk.engine.handle(command)
    assert desk.witness.of(PlaybackChanged) == [
        PlaybackChanged(True, 1.0),
        PlaybackChanged(True, 10.0),
        PlaybackChanged(False, 10.0),
    ]


async def test_that_an_observer_that_raises_harms_nobody_and_is_counted() -> None:
    desk = ScriptedDesk(((), (quote(0), quote(61))))

    def broken(_: object) -> None:
        raise RuntimeError("a broken observer")

    desk.bus.subscribe(broken)
    after = Witness()
    desk.bus.subscribe(after)
    await desk.engine.play()
    assert after.events == desk.witness.events
    assert desk.bus.failures == len(after.events)


async def test_that_a_candle_which_comes_after_its_minute_was_closed_from_quotes_changes_nothing() -> None:
    late = candle(0, high=9999.0)
    desk = ScriptedDesk(((), (quote(0), quote(30), quote(61), late, quote(121))))
    await desk.engine.play()
    closed = [event.snapshot.candle for event in desk.witness.of(CandleClosed)]
    assert [each.opened_at for each in closed] == [candle(0).opened_at, candle(1).opened_at]
    assert late not in closed
