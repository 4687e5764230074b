"""Settings of MetaTrader 5: which terminal and account, how it is asked, and when its silence is too long."""

from __future__ import annotations

from typing import Final

from config.section import Section, setting

PACKAGE: Final = "MetaTrader5"


class MetaTraderSettings(Section):
    """The terminal that prices and orders go through where it is chosen under Feeds; passwords are never in here."""

    terminal_path: str = setting(
        "",
        max_length=1000,
        title="Terminal",
        about="Path of terminal64.exe; empty takes the running terminal, name it where several are installed.",
    )
    login: int = setting(
        0, ge=0, le=2**63 - 1, title="Account", about="Number of the account; 0 takes the one the terminal is on."
    )
    server: str = setting(
        "", max_length=253, title="Server", about="The broker's trade server, as the terminal's login window writes it."
    )
    portable: bool = setting(
        False, title="Portable terminal", about="Whether the terminal keeps its files in its own directory."
    )
    may_start_terminal: bool = setting(
        False,
        title="May start the terminal",
        about="Lets the desk open the terminal when it is closed, also after a person has closed it.",
    )
    attach_timeout_s: int = setting(
        10, ge=1, le=120, unit="s", title="Wait for the terminal", about="How long a connection to it may take."
    )
    poll_limit_s: float = setting(
        10.0, gt=0, le=600, unit="s", title="Longest question", about="A question that takes longer counts as hanging."
    )
    order_limit_s: float = setting(
        30.0, gt=0, le=600, unit="s", title="Longest order", about="An order that takes longer counts as lost."
    )
    heartbeat_limit_s: float = setting(
        5.0, gt=0, le=600, unit="s", title="Longest silence", about="A worker that is silent for longer is restarted."
    )
    check_interval_s: float = setting(
        1.0, gt=0, le=60, unit="s", title="Check of the link", about="How often account and permissions are looked at."
    )
    tick_poll_ms: int = setting(
        50, ge=5, le=10_000, unit="ms", title="Prices asked every", about="Between two looks at a lively symbol."
    )
    idle_poll_ms: int = setting(
        500, ge=5, le=60_000, unit="ms", title="Quiet prices asked every", about="Between two looks at a quiet symbol."
    )
    position_poll_ms: int = setting(
        500,
        ge=50,
        le=60_000,
        unit="ms",
        title="Positions asked every",
        about="Between two looks at positions and orders; the desk never waits longer than 1,000 ms.",
    )
    history_candles: int = setting(
        10_000, ge=500, le=100_000, unit="candles", title="History", about="Candles of each symbol read at the start."
    )
    module: str = setting(
        PACKAGE,
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
        max_length=200,
        title="Module",
        about="Python module that speaks to the terminal; another than the package is an experimental bridge.",
    )
