"""Tables of trading: only changed cells are announced; filters, ages and figures."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from config.trading import RiskMitigation
from engine.domain.fills import FillModel
from engine.domain.market import Side
from engine.domain.messages.commands import AddPlan, CancelPlan
from engine.domain.messages.execution import OtherPositionsChanged, OtherTradeSeen
from engine.domain.orders import Account, Position, WorkingOrder
from engine.domain.plan import PlanStatus
from engine.domain.trades import DayFigures, Realised
from gui.features.trading.model.figures import DailyLoss, FiguresModel
from gui.features.trading.model.plans import ALL, ENDED, FILTERS, LIVE, PROPOSED, WAITING, PlansTable
from gui.features.trading.model.table import Cell, Column, RowTable
from tests.approximate import close_to
from tests.builders import GOLD_CONTRACT, MONDAY, closed_trade, plan
from tests.gui.trading.window import TradingWindow


def a_table() -> RowTable:
    table = RowTable([Column("Name", "", "xxxx"), Column("Price", "", "1,000.00", True)])
    table.put("a", [Cell("a"), Cell("1")])
    table.put("b", [Cell("b"), Cell("2")])
    return table


def test_that_the_newest_row_stands_on_top() -> None:
    assert [a_table().words(row)[0] for row in (0, 1)] == ["b", "a"]


def test_that_only_the_changed_cell_is_announced() -> None:
    table, changed = a_table(), []
    table.dataChanged.connect(
        lambda first, last: changed.append((first.row(), first.column(), last.row(), last.column()))
    )
    table.put("a", [Cell("a"), Cell("9")])
    table.put("b", [Cell("b"), Cell("2")])
    assert changed == [(1, 1, 1, 1)]
    assert table.words(1) == ["a", "9"]


def test_that_rows_keep_their_keys_when_one_between_them_goes() -> None:
    table = a_table()
    table.put("c", [Cell("c"), Cell("3")])
    table.remove("b")
    table.remove("b")
    assert [(table.key(row), table.words(row)[0]) for row in range(table.rowCount())] == [("c", "c"), ("a", "a")]


def plans_of_every_state() -> PlansTable:
    table = PlansTable()
    table.open({"XAUUSD": 2})
    for status in PlanStatus:
        table.show(plan(status.value, status=status, close_reason="why"))
    return table


@pytest.mark.parametrize(
    ("name", "rows"), [(ALL, 11), (PROPOSED, 1), (LIVE, 4), (WAITING, 2), (ENDED, 6), ("Denied", 1)]
)
def test_that_the_filter_lets_through_what_it_names(name: str, rows: int) -> None:
    table = plans_of_every_state()
    table.set_filter(name)
    assert table.rowCount() == rows
    assert all(PlanStatus(table.key(row)) in FILTERS[name] for row in range(rows))


def test_that_live_plans_are_shown_at_first_and_counted_in_any_filter() -> None:
    table = plans_of_every_state()
    assert (table.filter, table.rowCount(), table.live_count) == (LIVE, 4, 4)
    table.set_filter(ENDED)
    assert table.live_count == 4


def test_that_a_plan_that_moves_on_leaves_the_filter_of_its_former_state() -> None:
    table = plans_of_every_state()
    table.set_filter(WAITING)
    table.show(plan("pending", status=PlanStatus.CANCELLED))
    assert table.rowCount() == 1


def test_that_a_plans_age_runs_until_its_end() -> None:
    table = PlansTable()
    table.open({"XAUUSD": 2})
    table.show(plan())
    table.move_on(MONDAY + timedelta(minutes=2, seconds=5))
    assert table.words(0)[4] == "2:05"
    table.set_filter(ALL)
    table.show(plan(status=PlanStatus.EXPIRED, close_time=MONDAY + timedelta(minutes=30), close_reason="expired"))
    table.move_on(MONDAY + timedelta(hours=5))
    assert (table.words(0)[3], table.words(0)[4], table.words(0)[6]) == ("expired", "30:00", "expired")


def test_that_a_waiting_plan_is_cancelled_by_its_button(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.desk.do(AddPlan(plan()))
    window.frame()
    tabs = window.controls.tabs
    tabs.setCurrentWidget(tabs.plans)
    window.click_cell(tabs.plans.table, 0, "Cancel")
    assert window.asked == [CancelPlan("plan-1")]
    assert window.model.plans.words(0)[3] == "pending"
    window.frame()
    assert window.model.plans.rowCount() == 0
    window.model.plans.set_filter(ALL)
    assert (window.model.plans.words(0)[3], window.model.plans.words(0)[6]) == ("cancelled", "cancelled by the user")


def test_that_the_filter_box_shows_the_filter_of_the_model(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.controls.tabs.plans.filter.textActivated.emit(ENDED)
    assert (window.model.plans.filter, window.controls.tabs.plans.filter.currentText()) == (ENDED, ENDED)


def account_of(balance: float, open_profit: float = 0.0) -> Account:
    return Account(
        balance=balance,
        equity=balance + open_profit,
        margin=0.0,
        free_margin=balance,
        currency="USD",
        is_hedging=True,
        at=MONDAY,
    )


def a_day() -> FiguresModel:
    figures = FiguresModel(RiskMitigation)
    figures.account = account_of(10_000.0)
    figures.show(MONDAY.date(), DayFigures().plus(closed_trade(profit=1.0)).plus(closed_trade(profit=-3.0, ticket=2)))
    figures.move_on(MONDAY + timedelta(minutes=90), datetime.date)
    return figures


def test_that_the_days_results_are_announced() -> None:
    results = dict(a_day().results)
    assert results["Result"] == "−4.00 R, −2.00 USD"
    assert (results["Trades"], results["Win rate"], results["Drawdown"]) == ("2", "50 %", "3.00 USD")
    assert results["Expectancy"] == "−2.00 R a trade"


def test_that_a_simulated_day_names_its_fills_and_claims_no_interval() -> None:
    contract = msgspec.structs.replace(GOLD_CONTRACT, fill_model=FillModel.PATHS)
    figures = FiguresModel(RiskMitigation, {"XAUUSD": contract})
    figures.show(MONDAY.date(), DayFigures().plus(closed_trade(profit=1.0)))
    results = dict(figures.results)
    assert (results["Fills"], results["Depends on path"]) == ("candle paths", "not measured: one path")
    assert results["Mean R, 95 %"] == "too few days: one"
    assert figures.summary == "Today: 1 trade, +2.00 R, +1.00 (candle paths)"
    assert FiguresModel(RiskMitigation, {"XAUUSD": contract}).summary == "Today: no trades (candle paths)"
    assert "(" not in a_day().summary


def test_that_the_use_of_each_limit_is_shown() -> None:
    figures = a_day()
    figures.account, figures.open_profit, figures.open_positions = account_of(10_000.0, -8.0), -8.0, 1
    figures.count_entry(MONDAY)
    figures.count_entry(MONDAY + timedelta(minutes=80))
    uses = {use.title: use for use in figures.uses}
    assert uses["Daily loss"].words == "10.00 of 200.04 USD"
    assert uses["Consecutive losses"].share == 0.25
    assert (uses["Orders this hour"].words, uses["Orders today"].words) == ("1 of 10", "2 of 40")
    assert uses["Open positions"].words == "1 of 3"


def test_that_parts_closed_already_count_once_in_equity_and_in_the_daily_loss_net_of_costs() -> None:
    contract = msgspec.structs.replace(GOLD_CONTRACT, fill_model=FillModel.PATHS)
    figures = FiguresModel(RiskMitigation, {"XAUUSD": contract})
    figures.account, figures.open_profit = account_of(9_989.0, -15.0), -15.0  # −10 closed, −1 for it, −5 open
    figures.closed_parts = Realised(profit=-10.0, commission=-1.0)
    assert figures.equity == close_to(9_984.0)
    assert figures.daily_loss == DailyLoss(close_to(16.0), close_to(200.0))


def test_that_a_new_trading_day_begins_at_nothing() -> None:
    figures = a_day()
    figures.move_on(MONDAY + timedelta(days=1), datetime.date)
    assert dict(figures.results)["Trades"] == "0"
    assert figures.summary == "Today: no trades"


def test_that_a_market_that_starts_over_clears_everything(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.propose()
    window.controls.desk.cards[window.card].approve.click()
    window.tick(61)
    window.propose(2)
    window.model.open([])
    tables = (window.model.positions, window.model.plans, window.model.history)
    assert [table.rowCount() for table in tables] == [0, 0, 0]
    assert (window.controls.desk.cards, window.chart.trades.lines) == ({}, ())


def test_that_a_plan_of_another_account_is_shown_as_such_and_can_only_be_looked_at(qtbot: QtBot) -> None:  # noqa: ARG001
    table = PlansTable()
    asked: list[object] = []
    table.commanded.connect(asked.append)
    table.use_account("demo account 2 at Broker")
    table.show(plan("mine", account="demo account 2 at Broker"))
    table.show(plan("theirs", account="real account 7 at Broker"))
    by_name = {table.words(row)[-3]: table.words(row) for row in range(2)}
    assert {name: (words[5], words[-2]) for name, words in by_name.items()} == {
        "mine": ("Cancel", "demo account 2 at Broker"),
        "theirs": ("", "real account 7 at Broker"),
    }
    assert [each.plan_id for each in table.waiting] == ["mine"]
    table.use_account("real account 7 at Broker")
    assert [each.plan_id for each in table.waiting] == ["theirs"]


def test_that_positions_of_others_are_seen_and_cannot_be_touched(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    foreign = Position(
        ticket=9,
        identifier=9,
        symbol="XAUUSD",
        side=Side.SELL,
        volume_lots=0.5,
        entry=2000.0,
        stop_loss=None,
        take_profit=None,
        opened_at=MONDAY,
        is_ours=False,
    )
    window.model.on_event(OtherPositionsChanged(positions=(foreign,), at=MONDAY))
    words = window.model.positions.words(0)
    assert (words[:5], words[9:]) == (["XAUUSD", "SELL", "0.5", "2,000.00", "NONE"], ["not the desk's", "", "", ""])
    window.click_cell(window.controls.tabs.positions, 0, "not the desk's")
    assert window.asked == []
    window.model.on_event(OtherPositionsChanged(positions=(), at=MONDAY))
    assert window.model.positions.rowCount() == 0


def test_that_orders_of_others_and_positions_of_another_desk_are_named_so(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    order = WorkingOrder(
        symbol="XAUUSD", side=Side.BUY, volume_lots=0.1, at=MONDAY, ticket=7, price=1990.0, is_other_desk=True
    )
    window.model.on_event(OtherPositionsChanged(positions=(), orders=(order,), at=MONDAY))
    words = window.model.positions.words(0)
    assert (words[:4], words[9]) == (["XAUUSD", "BUY", "0.1", "1,990.00"], "order, another desk")
    seen = OtherTradeSeen(
        ticket=7, symbol="XAUUSD", side=Side.BUY, volume_lots=0.1, is_working=True, is_other_desk=True, at=MONDAY
    )
    window.model.on_event(seen)
    assert "An order by another desk is on the account: BUY 0.1 XAUUSD (7)" in window.messages[-1]
