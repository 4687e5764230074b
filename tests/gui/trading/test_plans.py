"""Writing a plan: from scratch, from a setup, from a place on the chart."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from config.desk import PaperSettings
from config.settings import Settings
from engine.adapters.paper.contracts import contract_for
from engine.domain.contract import Contract
from engine.domain.messages.commands import AddPlan
from engine.domain.plan import PlanStatus
from gui.features.chart.model.chart import ChartModel
from gui.features.trading.model.draft import PlanDraft
from gui.features.trading.model.trading import TradingModel
from gui.features.trading.view.plan_dialog import PlanDialog
from tests.approximate import close_to
from tests.builders import BITCOIN, GOLD, MONDAY, quote
from tests.gui.chart.builders import flush
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    window = TradingWindow(qtbot)
    window.tick(5)
    return window


def begin_at(window: TradingWindow, price: float) -> PlanDialog:
    """A right click on the chart at a price, and an entry of its menu."""
    QTest.mousePress(window.view.plot.viewport(), Qt.MouseButton.RightButton, pos=window.point(price))
    menu = window.view.price_actions
    (menu.plan_buy if price < 2000.0 else menu.plan_sell).trigger()
    dialog = window.controls.plan_dialog
    assert dialog is not None
    return dialog


def shown(dialog: PlanDialog) -> tuple[str, float, float, float]:
    return dialog.side.currentText(), dialog.entry.value(), dialog.stop.value(), dialog.target.value()


def test_that_enter_in_a_field_adds_the_plan_rather_than_closes_its_form(window: TradingWindow) -> None:
    dialog = begin_at(window, 1999.5)
    QTest.keyClick(dialog.symbol, Qt.Key.Key_Return)
    (asked,) = window.asked
    assert isinstance(asked, AddPlan)
    assert dialog.isVisible()


def test_that_a_new_plan_begins_at_the_market_with_levels_the_rules_allow(window: TradingWindow) -> None:
    window.controls.tabs.plans.new_plan.click()
    dialog = window.controls.plan_dialog
    assert dialog is not None
    assert shown(dialog) == ("BUY", 2000.0, 1999.15, 2001.7)
    assert dialog.summary.text() == "Stop 0.85, target 1.70, reward 2.00 R, risk 0.85"
    assert (dialog.faults.text(), dialog.add.isEnabled()) == ("", True)


def test_that_the_menu_of_the_chart_plans_either_side_and_copies_the_price(window: TradingWindow) -> None:
    side, entry, stop, target = shown(begin_at(window, 2000.6))
    assert (side, entry) == ("SELL", close_to(2000.6, abs=0.02))
    assert target < entry < stop
    assert shown(begin_at(window, 1999.4))[0] == "BUY"
    window.view.price_actions.copy.trigger()
    assert float(QGuiApplication.clipboard().text()) == close_to(1999.4, abs=0.02)


def test_that_the_plan_is_sent_once_and_the_form_closes_when_it_exists(window: TradingWindow) -> None:
    dialog = begin_at(window, 1999.5)
    dialog.add.click()
    dialog.add.click()
    (asked,) = window.asked
    assert isinstance(asked, AddPlan)
    assert (dialog.add.text(), dialog.isVisible()) == ("sent", True)
    window.frame()
    assert not window.controls.plan_dialog
    assert window.desk.plans[asked.plan.plan_id].status is PlanStatus.PENDING
    assert [line.is_draft for line in window.chart.trades.lines] == [False] * 3


def test_that_a_faulty_plan_cannot_be_sent_and_says_why(window: TradingWindow) -> None:
    dialog = begin_at(window, 1999.5)
    dialog.stop.setValue(1990.0)
    assert "is outside 0.5 to 1.2" in dialog.faults.text()
    dialog.add.click()
    assert (dialog.add.isEnabled(), window.asked) == (False, [])


def test_that_the_levels_of_a_draft_are_dragged_on_the_chart(window: TradingWindow) -> None:
    dialog = begin_at(window, 1999.6)
    _, entry, stop, target = shown(dialog)
    window.drag(stop, stop - 0.2)
    assert dialog.stop.value() == pytest.approx(stop - 0.2, abs=0.03)
    window.drag(entry, entry + 0.1)
    assert dialog.entry.value() - entry == pytest.approx(dialog.target.value() - target)
    assert window.asked == []


def test_that_another_side_mirrors_the_levels(window: TradingWindow) -> None:
    dialog = begin_at(window, 1999.5)
    _, entry, stop, target = shown(dialog)
    dialog.side.textActivated.emit("SELL")
    assert shown(dialog) == ("SELL", entry, close_to(2 * entry - stop), close_to(2 * entry - target))


def test_that_a_cancelled_draft_leaves_nothing_behind(window: TradingWindow) -> None:
    begin_at(window, 1999.5).reject()
    flush()
    assert (window.controls.plan_dialog, window.chart.trades.lines, window.asked) == (None, (), [])


def test_that_two_plans_of_one_second_have_names_of_their_own(window: TradingWindow) -> None:
    for _ in range(2):
        begin_at(window, 1999.5).add.click()
        window.frame()
    first, second = (command.plan.plan_id for command in window.asked if isinstance(command, AddPlan))
    assert first != second
    assert window.messages == []


def test_that_what_the_desk_refuses_is_reported_in_the_form(window: TradingWindow) -> None:
    dialog = begin_at(window, 1999.5)
    dialog.minutes.setValue(1)
    window.desk.clock.set(quote(3600).at)
    dialog.add.click()
    window.frame()
    assert "is in the past" in dialog.faults.text()
    assert dialog.isVisible()


def test_that_no_plan_is_begun_before_there_is_a_price(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.controls.tabs.plans.new_plan.click()
    assert window.messages == ["A plan cannot be created until XAUUSD has a price"]
    assert window.controls.plan_dialog is None


def test_that_a_new_plan_is_of_the_chart_in_front_unless_only_another_has_a_price(qtbot: QtBot) -> None:  # noqa: ARG001
    draft = PlanDraft(
        Settings(), {each.symbol: contract_for(each, PaperSettings()) for each in (GOLD, BITCOIN)}, lambda _: None
    )
    for instrument in (GOLD, BITCOIN):
        draft.add_chart(ChartModel(instrument))
    gold, bitcoin = quote(), quote(symbol="BTCUSD", bid=75_000.0)
    begun = []
    for quotes in ({"BTCUSD": bitcoin}, {"XAUUSD": gold}, {"XAUUSD": gold, "BTCUSD": bitcoin}):
        draft.move_on(quotes, MONDAY)
        draft.begin("BTCUSD")
        assert draft.fields is not None
        begun.append(draft.fields.symbol)
    assert begun == ["BTCUSD", "XAUUSD", "BTCUSD"]


def test_that_a_market_that_restarts_closes_the_form(window: TradingWindow) -> None:
    begin_at(window, 1999.5)
    window.model.open([])
    assert window.controls.plan_dialog is None


@pytest.mark.usefixtures("qapp")
def test_that_terms_that_arrive_after_the_window_was_built_are_used() -> None:
    contracts: dict[str, Contract] = {}
    model = TradingModel(Settings(), contracts)
    model.draw_on(ChartModel(GOLD))
    assert not model.draft.symbols
    contracts["XAUUSD"] = contract_for(GOLD, PaperSettings())
    assert model.draft.symbols == ("XAUUSD",)
    assert model.figures.simulated_fills
