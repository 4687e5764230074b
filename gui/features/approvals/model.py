"""Proposals awaiting approval, as cards: what is proposed, what it costs, and how the market has moved since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from engine.conditions.catalogue import TITLES
from engine.domain.market import Quote, Side
from engine.domain.messages.commands import ApprovePlan, RejectPlan, ReviewApprovals
from engine.domain.messages.proposals import author_words
from engine.domain.orders import signed
from engine.domain.plan import price_to_enter
from engine.domain.risk import ApprovalCard
from engine.trading.plans.planner import SCANNER
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.words import span_text

UNMOVED_R = 0.005
"""Smaller moves of price are shown as none."""
HURRY_S = 10.0
"""Seconds before the end from which the countdown warns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSummary:
    """One card in words. `answer` is `sent` once it was clicked, or why the last click did nothing; empty before.

    `is_answered` while the answer is on its way: it takes no other. `fingerprint` names what an approval would be for.
    `refused_change` says why the desk did not accept what its form shows; empty where both agree.
    """

    plan_id: str
    side: str
    symbol: str
    score: str
    is_a_plus: bool
    signals: str
    levels: tuple[tuple[str, str], ...]
    risk: str
    stop_note: str
    cost: str
    drift: str
    has_drifted: bool
    spread: str
    objections: tuple[str, ...]
    countdown: str
    is_hurried: bool
    answer: str
    is_answered: bool
    refused_change: str
    fingerprint: str
    evidence: str = ""
    """What was measured for the settings; empty if nothing is to be shown."""


class ApprovalsModel(QObject):
    """The cards, oldest first. A card is answered once: further clicks on it do nothing.

    `changed` follows new, removed and answered cards; `moved` follows quotes and time; `announced` carries a message
    for the user.
    """

    changed = Signal()
    moved = Signal()
    commanded = Signal(object)
    announced = Signal(str)

    def __init__(self, max_drift_r: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._max_drift_r = max_drift_r
        self.evidence: Callable[[str], str] = _nothing
        """What was measured for the settings of a symbol, in words."""
        self._cards: dict[str, ApprovalCard] = {}
        self._answered: set[str] = set()
        self._refusals: dict[str, str] = {}
        self._refused_changes: dict[str, str] = {}
        self._last_outcome = ("", "")
        self._digits: Mapping[str, int] = {}
        self._quotes: Mapping[str, Quote] = {}
        self._now: datetime | None = None
        self.currency = ""
        self.balance: float | None = None

    def open(self, digits: Mapping[str, int]) -> None:
        """A market restarts; `digits` of prices by symbol."""
        self._digits = digits
        for card in self._cards.values():
            self.announced.emit(f"{_name(card)}: the proposal ended because the market was restarted")
        self._cards.clear()
        self._answered.clear()
        self._refusals.clear()
        self._refused_changes.clear()
        self.changed.emit()

    # -- events of the engine

    def ask(self, card: ApprovalCard) -> None:
        """A proposal waits."""
        self._cards[card.plan.plan_id] = card
        self.changed.emit()

    def review(self, card: ApprovalCard) -> None:
        """What the gate would say now of a proposal that waits."""
        if card.plan.plan_id in self._cards:
            self._cards[card.plan.plan_id] = card
            self.moved.emit()

    def remove(self, plan_id: str, verdict: str) -> None:
        """A proposal has ended."""
        if (card := self._cards.pop(plan_id, None)) is not None:
            self._answered.discard(plan_id)
            self._refusals.pop(plan_id, None)
            self._refused_changes.pop(plan_id, None)
            if (words := _ENDS.get(verdict)) is not None:
                self.announced.emit(f"{_name(card)}: {words}")
            self._last_outcome = (plan_id, verdict.capitalize())
            self.changed.emit()

    def outcome(self, plan_id: str) -> str:
        """How the proposal that ended last has ended; empty for any other."""
        ended, words = self._last_outcome
        return words if plan_id == ended else ""

    def refuse(self, plan_id: str, reason: str) -> None:
        """The click on a card came to nothing; it may be answered again."""
        if plan_id in self._cards:
            self._answered.discard(plan_id)
            self._refusals[plan_id] = reason
            self.changed.emit()

    def refuse_change(self, plan_id: str, reason: str) -> None:
        """The form of a card shows what the desk did not accept: nothing is approved until it
        does, or the form is closed.

        An empty reason ends that.
        """
        if plan_id in self._cards and reason != self._refused_changes.get(plan_id, ""):
            self._refused_changes[plan_id] = reason
            self.changed.emit()

    def move_on(self, quotes: Mapping[str, Quote], now: datetime | None) -> None:
        """The newest quotes by symbol, and the market's time; the gate is asked what it thinks of the cards now."""
        self._quotes, self._now = quotes, now
        if self._cards:
            self.commanded.emit(ReviewApprovals())
            self.moved.emit()

    # -- what the user sees

    @property
    def waiting(self) -> tuple[str, ...]:
        """Ids of the plans that wait, oldest first."""
        return tuple(self._cards)

    @property
    def waiting_symbols(self) -> frozenset[str]:
        """Symbols with a proposal that awaits approval."""
        return frozenset(card.plan.symbol for card in self._cards.values())

    def card(self, plan_id: str) -> ApprovalCard | None:
        """The card of a plan that waits, as the engine last said."""
        return self._cards.get(plan_id)

    def is_answered(self, plan_id: str) -> bool:
        """Whether its answer is on the way."""
        return plan_id in self._answered

    def summary(self, plan_id: str) -> CardSummary:
        """Raises KeyError for a plan that does not wait."""
        card = self._cards[plan_id]
        setup, digits = card.setup, self._digits.get(card.plan.symbol, 2)
        drift, left_s = self._drift_r(card), self._seconds_left(card)
        return CardSummary(
            plan_id=plan_id,
            side=card.plan.direction.value,
            symbol=card.plan.symbol,
            score=f"score {setup.score:.3g}",
            is_a_plus=setup.is_a_plus,
            signals=_signals(card),
            levels=_levels(card, digits),
            risk=self._risk(card),
            stop_note=_stop_note(card),
            cost=f"{card.cost_r:.2f} R" if setup.idea.is_spread_known else f"{card.cost_r:.2f} R without spread",
            drift=self._passed(card) or _drift_words(drift),
            has_drifted=bool(self._passed(card)) or (drift is not None and abs(drift) > self._max_drift_r()),
            spread=self._spread(card, digits),
            objections=tuple(denial.sentence for denial in card.objections),
            countdown="" if left_s is None else span_text(card.ends_at - (self._now or card.ends_at)),
            is_hurried=left_s is not None and left_s <= HURRY_S,
            answer="sent" if plan_id in self._answered else self._refusals.get(plan_id, ""),
            is_answered=plan_id in self._answered,
            refused_change=self._refused_changes.get(plan_id, ""),
            fingerprint=card.fingerprint,
            evidence=self.evidence(card.plan.symbol),
        )

    def _risk(self, card: ApprovalCard) -> str:
        words = f"{card.money_at_risk:,.2f} {self.currency}".rstrip()
        if not self.balance:
            return f"{words} = 1 R"
        return f"{words} = 1 R, {100.0 * card.money_at_risk / self.balance:.2g} % of the balance"

    def _spread(self, card: ApprovalCard, digits: int) -> str:
        if not card.setup.idea.is_spread_known:
            return "unknown"
        quote, then = self._quotes.get(card.plan.symbol), price_text(card.spread, digits)
        if quote is None:
            return then
        change = quote.spread - card.spread
        unmoved = abs(change) < 0.5 * 10.0**-digits
        return f"{then}, unchanged" if unmoved else f"{price_text(quote.spread, digits)}, was {then}"

    def _drift_r(self, card: ApprovalCard) -> float | None:
        """How much worse the entry has become since the signal, in R; None without a quote."""
        quote, side = self._quotes.get(card.plan.symbol), card.plan.direction
        risk = abs(card.idea_price - card.plan.stop_loss)
        if quote is None or not risk:
            return None
        return signed(side, price_to_enter(side, quote) - card.idea_price) / risk

    def _passed(self, card: ApprovalCard) -> str:
        """The level that price has passed already, in words: no entry is cheap beyond its stop. Empty for none."""
        quote, plan = self._quotes.get(card.plan.symbol), card.plan
        if quote is None:
            return ""
        side = plan.direction
        price = quote.bid if side is Side.BUY else quote.ask
        if signed(side, price - plan.stop_loss) <= 0.0:
            return "beyond the stop"
        return "beyond the target" if signed(side, price - plan.take_profit) >= 0.0 else ""

    def _seconds_left(self, card: ApprovalCard) -> float | None:
        return None if self._now is None else max(0.0, (card.ends_at - self._now).total_seconds())

    # -- what the user answers

    def approve(self, plan_id: str) -> None:
        """Sends the answer, with what the card shows, unless it has one, its form shows something else, or the risk
        check fails."""
        if not self._may_answer(plan_id):
            return
        card = self._cards[plan_id]
        if reason := self._refused_changes.get(plan_id, ""):
            self.announced.emit(f"{_name(card)} was not approved: what you entered was not accepted: {reason}")
            return
        if card.objections:
            reasons = "; ".join(denial.sentence for denial in card.objections)
            self.announced.emit(f"{_name(card)} was not approved: the risk check failed: {reasons}")
            return
        self._answer(plan_id)
        self.commanded.emit(ApprovePlan(plan_id, card.fingerprint))

    def reject(self, plan_id: str) -> None:
        """Sends the answer, unless the card has one."""
        if self._may_answer(plan_id):
            self._answer(plan_id)
            self.commanded.emit(RejectPlan(plan_id))

    def approve_oldest(self) -> None:
        """Nothing happens while the oldest card waits for the engine: a hasty second press is not for the next one."""
        if self._cards:
            self.approve(next(iter(self._cards)))

    def reject_oldest(self) -> None:
        if self._cards:
            self.reject(next(iter(self._cards)))

    def _may_answer(self, plan_id: str) -> bool:
        return plan_id in self._cards and plan_id not in self._answered

    def _answer(self, plan_id: str) -> None:
        self._answered.add(plan_id)
        self.changed.emit()


_ENDS = {"expired": "the proposal expired", "withdrawn": "the proposal was withdrawn because its plan ended"}
"""Messages on unanswered proposals, by how they ended."""


def _name(card: ApprovalCard) -> str:
    return f"{card.plan.direction.value} {card.plan.symbol}"


def _signals(card: ApprovalCard) -> str:
    """What led to it, and whose plan it is where the desk did not make it."""
    names = ", ".join(TITLES.get(name, name) for name in (*card.setup.signals, *card.setup.edges))
    author = card.plan.created_by
    return names if author == SCANNER else f"Plan of {author_words(author)} · {names}"


def _levels(card: ApprovalCard, digits: int) -> tuple[tuple[str, str], ...]:
    plan = card.plan
    return (
        ("Entry", price_text(card.idea_price, digits)),
        ("Stop", price_text(plan.stop_loss, digits)),
        ("Target", price_text(plan.take_profit, digits)),
        ("Lots", f"{plan.volume:g}"),
    )


def _stop_note(card: ApprovalCard) -> str:
    """Warns of a stop that one candle can reach; empty where it lies beyond an average one."""
    idea = card.setup.idea
    distance = abs(card.idea_price - card.plan.stop_loss)
    ranges = idea.stop_in_ranges * distance / idea.stop_distance
    return f"stop only {ranges:.2f} of an average M1 range" if ranges < 1.0 else ""


def _drift_words(drift_r: float | None) -> str:
    if drift_r is None:
        return "unknown, no quote yet"
    if abs(drift_r) < UNMOVED_R:
        return "unmoved"
    return f"{'worse' if drift_r > 0.0 else 'better'} by {abs(drift_r):.2f} R"


def _nothing(_: str) -> str:
    return ""
