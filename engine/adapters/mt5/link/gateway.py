"""The link to the terminal as a gateway: its condition is announced, and the user can act on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.port import LinkReport, SupervisedLink
from engine.domain.facts import ClockConfirmed
from engine.domain.health import LinkSigns
from engine.domain.messages.engine import (
    ConfirmAccount,
    ConfirmClock,
    Event,
    FaultReported,
    GatewayChanged,
    GatewayCommand,
    QuoteRefused,
    ReconnectGateway,
    SourceFound,
    SourceMissing,
    TermsDoubted,
)

_MILLISECOND: Final = timedelta(milliseconds=1)


class Gateway:
    """Publishes the state of link and feed on the bus, and passes the user's commands to the link."""

    def __init__(self, link: SupervisedLink, publish: Callable[[Event], None]) -> None:
        self._link = link
        self._publish = publish
        self._published: GatewayChanged | None = None
        self._notice = ""
        link.listen(self._follow)

    def handle(self, command: GatewayCommand) -> None:
        match command:
            case ConfirmAccount(login):
                self._link.confirm_account(login)
            case ConfirmClock(minutes):
                self._confirm_clock(minutes)
            case ReconnectGateway(may_start):
                self._link.retry(may_start_terminal=may_start)

    def _confirm_clock(self, minutes: int) -> None:
        if minutes == _unconfirmed_clock(self._link.report):  # what the user saw may be another question now
            self._publish(ClockConfirmed(minutes))
            self._link.confirm_clock(timedelta(minutes=minutes))

    def refuse(self, symbol: str, reason: str) -> None:
        self._publish(QuoteRefused(symbol, reason))

    def miss(self, reason: str) -> None:
        self._publish(SourceMissing(reason))

    def found(self, reason: str) -> None:
        self._publish(SourceFound(reason))

    def doubt(self, symbol: str, sentence: str) -> None:
        self._publish(TermsDoubted(symbol, sentence))

    def _follow(self, report: LinkReport) -> None:
        changed = gateway_changed(report)
        if changed != self._published:
            self._published = changed
            self._publish(changed)
        if report.notice != self._notice:
            self._notice = report.notice
            self._publish(FaultReported("The confirmed account is not saved", report.notice))


def gateway_changed(report: LinkReport) -> GatewayChanged:
    """The condition of the link, without a word of what is behind it."""
    condition, account = report.condition, report.account
    waits = condition.state in (LinkState.ACCOUNT_UNCONFIRMED, LinkState.ACCOUNT_SWITCHED)
    return GatewayChanged(
        state=condition.state,
        sentence=condition.sentence,
        way_out=condition.way_out,
        is_ready=report.may_trade,
        account="" if account is None else str(account),
        unconfirmed=account.login if waits and account is not None else None,
        may_start=condition.state is LinkState.TERMINAL_CLOSED,
        unconfirmed_clock=_unconfirmed_clock(report),
    )


def _unconfirmed_clock(report: LinkReport) -> int | None:
    is_asked = report.state is LinkState.CLOCK_UNSURE and report.asked_offset is not None
    return round(report.asked_offset / timedelta(minutes=1)) if is_asked and report.asked_offset is not None else None


def link_signs(report: LinkReport, computer_ahead: timedelta | None = None) -> LinkSigns:
    """A worker whose terminal can be read works; what else keeps it from trading has conditions of its own.

    `computer_ahead` is how far this computer's clock is ahead of the broker's now, None where it is not compared.
    """
    condition = report.condition
    return LinkSigns(
        is_working=report.may_read,
        sentence=condition.sentence,
        way_out=condition.way_out,
        clock_offset_ms=None if report.clock is None else report.clock.residual / _MILLISECOND,
        computer_ahead_ms=None if report.clock is None or computer_ahead is None else computer_ahead / _MILLISECOND,
        round_trip_ms=_round_trip_ms(report),
    )


def _round_trip_ms(report: LinkReport) -> float | None:
    """The round trip in ms; None for a terminal that no longer reports, whose last one says nothing."""
    round_trip = report.round_trip
    return None if round_trip is None or not report.may_read else round_trip / _MILLISECOND
