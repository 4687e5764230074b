"""One proposal that awaits approval: everything the user needs to decide, and the two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.features.approvals.model import ApprovalsModel, CardSummary
from gui.features.approvals.view.click_guard import ClickGuard, GuardedButton
from gui.features.ticket.model.proposal import ProposalEditor
from gui.features.ticket.view.order_form import OrderFormView
from gui.widgets.controls import make_button, make_words
from gui.widgets.restyle import restyle

APPROVE_TIP = "Send the order if the risk check still passes"
REJECT_TIP = "Reject the proposal"
MARGIN, SPACING = 8, 4


class CardView(QFrame):
    """Shows one plan; its buttons answer for it once. `chosen` is a click beside the buttons.

    The buttons stand above what may grow, so that no longer text moves them.
    """

    chosen = Signal()

    def __init__(
        self,
        plan_id: str,
        approvals: ApprovalsModel,
        editor: ProposalEditor,
        guard: ClickGuard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("approvalCard")
        self._guard, self._fingerprint = guard, ""
        self.title, self.badge = make_words("cardTitle", wraps=False), make_words("cardBadge", wraps=False)
        self.countdown = make_words("cardCountdown", wraps=False)
        self.countdown.setToolTip("Market time until the setup expires")
        self.signals = make_words("")
        self.evidence = make_words("cardEvidence")
        self.evidence.setToolTip("What the lab measured for these settings; details on the badge next to AUTO")
        self.figures = [make_words("cardFigure", wraps=False) for _ in range(4)]
        self._names = [make_words("cardName", wraps=False) for _ in range(4)]
        self.money = make_words("")
        self.moves = make_words("")
        self.gate = make_words("cardGate")
        self.gate.setMinimumHeight(2 * self.gate.fontMetrics().lineSpacing())  # an objection moves no other card
        self.gate.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.approve = GuardedButton("Approve", "approve", APPROVE_TIP, guard)
        self.reject = GuardedButton("Reject", "reject", REJECT_TIP, guard)
        self.approve.clicked.connect(lambda: approvals.approve(plan_id))
        self.reject.clicked.connect(lambda: approvals.reject(plan_id))
        self.edit = QPushButton("Edit")
        self.edit.setObjectName("editProposal")
        self.edit.setToolTip("Change size, stop and target before approval, here or on the chart")
        self.edit.setCheckable(True)
        self.edit.setAutoDefault(False)
        self.edit.clicked.connect(lambda: editor.begin(plan_id))
        self._editor = editor
        self.restore = make_button("Original values", "Restores the proposed size, stop and target", editor.restore)
        self.restore.setObjectName("restoreProposal")
        self.restore.hide()
        editor.form.moved.connect(self._show_restore)
        self.form: OrderFormView | None = None
        self.answer = make_words("cardAnswer")
        self._lay_out()

    def _lay_out(self) -> None:
        head, buttons, grid = QHBoxLayout(), QHBoxLayout(), QGridLayout()
        head.addWidget(self.title)
        head.addWidget(self.badge)
        head.addStretch(1)
        head.addWidget(self.countdown)
        grid.setVerticalSpacing(0)
        for place, (name, figure) in enumerate(zip(self._names, self.figures, strict=True)):
            grid.addWidget(name, 0, place)
            grid.addWidget(figure, 1, place)
        buttons.addWidget(self.approve, 3)
        buttons.addWidget(self.reject, 2)
        buttons.addWidget(self.edit, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, MARGIN, 10, MARGIN)
        column.setSpacing(SPACING)
        column.addLayout(head)
        column.addLayout(buttons)
        column.addWidget(self.gate)
        column.addWidget(self.signals)
        column.addWidget(self.evidence)
        column.addLayout(grid)
        self._place_of_form = QVBoxLayout()
        column.addLayout(self._place_of_form)
        for part in (self.money, self.moves):
            column.addWidget(part)
        column.addWidget(self.answer)

    @property
    def height_to_buttons(self) -> int:
        """Pixels from the card's top to below its buttons and the answer of the risk check."""
        head = max(self.title.sizeHint().height(), self.badge.sizeHint().height())
        return MARGIN + head + SPACING + self.approve.sizeHint().height() + SPACING + self.gate.minimumHeight() + MARGIN

    def end(self, words: str) -> None:
        """Keeps its place and height and shows the outcome; its buttons are disabled."""
        self.setFixedHeight(self.height())
        self.countdown.setText(words)
        self.answer.clear()
        for button in (self.approve, self.reject, self.edit):
            button.setEnabled(False)

    def show_editor(self, *, is_edited: bool) -> None:
        """Shows the form below the levels while the proposal is being edited, in place of what led to it."""
        self.edit.setChecked(is_edited)
        self.signals.setVisible(not is_edited)
        if is_edited and self.form is None:
            self.form = OrderFormView(self._editor.form)
            self._place_of_form.addWidget(self.form)
            self._place_of_form.addWidget(self.restore)
            self.form.size_number.setFocus()
        elif not is_edited and self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self.restore.setVisible(is_edited)
        self._show_restore()

    def _show_restore(self) -> None:
        self.restore.setEnabled(self._editor.is_changed)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit()
        super().mousePressEvent(event)

    def show_summary(self, summary: CardSummary) -> None:
        self.title.setText(f"{summary.side} {summary.symbol}")
        self.badge.setText(f"{summary.score} · A+" if summary.is_a_plus else summary.score)
        restyle(self.badge, "isAPlus", summary.is_a_plus)
        self.countdown.setText(summary.countdown)
        restyle(self.countdown, "isHurried", summary.is_hurried)
        self.signals.setText(summary.signals)
        self.evidence.setText(summary.evidence)
        self.evidence.setVisible(bool(summary.evidence) and self.form is None)
        for name, figure, (title, number) in zip(self._names, self.figures, summary.levels, strict=True):
            name.setText(title)
            figure.setText(number)
        note = f" · ▲ {summary.stop_note}" if summary.stop_note else ""
        self.money.setText(f"Risk {summary.risk} · cost {summary.cost}{note}")
        restyle(self.money, "isWarning", bool(summary.stop_note))
        self.moves.setText(f"Since the signal: price {summary.drift} · spread {summary.spread}")
        restyle(self.moves, "isWarning", summary.has_drifted)
        self._show_risk_check(summary)
        self._show_answer(summary)
        if summary.fingerprint != self._fingerprint:
            self._fingerprint = summary.fingerprint
            self._guard.restart(self.approve)

    def _show_risk_check(self, summary: CardSummary) -> None:
        objections, change = summary.objections, summary.refused_change
        words = f"✗ Risk check failed: {'; '.join(objections)}" if objections else "✓ Risk check passed"
        self.gate.setText(f"✗ Not accepted: {change}" if change else words)
        restyle(self.gate, "isWarning", bool(objections or change))

    def _show_answer(self, summary: CardSummary) -> None:
        hindrances = (summary.is_answered, summary.objections, summary.refused_change)
        self.approve.setEnabled(not any(hindrances))
        self.reject.setEnabled(not summary.is_answered)
        self.answer.setText(summary.answer)
        self.answer.setVisible(bool(summary.answer))
