"""Plans of every state as a table, with a filter, their age and why they ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from engine.domain.account import NO_ACCOUNT, account_words
from engine.domain.messages.commands import CancelPlan
from engine.domain.messages.proposals import CALLERS, RESERVED_AUTHORS, DeclinePlan, author_words
from engine.domain.plan import PlanStatus, TradePlan
from engine.reporting.words import spoken
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.plan_changes import may_change, waits_words
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.trading.model.words import reason_text, span_text
from gui.zones import row_text, second_text, zone_title

COLUMNS = (
    Column("Made, UTC", "Market time at which the plan was made", "02-18 08:31:59"),
    Column("Symbol", "What the plan trades", "XAUUSDc"),
    Column("Side", "BUY or SELL", "SELL"),
    Column("State", "State of the plan", "awaiting approval"),
    Column("Age", "Market time since it was made, or its lifetime", "10:00:00", True),
    Column("", "Cancel the plan", "Cancel"),
    Column("Reason", "Why it ended, or when it expires", "spread is 1.62 times its average, max 1.5"),
    Column("Entry", "Planned entry price", "104,925.90", True),
    Column("Stop", "Stop loss", "104,925.90", True),
    Column("Target", "Take profit", "104,925.90", True),
    Column("Lots", "Volume", "0.01", True),
    Column("By", "Who made it", "scanner"),
    Column("Plan", "ID of the plan", "scanner-p12-0123456789abcdef"),
    Column(
        "Account", "The account of the plan; it is executed only on that account", "demo account 12345678 at Broker"
    ),
    Column("", "Change a plan that waits for a setup", "Change …"),
)
MADE, STATE, AGE, CANCEL, CHANGE = 0, 3, 4, 5, 14

_WAITING = frozenset({PlanStatus.PENDING, PlanStatus.AWAITING_APPROVAL})
_AT_BROKER = frozenset({PlanStatus.EXECUTING, PlanStatus.OPEN})
_PROPOSED = frozenset({PlanStatus.PROPOSED})
LIVE, PROPOSED, WAITING, AT_BROKER, ENDED, ALL = (
    *("Live", "Proposed", "Waiting", "At the broker", "Ended", "All states"),
)
FILTERS: Mapping[str, frozenset[PlanStatus]] = {
    LIVE: _WAITING | _AT_BROKER,
    PROPOSED: _PROPOSED,
    WAITING: _WAITING,
    AT_BROKER: _AT_BROKER,
    ENDED: frozenset(PlanStatus) - _PROPOSED - _WAITING - _AT_BROKER,
    ALL: frozenset(PlanStatus),
    **{
        spoken(status.value).capitalize(): frozenset({status}) for status in PlanStatus if status is not PlanStatus.OPEN
    },
}
"""The filters that can be chosen: groups of states, then single states. Proposed plans stand apart: until the user arms
one it is no plan of the desk."""


class PlansTable(RowTable):
    """One row per plan that the filter lets through, the one first heard of last on top.

    `chosen` carries the id of a plan that the user wants to see, `change_asked` of one that the user wants to change,
    `proposal_asked` of a proposed one that the user wants to answer.
    """

    commanded = Signal(object)
    chosen = Signal(str)
    change_asked = Signal(str)
    proposal_asked = Signal(str)
    filter_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._digits: Mapping[str, int] = {}
        self._plans: dict[str, TradePlan] = {}
        self._unfinished: dict[str, TradePlan] = {}
        self._now: datetime | None = None
        self._zone: tzinfo = UTC
        self._account = NO_ACCOUNT
        self.filter = LIVE

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self.retitle(MADE, f"Made, {zone_title(zone)}")
        self._show_all()

    def open(self, digits: Mapping[str, int]) -> None:
        """A market restarts; what the store knows is announced again."""
        self._digits = digits
        self._plans.clear()
        self._unfinished.clear()
        self._now = None
        self.replace([])

    def use_account(self, account: str) -> None:
        """Whose plans the desk carries out from now on."""
        self._account = account
        self._show_all()

    @property
    def live_count(self) -> int:
        """Plans that have not ended, whichever are shown, without those that are only proposed."""
        return sum(plan.status is not PlanStatus.PROPOSED for plan in self._unfinished.values())

    @property
    def live_words(self) -> str:
        """What the plans that `live_count` counts do; a market order has one as well."""
        opened = sum(plan.status is PlanStatus.OPEN for plan in self._unfinished.values())
        waiting = self.live_count - opened
        return f"Every order belongs to a plan. Live now: {waiting} waiting, {opened} with an open position"

    def count_of(self, authors: Collection[str]) -> tuple[int, int]:
        """How many plans of these authors are proposed, and how many were."""
        found = [plan.status is PlanStatus.PROPOSED for plan in self._plans.values() if plan.created_by in authors]
        return sum(found), len(found) - sum(found)

    @property
    def waiting(self) -> Iterable[TradePlan]:
        """Plans of this account that have sent no order yet, oldest first."""
        return (plan for plan in self._unfinished.values() if self._may_be_cancelled(plan))

    def _may_be_cancelled(self, plan: TradePlan) -> bool:
        return plan.status in _WAITING and not self._is_of_another_account(plan)

    def _is_of_another_account(self, plan: TradePlan) -> bool:
        return NO_ACCOUNT not in (plan.account, self._account) and plan.account != self._account

    def plan(self, plan_id: str) -> TradePlan | None:
        """What is known of a plan; None where nothing is."""
        return self._plans.get(plan_id)

    def show(self, plan: TradePlan) -> None:
        """A plan came into being or moved on."""
        self._plans[plan.plan_id] = plan
        if plan.is_final:
            self._unfinished.pop(plan.plan_id, None)
        else:
            self._unfinished[plan.plan_id] = plan
        if plan.status in FILTERS[self.filter]:
            self.put(plan.plan_id, self._row(plan))
        else:
            self.remove(plan.plan_id)

    def move_on(self, now: datetime | None) -> None:
        """Ages at the market's time."""
        self._now = now
        for plan_id, plan in self._unfinished.items():
            if self.has(plan_id):
                self.put_cell(plan_id, AGE, self._age(plan))

    def set_filter(self, name: str) -> None:
        """Raises KeyError for a name that is none of `FILTERS`."""
        if name not in FILTERS:
            raise KeyError(name)
        self.filter = name
        self._show_all()
        self.filter_changed.emit()

    def _show_all(self) -> None:
        states = FILTERS[self.filter]
        self.replace([(plan.plan_id, self._row(plan)) for plan in self._plans.values() if plan.status in states])

    def click(self, row: int, column: int) -> None:
        """A click on a cell: those that say so do something, any other shows the plan on its chart."""
        is_action = self.cell(row, column).tone is Tone.ACTION
        is_proposed = self._plans[self.key(row)].status is PlanStatus.PROPOSED
        if is_action and is_proposed:
            self._answer_proposal(self.key(row), column)
        elif is_action and column == CHANGE:
            self.change_asked.emit(self.key(row))
        elif is_action:
            self.commanded.emit(CancelPlan(self.key(row)))
        else:
            self.chosen.emit(self.key(row))

    def _answer_proposal(self, plan_id: str, column: int) -> None:
        if column == CANCEL:
            self.commanded.emit(DeclinePlan(plan_id))
        else:
            self.proposal_asked.emit(plan_id)

    def tip(self, row: int, column: int) -> str:
        plan = self._plans[self.key(row)]
        return waits_words(plan.direction.value) if column == STATE and may_change(plan) else super().tip(row, column)

    # -- cells

    def _row(self, plan: TradePlan) -> list[Cell]:
        digits = self._digits.get(plan.symbol, 2)
        prices = (plan.entry_price, plan.stop_loss, plan.take_profit)
        return [
            Cell(row_text(plan.created_at, self._zone)),
            Cell(plan.symbol),
            Cell(plan.direction.value),
            Cell(spoken(plan.status.value), _TONES.get(plan.status, Tone.PLAIN)),
            self._age(plan),
            self._ending(plan),
            Cell(self._reason(plan), Tone.MUTED),
            *(Cell(price_text(price, digits)) for price in prices),
            Cell(f"{plan.volume:g}"),
            Cell(author_words(plan.created_by)),
            Cell(plan.plan_id),
            Cell(account_words(plan.account), Tone.MUTED if self._is_of_another_account(plan) else Tone.PLAIN),
            self._changing(plan),
        ]

    def _ending(self, plan: TradePlan) -> Cell:
        if self._is_proposed_here(plan):
            return Cell("Decline", Tone.ACTION)
        return Cell("Cancel", Tone.ACTION) if self._may_be_cancelled(plan) else Cell("")

    def _changing(self, plan: TradePlan) -> Cell:
        if self._is_proposed_here(plan):
            return Cell("Review …", Tone.ACTION)
        return Cell("Change …", Tone.ACTION) if self._may_be_cancelled(plan) and may_change(plan) else Cell("")

    def _is_proposed_here(self, plan: TradePlan) -> bool:
        return plan.status is PlanStatus.PROPOSED and not self._is_of_another_account(plan)

    def _age(self, plan: TradePlan) -> Cell:
        end = plan.close_time if plan.is_final else self._now
        return Cell("" if end is None else span_text(end - plan.created_at))

    def _reason(self, plan: TradePlan) -> str:
        """Why it ended; while it waits, until when it does, and whose it is if another program's."""
        if plan.is_final:
            return reason_text(plan.close_reason)
        if plan.status not in _WAITING | _PROPOSED:
            return ""
        until = f"until {second_text(plan.expires_at, self._zone)}"
        is_own = plan.created_by in RESERVED_AUTHORS - CALLERS
        return until if is_own else f"{until}, by {author_words(plan.created_by)}"


_TONES = {
    PlanStatus.PROPOSED: Tone.WARNING,
    PlanStatus.AWAITING_APPROVAL: Tone.WARNING,
    PlanStatus.DENIED: Tone.WARNING,
    PlanStatus.FAILED: Tone.WARNING,
    **dict.fromkeys((PlanStatus.EXPIRED, PlanStatus.CANCELLED, PlanStatus.REJECTED), Tone.MUTED),
}
