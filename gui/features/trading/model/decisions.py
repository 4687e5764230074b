"""Decisions that only the user can make: what is known about each, and the command that confirming it sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from PySide6.QtCore import QObject, Signal

from engine.domain.messages.commands import ConfirmRecords, SettleUnknownOrder, TradeHere
from engine.domain.messages.engine import Command
from engine.domain.messages.execution import UnknownOrder, UnknownOrdersChanged
from engine.domain.messages.trading import OtherDesksChanged, RecordsDiffer
from engine.domain.tokens import installation_words
from gui.zones import second_text, zone_name

MAX_DIFFERENCES = 3
"""Differences that are spelled out; the journal has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`question` is asked before `command` is given; without a command there is nothing to decide yet."""

    words: str
    button: str = ""
    question: str = ""
    command: Command | None = None


class DecisionsModel(QObject):
    """Follows the engine: a decision disappears when the engine has carried it out, not when the user confirms it."""

    changed = Signal()
    commanded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unknown: tuple[UnknownOrder, ...] = ()
        self._desks = OtherDesksChanged(())
        self._differences: tuple[str, ...] = ()
        self._zone: tzinfo = UTC

    def open(self) -> None:
        """A market opens, with an account of its own."""
        self._unknown = ()
        self._desks = OtherDesksChanged(())
        self._differences = ()
        self.changed.emit()

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self.changed.emit()

    def show_unknown(self, event: UnknownOrdersChanged) -> None:
        self._unknown = event.orders
        self.changed.emit()

    def show_other_desks(self, event: OtherDesksChanged) -> None:
        self._desks = event
        self.changed.emit()

    def show_differences(self, event: RecordsDiffer) -> None:
        self._differences = event.differences
        self.changed.emit()

    @property
    def open_ones(self) -> tuple[Decision, ...]:
        """What waits for the user: unknown orders first, the oldest of them first."""
        desks = (self._of_desks(),) if self._desks.undecided else ()
        records = (self._of_records(),) if self._differences else ()
        return (*map(self._of_unknown, self._unknown), *records, *desks)

    def decide(self, decision: Decision) -> None:
        """The user has confirmed it."""
        if decision.command is not None:
            self.commanded.emit(decision.command)

    def _of_desks(self) -> Decision:
        names, copied_from = installation_words(self._desks.undecided), self._desks.copied_from
        words = f"Another desk trades on this account ({names}). This desk counts its positions and never touches them."
        if copied_from is not None and self._desks.undecided == (copied_from,):
            words = f"The data folder of this desk was copied or moved ({names}): the original may trade here as well."
        return Decision(
            words=f"{words} AUTO is off until you say which desk trades.",
            button="This desk trades",
            question=(
                "Only one desk should trade on an account: each desk limits only its own entries. Switch the other "
                f"desk ({names}) to MANUAL or close it first. Does this desk trade on the account?"
            ),
            command=TradeHere(),
        )

    def _of_records(self) -> Decision:
        shown = "; ".join(self._differences[:MAX_DIFFERENCES])
        if (rest := len(self._differences) - MAX_DIFFERENCES) > 0:
            shown = f"{shown}; and {rest} more"
        return Decision(
            words=f"The records of this account do not agree: {shown}. CLOSE ONLY until you confirm.",
            button="Confirm the records",
            question=(
                "Look at the history, the journal and the terminal first. What the broker and the journal show counts "
                "against the daily limits. Have you checked them, and may the desk enter trades again? It stays at "
                "CLOSE ONLY until you set MANUAL or AUTO."
            ),
            command=ConfirmRecords(),
        )

    def _of_unknown(self, unknown: UnknownOrder) -> Decision:
        order, sent_at = unknown.order, unknown.sent_at
        name = f"{order.side.value} {order.volume_lots:g} {order.symbol}"
        sent = f"{second_text(sent_at, self._zone)} {zone_name(self._zone, sent_at)}"
        words = (
            f"Outcome unknown: {name}, sent {sent} (answer: {unknown.answer}; order name {order.token}): "
            f"{unknown.trace.sentence}. {order.symbol} takes no entries."
        )
        if not unknown.may_be_settled:
            return Decision(words=words)
        return Decision(
            words=words,
            button="It opened no position",
            question=(
                f"Check the terminal first: positions, orders and history. Are you sure that {name}, sent {sent}, "
                f"opened no position? The order then counts as failed and {order.symbol} takes entries again. If a "
                "fill shows up later, the desk manages that position."
            ),
            command=SettleUnknownOrder(order.token),
        )
