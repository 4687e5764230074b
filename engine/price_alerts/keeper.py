"""Keeps the price alerts: carries out commands on them, and announces what changed once it is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias

import msgspec

from engine.clock import Clock
from engine.domain.facts import Fact
from engine.domain.journal import JournalRecord
from engine.domain.messages.trading import CommandRefused
from engine.domain.price_alert_facts import PriceAlertAdded, PriceAlertEdited, PriceAlertTakenBack
from engine.domain.price_alerts import (
    MAX_ALERTS,
    AddPriceAlert,
    AlertState,
    ChangePriceAlert,
    MovePriceAlert,
    PriceAlert,
    PriceAlertChanged,
    PriceAlertCommand,
    PriceAlertEvent,
    PriceAlertFired,
    PriceAlertRemoved,
    RemovePriceAlert,
    SwitchPriceAlert,
)
from engine.domain.records import record_of
from engine.domain.well_formed import fault_in, one_line
from engine.errors import DeskError, InvalidAlert
from engine.price_alerts.checks import faults_of, faults_of_cause
from engine.price_alerts.trigger import Trigger

Outcome: TypeAlias = Callable[[DeskError | None], None]
Announced: TypeAlias = PriceAlertEvent | CommandRefused
USER = "person"


class AlertTable(Protocol):
    """Where alerts are kept. A record is written with the change, and `done` hears when both are on the disk, or why
    they are not."""

    def alerts(self) -> tuple[PriceAlert, ...]: ...

    def keep(self, alert: PriceAlert, record: JournalRecord, done: Outcome) -> None: ...

    def remove(self, alert: PriceAlert, record: JournalRecord, done: Outcome) -> None: ...

    def note_side(self, alert: PriceAlert) -> None:
        """Keeps an alert of which only the side of the price changed; a power cut may lose that."""


class AlertKeeper:
    """The sole owner of alerts. `judged` has the symbols of the market, each with whether it has rules."""

    def __init__(
        self,
        table: AlertTable,
        clock: Clock,
        publish: Callable[[Announced], None],
        look: Callable[[Trigger], None],
        *,
        is_resumed: bool,
    ) -> None:
        """`look` shows a new trigger the market as it is now; those that are resumed go on from before."""
        self._table, self._clock, self._publish, self._look = table, clock, publish, look
        self.judged: Mapping[str, bool] = {}
        self._kept = {alert.alert_id: alert for alert in table.alerts()}
        self._triggers = {each: Trigger(alert, is_resumed=is_resumed) for each, alert in self._kept.items()}
        self.by_symbol: dict[str, tuple[Trigger, ...]] = {}
        """Those that may still fire."""
        self._sort()

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Of all alerts, the oldest first."""
        return tuple(self._triggers.values())

    def fire(self, trigger: Trigger, fired: PriceAlertFired) -> None:
        """From here on it has fired in this run; it is announced when no restart can let it fire again."""
        trigger.alert = msgspec.structs.replace(
            trigger.with_side(), fired_at=fired.at, fired_price=fired.price, times_fired=trigger.alert.times_fired + 1
        )
        self._sort()
        event = msgspec.structs.replace(fired, alert=trigger.alert)

        def announce(error: DeskError | None) -> None:
            if error is None:
                self._kept[event.alert.alert_id] = event.alert
            self._publish(event if error is None else msgspec.structs.replace(event, is_saved=False))

        self._table.keep(event.alert, record_of(event, event.at), announce)

    def note_sides(self, triggers: Iterable[Trigger]) -> None:
        """Keeps on which side of each level the price is."""
        for trigger in triggers:
            if trigger.is_of_prices and trigger.has_new_side:
                self._table.note_side(trigger.with_side())

    # -- commands -----------------------------------------------------------------------------------------------

    def handle(self, command: PriceAlertCommand) -> None:
        """Carries out a command, or refuses it with the reason."""
        if (reason := fault_in(command)) is None:
            try:
                self._carry_out(command)
            except DeskError as error:
                reason = str(error)
        if reason is not None:
            self._publish(CommandRefused(command, reason))

    def _carry_out(self, command: PriceAlertCommand) -> None:
        match command:
            case AddPriceAlert(alert):
                self._add(command, alert)
            case ChangePriceAlert(alert):
                was = self._known(alert.alert_id).alert
                self._replace(command, was, self._examined(alert, created_at=was.created_at))
            case MovePriceAlert(alert_id, cause):
                if faults := list(faults_of_cause(cause)):
                    raise InvalidAlert("; ".join(faults))
                was = self._known(alert_id).alert
                self._replace(command, was, msgspec.structs.replace(was, cause=cause, side=0))
            case SwitchPriceAlert(alert_id, is_on):
                self._switch(command, self._known(alert_id).alert, is_on=is_on)
            case RemovePriceAlert(alert_id):
                self._remove(command, self._known(alert_id).alert)

    def _add(self, command: PriceAlertCommand, alert: PriceAlert) -> None:
        if alert.alert_id in self._triggers:
            raise InvalidAlert(f"alert id {alert.alert_id} has been used already")
        if len(self._triggers) >= MAX_ALERTS:
            raise InvalidAlert(f"there are {len(self._triggers)} alerts, max {MAX_ALERTS}: remove one first")
        alert = self._put(self._examined(alert))
        self._keep(command, alert, PriceAlertAdded(alert, USER))

    def _replace(self, command: PriceAlertCommand, was: PriceAlert, alert: PriceAlert) -> None:
        alert = self._put(alert)
        self._keep(command, alert, PriceAlertEdited(was, alert, USER))

    def _switch(self, command: PriceAlertCommand, was: PriceAlert, *, is_on: bool) -> None:
        if not is_on:
            self._replace(command, was, msgspec.structs.replace(was, is_on=False))
            return
        again = was if was.repeats else msgspec.structs.replace(was, fired_at=None, fired_price=None)
        again = msgspec.structs.replace(again, is_on=True, side=0)
        if again.state(self._clock.now()) is AlertState.EXPIRED:
            raise InvalidAlert("it has expired: give it another expiry first")
        self._replace(command, was, again)

    def _remove(self, command: PriceAlertCommand, was: PriceAlert) -> None:
        del self._triggers[was.alert_id]
        self._sort()

        def answer(error: DeskError | None) -> None:
            if error is None:
                self._kept.pop(was.alert_id, None)
                self._publish(PriceAlertRemoved(was))
            else:
                self._undo(command, was.alert_id, error)

        self._table.remove(was, record_of(PriceAlertTakenBack(was, USER), self._clock.now()), answer)

    def _keep(self, command: PriceAlertCommand, alert: PriceAlert, fact: Fact) -> None:
        def answer(error: DeskError | None) -> None:
            if error is None:
                self._kept[alert.alert_id] = alert
                self._publish(PriceAlertChanged(alert))
            else:
                self._undo(command, alert.alert_id, error)

        self._table.keep(alert, record_of(fact, self._clock.now()), answer)

    def _undo(self, command: PriceAlertCommand, alert_id: str, error: DeskError) -> None:
        """The store did not take it: the alert is as it was kept last."""
        if (kept := self._kept.get(alert_id)) is None:
            self._triggers.pop(alert_id, None)
            self._sort()
        else:
            self._put(kept)
        self._publish(CommandRefused(command, str(error)))

    def _examined(self, alert: PriceAlert, **kept: object) -> PriceAlert:
        """A new alert of what the user asked for; raises `InvalidAlert`."""
        now = self._clock.now()
        alert = PriceAlert(
            alert_id=alert.alert_id,
            symbol=alert.symbol,
            cause=alert.cause,
            created_at=now,
            price_of=alert.price_of,
            crossing=alert.crossing,
            repeats=alert.repeats,
            expires_at=alert.expires_at,
            note=one_line(alert.note),
        )
        if faults := list(faults_of(alert, now, self.judged)):
            raise InvalidAlert("; ".join(faults))
        return msgspec.structs.replace(alert, **kept)

    def _known(self, alert_id: str) -> Trigger:
        if (trigger := self._triggers.get(alert_id)) is None:
            raise InvalidAlert(f"there is no alert {alert_id}")
        return trigger

    def _put(self, alert: PriceAlert) -> PriceAlert:
        """Waits for an alert, from the side of the price now where that is known; returns it with that side."""
        trigger = self._triggers[alert.alert_id] = Trigger(alert)
        if trigger.is_of_prices:
            self._look(trigger)
        self._sort()
        return trigger.with_side()

    def _sort(self) -> None:
        by_symbol: dict[str, list[Trigger]] = {}
        for trigger in self._triggers.values():
            if trigger.alert.is_on and (trigger.alert.repeats or trigger.alert.fired_at is None):
                by_symbol.setdefault(trigger.alert.symbol, []).append(trigger)
        self.by_symbol = {symbol: tuple(triggers) for symbol, triggers in by_symbol.items()}
