"""One proposed plan: what the user needs to decide, and the two buttons."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.features.approvals.view.click_guard import ClickGuard, GuardedButton
from gui.features.proposals.model import ProposalsModel, ProposalSummary
from gui.widgets.controls import make_words
from gui.widgets.restyle import restyle

ARM_TIP = "Lets the plan wait for its setup; it then trades in the mode of its symbol"
DECLINE_TIP = "Declines the proposal"
MARGIN, SPACING = 8, 4


class ProposalCardView(QFrame):
    """The buttons stand above what may grow, so that no longer text moves them."""

    def __init__(
        self, plan_id: str, proposals: ProposalsModel, guard: ClickGuard, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("proposalCard")
        self._guard, self._fingerprint = guard, ""
        self.title, self.author = make_words("cardTitle", wraps=False), make_words("cardBadge", wraps=False)
        self.countdown = make_words("cardCountdown", wraps=False)
        self.countdown.setToolTip("Market time until the proposal expires")
        self.figures = [make_words("cardFigure", wraps=False) for _ in range(4)]
        self._names = [make_words("cardName", wraps=False) for _ in range(4)]
        self.money, self.evidence, self.gate = make_words(""), make_words("cardEvidence"), make_words("cardGate")
        self.evidence.setToolTip("What the lab measured for these settings; details on the badge next to AUTO")
        self.note, self.answer = make_words("cardNote"), make_words("cardAnswer")
        self.note.setToolTip("Written by the program that proposed the plan")
        self.arm = GuardedButton("Arm", "arm", ARM_TIP, guard)
        self.decline = GuardedButton("Decline", "decline", DECLINE_TIP, guard)
        self._choose = partial(proposals.choose, plan_id)
        self.arm.clicked.connect(lambda: proposals.arm(plan_id))
        self.decline.clicked.connect(lambda: proposals.decline(plan_id))
        self._lay_out()

    def _lay_out(self) -> None:
        head, buttons, grid = QHBoxLayout(), QHBoxLayout(), QGridLayout()
        head.addWidget(self.title)
        head.addWidget(self.author)
        head.addStretch(1)
        head.addWidget(self.countdown)
        buttons.addWidget(self.arm, 3)
        buttons.addWidget(self.decline, 2)
        grid.setVerticalSpacing(0)
        for place, (name, figure) in enumerate(zip(self._names, self.figures, strict=True)):
            grid.addWidget(name, 0, place)
            grid.addWidget(figure, 1, place)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, MARGIN, 10, MARGIN)
        column.setSpacing(SPACING)
        for part in (head, buttons, grid):
            column.addLayout(part)
        for words in (self.money, self.evidence, self.gate, self.note, self.answer):
            column.addWidget(words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose()
        super().mousePressEvent(event)

    def show_summary(self, summary: ProposalSummary) -> None:
        self.title.setText(summary.title)
        self.author.setText(summary.author)
        self.countdown.setText(summary.countdown)
        for name, figure, (title, number) in zip(self._names, self.figures, summary.levels, strict=True):
            name.setText(title)
            figure.setText(number)
        self.money.setText(summary.money)
        for label, words in ((self.evidence, summary.evidence), (self.note, summary.note)):
            label.setText(words)
            label.setVisible(bool(words))
        against = "; ".join(summary.against)
        self.gate.setText(f"✗ Risk check failed: {against}" if against else "✓ Risk check passed")
        restyle(self.gate, "isWarning", bool(against))
        self.arm.setEnabled(summary.may_be_armed)
        self.decline.setEnabled(not summary.is_answered)
        self.answer.setText(summary.answer)
        self.answer.setVisible(bool(summary.answer))
        if summary.fingerprint != self._fingerprint:
            self._fingerprint = summary.fingerprint
            self._guard.restart(self.arm)
