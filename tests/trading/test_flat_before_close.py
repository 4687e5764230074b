"""The desk is flat before its market closes: positions are closed, and nothing is entered."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.loader import load_settings
from config.settings import Settings
from config.trading import ExecutionSettings
from engine.adapters.paper.faults import MARKET_CLOSED, NO_FAULT, Fault
from engine.adapters.recorded import Recording, open_recording
from engine.bootstrap import build_engine
from engine.commands.chronicle import Chronicle
from engine.domain.messages.broker import BrokerRequest, ClosePosition
from engine.domain.messages.commands import ApprovePlan
from engine.domain.messages.engine import Event
from engine.domain.messages.execution import TradeOpened
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.trades import ClosedTrade, OpenTrade
from engine.lab.unattended import trade_without_asking
from engine.market.hours import week_end
from tests.builders import MONDAY
from tests.recordings import recording
from tests.trading.desks import TradingDesk, settings

CLOSE = (week_end(MONDAY) - MONDAY) // timedelta(minutes=1)
"""Minutes from Monday's start to the weekly close of gold."""

EARLY_BROKER = "xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet"
"""Its days end at 16:50 in New York."""


class FirstCloseRefused:
    """The broker refuses the first close that it is asked for."""

    is_refused = False

    def next(self, request: BrokerRequest) -> Fault:
        if self.is_refused or not isinstance(request, ClosePosition):
            return NO_FAULT
        self.is_refused = True
        return Fault(refusal=MARKET_CLOSED)


@pytest.fixture
def desk() -> TradingDesk:
    return TradingDesk().start().trade_by_itself()


def enter(desk: TradingDesk, minute: int) -> None:
    desk.propose(minute)
    desk.tick(60 * minute + 61)
    assert desk.orders == 1


def leave(desk: TradingDesk, minute: float) -> None:
    """A quote at that minute, and the next one: the paper broker carries out at it what was asked for."""
    desk.tick(60 * minute)
    desk.tick(60 * minute + 1)


def test_that_a_position_is_closed_ten_minutes_before_the_weekend_with_a_reason_of_its_own(desk: TradingDesk) -> None:
    enter(desk, CLOSE - 13)
    desk.tick(60 * (CLOSE - 10) - 1)
    assert desk.trades == []
    leave(desk, CLOSE - 10)
    assert [trade.reason for trade in desk.trades] == [ExitReason.FLAT_BEFORE_CLOSE]


def test_that_no_quote_is_needed_for_it() -> None:
    desk = TradingDesk().start().trade_by_itself()
    enter(desk, CLOSE - 13)
    desk.clock.set(MONDAY + timedelta(minutes=CLOSE - 10))
    desk.trader.on_time()
    desk.tick(60 * (CLOSE - 9))
    assert [trade.reason for trade in desk.trades] == [ExitReason.FLAT_BEFORE_CLOSE]


def test_that_it_can_be_switched_off() -> None:
    chosen = settings(execution=ExecutionSettings(flat_before_close_minutes=0))
    desk = TradingDesk(settings=chosen).start().trade_by_itself()
    enter(desk, CLOSE - 13)
    leave(desk, CLOSE - 1)
    leave(desk, CLOSE + 49 * 60)
    assert desk.trades == []


def test_that_nothing_is_closed_before_a_daily_break_unless_that_is_chosen() -> None:
    chosen = settings(execution=ExecutionSettings(flat_before_break=True))
    monday_close = CLOSE - 4 * 24 * 60
    for desk, expected in ((TradingDesk(), 0), (TradingDesk(settings=chosen), 1)):
        enter(desk.start().trade_by_itself(), monday_close - 13)
        leave(desk, monday_close - 10)
        assert len(desk.trades) == expected


def test_that_a_close_that_was_refused_is_asked_for_again() -> None:
    desk = TradingDesk(faults=FirstCloseRefused()).start().trade_by_itself()
    enter(desk, CLOSE - 13)
    for seconds in (0, 1, 29):
        desk.tick(60 * (CLOSE - 10) + seconds)
    assert desk.trades == []
    leave(desk, CLOSE - 9)
    assert [trade.reason for trade in desk.trades] == [ExitReason.FLAT_BEFORE_CLOSE]


def test_that_a_position_that_was_not_closed_in_time_is_closed_at_the_first_quote_after(desk: TradingDesk) -> None:
    enter(desk, CLOSE - 13)
    leave(desk, CLOSE + 49 * 60)
    assert [trade.reason for trade in desk.trades] == [ExitReason.FLAT_BEFORE_CLOSE]


def test_that_a_setup_before_the_close_is_denied_by_name(desk: TradingDesk) -> None:
    desk.propose(CLOSE - 11)
    assert desk.denials() == ["before_close"]
    desk.propose(CLOSE - 1)
    assert desk.denials() == ["before_close"] * 2
    desk.tick(60 * (CLOSE + 49 * 60))
    assert desk.orders == 0


def test_that_a_card_says_so_and_its_approval_is_refused() -> None:
    desk = TradingDesk().start()
    desk.propose(CLOSE - 11)
    (card,) = desk.cards
    assert [denial.sentence for denial in card.objections] == [
        "the market closes in 10 min: no entries in the last 10 min"
    ]
    desk.do(ApprovePlan(card.plan.plan_id))
    assert "the market closes in 10 min" in desk.refusals[0]
    assert desk.plans[card.plan.plan_id].status is PlanStatus.AWAITING_APPROVAL


def test_that_a_position_taken_up_after_a_restart_is_closed_as_well(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    enter(first, CLOSE - 13)
    first.close()
    second = TradingDesk(tmp_path, broker=first.broker, clock=first.clock).start()
    leave(second, CLOSE - 10)
    assert [trade.reason for trade in second.trades] == [ExitReason.FLAT_BEFORE_CLOSE]


# -- a real weekend -----------------------------------------------------------------------------------------------


def over_the_weekend(minutes: int, tmp_path: Path) -> tuple[list[ClosedTrade], list[OpenTrade]]:
    """The closed trades, and those that stood over the weekend, with stops far enough away for a trade of hours.

    The hours before the start hold the end of a day: from it the desk learns when this broker stops.
    """
    whole = open_recording(recording(EARLY_BROKER))
    begins, friday, ends = (datetime.fromisoformat(f"2025-12-{each}Z") for each in ("04T20:00", "05T17:00", "08T00:30"))
    days = slice(*(whole.columns.first_from(end) for end in (begins, ends)))
    part = Recording(whole.source, whole.columns.rows(days))
    file = tmp_path / "settings.json"
    file.write_text(
        f"""{{
        "execution": {{"trailing": false, "adverse_candle_exit": false, "flat_before_close_minutes": {minutes}}},
        "risk_mitigation": {{"max_daily_loss_pct": 100, "max_consecutive_losses": 100, "max_trades_per_day": 1000}},
        "xauusd_rules": {{"sl_range": [20, 40], "tp_range": [40, 80],
                          "pre_trade_filters": {{"spread": {{"max_spread": 2.0, "max_ratio": 5}}}}}}
        }}"""
    )
    chosen: Settings = load_settings(file)
    desk = build_engine([part], chosen, speed=math.inf, start=friday)
    chronicle = Chronicle()
    chronicle.listen(desk.bus)
    opened: list[OpenTrade] = []

    def note(event: Event) -> None:
        assert isinstance(event, TradeOpened)
        opened.append(event.trade)

    desk.bus.subscribe(note, TradeOpened)
    trade_without_asking(desk, chosen)
    asyncio.run(desk.engine.play())
    desk.archive.close()
    weekend = week_end(friday)
    ended = {trade.ticket for trade in chronicle.trades if trade.exited_at < weekend}
    stood = [one for one in opened if one.position.opened_at < weekend and one.ticket not in ended]
    return list(chronicle.trades), stood


def test_that_without_the_rule_positions_in_real_gold_stand_over_the_weekend(tmp_path: Path) -> None:
    assert over_the_weekend(0, tmp_path)[1]


def test_that_no_position_in_real_gold_stands_over_the_weekend_at_a_broker_that_stops_early(tmp_path: Path) -> None:
    trades, stood = over_the_weekend(10, tmp_path)
    assert stood == []
    assert ExitReason.FLAT_BEFORE_CLOSE in [trade.reason for trade in trades]
