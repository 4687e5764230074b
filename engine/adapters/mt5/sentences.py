"""Each condition of the link in words: what is the matter, and what the user can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from engine.adapters.mt5.codes import RAISED, ErrorCode
from engine.adapters.mt5.conditions import Condition, LinkState, Switch
from engine.adapters.mt5.link import AccountIdentity, Answer, Failed, Lost, NotSent

PYTHON_API_ON: Final = (
    "Untick the option that disables trading by Python under Tools, Options, Expert Advisors in the terminal"
)

STARTING: Final = Condition(state=LinkState.STARTING, sentence="The desk is connecting to the terminal.")
READY: Final = Condition(state=LinkState.READY, sentence="The terminal is connected and takes orders.")

TERMINAL_CLOSED: Final = Condition(
    state=LinkState.TERMINAL_CLOSED,
    sentence="The terminal is closed.",
    way_out="Open MetaTrader 5: the desk connects by itself. Or let the desk start it.",
)
_INSTALL: Final = (
    "Install MetaTrader 5 from your broker's website and open it once, or choose its terminal64.exe under Settings, "
    "MetaTrader 5."
)
NOT_INSTALLED: Final = Condition(
    state=LinkState.TERMINAL_NOT_FOUND,
    sentence="The terminal cannot be found: MetaTrader 5 is not installed on this computer, or was never opened.",
    way_out=_INSTALL,
)
BROKER_DISCONNECTED: Final = Condition(
    state=LinkState.BROKER_DISCONNECTED,
    sentence="The terminal has lost its connection to the broker; stops and targets stay at the broker.",
    way_out="Wait: the terminal reconnects by itself. If it does not, look at its status bar and the network.",
)
API_DISABLED: Final = Condition(
    state=LinkState.API_DISABLED,
    sentence="The terminal does not answer programs: access by Python is switched off.",
    way_out=f"{PYTHON_API_ON}.",
    switches=(Switch.PYTHON_API,),
)
CLOCK_WAITS: Final = Condition(
    state=LinkState.CLOCK_UNSURE,
    sentence="The server's clock is not known yet: no fresh price has come.",
    way_out="Wait for the next quote; at the weekend only crypto has any.",
)

CLOCK_REPEATS: Final = Condition(
    state=LinkState.CLOCK_UNSURE,
    sentence="The server's clock went back and shows an hour for the second time: its times are ambiguous.",
    way_out="Wait until the hour is over; open positions are managed meanwhile.",
)

SWITCHES: Final = {
    Switch.TERMINAL_BUTTON: ("the terminal's Algo Trading button", "Press Algo Trading in the terminal's toolbar"),
    Switch.PYTHON_API: ("the terminal's option that disables trading by Python", PYTHON_API_ON),
    Switch.INVESTOR_PASSWORD: (
        "the account itself, as with an investor password",
        "Log in with the master password, or ask the broker why the account may not trade",
    ),
    Switch.BROKER_EXPERTS: ("the broker, for programs", "Ask the broker to allow expert advisors on this account"),
}


def package_missing(reason: str, way_out: str) -> Condition:
    return Condition(state=LinkState.PACKAGE_MISSING, sentence=reason, way_out=way_out)


def terminal_not_found(words: str) -> Condition:
    return Condition(
        state=LinkState.TERMINAL_NOT_FOUND,
        sentence=f"The terminal cannot be found: {words}.",
        way_out=_INSTALL,
    )


def terminal_silent(answer: Failed | Lost | NotSent) -> Condition:
    return Condition(
        state=LinkState.TERMINAL_SILENT,
        sentence=f"The terminal does not answer: {words_of(answer)}. The desk keeps trying.",
        way_out="Wait while it starts or updates itself; if that takes long, close its dialogs or restart it.",
    )


def not_logged_in(words: str) -> Condition:
    return Condition(
        state=LinkState.NOT_LOGGED_IN,
        sentence=f"The terminal is not logged in: {words}.",
        way_out="Log in in the terminal (File, Login to Trade Account), with the box that saves the password ticked.",
    )


def account_unconfirmed(found: AccountIdentity) -> Condition:
    return Condition(
        state=LinkState.ACCOUNT_UNCONFIRMED,
        sentence=f"The terminal is on {found}, which nobody has confirmed.",
        way_out="Confirm the account, or log in to another one in the terminal.",
    )


def account_switched(confirmed: AccountIdentity, found: AccountIdentity) -> Condition:
    return Condition(
        state=LinkState.ACCOUNT_SWITCHED,
        sentence=f"The terminal is on {found}, but {confirmed} was confirmed.",
        way_out=f"Log in to {confirmed.login} in the terminal, or confirm the other account.",
    )


def account_nets(found: AccountIdentity) -> Condition:
    return Condition(
        state=LinkState.ACCOUNT_UNSUITED,
        sentence=(
            f"The {found} nets positions: of each symbol there is one, in which the desk's trade cannot be told from "
            "yours. The desk enters nothing here."
        ),
        way_out="Open a hedging account at the broker and log the terminal in to it.",
    )


def account_closes_in_order(found: AccountIdentity) -> Condition:
    return Condition(
        state=LinkState.ACCOUNT_UNSUITED,
        sentence=(
            f"The {found} lets positions be closed only in the order in which they were opened (FIFO): an exit of the "
            "desk could be refused. The desk enters nothing here."
        ),
        way_out="Ask the broker for an account without this rule, and log the terminal in to it.",
    )


def incompatible(words: str) -> Condition:
    return Condition(
        state=LinkState.INCOMPATIBLE,
        sentence=f"Terminal and package are incompatible: {words}.",
        way_out="Update both: the terminal under Help, Check for updates; the package with pip install -U MetaTrader5.",
    )


def build_changed(before: int, now: int) -> Condition:
    return Condition(
        state=LinkState.BUILD_CHANGED,
        sentence=f"The terminal was updated from build {before} to {now}: the desk reconnects and checks it.",
        way_out="Wait; if the versions are no longer compatible, the desk says so.",
    )


def worker_late(reason: str) -> Condition:
    return Condition(
        state=LinkState.WORKER_LATE,
        sentence=f"The terminal hangs: {reason}. Its worker process is being restarted.",
        way_out="Wait; if it happens again, restart the terminal.",
    )


def worker_died(reason: str) -> Condition:
    return Condition(
        state=LinkState.WORKER_DIED,
        sentence=f"The worker process ended: {reason}. It is being restarted.",
        way_out="Wait; if it happens again, restart the terminal and the desk.",
    )


def algo_trading_off(switches: tuple[Switch, ...]) -> Condition:
    """`switches` is not empty."""
    return Condition(
        state=LinkState.ALGO_TRADING_OFF,
        sentence=f"Trading by program is switched off by {_listed([SWITCHES[each][0] for each in switches])}.",
        way_out=". ".join(SWITCHES[each][1] for each in switches) + ".",
        switches=switches,
    )


def clock_wrong(residual: timedelta) -> Condition:
    seconds = residual.total_seconds()
    return Condition(
        state=LinkState.CLOCK_UNSURE,
        sentence=f"This computer's clock and the server's differ by {abs(seconds):.0f} s beside whole quarter hours.",
        way_out="Let the operating system set the clock from the internet.",
    )


def clock_set(by: timedelta) -> Condition:
    """The computer's clock was set, ahead or back where `by` is negative."""
    way = "back" if by < timedelta(0) else "ahead"
    return Condition(
        state=LinkState.CLOCK_UNSURE,
        sentence=f"This computer's clock was set {way} by {_duration(abs(by))}: the server's clock is measured again.",
        way_out="Wait for the next quotes: the desk goes on by itself. Set this computer's clock if it is wrong now.",
    )


def clock_unusual(offset: timedelta) -> Condition:
    """By this computer's clock the server keeps a time that is none of the usual ones."""
    return Condition(
        state=LinkState.CLOCK_UNSURE,
        sentence=(
            f"By this computer's clock the server is at {_offset(offset)}, which is unusual: either this clock is "
            "wrong by whole hours, or the broker uses a time of its own. The desk cannot tell which."
        ),
        way_out="Check the time: set this computer's clock if it is wrong, or confirm that it is right.",
    )


def clock_contradicted(rule: str, ahead: timedelta, *, is_by_break: bool) -> Condition:
    """This computer's clock is `ahead` of what the server's says by its `rule`, negative if behind."""
    way = "behind" if ahead < timedelta(0) else "ahead of"
    source = "gold's daily break" if is_by_break else "earlier measurements"
    return Condition(
        state=LinkState.CLOCK_UNSURE,
        sentence=(
            f"This computer's clock is {_duration(abs(ahead))} {way} the server's, which runs on {rule} by {source}."
        ),
        way_out=(
            "Correct this computer's clock: the desk goes on by itself. If it is right and the broker has changed the "
            "server's clock, confirm that."
        ),
    )


def of_failed_look(answer: Failed | Lost | NotSent) -> Condition:
    """What it means that a terminal which was attached does not tell of itself."""
    return API_DISABLED if code_of(answer) == ErrorCode.AUTO_TRADING_DISABLED else terminal_silent(answer)


def of_failed_attach(answer: Failed | Lost | NotSent) -> Condition:
    """What it means that the terminal could not be attached to."""
    words = words_of(answer)
    match code_of(answer):
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


def code_of(answer: Answer) -> int | None:
    """The module's error, None where it told none."""
    return answer.code if isinstance(answer, Failed | Lost) else None


def words_of(answer: Failed | Lost | NotSent) -> str:
    """What went wrong, with the module's number for whoever looks it up."""
    words = answer.text if isinstance(answer, Failed) else answer.reason
    code = code_of(answer)
    return words if code in (None, RAISED) else f"{words} ({code})"


_NOT_FOUND: Final = ("not found", "create failed", "No MQL5 folder", "No origin.txt")


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _duration(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 s"


def _offset(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02}"
