"""Facts about a broker's symbols on the whole live desk: what they are called, and what their terms do to a trade."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from config.settings import ExecutionSettings
from engine.adapters.mt5.calls import Answer, Answered, Failed, TerminalCall
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.domain.execution_events import OrderSent, PositionAdopted, Reconciled, TradeOpened
from engine.domain.market import DayRoll, Side
from engine.domain.messages import CandleClosed, QuoteReceived, SourceFound, SourceMissing, TermsDoubted
from engine.domain.orders import ExitReason
from engine.domain.trading_messages import CloseTrade, Flatten
from tests.adapters.mt5 import world_desk
from tests.adapters.mt5.links import DirectLink
from tests.adapters.mt5.world_desk import (
    BID,
    GOLD,
    HAMMER,
    MAGIC,
    OFFSET,
    QUIET,
    SPREAD,
    START,
    WorldDesk,
    desk_settings,
    lose_store,
    token_in,
)
from tests.fake_metatrader5.book import BookClient, Clock, Symbol, World, exness_bitcoin, exness_gold, lost_answer

BITCOIN = "BTCUSDm"
BY_RISK = desk_settings(execution=ExecutionSettings(sizing="risk", risk_pct=0.5))
STILL = {"seed": None, "history_minutes": 60, "gap_probability": 0.0}


@pytest.fixture(scope="module")
def book() -> Iterator[BookClient]:
    with BookClient.start() as client:
        yield client


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candles of this world are whole as soon as their minute is over."""
    monkeypatch.setattr("engine.adapters.mt5.market.feed._GRACE_S", 0.0)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is asked for again without a wait."""
    monkeypatch.setattr("engine.adapters.mt5.market.symbol_keeper.LOOK_S", 0.02)


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> type[Loading]:
    """The link of desks to come, as a terminal that is still loading."""
    monkeypatch.setattr(world_desk, "DirectLink", Loading)
    monkeypatch.setattr(Loading, "missing", frozenset())
    monkeypatch.setattr(Loading, "blank", ())
    return Loading


@pytest.fixture
def misreporting(monkeypatch: pytest.MonkeyPatch) -> type[Misreporting]:
    """The link of desks to come, to a broker that states a wrong tick value."""
    monkeypatch.setattr(world_desk, "DirectLink", Misreporting)
    monkeypatch.setattr(Misreporting, "share", 1.0)
    return Misreporting


def begin(book: BookClient, *symbols: Symbol) -> None:
    book.reset(world_desk.world(symbols=symbols))
    for symbol in symbols:
        book.push(symbol.name, symbol.price, symbol.price + symbol.spread * symbol.point)


def gold(**changes: object) -> Symbol:
    return exness_gold(**(STILL | {"price": BID} | changes))  # type: ignore[arg-type]


def bitcoin(**changes: object) -> Symbol:
    return exness_bitcoin(**(STILL | changes))  # type: ignore[arg-type]


def resolver(book: BookClient, *symbols: Symbol) -> SymbolResolver:
    book.reset(World(symbols=symbols, clock=Clock(start=START, is_manual=True)))
    for symbol in symbols:
        book.push(symbol.name, symbol.price, symbol.price + SPREAD)
    return SymbolResolver(DirectLink(book, OFFSET))


# -- what a name stands for -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["GOLD", "mXAUUSD"])
async def test_that_gold_by_another_name_is_found_and_judged_by_the_rules_of_gold(
    book: BookClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(world_desk, "GOLD", name)
    begin(book, gold(name=name))
    desk = WorldDesk(book, desk_settings(symbols=("XAUUSD",)), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        assert desk.of(CandleClosed)[-1].judgement is not None
        await desk.until(lambda: bool(book.positions()))
    finally:
        await desk.stop()


@pytest.mark.parametrize("name", ["#BTCUSD", "CRYPTO.BTCUSD", "BITCOIN", "mBTCUSD", "btc-cfd"])
async def test_that_bitcoin_by_another_name_rolls_its_day_at_midnight_utc(book: BookClient, name: str) -> None:
    (terms,) = (await resolver(book, bitcoin(name=name)).resolve([name])).terms
    assert (terms.instrument.day_roll, terms.instrument.stands_for) == (DayRoll.UTC_MIDNIGHT, "BTCUSD")
    assert terms.contract.stands_for == "BTCUSD"


@pytest.mark.parametrize("asked", ["XAUUSD", "GOLD", "XAU/USD", "gold#"])
async def test_that_gold_is_found_by_whatever_name_the_user_writes(book: BookClient, asked: str) -> None:
    found = await resolver(book, gold(name="XAUUSD.r"), bitcoin()).resolve([asked])
    assert [terms.symbol for terms in found.terms] == ["XAUUSD.r"]


async def test_that_a_company_called_gold_is_not_taken_for_the_metal(book: BookClient) -> None:
    company = gold(name="GOLD", base="USD", path="Stocks\\NYSE\\GOLD")
    found = await resolver(book, company).resolve(["XAUUSD"])
    assert found.terms == ()
    (terms,) = (await resolver(book, company).resolve(["GOLD"])).terms
    assert desk_settings().rules_for(terms.symbol, terms.contract.stands_for) is None


# -- symbols that come later ----------------------------------------------------------------------------------


class Loading(DirectLink):
    """A terminal that does not know `missing` symbols yet, or shows `blank` fields as zero, as while it is starting."""

    missing: frozenset[str] = frozenset()
    blank: tuple[str, ...] = ()

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if call.function != "order_send" and any(name in call.arguments for name in self.missing):
            return answered(Failed(code=-4, text="Terminal: Not found"))
        if call.function == "symbols_get":
            return answered(Answered(value=[], took_ms=0.1, at_s=0.0))
        answer = super().call(call)
        if call.function == "symbol_info" and isinstance(told := answer.result(), Answered):
            zeros = {name: 0.0 for name in told.value if name.startswith(self.blank)} if self.blank else {}
            return answered(msgspec.structs.replace(told, value=told.value | zeros))
        return answer


def answered(answer: Answer) -> asyncio.Future[Answer]:
    future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    future.set_result(answer)
    return future


async def plays_until(desk: WorldDesk, is_so: Callable[[], bool]) -> None:
    """The world goes on and both markets move until it is so."""
    for step in range(400):
        if is_so():
            return
        desk.book.advance(0.5)
        desk.book.push(GOLD, BID + 0.001 * (step % 9), BID + SPREAD + 0.001 * (step % 9))
        desk.book.push(BITCOIN, 60_000.0 + step % 7, 60_010.0 + step % 7)
        await asyncio.sleep(0.01)
    raise AssertionError([type(event).__name__ for event in desk.events][-30:])


def quoted(desk: WorldDesk) -> set[str]:
    return {event.quote.symbol for event in desk.of(QuoteReceived)}


async def test_that_a_symbol_the_terminal_did_not_know_at_the_start_is_traded_when_it_comes(
    book: BookClient, loading: type[Loading]
) -> None:
    begin(book, gold(), bitcoin())
    loading.missing = frozenset({BITCOIN})
    desk = WorldDesk(book, desk_settings(symbols=(GOLD, BITCOIN)), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        opened = await desk.enter()
        (missing,) = {event.reason for event in desk.of(SourceMissing)}
        loading.missing = frozenset()
        await plays_until(desk, lambda: BITCOIN in quoted(desk))
        assert desk.of(SourceFound) == [SourceFound(missing)]
        await desk.until(lambda: len(desk.of(Reconciled)) >= 2)
        desk.do(CloseTrade(opened.ticket))  # the position in gold is led as before
        assert (await desk.closes()).ticket == opened.ticket
    finally:
        await desk.stop()


async def test_that_an_order_without_an_answer_is_not_lost_where_a_symbol_comes(
    book: BookClient, loading: type[Loading]
) -> None:
    begin(book, gold(), bitcoin())
    loading.missing = frozenset({BITCOIN})
    desk = WorldDesk(book, desk_settings(symbols=(GOLD, BITCOIN)), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        book.inject(lost_answer())
        await desk.minute(HAMMER)
        await desk.hears(OrderSent)
        loading.missing = frozenset()
        await plays_until(desk, lambda: BITCOIN in quoted(desk) and bool(desk.of(TradeOpened)))
        (position,) = book.positions()
        assert {event.trade.ticket for event in desk.of(TradeOpened)} == {position["ticket"]}
        assert len(desk.sent("open")) == 1
    finally:
        await desk.stop()


async def test_that_a_position_whose_symbol_is_not_known_yet_is_led_and_can_be_left_when_it_comes(
    book: BookClient, tmp_path: Path, loading: type[Loading]
) -> None:
    begin(book, gold(), bitcoin())
    settings = desk_settings(symbols=(GOLD, BITCOIN), btcusd_rules=desk_settings().xauusd_rules)
    first = WorldDesk(book, settings, tmp_path)
    await first.start()
    first.trade_by_itself()
    opened = await first.enter()
    await first.stop()
    loading.missing = frozenset({GOLD})
    desk = WorldDesk(book, settings, tmp_path)
    try:
        await desk.start()
        assert [event.trade.ticket for event in desk.of(TradeOpened)] == [opened.ticket]
        assert quoted(desk) <= {BITCOIN}
        loading.missing = frozenset()
        await plays_until(desk, lambda: GOLD in quoted(desk))
        desk.do(Flatten())
        await desk.until(lambda: not book.positions())
        assert (await desk.closes()).ticket == opened.ticket
    finally:
        await desk.stop()


async def test_that_a_position_of_ours_in_a_symbol_that_nobody_watches_can_be_left(
    book: BookClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.mt5.market.symbol_keeper.LOOK_S", 1000.0)
    begin(book, gold(), bitcoin())
    first = WorldDesk(book, desk_settings(), tmp_path)
    await first.start()
    await first.stop()
    lose_store(tmp_path)
    bid = book.tick(BITCOIN)["bid"]
    book.place(BITCOIN, 0.01, bid - 100.0, sl=bid - 1000.0, magic=MAGIC, comment=token_in(tmp_path))
    desk = WorldDesk(book, desk_settings(), tmp_path)
    try:
        await desk.start()
        book.push(BITCOIN, bid - 200.0, bid - 190.0)
        adopted = (await desk.hears(PositionAdopted)).trade
        assert BITCOIN not in desk.desk.feed.terms
        desk.do(CloseTrade(adopted.ticket))
        assert (await desk.closes()).ticket == adopted.ticket
    finally:
        await desk.stop()


@pytest.mark.parametrize(
    ("blank", "is_store_kept"),
    [
        (("trade_tick_value",), True),
        (("trade_tick_value",), False),
        (("volume_", "trade_contract_size", "trade_tick_", "point"), True),
    ],
)
async def test_that_a_position_is_ours_and_led_whatever_of_its_terms_is_not_loaded_yet(
    book: BookClient, tmp_path: Path, loading: type[Loading], blank: tuple[str, ...], is_store_kept: bool
) -> None:
    begin(book, gold(), bitcoin())
    settings = desk_settings(symbols=(GOLD, BITCOIN))
    first = WorldDesk(book, settings, tmp_path)
    await first.start()
    first.trade_by_itself()
    opened = await first.enter()
    await first.stop()
    if not is_store_kept:
        lose_store(tmp_path)
    loading.blank = blank
    desk = WorldDesk(book, settings, tmp_path)
    try:
        await desk.start()
        doubted = {event.symbol: event.sentence for event in desk.of(TermsDoubted)}
        assert doubted[GOLD] == desk.desk.feed.terms[GOLD].doubt
        await desk.minute(QUIET)
        await desk.minute((0.0, -0.5))  # the first whole candle, and against the position
        await desk.until(lambda: not book.positions())
        closed = await desk.closes()
        assert (closed.ticket, closed.reason) == (opened.ticket, ExitReason.ADVERSE_CANDLE)
    finally:
        await desk.stop()


async def test_that_a_tick_value_of_nothing_is_asked_for_again_and_entries_wait_for_it(book: BookClient) -> None:
    begin(book, gold())
    book.change_symbol(GOLD, tick_value=0.0)
    desk = WorldDesk(book, desk_settings(), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        await desk.until(lambda: desk.denials() == ["terms_unknown"])
        book.change_symbol(GOLD, tick_value=None)
        await desk.until(lambda: desk.of(TermsDoubted)[-1].sentence == "")
        await desk.enter()
    finally:
        await desk.stop()


# -- what a step of the price is worth ------------------------------------------------------------------------


class Misreporting(DirectLink):
    """`symbol_info` states `share` of the true tick value; what the broker books and calculates is right."""

    share = 1.0

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        answer = super().call(call)
        told = answer.result()
        if call.function == "symbol_info" and isinstance(told, Answered):
            fields = {name: told.value[name] * self.share for name in told.value if name.startswith("trade_tick_val")}
            return answered(msgspec.structs.replace(told, value=told.value | fields))
        return answer


def at_risk(book: BookClient) -> list[float]:
    """What the stops of the open positions would lose by the broker's own sums, in dollars."""
    return [(each["price_open"] - each["sl"]) * 100.0 * each["volume"] for each in book.positions()]


@pytest.mark.parametrize("share", [1.0, 0.1, 10.0])
async def test_that_a_trade_is_sized_by_the_worse_of_two_tick_values(
    book: BookClient, misreporting: type[Misreporting], share: float
) -> None:
    misreporting.share = share
    begin(book, gold())
    desk = WorldDesk(book, BY_RISK, None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.enter()
        (money,) = at_risk(book)
        assert money <= 50.0
        assert money > 40.0 or share > 1.0
        assert [event.symbol for event in desk.of(TermsDoubted)] == ([] if share == 1.0 else [GOLD])
        contract = desk.desk.contracts[GOLD]
        assert contract.profit(Side.BUY, BID, BID + 1.0, 1.0) == pytest.approx(100.0 * min(1.0, share))
        assert contract.profit(Side.BUY, BID, BID - 1.0, 1.0) == pytest.approx(-100.0 * max(1.0, share))
        assert contract.margin(BID, 1.0) == pytest.approx(BID * 100.0 / 500, rel=1e-3)
    finally:
        await desk.stop()


async def test_that_nothing_is_sized_by_tick_values_that_are_absurdly_far_apart(
    book: BookClient, misreporting: type[Misreporting]
) -> None:
    misreporting.share = 0.001
    begin(book, gold())
    desk = WorldDesk(book, BY_RISK, None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        await desk.until(lambda: desk.denials() == ["terms_unknown"])
        assert book.positions() == []
        assert "no trade can be sized" in desk.of(TermsDoubted)[-1].sentence
    finally:
        await desk.stop()


async def test_that_a_tick_value_that_goes_wrong_later_is_noticed_within_the_hour(
    book: BookClient, misreporting: type[Misreporting]
) -> None:
    begin(book, gold())
    desk = WorldDesk(book, BY_RISK, None)
    try:
        await desk.start()
        desk.trade_by_itself()
        misreporting.share = 0.1
        book.advance(3601.0, in_steps_of=600.0)
        await desk.hears(TermsDoubted)
        await desk.enter()
        assert [money <= 50.0 for money in at_risk(book)] == [True]
    finally:
        await desk.stop()
