"""Writes published events that change no plan to the journal; the only module that does."""

from __future__ import annotations

from typing import Final, get_args

from engine.bus import Bus
from engine.clock import Clock
from engine.domain.facts import ClockConfirmed, DeskClosed, FlattenProgress, HealthChanged, PlanConflicted
from engine.domain.messages.auto import AutoWithdrawn
from engine.domain.messages.door import DoorAsked, DoorClosed, DoorCounted, DoorOpened
from engine.domain.messages.engine import Event, TermsDoubted
from engine.domain.messages.execution import ExecutionEvent, OrderFailed, OrderMerged, TradeClosed, TradeOpened
from engine.domain.messages.proposals import OutsideAuthorSeen, ProposePlan, WithdrawProposal
from engine.domain.messages.trading import AccountOpened, CommandRefused, RecordsDiffer
from engine.domain.records import record_of
from engine.persistence.journal import Journal

_OF_STORE: Final = (OrderFailed, TradeOpened, OrderMerged, TradeClosed)
"""They move plans: the store of plans writes them, in one piece with what follows from them."""
_OF_NO_ACCOUNT: Final = (
    *(ClockConfirmed, DeskClosed, TermsDoubted),
    *(DoorAsked, DoorClosed, DoorCounted, DoorOpened),
)
_OF_ACCOUNT: Final = (
    *(kind for kind in get_args(ExecutionEvent) if kind not in _OF_STORE),
    *(AutoWithdrawn, CommandRefused, FlattenProgress, HealthChanged, OutsideAuthorSeen, PlanConflicted),
    RecordsDiffer,
)


class JournalObserver:
    """Records the events that it receives, with the account that the desk trades on then."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._account: str | None = None

    def listen(self, bus: Bus) -> None:
        """To be called before any other subscription: the record comes before what follows from the event."""
        bus.subscribe(self._hear, AccountOpened, *_OF_ACCOUNT, *_OF_NO_ACCOUNT)

    def _hear(self, event: Event) -> None:
        match event:
            case AccountOpened(account):
                self._account = account
            case RecordsDiffer(differences=()):
                pass  # the user has confirmed them, which is on record already
            case CommandRefused(ProposePlan() | WithdrawProposal()):
                pass  # the request of the program is on record with its refusal
            case _:
                about = None if isinstance(event, _OF_NO_ACCOUNT) else self._account
                self._journal.append(record_of(event, self._clock.now(), about))
