"""What a practice session did until now, by what its desk announces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from engine.adapters.paper.state import AccountState
from engine.bus import Bus
from engine.clock import Clock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.messages.engine import CandleClosed, Event
from engine.domain.messages.execution import AccountUpdated, OrderSent, StopMoved, TradeClosed, TradeOpened
from engine.domain.messages.trading import ApprovalAnswered, PlanChanged
from engine.domain.orders import signed
from engine.domain.practice import (
    PracticeChanged,
    PracticeEntry,
    PracticeSession,
    PracticeTrade,
    Stretch,
)
from engine.domain.risk import Lock, LockName
from engine.domain.trades import ClosedTrade, OpenTrade, StopKind
from engine.history import SHOWN
from engine.trading.approvals.desk import Verdict
from engine.trading.plans.planner import MANUAL
from engine.trading.store import PracticePast

_FIRST_TICKET = 1000


class SessionRecorder:
    """Follows a played desk on the bus and keeps its session: one paper account through every jump.

    What lies before the farthest place of an earlier stretch, as far back as its charts reached, has been seen: trades
    there are marked, and its setups are not counted again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.session: PracticeSession | None = None
        self.account: AccountState | None = None
        """The paper account as the last stretch left it; None before that."""
        self.runs: tuple[str, ...] = ()
        self._publish: Callable[[PracticeChanged], None] | None = None
        self._seen: tuple[Stretch, ...] = ()
        self._unannounced: tuple[ClosedTrade, ...] = ()
        self._by_hand: set[str] = set()
        self._stops: dict[int, float | None] = {}

    def listen(self, bus: Bus) -> None:
        """Hears what the desk does."""
        bus.subscribe(
            self._hear,
            *(CandleClosed, ApprovalAnswered, PlanChanged, OrderSent, TradeOpened, StopMoved, TradeClosed),
            AccountUpdated,
        )

    # -- stretches ----------------------------------------------------------------------------------------------

    def begin_stretch(self, run: str, balance: float, publish: Callable[[PracticeChanged], None]) -> None:
        """The market begins where the clock stands, at the start or after a jump; a new account has this `balance`."""
        now = self._clock.now()
        session = self.session or PracticeSession(starting_balance=balance, balance=balance)
        self._publish, self.runs = publish, (*self.runs, run)
        self._seen = seen_in(session.stretches)
        self._by_hand, self._stops = set(), {}
        self._keep(msgspec.structs.replace(session, stretches=(*session.stretches, Stretch(now, now))))

    def end_stretch(self, account: AccountState) -> None:
        """The market is left where the clock stands, with this account."""
        self.account = account
        if self.session is not None:
            self._keep(msgspec.structs.replace(self._reached(self.session), balance=account.balance))

    def end_session(self) -> None:
        """What comes next is a session of its own, with an account of its own."""
        self.session, self.account, self.runs, self._seen = None, None, (), ()

    def resume(self, session: PracticeSession, run: str) -> None:
        """Continues a session that was kept, whose trades the store has under `run`; nothing of it is open."""
        tickets = [each.trade.ticket for each in session.trades]
        self.session, self.runs = session, (run,)
        self._unannounced = tuple(each.trade for each in session.trades)
        next_ticket = max(tickets, default=_FIRST_TICKET) + 1
        self.account = AccountState(
            balance=session.balance, next_ticket=next_ticket, held=[], deals=[], ended=[], seen_until={}
        )

    def past(self, cooldown: timedelta, cool_off: timedelta) -> PracticePast:
        """What counts against the limits from here on: the session's trades and orders, each on its day of the market,
        and the locks that hold at the market time of this place."""
        now, session = self._clock.now(), self.session
        if session is None:
            return PracticePast()
        trades = tuple(each.trade for each in session.trades)
        entered = ((each.symbol, each.at, cooldown, LockName.COOLDOWN, "after an entry") for each in session.entries)
        left = ((each.symbol, each.exited_at, cool_off, LockName.COOL_OFF, "after an exit") for each in trades)
        locks = tuple(
            Lock(name=name, symbol=symbol, since=at, until=at + length, reason=reason, account=PAPER_ACCOUNT)
            for symbol, at, length, name, reason in (*entered, *left)
            if at <= now < at + length
        )
        unannounced, self._unannounced = self._unannounced, ()
        return PracticePast(trades, tuple(each.at for each in session.entries), locks, unannounced)

    # -- what the desk announces --------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        session = self.session
        if session is None:
            return
        match event:
            case CandleClosed(judgement=judgement):
                if judgement is not None and judgement.setup is not None:
                    self._count("setups")
            case ApprovalAnswered(verdict=Verdict.REJECTED):
                self._count("declined")
            case ApprovalAnswered(verdict=Verdict.EXPIRED):
                self._count("unanswered")
            case PlanChanged(plan):
                if plan.created_by == MANUAL:
                    self._by_hand.add(plan.plan_id)
            case OrderSent(order=order, at=at):
                entries = (*session.entries, PracticeEntry(order.symbol, at))
                self.session = msgspec.structs.replace(session, entries=entries)
                self._count("by_hand" if order.plan_id in self._by_hand else "taken")
            case TradeOpened(trade=trade):
                self._stops[trade.ticket] = trade.position.stop_loss
            case StopMoved(trade=trade, kind=kind):
                self._follow_stop(trade, kind)
            case TradeClosed(trade=closed):
                self._stops.pop(closed.ticket, None)
                one = PracticeTrade(
                    trade=closed,
                    stretch=len(session.stretches) - 1,
                    is_seen=self._is_seen(closed.entered_at),
                    is_by_hand=closed.plan_id in self._by_hand,
                )
                self._keep(msgspec.structs.replace(self._reached(session), trades=(*session.trades, one)))
            case AccountUpdated(account=account) if account.balance != session.balance:
                self._keep(msgspec.structs.replace(self._reached(session), balance=account.balance))

    def _follow_stop(self, trade: OpenTrade, kind: StopKind) -> None:
        before, stop = self._stops.get(trade.ticket), trade.position.stop_loss
        self._stops[trade.ticket] = stop
        is_wider = before is not None and (stop is None or signed(trade.side, stop - before) < 0.0)
        if kind is StopKind.BY_HAND and is_wider:
            self._count("widened")

    def _is_seen(self, at: datetime) -> bool:
        return any(stretch.begins_at <= at < stretch.ends_at for stretch in self._seen)

    # -- state --------------------------------------------------------------------------------------------------

    def _count(self, name: str) -> None:
        """One more of these; on a part of the market that was seen before nothing is counted again."""
        session = self.session
        assert session is not None, "only a session is counted in"
        if not self._is_seen(self._clock.now() - _AN_INSTANT):
            rules = msgspec.structs.replace(session.rules, **{name: getattr(session.rules, name) + 1})
            session = msgspec.structs.replace(session, rules=rules)
        self._keep(self._reached(session))

    def _reached(self, session: PracticeSession) -> PracticeSession:
        last = Stretch(session.stretches[-1].begins_at, self._clock.now())
        return msgspec.structs.replace(session, stretches=(*session.stretches[:-1], last))

    def _keep(self, session: PracticeSession) -> None:
        self.session = session
        if self._publish is not None:
            self._publish(PracticeChanged(session, self.runs))


_AN_INSTANT = timedelta(microseconds=1)
"""A candle that closed is of the minute before its close."""


def seen_in(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """What was on the charts while these were played: each with the past that a chart shows before it, merged."""
    merged: list[Stretch] = []
    shown = (Stretch(each.begins_at - SHOWN, each.ends_at) for each in stretches)
    for one in sorted(shown, key=lambda each: each.begins_at):
        if merged and one.begins_at <= merged[-1].ends_at:
            merged[-1] = Stretch(merged[-1].begins_at, max(merged[-1].ends_at, one.ends_at))
        else:
            merged.append(one)
    return tuple(merged)
