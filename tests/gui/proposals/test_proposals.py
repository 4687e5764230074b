"""A program proposes a plan: it stands apart from the desk's own plans until the user arms or declines it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import AddPlan, ApprovePlan, SetAuthority
from engine.domain.messages.proposals import (
    ArmPlan,
    Caller,
    DeclinePlan,
    OutsideAuthorSeen,
    ProposalReviewed,
    ProposePlan,
    WithdrawProposal,
    author_words,
)
from engine.domain.messages.trading import CommandRefused, PlanChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from gui import theme
from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.kinds import AlertKind
from gui.features.approvals.view.click_guard import STILL_FOR_MS
from gui.features.proposals.panel import ProposalControls
from gui.features.proposals.view.board import ProposalBoard
from gui.features.proposals.view.card import ProposalCardView
from gui.features.trading.model.plans import ENDED, LIVE, PROPOSED
from gui.widgets.dock import make_dock
from tests.builders import plan
from tests.gui.desk_window import DeskWindow
from tests.gui.trading.window import TradingWindow
from tests.trading.desks import settings
from tests.trading.test_proposals import proposal


class ProposalWindow(TradingWindow):
    """The trading window with the panel of proposed plans."""

    def _populate(self) -> None:
        super()._populate()
        self.board = ProposalBoard(self.model.proposals)
        self.dock: QDockWidget = make_dock(self.window, "proposals", "Proposed plans", self.board, theme.DARK)
        self.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.hide()
        self.proposals = ProposalControls(self.window, self.model.proposals, self.dock, lambda: self.board)

    def receive(self, plan_id: str = "plan-1", **changes: Any) -> ProposalCardView:
        """A program proposes a plan, and its card comes."""
        self.desk.do(ProposePlan(proposal(plan_id, **changes)))
        self.frame()
        return self.board.cards[plan_id]

    @property
    def answers(self) -> list[object]:
        return [command for command in self.asked if isinstance(command, ArmPlan | DeclinePlan)]

    def status(self, plan_id: str = "plan-1") -> PlanStatus:
        return self.desk.plans[plan_id].status


@pytest.fixture
def window(qtbot: QtBot) -> ProposalWindow:
    window = ProposalWindow(qtbot)
    window.tick(5)
    return window


def test_that_a_proposal_arrives_is_shown_apart_and_is_armed_by_a_click(window: ProposalWindow) -> None:
    window.desk.trade_by_itself()
    card = window.receive(notes="buy\nthe dip")
    assert window.dock.isVisible()
    assert (card.title.text(), card.author.text()) == ("BUY XAUUSD", "Proposed by an assistant")
    assert card.money.text().startswith("Risk 0.50 USD = 1 R · cost ")
    assert card.gate.text() == "✓ Risk check passed"
    assert card.note.text() == "Note by an assistant: buy the dip"
    assert window.controls.tabs.tabText(1) == "Plans · 1 proposed"
    assert window.model.plans.rowCount() == 0  # among the desk's own plans it is none
    window.click(card.arm)
    window.frame()
    assert window.status() is PlanStatus.PENDING
    assert (window.board.cards, window.dock.isVisible()) == ({}, False)
    assert (window.controls.tabs.tabText(1), window.model.plans.rowCount()) == ("Plans 1", 1)


def test_that_a_declined_proposal_is_over(window: ProposalWindow) -> None:
    card = window.receive()
    window.click(card.decline)
    window.frame()
    assert (window.status(), window.board.cards) == (PlanStatus.REJECTED, {})


def test_that_armed_keys_arm_and_decline_the_oldest(window: ProposalWindow, qtbot: QtBot) -> None:
    window.receive()
    window.receive("plan-2")
    window.keys.adopt()
    window.view.setFocus()
    window.press(Qt.Key.Key_Return, shift=True)
    assert window.answers == []
    window.arm()
    window.press(Qt.Key.Key_Return, shift=True)
    window.frame()
    window.press(Qt.Key.Key_Backspace, shift=True)  # meant for the card before
    assert window.status("plan-2") is PlanStatus.PROPOSED
    qtbot.wait(STILL_FOR_MS + 50)
    window.press(Qt.Key.Key_Backspace, shift=True)
    window.frame()
    assert (window.status(), window.status("plan-2")) == (PlanStatus.PENDING, PlanStatus.REJECTED)


def test_that_a_card_that_has_just_come_takes_no_click(window: ProposalWindow) -> None:
    card = window.receive()
    QTest.mouseClick(card.arm, Qt.MouseButton.LeftButton)
    assert window.answers == []


def test_that_a_proposal_that_fails_the_risk_check_cannot_be_armed(window: ProposalWindow) -> None:
    card = window.receive()
    window.desk.do(SetAuthority(Authority.EXITS_ONLY))
    window.frame()
    window.frame()
    assert card.gate.text() == "✗ Risk check failed: the desk is CLOSE ONLY"
    assert (card.arm.isEnabled(), card.decline.isEnabled()) == (False, True)
    window.model.proposals.arm("plan-1")
    assert window.answers == []
    assert "was not armed: the desk is CLOSE ONLY" in window.messages[-1]


def test_that_a_click_on_a_card_asks_for_its_chart(window: ProposalWindow) -> None:
    card, chosen = window.receive(), list[str]()
    window.model.proposals.chosen.connect(chosen.append)
    QTest.mouseClick(card.title, Qt.MouseButton.LeftButton)
    assert chosen == ["XAUUSD"]


def test_that_a_refused_click_may_be_repeated(window: ProposalWindow) -> None:
    card = window.receive()
    window.model.proposals.refuse("plan-1", "try again")
    assert (card.answer.text(), card.arm.isEnabled()) == ("try again", True)


def test_that_the_table_of_plans_has_proposals_under_a_filter_of_their_own(window: ProposalWindow) -> None:
    window.receive()
    window.desk.do(AddPlan(plan("mine")))
    window.frame()
    plans, asked = window.model.plans, list[str]()
    assert [plans.key(row) for row in range(plans.rowCount())] == ["mine"]
    plans.set_filter(PROPOSED)
    assert [plans.key(row) for row in range(plans.rowCount())] == ["plan-1"]
    assert {"an assistant", "proposed", "Decline", "Review …"} <= set(plans.words(0))
    assert [words for words in plans.words(0) if words.startswith("until ") and words.endswith(", by an assistant")]
    window.model.proposals.asked.connect(asked.append)
    plans.click(0, plans.words(0).index("Review …"))
    plans.click(0, plans.words(0).index("Decline"))
    window.frame()
    assert (asked, window.status()) == (["plan-1"], PlanStatus.REJECTED)
    plans.set_filter(ENDED)
    assert plans.rowCount() == 1
    plans.set_filter(LIVE)


def test_that_the_card_of_a_triggered_plan_names_its_author(window: ProposalWindow) -> None:
    card = window.receive()
    window.click(card.arm)
    window.propose()
    approval = window.controls.desk.cards["plan-1"]
    assert approval.signals.text().startswith("Plan of an assistant · ")


def test_that_the_whole_window_has_a_panel_and_keys_for_proposals(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    engine = ProposalWindow(qtbot)
    engine.tick(5)
    engine.receive()
    for event in engine.desk.events:
        if isinstance(event, ProposalReviewed | PlanChanged):
            desk.desk.trading.on_event(event)
    assert desk.window.panels["proposals"].isVisible()
    assert desk.window.proposals.show("plan-1")
    assert not desk.window.proposals.show("another")
    assert desk.action("trading.arm_plan").isEnabled()


def test_that_a_proposal_and_a_new_author_make_alerts() -> None:
    board = AlertBoard(settings())
    waiting = proposal()
    board.on_event(PlanChanged(waiting), 0.0)
    board.on_event(PlanChanged(waiting), 100.0)
    board.on_event(OutsideAuthorSeen("my bot", "as_given", plan(created_by="my bot")), 200.0)
    assert [(alert.kind, alert.title) for alert in board.recent] == [
        (AlertKind.APPROVAL_WAITING, "BUY XAUUSD was proposed"),
        (AlertKind.LOCK, "First plan of my bot: BUY XAUUSD"),
    ]
    assert board.recent[1].words == "Its plans are watched; at AUTO they trade without approval"
    assert board.recent[1].label == "New author of plans"


def test_that_a_refused_request_of_a_program_does_not_cover_the_status_bar(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    desk.desk.trading.on_event(CommandRefused(WithdrawProposal("plan-1", Caller.ASSISTANT), "there is no such plan"))
    assert desk.window.statusBar().currentMessage() == ""
    desk.desk.trading.on_event(CommandRefused(ApprovePlan("plan-1", "x"), "the time is over"))
    assert desk.window.statusBar().currentMessage() == "Approve plan failed: the time is over"


@pytest.mark.parametrize(
    ("author", "words"),
    [
        ("assistant", "Proposed by an assistant"),
        ("http", "Proposed by an HTTP client"),
        ("terminal", "Proposed by the command line"),
        ("outside (assistant)", "Proposed by another program (assistant)"),
        ("my bot", "Proposed by my bot"),
    ],
)
def test_that_a_card_names_its_author_as_a_trader_reads_it(author: str, words: str) -> None:
    assert f"Proposed by {author_words(author)}" == words
