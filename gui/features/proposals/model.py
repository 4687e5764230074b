"""Plans that other programs propose, as cards: who proposes, what is at risk, and what the risk check says now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from engine.domain.messages.proposals import ArmPlan, DeclinePlan, ProposalCard, ReviewProposals, author_words
from engine.domain.plan import PlanStatus, TradePlan
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.words import span_text

MAX_CARDS = 20
"""Further proposals are in the table of plans."""
MAX_NOTE = 300
"""Characters of a note that a card shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSummary:
    """One card in words; `answer` is `sent` once it was clicked, or why the last click did nothing."""

    title: str
    author: str
    countdown: str
    levels: tuple[tuple[str, str], ...]
    money: str
    evidence: str
    note: str
    against: tuple[str, ...]
    answer: str
    is_answered: bool
    may_be_armed: bool
    fingerprint: str


class ProposalsModel(QObject):
    """The cards, oldest first. `changed` follows cards that come, go or are answered, `moved` what they say.

    `announced` carries a message for the user, `asked` the plan whose card the user wants to see,
    `chosen` the symbol of a card that was clicked.
    """

    changed = Signal()
    moved = Signal()
    commanded = Signal(object)
    announced = Signal(str)
    asked = Signal(str)
    chosen = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.evidence: Callable[[str], str] = str
        """What was measured for the settings of a symbol, in words."""
        self.currency = ""
        self._cards: dict[str, ProposalCard] = {}
        self._is_asking = False
        self._answered: set[str] = set()
        self._refusals: dict[str, str] = {}
        self._digits: Mapping[str, int] = {}
        self._now: datetime | None = None

    def open(self, digits: Mapping[str, int]) -> None:
        """A market restarts; `digits` of prices by symbol."""
        self._digits, self._now, self._is_asking = digits, None, False
        for kept in (self._cards, self._answered, self._refusals):
            kept.clear()
        self.changed.emit()

    # -- events of the engine

    def on_plan(self, plan: TradePlan) -> None:
        """A plan came into being or moved on."""
        if plan.status is PlanStatus.PROPOSED:
            self._is_asking = True  # its card follows
        elif self._cards.pop(plan.plan_id, None) is not None:
            self._answered.discard(plan.plan_id)
            self._refusals.pop(plan.plan_id, None)
            self.changed.emit()

    def show(self, card: ProposalCard) -> None:
        """What the risk check would say now of a proposed plan."""
        is_new = card.plan.plan_id not in self._cards
        self._cards[card.plan.plan_id] = card
        (self.changed if is_new else self.moved).emit()

    def refuse(self, plan_id: str, reason: str) -> None:
        """The click on a card came to nothing; it may be answered again."""
        if plan_id in self._cards:
            self._answered.discard(plan_id)
            self._refusals[plan_id] = reason
            self.changed.emit()

    def move_on(self, now: datetime | None) -> None:
        """The market's time; the risk check is asked what it thinks of the proposals now."""
        self._now = now
        if self._is_asking or self._cards:
            self._is_asking = False
            self.commanded.emit(ReviewProposals())

    # -- what the user sees

    @property
    def waiting(self) -> tuple[str, ...]:
        """Ids of the plans that are shown as cards, oldest first."""
        return tuple(self._cards)[:MAX_CARDS]

    @property
    def count(self) -> int:
        return len(self._cards)

    def summary(self, plan_id: str) -> ProposalSummary:
        """Raises KeyError for a plan that is not proposed."""
        card = self._cards[plan_id]
        plan, digits = card.plan, self._digits.get(card.plan.symbol, 2)
        prices = (("Entry", plan.entry_price), ("Stop", plan.stop_loss), ("Target", plan.take_profit))
        is_answered = plan_id in self._answered
        return ProposalSummary(
            title=f"{plan.direction.value} {plan.symbol}",
            author=f"Proposed by {author_words(plan.created_by)}",
            countdown="" if self._now is None else span_text(plan.expires_at - self._now),
            levels=(*((name, price_text(price, digits)) for name, price in prices), ("Lots", f"{plan.volume:g}")),
            money=f"Risk {card.money_at_risk:,.2f} {self.currency}".rstrip() + f" = 1 R · cost {card.cost_r:.2f} R",
            evidence=self.evidence(plan.symbol),
            note=_note(plan),
            against=card.against,
            answer="sent" if is_answered else self._refusals.get(plan_id, ""),
            is_answered=is_answered,
            may_be_armed=card.may_be_armed and not is_answered,
            fingerprint=card.fingerprint,
        )

    def choose(self, plan_id: str) -> None:
        """A click on a card beside its buttons."""
        if (card := self._cards.get(plan_id)) is not None:
            self.chosen.emit(card.plan.symbol)

    # -- what the user answers

    def arm(self, plan_id: str) -> None:
        """Lets the plan wait for its setup, as the card shows it, unless the risk check fails."""
        card = self._cards.get(plan_id)
        if card is None or plan_id in self._answered:
            return
        if not card.may_be_armed:
            self.announced.emit(f"{_name(card.plan)} was not armed: {'; '.join(card.against)}")
            return
        self._answer(plan_id)
        self.commanded.emit(ArmPlan(plan_id, card.fingerprint))

    def decline(self, plan_id: str) -> None:
        if plan_id in self._cards and plan_id not in self._answered:
            self._answer(plan_id)
            self.commanded.emit(DeclinePlan(plan_id))

    def arm_oldest(self) -> None:
        """Nothing happens while the oldest card waits for the engine."""
        if self._cards:
            self.arm(next(iter(self._cards)))

    def decline_oldest(self) -> None:
        if self._cards:
            self.decline(next(iter(self._cards)))

    def _answer(self, plan_id: str) -> None:
        self._answered.add(plan_id)
        self._refusals.pop(plan_id, None)
        self.changed.emit()


def _name(plan: TradePlan) -> str:
    return f"{plan.direction.value} {plan.symbol}"


def _note(plan: TradePlan) -> str:
    """The author's words on one line, marked as such."""
    words = " ".join(plan.notes.split())
    return (
        f"Note by {author_words(plan.created_by)}: {words[:MAX_NOTE]}{'…' if len(words) > MAX_NOTE else ''}"
        if words
        else ""
    )
