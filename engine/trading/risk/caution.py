"""The desk does no more than its health allows: authority goes down with it, and only the user raises it again."""

from __future__ import annotations

from collections.abc import Callable

from engine.clock import Clock
from engine.domain.health import Health, Vital
from engine.domain.journal import JournalRecord
from engine.domain.risk import Authority

_WORDS = {Authority.AUTO: "auto", Authority.MANUAL: "manual", Authority.EXITS_ONLY: "close only"}


class Caution:
    """Puts on record each time a vital begins to hold authority down or lets go of it."""

    def __init__(
        self,
        clock: Clock,
        journal: Callable[[JournalRecord], None],
        lower: Callable[[Authority, str], None],
    ) -> None:
        """`lower` takes authority down to a level, for a reason; where it is that low already it does nothing."""
        self._clock = clock
        self._journal = journal
        self._lower = lower
        self._health = Health(())

    def heed(self, health: Health) -> None:
        """Lowers what has to be lowered."""
        before = {(vital.name, vital.symbol) for vital in self._health.holding}
        self._health = health
        for vital in health.vitals:
            if vital.is_holding != ((vital.name, vital.symbol) in before):
                self._note(vital)
        if health.holding:
            self._lower(health.allowed, health.cause)

    def objection(self, to: Authority) -> str | None:
        """Why authority cannot be as high as `to` now; None where it can."""
        if to <= self._health.allowed:
            return None
        return (
            f"health allows {_WORDS[self._health.allowed]} at most: {self._health.cause.removesuffix('.')}; "
            "raise it again when that has recovered"
        )

    def _note(self, vital: Vital) -> None:
        told = {
            "vital": vital.name,
            "is_holding": vital.is_holding,
            "allowed": vital.allowed_while_bad.name.lower() if vital.is_holding else None,
            "value": vital.value,
            "limit": vital.bad,
            "unit": vital.unit,
            "sentence": vital.sentence,
        }
        self._journal(
            JournalRecord(at=self._clock.now(), kind="health_changed", symbol=vital.symbol or None, payload=told)
        )
