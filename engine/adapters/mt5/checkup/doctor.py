"""Examines everything between the desk and the broker, and says what to change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from engine.adapters.mt5.calls import Answer, Answered, TerminalCall, value_of
from engine.adapters.mt5.codes import OrderType, SymbolTradeMode, TradeAction
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.adapters.mt5.market.terms import Fields, SymbolTerms
from engine.adapters.mt5.port import AccountIdentity, LinkReport, ServerClock, TerminalLink
from engine.adapters.mt5.trade.requests import Request
from engine.adapters.mt5.trade.treatments import Treatment, treatment

SLOW_CALL_MS: Final = 20.0
SLOW_PING: Final = timedelta(milliseconds=200)
"""By default a round trip above this blocks entries."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; `advice` says what to change where it is not as it should be."""

    subject: str
    is_well: bool
    words: str
    advice: str = ""


def _judged(subject: str, is_well: bool, words: str, advice: str) -> Finding:
    """Adds the advice only where it is needed."""
    return Finding(subject, is_well, words, "" if is_well else advice)


class Doctor:
    """Looks and asks, and sends nothing that could trade."""

    def __init__(self, link: TerminalLink, names: Sequence[str], magic: int) -> None:
        self._link = link
        self._names = tuple(names)
        self._magic = magic

    async def examine(self) -> AsyncIterator[Finding]:
        """Findings in the order in which the user should read them; what cannot be asked is left out."""
        report = self._link.report
        yield _of_link(report)
        if not report.may_read:
            return
        for finding in _of_report(report):
            yield finding
        found = await SymbolResolver(self._link).resolve(self._names)
        for problem in found.problems:
            yield Finding("Symbol", False, problem, "Change the symbols in the settings.")
        for terms in found.terms:
            yield _of_terms(terms)
            yield await self._of_trial(terms)

    async def _of_trial(self, terms: SymbolTerms) -> Finding:
        """The terminal's own check of a smallest order: money, filling, permission; nothing is sent."""
        subject = f"{terms.symbol}, trial of an order"
        tick = await self._ask("symbol_info_tick", terms.symbol)
        if tick is None or not tick["ask"] > 0.0:
            return Finding(subject, False, "no price", "Wait until the market of the symbol is open.")
        answer = await self._call("order_check", _trial(terms, tick, self._magic))
        if not isinstance(answer, Answered):
            words = f"the terminal checks no order: {answer.words}"
            return Finding(subject, False, words, "Fix the findings above first.")
        return _of_check(subject, answer.value)

    async def _ask(self, function: str, *arguments: object) -> Any:
        return value_of(await self._call(function, *arguments))

    async def _call(self, function: str, *arguments: object) -> Answer:
        return await self._link.call(TerminalCall(function=function, arguments=arguments))


def _of_check(subject: str, found: Fields) -> Finding:
    code = int(found["retcode"])
    if code == 0:
        words = f"the terminal would take it, and {found['margin_free']:,.2f} of margin would stay free"
        return Finding(subject, True, words)
    advice = _AFTER_TRIAL.get(treatment(code), "Ask the broker about this number; the desk would not trade here.")
    return Finding(subject, False, f"{found['comment']} ({code})", advice)


_AFTER_TRIAL: Final = {
    Treatment.LIMIT_REACHED: "The account has no room for the smallest order: deposit money or close positions.",
    Treatment.MARKET_CLOSED: "Wait until the broker opens the market of this symbol.",
    Treatment.TRADING_DISABLED: "Check the switches; if all are on, ask the broker whether this account may trade.",
    Treatment.SIDE_DISABLED: "The broker does not allow new positions here: ask why, or choose another symbol.",
    Treatment.NEXT_FILLING: "Nothing to do: the desk uses the next filling mode by itself.",
    Treatment.PRICE_MOVED: "Test again: there was briefly no price.",
    Treatment.BACK_OFF: "Test again in a minute: the broker is busy.",
}


def _of_link(report: LinkReport) -> Finding:
    condition = report.condition
    if condition.state in (LinkState.OFF, LinkState.STARTING):
        advice = "Check whether it shows a login window or another dialog, then test again, or wait longer."
        return Finding("Connection", False, "The terminal has not answered yet.", advice)
    return Finding("Connection", condition.state is LinkState.READY, condition.sentence, condition.way_out)


def _of_report(report: LinkReport) -> Iterator[Finding]:
    yield Finding("Package", True, f"version {report.module_version or 'unknown'}")
    if (terminal := report.terminal) is not None:
        yield Finding("Terminal", True, f"{terminal.name}, build {terminal.build}, at {terminal.path}")
    if (account := report.account) is not None:
        words = f"{account}, {account.currency}, {'hedging' if account.is_hedging else 'netting'}"
        yield Finding("Account", account.is_hedging, words, _of_account(account))
    if (clock := report.clock) is not None:
        yield _of_clock(clock, report.asked_offset)
    if (trips := report.round_trips) is not None:
        words = f"median {trips.median_ms:.1f} ms, 95 % within {trips.p95_ms:.1f} ms"
        advice = "Close charts and programs that keep this computer busy."
        yield _judged("Terminal round trip", trips.p95_ms <= SLOW_CALL_MS, words, advice)
    if terminal is not None:
        words = f"{terminal.ping / timedelta(milliseconds=1):.0f} ms"
        advice = "Use a nearer access point, or a server near the broker: entries are blocked."
        yield _judged("Ping to the broker", terminal.ping <= SLOW_PING, words, advice)


def _of_clock(clock: ServerClock, asked: timedelta | None) -> Finding:
    subject = "Server's clock"
    if asked is not None:
        words = f"UTC{asked / timedelta(hours=1):+g} h by this computer's clock, which cannot be verified"
        advice = (
            "Check the time and set this computer's clock if it is wrong; if it is right, confirm that in the desk."
        )
        return Finding(subject, False, words, advice)
    offset, residual_s = clock.offset / timedelta(hours=1), clock.residual.total_seconds()
    return Finding(subject, True, f"UTC{offset:+g} h, this computer's clock is right within {abs(residual_s):.1f} s")


def _of_account(account: AccountIdentity) -> str:
    if not account.is_hedging:
        return "Use a hedging account: the desk opens no positions here."
    if account.is_real:
        return "This is real money: the desk trades it only after you have confirmed the account."
    return ""


def _of_terms(terms: SymbolTerms) -> Finding:
    contract = terms.contract
    if terms.doubt:
        advice = "If this persists, ask the broker for the tick value, or choose another symbol."
        return Finding(terms.symbol, False, terms.doubt, advice)
    fillings = ", ".join(each.name for each in terms.fillings)
    words = (
        f"{contract.volume_min:g} to {contract.volume_max:g} lots by {contract.volume_step:g}, a step of "
        f"{contract.tick_size:g} is {contract.tick_value:g} {contract.currency} a lot, stops at least "
        f"{contract.min_distance:g} away, {terms.execution.name.lower()} execution, filling {fillings}"
    )
    advice = f"The broker says {terms.trade_mode.name.replace('_', ' ').lower()}: ask it why."
    return _judged(terms.symbol, terms.trade_mode is SymbolTradeMode.FULL, words, advice)


def _trial(terms: SymbolTerms, tick: Fields, magic: int) -> Request:
    return {
        "action": int(TradeAction.DEAL),
        "symbol": terms.symbol,
        "volume": float(terms.contract.volume_min),
        "type": int(OrderType.BUY),
        "price": float(tick["ask"]),
        "magic": int(magic),
        "type_filling": int(terms.fillings[0]),
    }
