"""What exchanges say, read as they write it, and which of their markets the strategy's symbols mean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.desk import ExchangeSettings
from engine.adapters.exchange.binance import GOLD, SPOT
from engine.adapters.exchange.clock import ExchangeClock
from engine.adapters.exchange.kraken import BITCOIN
from engine.adapters.exchange.memory import CandleMemory, Remembered
from engine.adapters.exchange.messages import UNREADABLE, BestPrices, Kline, Trade
from engine.adapters.exchange.quotes import QuoteMaker
from engine.adapters.exchange.rest import Backoff, ExchangeFault, fault_of, until_answered
from engine.adapters.exchange.table import EXCHANGES, listed
from engine.clock import SteadyClock
from engine.domain.market import Candle, DayRoll
from engine.errors import InvalidMarketData
from tests.builders import MONDAY, candle

KLINE = (
    '{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1723161300010,"s":"BTCUSDT","k":{"t":1723161240000,'
    '"T":1723161299999,"s":"BTCUSDT","i":"1m","f":1,"L":9,"o":"61837.6","c":"61840.0","h":"61850.1","l":"61830.0",'
    '"v":"12.5","n":9,"x":true,"q":"1","V":"7.25","Q":"1","B":"0"}}}'
)
TRADE = (
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,'
    '"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}'
)
BOOK = (
    '{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78",'
    '"a":"61837.64000000","A":"1.5"}}'
)


def test_that_frames_of_binance_are_read_as_it_writes_them() -> None:
    (trade,) = SPOT.parse("BTCUSDT", TRADE)
    assert isinstance(trade, Trade)
    assert (trade.number, trade.price, trade.amount, trade.is_buyer) == (3735683259, 61837.63, 0.02, False)
    assert trade.at == datetime(2024, 8, 8, 23, 54, 15, 342_000, UTC)
    assert SPOT.parse("BTCUSDT", BOOK) == (BestPrices(61837.63, 61837.64, 50093239212),)
    (kline,) = SPOT.parse("BTCUSDT", KLINE)
    assert isinstance(kline, Kline)
    assert kline.is_closed
    candle = kline.candle
    assert (candle.open, candle.close, candle.volume, candle.taker_buy) == (61837.6, 61840.0, 12.5, 7.25)


def test_that_a_trade_of_nothing_takes_only_its_number() -> None:
    fund = TRADE.replace('"m":true', '"X":"NA","m":true').replace("BTCUSDT", "XAUUSDT")
    assert [message.amount for message in GOLD.parse("XAUUSDT", fund) if isinstance(message, Trade)] == [0.0]


def test_that_confirmations_and_other_streams_say_nothing() -> None:
    for frame in ('{"result":null,"id":1}', '{"stream":"btcusdt@depth","data":{"b":[]}}'):
        assert SPOT.parse("BTCUSDT", frame) == ()
    assert BITCOIN.parse("BTCUSD", '{"channel":"heartbeat"}') == ()


@pytest.mark.parametrize(
    "text",
    [
        *(TRADE[:60], TRADE.replace('"61837.63000000"', '"price"'), "null", ""),
        TRADE.replace("1723161255342", "1723161255342000000"),
        *(frame.replace('"s":"BTCUSDT"', '"s":"ETHUSDT"') for frame in (TRADE, BOOK, KLINE)),
        '{"stream":"btcusdt@trade","data":' + "[" * 100_000,
    ],
)
def test_that_a_frame_that_is_broken_or_of_another_symbol_is_unreadable(text: str) -> None:
    with pytest.raises(UNREADABLE, match=r".+"):
        SPOT.parse("BTCUSDT", text)


def test_that_frames_of_kraken_are_read_as_it_writes_them() -> None:
    ticker = '{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":9.5,"bid_qty":1,"ask":9.6}]}'
    assert BITCOIN.parse("BTCUSD", ticker) == (BestPrices(9.5, 9.6, 0),)
    frame = (
        '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":9.5,"qty":2,'
        '"ord_type":"limit","trade_id":4665906,"timestamp":"2023-09-25T07:49:37.708706Z"}]}'
    )
    for text in (ticker, frame):
        with pytest.raises(ValueError, match="ETH/USD"):
            BITCOIN.parse("BTCUSD", text.replace("BTC/USD", "ETH/USD"))
    at = datetime(2023, 9, 25, 7, 49, 37, 708_706, UTC)
    assert BITCOIN.parse("BTCUSD", frame) == (Trade(4665906, at, 9.5, 2.0, False),)


async def test_that_krakens_history_is_its_own_candles_with_those_of_its_trades_before() -> None:
    began = int(MONDAY.timestamp())
    trades = [["9.0", "1.5", began + 1.5, "b", "m", "", 1], ["8.0", "0.5", began + 2.5, "s", "m", "", 2]]
    own = [began + 60, "9.5", "9.9", "9.1", "9.2", "9.4", "3.25", 7]
    asked = list[str]()

    async def get(path: str, _: Mapping[str, str | int]) -> bytes:
        asked.append(path)
        rows = trades if path.endswith("Trades") else [own]
        return json.dumps({"error": [], "result": {"XXBTZUSD": rows, "last": "0"}}).encode()

    since = MONDAY - timedelta(days=2)
    first, second = await BITCOIN.read_history(BITCOIN, get, since, MONDAY + timedelta(minutes=5))
    assert asked == ["/0/public/OHLC", "/0/public/Trades"]
    assert (first.open, first.low, first.close, first.volume, first.taker_buy) == (9.0, 8.0, 8.0, 2.0, 1.5)
    assert (second.opened_at, second.close, second.volume) == (MONDAY + timedelta(minutes=1), 9.2, 3.25)


async def test_that_an_answer_with_a_candle_that_cannot_be_true_is_asked_for_again() -> None:
    opened = int(MONDAY.timestamp()) * 1000
    false, true = ([opened, "9.5", high, "9.1", "9.2", "3", 0, "0", 0, "1"] for high in ("9.0", "9.9"))
    answers, faults = [[false], [true]], list[ExchangeFault]()

    async def get(*_: object) -> bytes:
        return json.dumps(answers.pop(0)).encode()

    async def ask() -> list[Candle]:
        return await SPOT.read_history(SPOT, get, MONDAY, MONDAY + timedelta(minutes=1))

    (known,) = await until_answered(ask, faults.append)
    assert known.high == 9.9
    assert "an answer cannot be read" in str(faults[0])


def test_that_kept_candles_that_cannot_be_true_are_read_again_from_the_exchange(tmp_path: Path) -> None:
    memory = CandleMemory(tmp_path)
    memory.write(SPOT, Remembered(MONDAY, MONDAY + timedelta(minutes=1), [candle(0, high=2001.0, symbol="BTCUSDT")]))
    until = MONDAY + timedelta(minutes=1)
    assert memory.read(SPOT, MONDAY, until) is not None
    (file,) = tmp_path.iterdir()
    sound = file.read_text()
    for wrong in (
        sound.replace("2001.0", "1001.0"),
        sound.replace("BTCUSDT", "ETHUSDT"),
        sound.replace("Z", ""),
        re.sub(r"\[(\{.*\})\]", r"[\1,\1]", sound),
        "[" * 100_000,
    ):
        file.write_text(wrong)
        assert memory.read(SPOT, MONDAY, until) is None


def test_that_nothing_kept_counts_beyond_the_present(tmp_path: Path) -> None:
    memory = CandleMemory(tmp_path)
    candles = [candle(minute, symbol="BTCUSDT") for minute in range(3)]
    memory.write(SPOT, Remembered(MONDAY, MONDAY + timedelta(days=9), candles))
    kept = memory.read(SPOT, MONDAY, MONDAY + timedelta(minutes=2))
    assert kept is not None
    assert (kept.until, kept.candles) == (MONDAY + timedelta(minutes=2), candles[:2])


def test_that_an_exchange_that_states_the_time_of_its_quotes_is_believed() -> None:
    timed = BOOK.replace('"A":"1.5"', '"A":"1.5","T":1723161255000,"E":1723161255001').replace("BTCUSDT", "XAUUSDT")
    (best,) = GOLD.parse("XAUUSDT", timed)
    assert isinstance(best, BestPrices)
    assert best.at == datetime(2024, 8, 8, 23, 54, 15, tzinfo=UTC)
    ticker = '{"symbol":"BTC/USD","bid":9.5,"ask":9.6,"timestamp":"2023-09-25T07:49:37Z"}'
    (best,) = BITCOIN.parse("BTCUSD", f'{{"channel":"ticker","data":[{ticker}]}}')
    assert isinstance(best, BestPrices)
    assert best.at == datetime(2023, 9, 25, 7, 49, 37, tzinfo=UTC)


def rows(*minutes: float) -> bytes:
    opened = int(MONDAY.timestamp()) * 1000
    return json.dumps(
        [[opened + round(minute * 60_000), "9.5", "9.9", "9.1", "9.2", "3", 0, "0", 0, "1"] for minute in minutes]
    ).encode()


@pytest.mark.parametrize(
    "answer",
    [
        *(rows(1, 0), rows(0, 0), rows(0.5), rows(*[0] * 1001), b"[[]]", b"[[1,2]]", b'{"code":-1}', b"[" * 9**5),
        *(rows(0).replace(b'"3"', wrong) for wrong in (b'"nan"', b'"inf"', b'"-1"', b'"0.5"', b"null", b"{}")),
    ],
)
async def test_that_candles_that_are_none_or_out_of_order_are_refused_and_requested_again(answer: bytes) -> None:
    answers, faults = [answer, rows(0, 1)], list[ExchangeFault]()

    async def get(*_: object) -> bytes:
        return answers.pop(0)

    async def ask() -> list[Candle]:
        return await SPOT.read_history(SPOT, get, MONDAY, MONDAY + timedelta(minutes=2))

    assert len(await until_answered(ask, faults.append)) == 2
    assert "an answer cannot be read" in str(faults[0])
    assert len(str(faults[0])) < 250


@pytest.mark.parametrize("answer", [{"x": [[1]]}, {"x": [[None] * 9]}, {"x": [5]}, {"x": [[0, 1, 2, 3, 4, 5, "z"]]}])
async def test_that_krakens_rows_that_are_none_are_unreadable(answer: object) -> None:
    async def get(*_: object) -> bytes:
        return json.dumps({"error": [], "result": answer}).encode()

    with pytest.raises(UNREADABLE, match=r".*"):
        await BITCOIN.read_history(BITCOIN, get, MONDAY, MONDAY + timedelta(minutes=2))


async def test_that_pages_of_krakens_trades_that_lead_nowhere_end() -> None:
    asked = 0

    async def get(path: str, _: Mapping[str, str | int]) -> bytes:
        nonlocal asked
        asked += 1
        began = MONDAY.timestamp() - 1_000_000
        trades = [["9.0", "1.5", began, "b", "m", "", number] for number in range(1000)]
        found = trades if path.endswith("Trades") else []
        return json.dumps({"error": [], "result": {"XXBTZUSD": found, "last": str(asked % 2)}}).encode()

    assert await BITCOIN.read_history(BITCOIN, get, MONDAY - timedelta(days=2), MONDAY) == []
    assert asked == 2


# -- the clock --------------------------------------------------------------------------------------------------------


async def test_that_a_time_that_cannot_be_true_leaves_the_clock_as_it_is() -> None:
    machine = SteadyClock()
    clock, said = ExchangeClock(machine), timedelta(seconds=1.3)

    async def read() -> tuple[datetime, timedelta]:
        return machine.now() + said, timedelta(milliseconds=1)

    await clock.measure(read)
    for wrong in (timedelta(days=3), timedelta(days=-300), timedelta(hours=-3), timedelta(minutes=2)):
        said = wrong
        with pytest.raises(InvalidMarketData, match="clock says"):
            await clock.measure(read)
    assert abs(clock.now() - machine.now() - timedelta(seconds=1.3)) < timedelta(seconds=0.2)


# -- the table --------------------------------------------------------------------------------------------------------


def test_that_the_strategys_symbols_mean_the_exchanges() -> None:
    assert listed("binance", ("BTCUSDc", "XAUUSDc")).markets == (SPOT, GOLD)
    assert listed("binance", ("xauusdt",)).markets == (GOLD,)
    assert listed("kraken", ("XAUUSD", "BTCUSD")).missing == ("Kraken has no XAUUSD for this desk; it has BTCUSD",)
    assert listed("binance", ("EURUSD", "BTCEUR")).markets == ()


def test_that_gold_keeps_golds_day_and_says_that_it_is_a_perpetual() -> None:
    source = GOLD.source
    assert source.instrument.day_roll is DayRoll.NEW_YORK_17
    assert source.instrument.stands_for == "XAUUSD"
    assert "perpetual, not spot" in source.words
    assert source.name.startswith("perpetual, not spot")  # a narrow status bar cuts the end
    assert "perpetual" not in SPOT.source.words


def test_that_one_address_of_the_settings_replaces_every_default_base() -> None:
    settings = ExchangeSettings(rest_url="http://127.0.0.1:1/", ws_url="ws://127.0.0.1:2")
    markets = [market for row in EXCHANGES.values() for market in row]
    assert {market.at(settings) for market in markets} == {("http://127.0.0.1:1", "ws://127.0.0.1:2")}
    assert all(market.at(ExchangeSettings())[0].startswith("https://") for market in markets)
    with pytest.raises(ValueError, match="allowed is one that begins with wss:// or ws://"):
        ExchangeSettings(ws_url="http://127.0.0.1")


# -- quotes and waits -------------------------------------------------------------------------------------------------


def test_that_older_and_unchanged_tops_of_the_book_are_left_out_but_freshness_is_not() -> None:
    maker = QuoteMaker("BTCUSDT")
    maker.on_traded(3.0)
    first = maker.on_best(BestPrices(100.0, 100.1, 5), MONDAY, 100.0)
    assert first is not None
    assert first.volume == 3.0
    soon, later = MONDAY + timedelta(seconds=0.1), MONDAY + timedelta(seconds=0.6)
    assert maker.on_best(BestPrices(101.0, 101.1, 4), soon, 100.0) is None, "an older book"
    assert maker.on_best(BestPrices(100.0, 100.1, 6), soon, 100.0) is None, "the same prices"
    assert maker.on_best(BestPrices(100.0, 100.1, 7), later, 100.0) is not None


def test_that_one_absurd_number_of_the_book_silences_no_later_ones() -> None:
    maker = QuoteMaker("BTCUSDT")
    maker.on_best(BestPrices(100.0, 100.1, 2**60), MONDAY, 100.0)
    found = [maker.on_best(BestPrices(100.5, 100.6, 5), MONDAY + timedelta(seconds=each), 100.0) for each in (1, 4, 6)]
    assert [quote is not None for quote in found] == [False, False, True]


@pytest.mark.parametrize(("bid", "ask"), [(100.2, 100.1), (0.0, 100.0), (90.0, 110.0), (150.0, 150.1)])
def test_that_crossed_and_absurd_quotes_are_refused(bid: float, ask: float) -> None:
    with pytest.raises(InvalidMarketData):
        QuoteMaker("BTCUSDT").on_best(BestPrices(bid, ask, 1), MONDAY, 100.0)


def test_that_the_exchange_is_left_alone_for_as_long_as_it_asks() -> None:
    assert fault_of("Binance", 429, {"Retry-After": "17"}).wait_s == 17.0
    assert fault_of("Binance", 418, {}).wait_s == 60.0
    assert "does not serve your country" in str(fault_of("Binance", 451, {}))
    for wrong in ("nan", "inf", "-5", "soon", "Wed, 21 Oct 2099 07:28:00 GMT"):
        assert fault_of("Binance", 429, {"Retry-After": wrong}).wait_s == 60.0
    assert fault_of("Binance", 418, {"Retry-After": "1e300"}).wait_s == 3 * 86_400.0
    waits = [Backoff().next_s(17.0) for _ in range(50)]
    assert min(waits) >= 17.0
    assert len(set(waits)) > 1, "they differ, so that not all desks come back at once"


def test_that_waits_grow_up_to_a_minute() -> None:
    backoff = Backoff()
    waits = [backoff.next_s() for _ in range(12)]
    assert waits[0] <= 0.5
    assert 30.0 <= waits[-1] <= 60.0
