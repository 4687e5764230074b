"""The connection to the broker's account, as state: what is wrong with it, and what the user can do."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.domain.messages.engine import (
    ConfirmAccount,
    ConfirmClock,
    GatewayChanged,
    ReconnectGateway,
    SourceFound,
    SourceMissing,
    TermsDoubted,
)


class GatewayModel(QObject):
    """Follows the gateway; where prices are played there is none, and nothing is shown."""

    changed = Signal()
    commanded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: GatewayChanged | None = None
        self._missing: dict[str, None] = {}
        self._doubts: dict[str, str] = {}

    # -- events of the engine

    def on_event(self, event: GatewayChanged | SourceMissing | SourceFound | TermsDoubted) -> None:
        match event:
            case SourceMissing(reason):
                self._missing[reason] = None
            case SourceFound(reason):
                self._missing.pop(reason, None)
            case TermsDoubted(symbol, sentence):
                self._doubts[symbol] = sentence
            case GatewayChanged():
                self._newest = event
        self.changed.emit()

    # -- what is shown

    @property
    def is_shown(self) -> bool:
        """Whether there is something that the user should read."""
        return self._newest is not None and (not self._newest.is_ready or bool(self._notes))

    @property
    def words(self) -> str:
        """The problem, as a sentence."""
        if self._newest is None:
            return ""
        return self._newest.sentence if not self._newest.is_ready else "; ".join(self._notes)

    @property
    def _notes(self) -> list[str]:
        return [*self._missing, *(sentence for sentence in self._doubts.values() if sentence)]

    @property
    def way_out(self) -> str:
        return "" if self._newest is None or self._newest.is_ready else self._newest.way_out

    @property
    def account(self) -> str:
        """The account in words, such as "demo account 1234 at Broker-Demo"; "" while none is known."""
        return "" if self._newest is None else self._newest.account

    @property
    def is_real(self) -> bool:
        """Whether it is real money."""
        return self.account.startswith("real")

    @property
    def unconfirmed(self) -> int | None:
        """The number of an account that awaits the user's confirmation."""
        return None if self._newest is None else self._newest.unconfirmed

    @property
    def asks_about_clock(self) -> bool:
        """Whether the user has to confirm that this computer's clock is right."""
        return self._newest is not None and self._newest.unconfirmed_clock is not None

    @property
    def may_start(self) -> bool:
        """Whether the desk could open the broker's program."""
        return self._newest is not None and self._newest.may_start

    # -- what the user asks for

    def confirm(self) -> None:
        """Confirms the account that is shown."""
        if self.unconfirmed is not None:
            self.commanded.emit(ConfirmAccount(self.unconfirmed))

    def confirm_clock(self) -> None:
        """Confirms that this computer's clock is right."""
        if self._newest is not None and self._newest.unconfirmed_clock is not None:
            self.commanded.emit(ConfirmClock(self._newest.unconfirmed_clock))

    def try_again(self) -> None:
        self.commanded.emit(ReconnectGateway())

    def start_program(self) -> None:
        self.commanded.emit(ReconnectGateway(may_start=True))
