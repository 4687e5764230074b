"""The conditions of a link: each with the sentence that says so and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

import msgspec


class LinkState(StrEnum):
    """The state of the link. Only in READY may new orders be sent.

    `may_read` where the terminal answers and stands on the confirmed account.
    """

    may_read: bool

    def __new__(cls, value: str, may_read: bool = False) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.may_read = value, may_read
        return member

    OFF = "off"
    STARTING = "starting"
    PACKAGE_MISSING = "package_missing"
    TERMINAL_NOT_FOUND = "terminal_not_found"
    TERMINAL_CLOSED = "terminal_closed"
    TERMINAL_SILENT = "terminal_silent"
    """The terminal runs and does not answer: it starts, updates itself, or its pipe is broken."""
    API_DISABLED = "api_disabled"
    """The terminal answers no program at all."""
    NOT_LOGGED_IN = "not_logged_in"
    ACCOUNT_UNCONFIRMED = "account_unconfirmed"
    """An account that is not confirmed yet."""
    ACCOUNT_SWITCHED = "account_switched"
    ACCOUNT_UNSUITED = "account_unsuited", True
    """The confirmed account keeps positions in a way in which the desk could not keep its word."""
    INCOMPATIBLE = "incompatible"
    BUILD_CHANGED = "build_changed"
    WORKER_LATE = "worker_late"
    WORKER_DIED = "worker_died"
    BROKER_DISCONNECTED = "broker_disconnected", True
    ALGO_TRADING_OFF = "algo_trading_off", True
    CLOCK_UNSURE = "clock_unsure", True
    TRADING_REFUSED = "trading_refused", True
    """The broker said that it takes no orders: nothing more is tried before the user says so."""
    ORDER_ASTRAY = "order_astray", True
    """An order met another account than its own: the user has to look there."""
    LIMIT_REACHED = "limit_reached", True
    """The account has no room for another position: money, number or volume."""
    READY = "ready", True


class Switch(StrEnum):
    """Who can forbid trading by program, in the order in which the user should look, and what to do about it."""

    place: str
    way_out: str

    def __new__(cls, value: str, place: str, way_out: str) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.place, member.way_out = value, place, way_out
        return member

    TERMINAL_BUTTON = (
        "terminal_button", "the terminal's Algo Trading button", "Press Algo Trading in the terminal's toolbar",
    )  # fmt: skip
    PYTHON_API = (
        "python_api", "the terminal's option that disables trading by Python",
        "Untick the option that disables trading by Python under Tools, Options, Expert Advisors in the terminal",
    )  # fmt: skip
    INVESTOR_PASSWORD = (
        "investor_password", "the account itself, as with an investor password",
        "Log in with the master password, or ask the broker why the account may not trade",
    )  # fmt: skip
    BROKER_EXPERTS = (
        "broker_experts", "the broker, for programs", "Ask the broker to allow expert advisors on this account",
    )  # fmt: skip


class Condition(msgspec.Struct, frozen=True):
    """A state in words fit for the window; `way_out` is empty where nothing is to be done."""

    state: LinkState
    sentence: str
    way_out: str = ""


OFF: Final = Condition(LinkState.OFF, "MetaTrader is not connected.")
