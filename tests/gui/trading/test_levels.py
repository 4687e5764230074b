"""Levels of positions on the chart: a dragged one is a wish until the broker agrees."""

from __future__ import annotations

import math

import pytest
from msgspec import UNSET
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import AddPlan, ApprovePlan, CancelPlan, CloseTrade, Halt, MoveStops, ReplacePlan
from engine.domain.messages.engine import PlaybackChanged
from engine.domain.messages.trading import PlanChanged
from engine.domain.plan import PlanStatus
from gui.desk_model import DeskModel
from gui.features.trading.model.chart import MAX_PLANS
from gui.features.trading.model.levels import LevelKind
from gui.features.trading.model.plans import ALL, STATE
from gui.features.trading.model.positions import BREAK_EVEN, PositionsTable
from gui.features.trading.model.table import Cell, Tone
from tests.builders import GOLD_CONTRACT, MONDAY, plan
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    """A BUY at 2000.0, its stop at 1999.5, its target at 2001.0."""
    window = TradingWindow(qtbot)
    window.propose()
    window.arm()
    window.press(Qt.Key.Key_Return)
    window.tick(61)
    window.asked.clear()
    return window


def level(window: TradingWindow, kind: LevelKind) -> float:
    (price,) = [line.price for line in window.chart.trades.lines if line.kind is kind]
    return price


def test_that_a_position_stands_on_the_chart_with_its_levels(window: TradingWindow) -> None:
    assert [(line.price, line.words) for line in window.chart.trades.lines] == [
        (2000.0, "BUY 0.01 at 2,000.00"),
        (1999.5, "↕ Stop 1,999.50 −1.00 R"),
        (2001.0, "↕ Target 2,001.00 +2.00 R"),
    ]


def test_that_a_dragged_stop_moves_when_the_broker_agrees(window: TradingWindow) -> None:
    window.drag(1999.5, 1999.2)
    (asked,) = window.asked
    assert isinstance(asked, MoveStops)
    assert asked.stop_loss == pytest.approx(1999.2, abs=0.02)
    assert (asked.ticket, asked.take_profit) == (1001, UNSET)
    ((line, price, words),) = window.chart.trades.wishes
    assert (line.kind, price) == (LevelKind.STOP, asked.stop_loss)
    assert words.endswith(": pending")
    assert level(window, LevelKind.STOP) == 1999.5
    window.tick(62)
    assert level(window, LevelKind.STOP) == asked.stop_loss
    assert window.chart.trades.wishes == ()
    assert window.model.positions.words(0)[9] == "manual"


def test_that_a_target_dragged_just_before_the_stop_is_not_lost(window: TradingWindow) -> None:
    window.drag(2001.0, 2000.7)
    window.drag(1999.5, 1999.2)
    both = window.chart.trades.wishes
    assert len(both) == 2
    for second in (62, 63, 64):
        window.tick(second)
    assert level(window, LevelKind.TARGET) == pytest.approx(2000.7, abs=0.02)
    assert level(window, LevelKind.STOP) == pytest.approx(1999.2, abs=0.02)
    assert window.chart.trades.wishes == ()


def test_that_break_even_keeps_a_target_that_is_on_its_way(window: TradingWindow) -> None:
    window.tick(62, bid=2000.9)
    window.desk.do(MoveStops(1001, take_profit=2001.3))
    window.click_cell(window.controls.tabs.positions, 0, "Break-even")
    for second in (63, 64, 65):
        window.tick(second, bid=2000.9)
    assert level(window, LevelKind.TARGET) == pytest.approx(2001.3, abs=0.02)


def test_that_a_dragged_level_says_what_the_position_would_bring_there(window: TradingWindow) -> None:
    window.chart.trades.drag(window.chart.trades.lines[1], 1999.4)
    ((_, _, words),) = window.chart.trades.wishes
    assert words == "Stop to 1,999.40 −1.20 R, −0.60 USD"


def test_that_a_level_says_r_alone_while_the_worth_of_a_price_step_is_not_known(window: TradingWindow) -> None:
    trade = window.model.positions.trade(1001)
    assert trade is not None
    unknown = PositionsTable({"XAUUSD": replace(GOLD_CONTRACT, is_money_known=False)})
    assert unknown.value_at(trade, 1999.4) == "−1.20 R"


def test_that_a_stop_is_not_dragged_farther_than_a_plan_may_have_it(window: TradingWindow) -> None:
    window.drag(1999.5, 1998.6)
    window.frame()
    assert window.chart.trades.wishes == ()
    assert level(window, LevelKind.STOP) == 1999.5
    assert "is above the maximum of 1.2" in window.messages[0]


@pytest.mark.parametrize("price", [math.nan, math.inf, -math.inf])
def test_that_a_level_is_dragged_to_no_price_that_is_none(window: TradingWindow, price: float) -> None:
    lines = window.chart.trades
    stop = next(line for line in lines.lines if line.kind is LevelKind.STOP)
    lines.drag(stop, price)
    lines.drop()
    assert window.asked == []


def test_that_a_dragged_target_leaves_the_stop_alone(window: TradingWindow) -> None:
    window.drag(2001.0, 2000.7)
    window.tick(62)
    assert level(window, LevelKind.TARGET) == pytest.approx(2000.7, abs=0.02)
    assert level(window, LevelKind.STOP) == 1999.5


def test_that_a_refused_stop_snaps_back_and_says_why(window: TradingWindow) -> None:
    window.drag(1999.5, 2000.5)
    window.frame()
    assert level(window, LevelKind.STOP) == 1999.5
    assert window.chart.trades.wish is None
    assert "is beyond the market or too close to it" in window.messages[0]


def test_that_the_entry_cannot_be_dragged_and_the_view_is_panned_instead(window: TradingWindow) -> None:
    window.drag(2000.0, 2000.4)
    assert window.asked == []


def test_that_the_wish_goes_with_the_position(window: TradingWindow) -> None:
    stop = window.chart.trades.lines[1]
    window.chart.trades.drag(stop, 1999.3)
    assert [words for _, _, words in window.chart.trades.wishes] == ["Stop to 1,999.30 −1.40 R, −0.70 USD"]
    window.controls.modes.flatten.click()
    window.tick(62)
    assert (window.chart.trades.lines, window.chart.trades.wish) == ((), None)


@pytest.fixture
def planned(qtbot: QtBot) -> TradingWindow:
    """A plan of the user that waits for a setup to buy at 2000.0, its stop at 1999.4."""
    window = TradingWindow(qtbot)
    window.tick(1)
    window.desk.do(AddPlan(plan(stop_loss=1999.4, notes="why")))
    window.frame()
    return window


def test_that_the_plan_of_the_user_says_on_the_chart_that_it_waits(planned: TradingWindow) -> None:
    assert [line.words for line in planned.chart.trades.lines] == [
        "↕ Plan BUY entry 2,000.00, waits for a setup",
        "↕ Plan BUY stop 1,999.40",
        "↕ Plan BUY target 2,001.50",
    ]
    assert "not a limit order" in planned.model.plans.tip(0, STATE)


def test_that_a_level_of_a_saved_plan_is_dragged_and_another_plan_takes_its_place(planned: TradingWindow) -> None:
    planned.drag(1999.4, 1999.2)
    (asked,) = planned.asked
    assert isinstance(asked, ReplacePlan)
    assert (asked.plan_id, asked.plan.notes) == ("plan-1", "why")
    planned.frame()
    assert level(planned, LevelKind.STOP) == asked.plan.stop_loss == pytest.approx(1999.2, abs=0.02)
    assert planned.chart.trades.wishes == ()
    planned.model.plans.set_filter(ALL)
    first, second = (planned.model.plans.words(row) for row in range(2))
    assert (first[3], second[3]) == ("pending", "cancelled")
    assert "changed by the user" in second[6]
    planned.drag(2000.0, 2000.2)
    planned.frame()
    assert level(planned, LevelKind.STOP) == pytest.approx(1999.4, abs=0.03)
    assert level(planned, LevelKind.TARGET) == pytest.approx(2001.7, abs=0.03)


def test_that_a_refused_level_of_a_plan_snaps_back(planned: TradingWindow) -> None:
    planned.drag(1999.4, 1998.4)
    planned.frame()
    assert level(planned, LevelKind.STOP) == 1999.4
    assert planned.chart.trades.wishes == ()
    assert "stop distance" in planned.messages[-1]


def test_that_a_saved_plan_is_changed_in_its_form(planned: TradingWindow) -> None:
    table = planned.controls.tabs.plans.table
    planned.controls.tabs.setCurrentWidget(planned.controls.tabs.plans)
    planned.click_cell(table, 0, "Change …")
    dialog = planned.controls.plan_dialog
    assert dialog is not None
    assert (dialog.windowTitle(), dialog.add.text(), dialog.notes.text()) == ("Change plan", "Save changes", "why")
    assert "not a limit order" in dialog.waits.text()
    assert len(planned.chart.trades.lines) == 3
    dialog.stop.setValue(1999.1)
    dialog.add.click()
    planned.frame()
    assert planned.controls.plan_dialog is None
    assert level(planned, LevelKind.STOP) == 1999.1
    (asked,) = planned.asked
    assert isinstance(asked, ReplacePlan)
    assert asked.plan.expires_at == plan().expires_at


def test_that_a_plan_that_waits_no_more_opens_no_form(planned: TradingWindow) -> None:
    planned.desk.do(CancelPlan("plan-1"))
    planned.frame()
    planned.model.draft.begin_change("plan-1")
    assert planned.controls.plan_dialog is None
    assert "cannot be changed" in planned.messages[-1]


def test_that_a_hidden_overlay_cannot_be_taken_hold_of(window: TradingWindow) -> None:
    window.view.set_overlay_visible("trades", False)
    window.drag(1999.5, 1999.2)
    assert window.asked == []


# -- ideas, break-even, pause


def living(window: TradingWindow) -> str:
    return window.desk.cards[-1].setup.signal_id


def test_that_the_levels_of_an_idea_go_when_its_proposal_has_ended(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.propose()
    signal_id = living(window)
    assert not window.chart.trades.covers_idea(signal_id)
    window.model.approvals.reject(window.card)
    window.frame()
    assert window.chart.trades.covers_idea(signal_id)
    assert not window.chart.trades.covers_idea("another-signal")


def test_that_a_setup_that_is_proposed_again_after_a_jump_back_shows_its_levels_again(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.propose()
    plan = window.desk.cards[-1].plan
    window.model.approvals.reject(window.card)
    window.frame()
    window.model.on_event(PlanChanged(plan))
    assert not window.chart.trades.covers_idea(living(window))


def test_that_break_even_is_grey_until_a_stop_can_stand_at_the_entry(window: TradingWindow) -> None:
    table = window.model.positions
    window.tick(62, bid=1999.8)
    assert table.cell(0, BREAK_EVEN) == Cell("Break-even", Tone.MUTED)
    window.tick(63, bid=2000.2)
    assert table.cell(0, BREAK_EVEN) == Cell("Break-even", Tone.ACTION)


def test_that_what_is_asked_for_in_pause_says_that_it_waits() -> None:
    desk = DeskModel()
    said: list[str] = []
    desk.trading.announced.connect(said.append)
    desk.trading.commanded.emit(CloseTrade(1))
    desk.playback.show(PlaybackChanged(is_paused=True, speed=1.0))
    for command in (ApprovePlan("p"), MoveStops(1, stop_loss=1.0), CloseTrade(1), Halt("enough")):
        desk.trading.commanded.emit(command)
    assert said == ["The market is paused: this waits for the next quote"] * 3


def test_that_a_chart_shows_the_levels_of_so_many_plans_as_can_be_distinguished(window: TradingWindow) -> None:
    before = len(window.chart.trades.lines)
    for number in range(MAX_PLANS + 10):
        window.model.on_event(PlanChanged(plan(f"p{number}")))
    assert len(window.chart.trades.lines) == before + 3 * MAX_PLANS
    assert window.model.plans.plan(f"p{MAX_PLANS + 9}") is not None
    for number in range(20):
        ended = plan(f"p{number}").moved_to(PlanStatus.CANCELLED, close_time=MONDAY, close_reason="")
        window.model.on_event(PlanChanged(ended))
    assert len(window.chart.trades.lines) == before + 3 * (MAX_PLANS + 10 - 20)
