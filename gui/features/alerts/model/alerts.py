"""Alerts: shown in the window, on the desktop, heard, and never twice a minute for one cause."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from config.alerts import AlertRule
from config.settings import Settings
from engine.domain.calendar import EventAhead
from engine.domain.market import Side, Source
from engine.domain.messages.commands import HALT_RELEASED
from engine.domain.messages.engine import (
    CandleClosed,
    Event,
    GatewayChanged,
    HistoryCompleted,
    LiveExplained,
    SourceMissing,
    TermsDoubted,
)
from engine.domain.messages.execution import BrokerLinkChanged, OrderMerged, TradeClosed, TradeOpened
from engine.domain.messages.proposals import OutsideAuthorSeen
from engine.domain.messages.trading import ApprovalAsked, ModesChanged, PaperTradesEnded, PlanChanged
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.price_alerts import PriceAlertFired
from gui.features.alerts.model.kinds import KIND_TITLES, Alert, AlertKind
from gui.features.alerts.model.words import (
    of_author,
    of_card,
    of_denial,
    of_exit,
    of_fill,
    of_merge,
    of_near_misses,
    of_news,
    of_price_alert,
    of_proposal,
    of_setup,
    of_trouble,
)
from gui.features.trading.model.sentences import paper_end_words

REPEAT_AFTER_S = 60.0
"""The same cause stays silent for so long."""
SHOWN_FOR_S = 12.0
MAX_TOASTS = 2
MAX_RECENT = 200
_CLOCK_UNSURE, _CLOCK_TITLE = "clock_unsure", "Entries wait for the clock"
_ENGAGED = (PlanStatus.EXECUTING, PlanStatus.OPEN)
_ALWAYS_SHOWN = (AlertKind.LOCK, AlertKind.FEED_LOST, AlertKind.POSITION_AT_RISK)
"""At any speed of a played market: what stops the desk, or keeps it from closing a position."""


@dataclass(frozen=True, slots=True)
class Toast:
    """An alert as long as it is shown in the window; `number` is its own, `gone_at_s` monotonic seconds."""

    number: int
    alert: Alert
    gone_at_s: float


class AlertBoard(QObject):
    """Hears every event but those of history. Times are monotonic seconds of the window.

    `changed` follows `toasts` and `recent`, the alerts of this run, oldest first; `unseen` counts
    those that newer ones pushed out of sight before their time. `sounded` names a sound to play, `notified` carries an
    alert for the desktop, `called` one for the phone with its mode, on or silent, `chosen` one that the user wants to
    follow. `speed` is how fast the market is played.
    """

    changed = Signal()
    sounded = Signal(str)
    notified = Signal(object)
    called = Signal(object, str)
    chosen = Signal(object)

    def __init__(
        self, settings: Settings, speed: Callable[[], float] = lambda: 1.0, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._speed = speed
        self._digits: dict[str, int] = {}
        self._stands_for: dict[str, str] = {}
        self._shown_at: dict[tuple[object, ...], float] = {}
        self._quoted_at: dict[str, float] = {}
        self._lost: set[str] = set()
        self._unfinished: set[str] = set()
        self._engaged: dict[str, tuple[str, Side]] = {}
        self._is_halted = self._is_ready = self._is_linked = False
        self._cause = ""
        self._count = 0
        self._is_kept_inside = False
        self.toasts: tuple[Toast, ...] = ()
        self.unseen = 0
        self.recent: deque[Alert] = deque(maxlen=MAX_RECENT)

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force, for alerts to come."""
        self._settings = settings

    def keep_inside(self) -> None:
        """Keeps alerts inside the window: a replay beside the desk must not be heard as if it were the desk."""
        self._is_kept_inside = True

    def open(self, sources: Sequence[Source]) -> None:
        """A market restarts: alerts of the one before are void."""
        self._digits = {source.symbol: source.instrument.digits for source in sources}
        self._stands_for = {source.symbol: source.instrument.stands_for for source in sources}
        self._quoted_at.clear()
        self._lost.clear()
        self._unfinished.clear()
        self._engaged.clear()
        self._show(())

    # -- alerts -------------------------------------------------------------------------------------------

    def on_event(self, event: Event, now_s: float) -> None:
        """Alerts the user to an event if wanted."""
        for alert in self._alerts_of(event, now_s):
            self.show(alert, now_s)

    def show(self, alert: Alert, now_s: float) -> None:
        """Shows an alert unless its rule, the market's speed or a recent repetition suppresses it."""
        rule = self._rule(alert.kind)
        if rule.is_silent_for(alert.symbol, self._stands_for.get(alert.symbol, "")):
            return
        if self._is_too_fast(alert.kind) or not self._is_due(alert, now_s):
            return
        recent = {cause: at for cause, at in self._shown_at.items() if now_s - at < REPEAT_AFTER_S}
        self._shown_at = recent | {alert.cause: now_s}
        interface = self._settings.interface
        is_called = self._settings.phone.enabled and rule.phone != "off"
        if rule.toast or rule.notification or rule.sound or is_called:
            self.recent.append(alert)
        if rule.toast:
            self._add(alert, now_s)
        else:
            self.changed.emit()
        if self._is_kept_inside:
            return
        if rule.notification and interface.notifications:
            self.notified.emit(alert)
        if rule.sound and interface.sounds:
            self.sounded.emit(alert.kind.value)
        if is_called:
            self.called.emit(alert, rule.phone)

    def try_out(self, kind: AlertKind, now_s: float) -> None:
        """Shows, notifies and plays a kind as if all three were switched on."""
        alert = Alert(
            kind=kind, title=f"Test: {KIND_TITLES[kind]}", words="This is what an alert of this kind looks like."
        )
        self.recent.append(alert)
        self._add(alert, now_s)
        self.notified.emit(alert)
        self.sounded.emit(kind.value)

    def _rule(self, kind: AlertKind) -> AlertRule:
        rule = getattr(self._settings.alerts, kind.value)
        assert isinstance(rule, AlertRule)
        return rule

    def _is_too_fast(self, kind: AlertKind) -> bool:
        return kind not in _ALWAYS_SHOWN and self._speed() > self._settings.alerts.quiet_above_speed

    def _is_due(self, alert: Alert, now_s: float) -> bool:
        return now_s - self._shown_at.get(alert.cause, -math.inf) >= REPEAT_AFTER_S

    # -- what events mean ---------------------------------------------------------------------------------------

    def _alerts_of(self, event: Event, now_s: float) -> Iterable[Alert]:
        match event:
            case CandleClosed(judgement=judgement):
                return [] if judgement is None or judgement.setup is None else [of_setup(judgement.setup)]
            case LiveExplained(explanation):
                return of_near_misses(explanation, frozenset(self._engaged.values()))
            case ApprovalAsked(card):
                return [of_card(card)]
            case TradeOpened(is_resumed=False):
                return [of_fill(event, self._digits)]
            case OrderMerged():
                return [of_merge(event)]
            case TradeClosed(trade=trade):
                return [of_exit(trade)]
            case PaperTradesEnded(plans):
                title = "Trades of the last run ended without a result"
                return [Alert(kind=AlertKind.EXIT, title=title, words=paper_end_words(plans))]
            case OutsideAuthorSeen():
                return [of_author(event)]
            case PriceAlertFired():
                return [of_price_alert(event)]
            case PlanChanged(plan):
                return self._of_plan(plan)
            case EventAhead():
                return [of_news(event)]
            case ModesChanged():
                return self._of_modes(event)
            case HistoryCompleted():
                self._quoted_at = dict.fromkeys(self._digits, now_s)
                return []
            case GatewayChanged() | BrokerLinkChanged() | SourceMissing():
                return self._of_link(event)
            case TermsDoubted(symbol, sentence) if sentence:
                title = f"Contract terms of {symbol} are in doubt"
                return [Alert(kind=AlertKind.LOCK, title=title, words=sentence, symbol=symbol, check=sentence)]
            case _:
                trouble = of_trouble(event)
                return [] if trouble is None else [trouble]

    def _of_plan(self, plan: TradePlan) -> list[Alert]:
        """A denial of this run; plans that are only recalled were final before."""
        self._engage(plan)
        was_unfinished = plan.plan_id in self._unfinished
        if plan.status is PlanStatus.PROPOSED and not was_unfinished:
            self._unfinished.add(plan.plan_id)
            return [of_proposal(plan)]
        (self._unfinished.discard if plan.is_final else self._unfinished.add)(plan.plan_id)
        return [of_denial(plan)] if was_unfinished and plan.status is PlanStatus.DENIED else []

    def _engage(self, plan: TradePlan) -> None:
        """A side with an order or a position misses no condition that the user waits for; its symbol is locked."""
        if plan.status not in _ENGAGED:
            self._engaged.pop(plan.plan_id, None)
        elif plan.plan_id not in self._engaged:
            self._engaged[plan.plan_id] = (plan.symbol, plan.direction)
            self._show(tuple(toast for toast in self.toasts if not toast.alert.is_near_miss_of(plan.symbol)))

    def _of_modes(self, event: ModesChanged) -> list[Alert]:
        was_halted, cause = self._is_halted, self._cause
        self._is_halted, self._cause = event.halt is not None, event.cause
        alerts = []
        if event.halt is not None and not was_halted:
            words, at = event.halt.reason, event.halt.since
            alerts.append(Alert(kind=AlertKind.LOCK, title="The desk is HALTED", words=words, check="halt", at=at))
        if event.cause not in ("", cause, HALT_RELEASED):  # the user knows of a halt that they released
            title = "The desk reduced its authority"
            alerts.append(Alert(kind=AlertKind.LOCK, title=title, words=event.cause, check=event.cause))
        if event.unwritten:
            title = "Not saved yet"
            alerts.append(Alert(kind=AlertKind.LOCK, title=title, words=event.unwritten, check="unwritten"))
        return alerts

    def _of_link(self, event: GatewayChanged | BrokerLinkChanged | SourceMissing) -> list[Alert]:
        """What was there and is there no more; a desk that is still connecting has lost nothing."""
        match event:
            case GatewayChanged(is_ready=is_ready, sentence=words, way_out=way_out):
                had, self._is_ready = self._is_ready, is_ready
                title = _CLOCK_TITLE if event.state == _CLOCK_UNSURE else "The connection to the broker is down"
                words, has, check = f"{words} {way_out}".strip(), is_ready, event.state
            case BrokerLinkChanged(reason=words):
                has = event.is_connected and event.may_trade
                had, self._is_linked, title, check = self._is_linked, has, "The broker cannot trade", "broker"
            case SourceMissing(words):
                had, has, title, check = True, False, "No quotes", "source"
        return [Alert(kind=AlertKind.FEED_LOST, title=title, words=words, check=check)] if had and not has else []

    # -- prices that stay away ----------------------------------------------------------------------------------

    def on_quote(self, symbol: str, now_s: float) -> None:
        self._quoted_at[symbol] = now_s
        self._lost.discard(symbol)

    def refresh(self, now_s: float, *, is_held: bool) -> None:
        """Removes toasts after their time, and notices missing quotes unless the market is paused."""
        left = tuple(toast for toast in self.toasts if now_s < toast.gone_at_s)
        if left != self.toasts:
            self._show(left)
        if is_held:
            self._quoted_at = dict.fromkeys(self._quoted_at, now_s)
            return
        limit = self._settings.alerts.feed_lost_seconds
        for symbol, at in self._quoted_at.items():
            if now_s - at >= limit and symbol not in self._lost:
                self._lost.add(symbol)
                title, words = f"No quotes of {symbol}", f"The last quote came {now_s - at:.0f} s ago"
                kind = AlertKind.FEED_LOST
                self.show(Alert(kind=kind, title=title, words=words, safe_words=words, symbol=symbol), now_s)

    # -- what is shown ------------------------------------------------------------------------------------------

    def dismiss(self, *numbers: int) -> None:
        """The user has seen them."""
        self._show(tuple(toast for toast in self.toasts if toast.number not in numbers))

    def _add(self, alert: Alert, now_s: float) -> None:
        self._count += 1
        toasts = (*self.toasts, Toast(self._count, alert, now_s + SHOWN_FOR_S))
        self.unseen += max(0, len(toasts) - MAX_TOASTS)
        self._show(toasts[-MAX_TOASTS:])

    def note_seen(self) -> None:
        """The user looks at the list."""
        if self.unseen:
            self.unseen = 0
            self.changed.emit()

    def _show(self, toasts: tuple[Toast, ...]) -> None:
        if toasts != self.toasts:
            self.toasts = toasts
            self.changed.emit()
