from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from math import sin

import pytest

from config.changes import with_values
from config.settings import Settings, SymbolRules
from engine.bus import Bus
from engine.clock import Clock, MarketClock
from engine.domain.market import Candle, MarketItem, Source
from engine.domain.messages import (
    CandleClosed,
    CandleRecalled,
    ChangeSettings,
    Event,
    ExplainLive,
    HistoryCompleted,
    HistoryRead,
    LiveExplained,
    MarketEnded,
    MarketOpened,
    Pause,
    PlaybackChanged,
    QuoteReceived,
    QuoteRefused,
    RecallCandle,
    Resume,
    Seek,
    SetSpeed,
)
from engine.domain.trading_messages import AddPlan, CommandRefused, Halt, TradingEvent
from engine.engine import TradingEngine
from engine.practice import Archive, PracticeTrading
from engine.pulse import Pulse
from engine.recall import CHECKPOINT_CANDLES
from engine.settings_store import SettingsStore
from engine.watch import Watch
from tests.builders import BITCOIN, MONDAY, candle, plan, quote
from tests.fakes import ScriptedPlayer, Witness, source


class Desk:
    """An engine on a scripted market, and what it announced."""

    def __init__(
        self,
        *scripts: tuple[Sequence[Candle], Sequence[MarketItem]],
        settings: Settings | None = None,
        beside: tuple[Source, ...] = (),
        pulse: Callable[[Clock], Pulse] | None = None,
    ) -> None:
        self.player = ScriptedPlayer(*scripts, source=source(), beside=beside)
        self.bus = Bus()
        self.clock = MarketClock(MONDAY)
        self.witness = Witness()
        self.bus.subscribe(self.witness)
        settings = settings or Settings()
        archive = Archive.open(None, settings, self.clock)
        practice = PracticeTrading(self.player.sources, settings, self.clock, archive)
        store = SettingsStore(settings, archive, self.clock.now(), may_resume=False)
        self.engine = TradingEngine(
            *(self.player, self.bus, self.clock, Watch, practice.open, store),
            pulse=None if pulse is None else pulse(self.clock),
        )

    def closed_candles(self) -> list[Candle]:
        return [event.snapshot.candle for event in self.witness.of(CandleClosed)]


async def test_that_a_candle_closes_with_the_first_quote_of_the_next_minute() -> None:
    desk = Desk(((), (quote(0, bid=2000.0), quote(20, bid=2001.0), quote(61, bid=1999.0))))
    await desk.engine.play()
    assert desk.closed_candles() == [candle(open=2000.0, close=2001.0, volume=2.0, spread=quote(20, bid=2001.0).spread)]


async def test_that_a_recorded_candle_has_authority_over_the_quotes_of_its_minute() -> None:
    recorded = candle(open=2000.0, high=2003.0, close=2001.0, volume=77.0)
    desk = Desk(((), (quote(0), quote(45, bid=2001.0), recorded, quote(60, bid=2001.0))))
    await desk.engine.play()
    assert desk.closed_candles() == [recorded]


async def test_that_history_is_read_before_the_first_quote_and_never_announced_as_live() -> None:
    desk = Desk(((candle(0), candle(1)), (quote(120),)))
    await desk.engine.play()
    kinds = [type(event) for event in desk.witness.events if not isinstance(event, TradingEvent)]
    assert kinds == [MarketOpened, HistoryRead, HistoryCompleted, QuoteReceived, MarketEnded]
    assert desk.witness.of(HistoryCompleted) == [HistoryCompleted(2)]


async def test_that_history_and_live_candles_make_one_series_of_readings() -> None:
    whole = [candle(minute, close=2000.0 + minute % 7) for minute in range(60)]
    split = Desk((whole[:40], whole[40:]))
    await split.engine.play()
    batch = Desk((whole, ()))
    await batch.engine.play()
    history = [candle for event in split.witness.of(HistoryRead) for candle in event.candles]
    live = split.witness.of(CandleClosed)
    assert history + live == [candle for event in batch.witness.of(HistoryRead) for candle in event.candles]


async def test_that_a_quote_from_the_past_is_left_out_and_counted() -> None:
    desk = Desk(((), (quote(10), quote(5, bid=1900.0), quote(20))))
    await desk.engine.play()
    assert len(desk.witness.of(QuoteRefused)) == 1
    assert [event.quote.bid for event in desk.witness.of(QuoteReceived)] == [2000.0, 2000.0]


async def test_that_a_seek_makes_the_market_begin_anew() -> None:
    desk = Desk(((), (quote(0), quote(10))), ((candle(0), candle(1)), (quote(120),)))
    await desk.engine.play()
    desk.engine.handle(Seek(MONDAY + timedelta(minutes=2)))
    await desk.engine.play()
    assert len(desk.witness.of(MarketOpened)) == 2
    assert desk.player.sought == [MONDAY + timedelta(minutes=2)]
    assert desk.witness.of(HistoryCompleted)[-1] == HistoryCompleted(2)


async def test_that_a_seek_while_history_is_read_plays_nothing_of_what_was_left() -> None:
    past = [candle(minute) for minute in range(600)]
    desk = Desk((past, (quote(36_000),)), (past[:120], (quote(7_200),)))

    def wind_back(_: Event) -> None:
        if not desk.player.sought:
            desk.engine.handle(Seek(MONDAY + timedelta(hours=2)))

    desk.bus.subscribe(wind_back, HistoryRead)
    await desk.engine.play()
    assert desk.witness.of(QuoteReceived) == []
    await desk.engine.play()
    assert desk.witness.of(HistoryCompleted) == [HistoryCompleted(120)]
    assert [event.quote for event in desk.witness.of(QuoteReceived)] == [quote(7_200)]


async def test_that_the_atr_of_gold_is_known_though_history_ends_with_bitcoin_alone() -> None:
    gold = [candle(minute, open=2000.0, high=2001.0, low=1999.0, close=2000.0) for minute in range(20)]
    bitcoin = [candle(minute, symbol="BTCUSD") for minute in range(20, 30)]
    rules = SymbolRules(stop_mode="atr", sl_range=(0.5, 1.0), tp_range=(1.0, 2.0))
    desk = Desk(
        ([*gold, *bitcoin], ()),
        settings=Settings(xauusd_rules=rules),
        beside=(source(instrument=BITCOIN),),
    )
    await desk.engine.play()
    desk.engine.handle(AddPlan(plan(stop_loss=1999.9, take_profit=2000.1)))
    assert [refused.reason for refused in desk.witness.of(CommandRefused)] == [
        "stop distance 0.1 is outside 1 to 2; target distance 0.1 is outside 2 to 4"
    ]


async def test_that_any_past_candle_can_be_told_again_exactly() -> None:
    whole = [candle(minute, close=2000.0 + minute % 7 + minute % 13 / 10) for minute in range(1300)]
    desk = Desk((whole, ()))
    await desk.engine.play()
    read = [each for event in desk.witness.of(HistoryRead) for each in event.candles]
    for minute in (0, 1, 511, 512, 513, 700, 1299):
        desk.engine.handle(RecallCandle("XAUUSD", whole[minute].opened_at))
        assert desk.witness.of(CandleRecalled)[-1].candle == read[minute]


async def test_that_a_past_candle_is_told_with_every_check_of_its_judgement() -> None:
    whole = [candle(minute, close=2000.0 + minute % 7) for minute in range(40)]
    desk = Desk((whole, ()))
    await desk.engine.play()
    desk.engine.handle(RecallCandle("XAUUSD", whole[30].opened_at))
    recalled = desk.witness.of(CandleRecalled)[-1]
    assert recalled.explanation is not None
    assert recalled.explanation.judgement == recalled.candle.judgement


async def test_that_the_newest_candle_is_explained_with_the_spread_and_age_of_the_last_quote() -> None:
    desk = Desk(((candle(0), candle(1)), (quote(121, spread=0.4),)))
    await desk.engine.play()
    desk.clock.set(MONDAY + timedelta(seconds=124))
    desk.engine.handle(ExplainLive("XAUUSD"))
    explanation = desk.witness.of(LiveExplained)[-1].explanation
    values = {check.name: check.value for check in explanation.buy[0].deciding}
    assert explanation.judgement.candle_time == candle(1).opened_at
    assert values["data_fresh"] == 3.0
    assert values["spread_max"] == pytest.approx(0.4)


async def test_that_a_halted_desk_says_that_the_newest_candle_may_not_be_traded() -> None:
    desk = Desk(((candle(0), candle(1)), (quote(121),)))
    await desk.engine.play()
    desk.engine.handle(Halt("enough for today"))
    desk.engine.handle(ExplainLive("XAUUSD"))
    lock = desk.witness.of(LiveExplained)[-1].explanation.buy[0].deciding[-1]
    assert (lock.name, lock.is_passed, lock.value) == ("not_locked", False, float("inf"))


async def test_that_nothing_is_explained_before_the_first_candle() -> None:
    desk = Desk(((), (quote(0),)))
    await desk.engine.play()
    desk.engine.handle(ExplainLive("XAUUSD"))
    assert desk.witness.of(LiveExplained) == []


async def test_that_a_candle_that_never_was_is_not_told() -> None:
    desk = Desk(((candle(0), candle(2)), ()))
    await desk.engine.play()
    desk.engine.handle(RecallCandle("XAUUSD", candle(1).opened_at))
    assert desk.witness.of(CandleRecalled) == []


def test_that_what_the_player_was_told_is_announced_and_not_assumed() -> None:
    desk = Desk(((), ()))
    for command in (Pause(), SetSpeed(10.0), Resume()):
        desk.engine.handle(command)
    assert desk.witness.of(PlaybackChanged) == [
        PlaybackChanged(True, 1.0),
        PlaybackChanged(True, 10.0),
        PlaybackChanged(False, 10.0),
    ]


async def test_that_an_observer_that_raises_harms_nobody_and_is_counted() -> None:
    desk = Desk(((), (quote(0), quote(61))))

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
    desk = Desk(((), (quote(0), quote(30), quote(61), late, quote(121))))
    await desk.engine.play()
    closed = [event.snapshot.candle for event in desk.witness.of(CandleClosed)]
    assert [each.opened_at for each in closed] == [candle(0).opened_at, candle(1).opened_at]
    assert late not in closed


THREE_WEEKS = 21 * 1440


def told_past(desk: Desk) -> list[CandleClosed]:
    return [each for event in desk.witness.of(HistoryRead) for each in event.candles]


async def test_that_a_long_past_is_read_whole_and_its_last_weeks_are_told() -> None:
    early = [candle(minute - THREE_WEEKS, close=2000.0 + minute % 7) for minute in range(300)]
    late = [candle(minute - 300, close=2010.0 + minute % 11) for minute in range(300)]
    desk = Desk(([*early, *late], ()))
    await desk.engine.play()
    watch = Watch(source(), Settings())
    assert told_past(desk) == [watch.read(each) for each in (*early, *late)][300:]
    assert desk.witness.of(HistoryCompleted) == [HistoryCompleted(600)]
    desk.engine.handle(RecallCandle("XAUUSD", late[100].opened_at))
    assert desk.witness.of(CandleRecalled)[-1].candle == told_past(desk)[100]


class WoundDesk:
    """A desk on a month of gold, a candle each quarter of an hour, that is wound to so many of its candles."""

    MONTH = tuple(
        candle(15 * (place - 3000), close=2000.0 + 7 * sin(place / 9) + place % 13 / 10) for place in range(3000)
    )

    def __init__(self, *places: int, settings: Settings | None = None) -> None:
        self._places = places
        self.desk = Desk(*((self.MONTH[:place], ()) for place in places), settings=settings)

    async def play(self, between: Callable[[Desk], None] | None = None) -> list[CandleClosed]:
        """What is told of the past where it is wound to last; `between` comes before that."""
        desk = self.desk
        for number, place in enumerate(self._places):
            desk.clock.set(self.MONTH[place - 1].closed_at)
            if number > 0:
                desk.engine.handle(Seek(desk.clock.now()))
            if number == len(self._places) - 1 and between is not None:
                between(desk)
            desk.witness.events.clear()
            await desk.engine.play()
        return told_past(desk)

    @property
    def read_last(self) -> int:
        """Candles read where it was wound to last."""
        return self.desk.witness.of(HistoryCompleted)[-1].candles


@pytest.mark.parametrize("places", [(3000, 2900), (3000, 2000, 2950), (2000, 3000), (3000, 1400, 1500)])
async def test_that_a_wound_desk_tells_what_one_that_opens_there_tells(places: tuple[int, ...]) -> None:
    wound, opened = WoundDesk(*places), WoundDesk(places[-1])
    assert await wound.play() == await opened.play()
    for place in (places[-1] - 1, places[-1] - 600, 3):
        told = []
        for each in (wound, opened):
            each.desk.engine.handle(RecallCandle("XAUUSD", each.MONTH[place].opened_at))
            told.append(each.desk.witness.of(CandleRecalled)[-1])
        assert told[0] == told[1]


async def test_that_winding_reads_no_more_of_the_past_than_it_shows_and_a_checkpoint_back() -> None:
    wound = WoundDesk(3000, 2900)
    shown = await wound.play()
    assert 0 < len(shown) <= wound.read_last <= len(shown) + CHECKPOINT_CANDLES


async def test_that_a_past_read_by_other_settings_is_read_again_when_the_market_is_wound() -> None:
    other = with_values(Settings(), {"xauusd_rules.analysis.sweep_lookback": 5})
    wound, opened = WoundDesk(3000, 2900), WoundDesk(2900, settings=other)
    told = await wound.play(lambda desk: desk.engine.handle(ChangeSettings(other, "person")))
    assert told == await opened.play()
    assert wound.read_last == 2900


async def test_that_a_symbol_that_ended_long_ago_is_told_from_its_beginning() -> None:
    gold = [candle(minute - THREE_WEEKS) for minute in range(20)]
    bitcoin = [candle(minute - 20, symbol="BTCUSD") for minute in range(20)]
    desk = Desk(([*gold, *bitcoin], ()), beside=(source(instrument=BITCOIN),))
    await desk.engine.play()
    assert [each.snapshot.candle for each in told_past(desk)] == [*gold, *bitcoin]
