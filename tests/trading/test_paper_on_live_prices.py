"""The paper account behind live prices goes on from run to run, as one at a broker does."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from engine.adapters.paper.account import PaperAccount
from engine.adapters.paper.state import AccountFile
from engine.clock import MarketClock
from engine.domain.market import Candle, Instrument, Side
from engine.domain.messages.manual import OrderReviewed, PlaceOrder, ReviewOrder
from engine.domain.messages.trading import ModesChanged
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.risk import DenialName
from engine.errors import UnusableStore
from engine.paper import PaperTrading
from engine.trading.reconciliation.matching import FILLED_WITHIN
from tests.builders import BITCOIN, GOLD, MONDAY, candle, quote
from tests.fakes import ScriptedPlayer, source
from tests.trading.desks import TradingDesk, announcing
from tests.trading.test_manual_orders import manual

PLAN = "scanner-signal-0"


class LivePaperDesk(TradingDesk):
    """`past` are the candles that the feed knows when the desk opens."""

    def __init__(
        self, directory: Path, *past: Candle, clock: MarketClock | None = None, market: Instrument = GOLD
    ) -> None:
        self.directory, self.feed = directory, ScriptedPlayer((past, ()), source=source(instrument=market))
        super().__init__(directory, clock=clock)

    def open_again(self) -> None:
        self.trading = PaperTrading(self.feed, self.settings, self.clock, self.archive, self.directory)
        self.begin_again()

    def begin_again(self) -> None:
        """The market begins, or begins again after a candle that was missed."""
        publish = announcing(self.archive, self.clock, self.events.append)
        self.trader = self.trading.open(publish, self.settings, self.market)

    def close(self) -> None:
        self.trading.close()
        super().close()


def bought(directory: Path) -> LivePaperDesk:
    """Bought at 2000 with its stop at 1999.5 and its target at 2001, and closed a second later."""
    desk = LivePaperDesk(directory)
    desk.start().trade_by_itself().propose()
    desk.tick(61)
    desk.tick(62)
    assert desk.plans[PLAN].status is PlanStatus.OPEN
    desk.close()
    return desk


def again(before: LivePaperDesk, *past: Candle) -> LivePaperDesk:
    return LivePaperDesk(before.directory, *past, clock=before.clock)


def test_that_auto_needs_no_typed_permit_on_paper(tmp_path: Path) -> None:
    desk = LivePaperDesk(tmp_path)
    desk.start().trade_by_itself()
    assert "XAUUSD" in desk.of(ModesChanged)[-1].auto_symbols
    assert desk.refusals == []
    desk.close()


def test_that_a_position_is_managed_with_its_plan_after_a_restart(tmp_path: Path) -> None:
    desk = again(bought(tmp_path))
    desk.start()
    assert desk.plans[PLAN].status is PlanStatus.OPEN
    desk.tick(80, bid=2001.1)
    assert desk.plans[PLAN].status is PlanStatus.CLOSED
    assert desk.plans[PLAN].profit_loss == pytest.approx(1.1)
    desk.close()
    later = again(desk)
    later.start()
    assert later.trades == [], "its end is known, and does not come twice"
    later.close()


@pytest.mark.parametrize(
    ("missed", "result"),
    [
        (candle(2, open=1999.8, low=1999.0, high=2001.5, close=2001.2), -0.5),
        (candle(2, open=1998.0, low=1997.0, high=1998.5, close=1998.2), -2.0),
        (candle(2, open=1999.8, low=1999.7, high=2001.5, close=2001.2), 1.0),
    ],
    ids=["the stop before the target", "a gap at its own price", "the target"],
)
def test_that_stops_and_targets_count_that_candles_reached_while_the_desk_was_closed(
    tmp_path: Path, missed: Candle, result: float
) -> None:
    desk = again(bought(tmp_path), candle(1, low=1990.0, close=1999.8), missed)
    desk.start()
    assert desk.plans[PLAN].status is PlanStatus.CLOSED
    assert desk.plans[PLAN].profit_loss == pytest.approx(result)
    assert desk.trades[0].reason is not ExitReason.PAPER_ENDED
    desk.close()


@pytest.mark.parametrize(
    ("close", "status"),
    [(1999.8, PlanStatus.OPEN), (1999.4, PlanStatus.CLOSED)],
    ids=["reached before the entry", "reached at its end"],
)
def test_that_a_missed_minute_does_not_reach_a_position_by_prices_from_before_its_entry(
    tmp_path: Path, close: float, status: PlanStatus
) -> None:
    desk = LivePaperDesk(tmp_path)
    desk.start().trade_by_itself().propose()
    desk.tick(61)
    desk.tick(62)
    desk.trading.on_missed(candle(1, open=1999.0, low=1998.0, high=2001.5, close=close))
    assert desk.plans[PLAN].status is status
    desk.close()


@pytest.mark.parametrize("is_closed", [False, True], ids=["connection lost", "desk closed"])
def test_that_a_missed_candle_without_a_spread_reaches_the_stop_of_a_sell_by_the_last_known_ask(
    tmp_path: Path, *, is_closed: bool
) -> None:
    desk = LivePaperDesk(tmp_path)
    desk.start().trade_by_itself().propose(side=Side.SELL)
    desk.tick(61, bid=2000.0)
    desk.tick(62, bid=2000.0)
    assert desk.plans[PLAN].status is PlanStatus.OPEN
    stop = desk.plans[PLAN].stop_loss
    missed = candle(2, open=stop - 0.3, high=stop - 0.1, low=stop - 0.4, close=stop - 0.3, spread=None)
    if is_closed:
        desk.close()
        desk = again(desk, missed)
        desk.start()
    else:
        desk.trading.on_missed(missed)
        desk.tick(181, bid=stop - 0.3)
    assert desk.plans[PLAN].status is PlanStatus.CLOSED, "the ask was 0.1 above the stop"
    desk.close()


def test_that_a_position_waits_unharmed_while_its_symbol_is_not_open(tmp_path: Path) -> None:
    before = bought(tmp_path)
    other = LivePaperDesk(tmp_path, clock=before.clock, market=BITCOIN)
    other.trader.start()
    for seconds in (63, 64):
        new = quote(seconds, bid=70_000.0, symbol="BTCUSD")
        other.clock.set(new.at)
        other.market.on_quote(new)
        other.trader.on_quote(new)
    asked = manual(symbol="BTCUSD", price=70_000.2, stop_loss=69_900.0, take_profit=70_200.0, volume=0.01)
    other.do(ReviewOrder(asked))
    assert DenialName.TERMS_UNKNOWN in [each.name for each in other.of(OrderReviewed)[-1].objections]
    other.close()
    desk = again(other)
    desk.start()
    desk.tick(80, bid=2001.1)
    assert desk.plans[PLAN].profit_loss == pytest.approx(1.1)
    desk.close()


@pytest.mark.parametrize("is_restarted", [False, True])
def test_that_an_order_that_no_price_reached_before_the_end_is_known_to_have_failed(
    tmp_path: Path, is_restarted: bool
) -> None:
    desk = LivePaperDesk(tmp_path)
    desk.start().do(PlaceOrder(manual()))
    assert desk.plans["manual-1"].status is PlanStatus.EXECUTING
    if is_restarted:
        desk.close()
        desk = again(desk)
    else:
        desk.begin_again()
    desk.start()
    for seconds in (FILLED_WITHIN.total_seconds() + 5.0, FILLED_WITHIN.total_seconds() + 10.0):
        desk.tick(seconds)
    assert (desk.plans["manual-1"].status, desk.trades) == (PlanStatus.FAILED, [])
    desk.close()


def test_that_nothing_older_takes_the_place_of_the_last_state_of_an_account(tmp_path: Path) -> None:
    file, account = AccountFile(tmp_path), PaperAccount({}, 10_000.0, 0.0)
    older = account.state(MONDAY)
    account.balance = 9_000.0
    file.close(account.state(MONDAY))
    file.write(older)
    kept = file.read()
    assert kept is not None
    assert kept.balance == 9_000.0


def test_that_the_account_is_kept_while_the_desk_runs(tmp_path: Path) -> None:
    async def run() -> None:
        running = asyncio.create_task(desk.trading.run())
        async with asyncio.timeout(60.0):
            while not (tmp_path / "paper_account.json").exists():
                await asyncio.sleep(0.01)
        running.cancel()

    desk = LivePaperDesk(tmp_path)
    desk.start().trade_by_itself().propose()
    desk.tick(61)
    desk.tick(62)
    asyncio.run(run())
    desk.archive.close()  # as at a crash: nothing else is written
    later = again(desk)
    later.start()
    assert later.plans[PLAN].status is PlanStatus.OPEN
    later.close()


def test_that_a_damaged_account_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "paper_account.json").write_text('{"balance": 1')
    with pytest.raises(UnusableStore, match=r"paper_account\.json is damaged: .*; move it away"):
        LivePaperDesk(tmp_path)
    assert (tmp_path / "paper_account.json").read_text() == '{"balance": 1'


@pytest.mark.parametrize(
    ("pattern", "damage", "reason"),
    [
        (r'("visible_at":"[^"]*)Z"', r'\1"', "a time has no time zone"),
        (r'"volume_lots":0.01', '"volume_lots":-0.01', "a position has no volume or no price"),
        (r'"next_ticket":\d+', '"next_ticket":1', "the next ticket is one that was given already"),
    ],
)
def test_that_an_account_that_cannot_be_true_is_damaged(tmp_path: Path, pattern: str, damage: str, reason: str) -> None:
    bought(tmp_path)
    file = tmp_path / "paper_account.json"
    file.write_text(re.sub(pattern, damage, file.read_text(), count=1))
    with pytest.raises(UnusableStore, match=f"damaged: {reason}; move it away"):
        AccountFile(tmp_path).read()
