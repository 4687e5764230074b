"""A stop that one candle can reach is warned of wherever the user decides about it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from config.settings import Settings
from gui.features.approvals.model import ApprovalsModel
from gui.features.chart.model.chart import ChartModel
from gui.features.trading.model.draft import PlanDraft
from tests.builders import GOLD, GOLD_CONTRACT, MONDAY, candle, quote
from tests.conditions.markets import a_setup
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    return TradingWindow(qtbot)


def test_that_an_approval_warns_of_a_stop_inside_one_candle(window: TradingWindow) -> None:
    window.propose()
    (card,) = window.desk.cards
    idea = replace(card.setup.idea, stop_in_ranges=0.4)
    model = ApprovalsModel(lambda: 0.25)
    model.ask(replace(card, setup=replace(card.setup, idea=idea)))
    assert model.summary(card.plan.plan_id).stop_note == "stop only 0.40 of an average M1 range"
    model.ask(replace(card, setup=replace(card.setup, idea=replace(idea, stop_in_ranges=1.5))))
    assert model.summary(card.plan.plan_id).stop_note == ""


def test_that_an_approval_on_a_source_without_spreads_calls_the_spread_unknown(window: TradingWindow) -> None:
    window.propose()
    (card,) = window.desk.cards
    model = ApprovalsModel(lambda: 0.25)
    idea = replace(card.setup.idea, is_spread_known=False)
    model.ask(replace(card, cost_r=0.0, spread=0.0, setup=replace(card.setup, idea=idea)))
    summary = model.summary(card.plan.plan_id)
    assert (summary.spread, summary.cost) == ("unknown", "0.00 R without spread")


def test_that_a_plan_being_written_warns_of_a_stop_inside_one_candle(qtbot: QtBot) -> None:  # noqa: ARG001
    draft = PlanDraft(Settings(), {"XAUUSD": GOLD_CONTRACT}, lambda _: None)
    chart = ChartModel(GOLD)
    chart.append([a_setup(candle=candle(), range_avg=2.0)])
    draft.add_chart(chart)
    draft.move_on({"XAUUSD": quote()}, MONDAY)
    draft.begin()
    draft.change(stop=1999.2, entry=2000.2)
    assert draft.summary.endswith("▲ The stop is only 0.50 of an average M1 range: one candle can reach it")
    draft.change(stop=1998.0)
    assert "▲" not in draft.summary
