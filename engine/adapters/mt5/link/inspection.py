"""Derives the condition of the link from the terminal's info and account info; asks nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from engine.adapters.mt5.calls import Failed
from engine.adapters.mt5.codes import RAISED, AccountKind, MarginMode
from engine.adapters.mt5.conditions import Condition, Switch
from engine.adapters.mt5.link.sentences import (
    BROKER_DISCONNECTED,
    account_closes_in_order,
    account_nets,
    algo_trading_off,
    terminal_silent,
)
from engine.adapters.mt5.port import AccountIdentity, TerminalIdentity

PINNED_FIELDS: Final = ("login", "server", "trade_mode", "margin_mode", "currency")
"""Fields of `account_info` that make an account the one it is."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A look at the terminal. `pin` are the account's fields that orders are bound to."""

    terminal: TerminalIdentity
    account: AccountIdentity | None
    pin: dict[str, Any]
    closes_in_order: bool
    is_connected: bool
    switched_off: tuple[Switch, ...]

    @property
    def obstacle(self) -> Condition | None:
        """What keeps orders from being taken, None where nothing does."""
        if not self.is_connected:
            return BROKER_DISCONNECTED
        if self.account is not None and not self.account.is_hedging:
            return account_nets(self.account)
        if self.account is not None and self.closes_in_order:
            return account_closes_in_order(self.account)
        return algo_trading_off(self.switched_off) if self.switched_off else None


def seen(terminal: Mapping[str, Any], account: Mapping[str, Any] | None) -> Seen | Condition:
    """The state by the fields of `terminal_info` and `account_info`; `account` None where there is none.

    Where they lack what they should tell, that is the trouble.
    """
    try:
        return _seen(terminal, account)
    except (KeyError, TypeError) as error:
        return terminal_silent(Failed(code=RAISED, text=f"its answer is not understood ({error})"))


def _seen(terminal: Mapping[str, Any], account: Mapping[str, Any] | None) -> Seen:
    has_account = account is not None and account["login"] != 0
    return Seen(
        terminal=_terminal(terminal),
        account=_account(account) if account is not None and has_account else None,
        pin={name: account[name] for name in PINNED_FIELDS} if account is not None and has_account else {},
        closes_in_order=account is not None and bool(account["fifo_close"]),
        is_connected=bool(terminal["connected"]),
        switched_off=_switched_off(terminal, account) if account is not None else (),
    )


def _terminal(fields: Mapping[str, Any]) -> TerminalIdentity:
    return TerminalIdentity(
        name=fields["name"],
        company=fields["company"],
        build=fields["build"],
        path=fields["path"],
        max_candles=fields["maxbars"],
        ping=timedelta(microseconds=fields["ping_last"]),
    )


def _account(fields: Mapping[str, Any]) -> AccountIdentity:
    return AccountIdentity(
        login=fields["login"],
        server=fields["server"],
        kind=_KINDS.get(fields["trade_mode"], "real"),
        currency=fields["currency"],
        is_hedging=fields["margin_mode"] == MarginMode.RETAIL_HEDGING,
        company=fields["company"],
    )


_KINDS: Final = {int(kind): kind.name.lower() for kind in AccountKind}


def _switched_off(terminal: Mapping[str, Any], account: Mapping[str, Any]) -> tuple[Switch, ...]:
    switches = {
        Switch.TERMINAL_BUTTON: not terminal["trade_allowed"],
        Switch.PYTHON_API: terminal["tradeapi_disabled"],
        Switch.INVESTOR_PASSWORD: not account["trade_allowed"],
        Switch.BROKER_EXPERTS: not account["trade_expert"],
    }
    return tuple(switch for switch, is_off in switches.items() if is_off)
