"""Each condition of the link in words: what is wrong, and what the user can do about it."""

from __future__ import annotations

from typing import Final

from engine.adapters.mt5.calls import Unanswered
from engine.adapters.mt5.codes import ErrorCode
from engine.adapters.mt5.conditions import Condition, LinkState, Switch
from engine.adapters.mt5.port import AccountIdentity

STARTING: Final = Condition(LinkState.STARTING, "The desk is connecting to the terminal.")
READY: Final = Condition(LinkState.READY, "The terminal is connected and takes orders.")

TERMINAL_CLOSED: Final = Condition(
    LinkState.TERMINAL_CLOSED,
    "The terminal is closed.",
    "Open MetaTrader 5: the desk connects by itself. Or let the desk start it.",
)
_INSTALL: Final = (
    "Install MetaTrader 5 from your broker's website and open it once, or choose its terminal64.exe under Settings, "
    "MetaTrader 5."
)
NOT_INSTALLED: Final = Condition(
    LinkState.TERMINAL_NOT_FOUND,
    "The terminal cannot be found: MetaTrader 5 is not installed on this computer, or was never opened.",
    _INSTALL,
)
BROKER_DISCONNECTED: Final = Condition(
    LinkState.BROKER_DISCONNECTED,
    "The terminal has lost its connection to the broker; stops and targets stay at the broker.",
    "Wait: the terminal reconnects by itself. If it does not, look at its status bar and the network.",
)
API_DISABLED: Final = Condition(
    LinkState.API_DISABLED,
    "The terminal does not answer programs: access by Python is switched off.",
    f"{Switch.PYTHON_API.way_out}.",
)


def package_missing(reason: str, way_out: str) -> Condition:
    return Condition(LinkState.PACKAGE_MISSING, reason, way_out)


def terminal_not_found(words: str) -> Condition:
    return Condition(LinkState.TERMINAL_NOT_FOUND, f"The terminal cannot be found: {words}.", _INSTALL)


def terminal_silent(answer: Unanswered) -> Condition:
    return Condition(
        LinkState.TERMINAL_SILENT,
        f"The terminal does not answer: {answer.words}. The desk keeps trying.",
        "Wait while it starts or updates itself; if that takes long, close its dialogs or restart it.",
    )


def not_logged_in(words: str) -> Condition:
    return Condition(
        LinkState.NOT_LOGGED_IN,
        f"The terminal is not logged in: {words}.",
        "Log in in the terminal (File, Login to Trade Account), with the box that saves the password ticked.",
    )


def account_unconfirmed(found: AccountIdentity) -> Condition:
    return Condition(
        LinkState.ACCOUNT_UNCONFIRMED,
        f"The terminal is on {found}, which nobody has confirmed.",
        "Confirm the account, or log in to another one in the terminal.",
    )


def account_switched(confirmed: AccountIdentity, found: AccountIdentity) -> Condition:
    return Condition(
        LinkState.ACCOUNT_SWITCHED,
        f"The terminal is on {found}, but {confirmed} was confirmed.",
        f"Log in to {confirmed.login} in the terminal, or confirm the other account.",
    )


def account_nets(found: AccountIdentity) -> Condition:
    return Condition(
        LinkState.ACCOUNT_UNSUITED,
        (
            f"The {found} nets positions: it has one position per symbol, so the desk's trade and yours "
            "cannot be kept apart. The desk enters nothing here."
        ),
        "Open a hedging account at the broker and log the terminal in to it.",
    )


def account_closes_in_order(found: AccountIdentity) -> Condition:
    return Condition(
        LinkState.ACCOUNT_UNSUITED,
        (
            f"The {found} lets positions be closed only in the order in which they were opened (FIFO): an exit of the "
            "desk could be refused. The desk enters nothing here."
        ),
        "Ask the broker for an account without this rule, and log the terminal in to it.",
    )


def incompatible(words: str) -> Condition:
    return Condition(
        LinkState.INCOMPATIBLE,
        f"Terminal and package are incompatible: {words}.",
        "Update both: the terminal under Help, Check for updates; the package with pip install -U MetaTrader5.",
    )


def build_changed(before: int, now: int) -> Condition:
    return Condition(
        LinkState.BUILD_CHANGED,
        f"The terminal was updated from build {before} to {now}: the desk reconnects and checks it.",
        "Wait; if the versions are no longer compatible, the desk says so.",
    )


def worker_late(reason: str) -> Condition:
    return Condition(
        LinkState.WORKER_LATE,
        f"The terminal hangs: {reason}. Its worker process is being restarted.",
        "Wait; if it happens again, restart the terminal.",
    )


def worker_died(reason: str) -> Condition:
    return Condition(
        LinkState.WORKER_DIED,
        f"The worker process ended: {reason}. It is being restarted.",
        "Wait; if it happens again, restart the terminal and the desk.",
    )


def algo_trading_off(switches: tuple[Switch, ...]) -> Condition:
    """`switches` is not empty."""
    return Condition(
        LinkState.ALGO_TRADING_OFF,
        f"Trading by program is switched off by {_listed([each.place for each in switches])}.",
        ". ".join(each.way_out for each in switches) + ".",
    )


def of_failed_look(answer: Unanswered) -> Condition:
    """What it means that a terminal which was attached gives no information."""
    return API_DISABLED if answer.code == ErrorCode.AUTO_TRADING_DISABLED else terminal_silent(answer)


def of_failed_attach(answer: Unanswered) -> Condition:
    """What it means that the terminal could not be attached to."""
    words = answer.words
    match answer.code:
        case ErrorCode.INVALID_VERSION:
            return incompatible(words)
        case ErrorCode.AUTO_TRADING_DISABLED:
            return API_DISABLED
        case ErrorCode.AUTH_FAILED | ErrorCode.UNSUPPORTED:
            return not_logged_in(words)
        case ErrorCode.INTERNAL_FAIL_TIMEOUT:
            return not_logged_in("it did not reach the broker in time")
        case ErrorCode.INTERNAL_FAIL_INIT if any(sign in words for sign in _NOT_FOUND):
            return terminal_not_found(words)
    return terminal_silent(answer)


_NOT_FOUND: Final = ("not found", "create failed", "No MQL5 folder", "No origin.txt")


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
