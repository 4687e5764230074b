"""The desk's authority: failures, bad health and doubts lower it, and only the user raises it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from engine.clock import Clock
from engine.domain.facts import HealthChanged
from engine.domain.health import Health, Vital
from engine.domain.messages.auto import AutoWithdrawn
from engine.domain.messages.commands import DESK
from engine.domain.messages.trading import ModesChanged, OtherDesksChanged, RecordsDiffer, TradingEvent
from engine.domain.risk import Authority
from engine.errors import UnusableStore
from engine.trading.orders.manager import OrderManager
from engine.trading.store import TradingStore

_WORDS = {Authority.AUTO: "auto", Authority.MANUAL: "manual", Authority.EXITS_ONLY: "close only"}


class AuthorityDesk:
    """Lowers authority for a reason, objects where it cannot be raised, and announces both."""

    def __init__(
        self, clock: Clock, store: TradingStore, orders: OrderManager, publish: Callable[[TradingEvent], None]
    ) -> None:
        self._clock = clock
        self._modes, self._locks, self._permits = store.modes, store.locks, store.permits
        self._records, self._other_desks = store.records, store.other_desks
        self._orders = orders
        self._publish = publish
        self._health = Health(())
        self.unwritten = ""
        """What was last announced to be in force but not durable, and why."""

    def announce(self) -> None:
        """Publishes what the desk may do now."""
        modes, self.unwritten = self._modes.modes, self._locks.table.unwritten
        self._publish(
            ModesChanged(
                *(modes.authority, modes.auto_symbols, modes.cause, self._locks.halt, modes.before),
                unwritten=self.unwritten,
                unpermitted=self._permits.missing(),
            )
        )

    # -- down ---------------------------------------------------------------------------------------------------

    def keep_to_exits(self, cause: str) -> None:
        """Entries are blocked until the user allows them: something that has to be written down could not be."""
        self.lower(Authority.EXITS_ONLY, cause)

    def lower(self, to: Authority, cause: str, *, by: str = DESK) -> None:
        """Lowers authority to `to`, if it is higher, until the user raises it again; `by` is who ordered it."""
        was = self._modes.modes
        with suppress(UnusableStore):  # less authority is in force even where it cannot be written down
            self._modes.lower(to, self._clock.now(), cause=cause, by=by)
        if to <= Authority.EXITS_ONLY:
            self._orders.withhold(cause)
        self.withhold_automatic(cause)
        if self._modes.modes != was:
            self.announce()

    def withhold_automatic(self, reason: str) -> None:
        """Withholds automatic orders that wait for the broker, in symbols that are not automatic any more."""
        self._orders.withhold_automatic(reason, self._modes.modes.is_auto)

    def withdraw_auto(self, symbol: str, reason: str) -> None:
        """Requires approval for `symbol` again, whatever permit it had; other symbols are not affected."""
        now = self._clock.now()
        self._permits.forget(symbol, now, reason=reason)
        if symbol not in self._modes.modes.auto_symbols:
            self.announce()
            return
        with suppress(UnusableStore):  # less authority is in force even where it cannot be written down
            self._modes.set_symbol(symbol, now, is_auto=False, by="desk")
        self.withhold_automatic(f"{symbol} was set to MANUAL: {reason}")
        self._publish(AutoWithdrawn(symbol, reason))
        self.announce()

    def require_permits(self, reason: str) -> None:
        """Sets symbols that trade without approval to MANUAL if their settings have no permit; `reason` says why."""
        modes, missing = self._modes.modes, self._permits.missing()
        for symbol in sorted(modes.auto_symbols & missing.keys()):
            if modes.is_auto(symbol):
                self.withdraw_auto(symbol, reason)

    # -- what takes it down -------------------------------------------------------------------------------------

    def on_health(self, health: Health) -> None:
        """Limits authority to what health allows; records when a vital begins or stops reducing authority."""
        before = {(vital.name, vital.symbol) for vital in self._health.holding}
        self._health = health
        for vital in health.vitals:
            if vital.is_holding != ((vital.name, vital.symbol) in before):
                self._publish(_health_changed(vital))
        if health.holding:
            self.lower(health.allowed, health.cause)

    def on_other_desks(self, seen: tuple[str, ...], now: datetime) -> None:
        """While another desk is on the account, every entry needs approval until the user says which desk trades."""
        desks = self._other_desks
        desks.see(seen, now)
        if (objection := desks.objection(Authority.AUTO)) is not None:
            self.lower(Authority.MANUAL, objection)
            self._publish(OtherDesksChanged(desks.undecided, desks.installation.copied_from))

    def on_differences(self) -> None:
        """While records do not agree the desk only closes positions, until the user has confirmed."""
        records = self._records
        if records.differences:
            self._publish(RecordsDiffer(records.differences, records.keys))
            self.keep_to_exits(records.objection(Authority.MANUAL) or "")

    # -- up -----------------------------------------------------------------------------------------------------

    def objection(self, to: Authority) -> str | None:
        """Why authority cannot be as high as `to` now; None where it can."""
        return self._health_objection(to) or self._records.objection(to) or self._other_desks.objection(to)

    def auto_objection(self, *, to: Authority | None = None, symbol: str = "") -> str | None:
        """Why the master switch cannot be set to `to`, or `symbol` not to AUTO, with the settings in force; None if it
        can."""
        if symbol:
            return self._permits.objection((symbol,))
        return self._permits.objection(self._modes.modes.auto_symbols) if to is Authority.AUTO else None

    def _health_objection(self, to: Authority) -> str | None:
        if to <= self._health.allowed:
            return None
        return (
            f"health allows {_WORDS[self._health.allowed]} at most: {self._health.cause.removesuffix('.')}; "
            "raise it again when that has recovered"
        )


def _health_changed(vital: Vital) -> HealthChanged:
    return HealthChanged(
        symbol=vital.symbol,
        vital=vital.name,
        is_holding=vital.is_holding,
        allowed=vital.allowed_while_bad.name.lower() if vital.is_holding else None,
        value=vital.value,
        limit=vital.bad,
        unit=vital.unit,
        sentence=vital.sentence,
    )
