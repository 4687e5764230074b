"""Settings of MetaTrader 5: which terminal and account, how it is polled, and when it counts as silent."""

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
        about="Path of terminal64.exe; empty uses the running terminal; set it if several are installed.",
    )
    login: int = setting(
        0,
        ge=0,
        le=2**63 - 1,
        title="Account",
        about="Number of the account; 0 uses the one the terminal is logged in to.",
    )
    server: str = setting(
        "", max_length=253, title="Server", about="The broker's trade server, as shown in the terminal's login window."
    )
    portable: bool = setting(
        False, title="Portable terminal", about="Whether the terminal keeps its files in its own directory."
    )
    may_start_terminal: bool = setting(
        False,
        title="May start the terminal",
        about="Lets the desk open the terminal when it is closed, even if you closed it.",
    )
    attach_timeout_s: int = setting(
        10, ge=1, le=120, unit="s", title="Connection timeout", about="How long connecting to the terminal may take."
    )
    poll_limit_s: float = setting(
        10.0, gt=0, le=600, unit="s", title="Query timeout", about="A query that takes longer counts as hanging."
    )
    order_limit_s: float = setting(
        30.0,
        gt=0,
        le=600,
        unit="s",
        title="Order timeout",
        about="The outcome of an order that takes longer is unknown.",
    )
    heartbeat_limit_s: float = setting(
        5.0, gt=0, le=600, unit="s", title="Worker timeout", about="A worker that is silent for longer is restarted."
    )
    check_interval_s: float = setting(
        1.0, gt=0, le=60, unit="s", title="Connection check", about="How often account and permissions are checked."
    )
    tick_poll_ms: int = setting(
        50,
        ge=5,
        le=10_000,
        unit="ms",
        title="Price poll interval",
        about="Time between price polls of an active symbol.",
    )
    idle_poll_ms: int = setting(
        500,
        ge=5,
        le=60_000,
        unit="ms",
        title="Idle price poll interval",
        about="Time between price polls of a quiet symbol.",
    )
    position_poll_ms: int = setting(
        500,
        ge=50,
        le=60_000,
        unit="ms",
        title="Position poll interval",
        about="Time between polls of positions and orders; the desk never waits longer than 1,000 ms.",
    )
    history_candles: int = setting(
        10_000, ge=500, le=100_000, unit="candles", title="History", about="Candles of each symbol read at the start."
    )
    module: str = setting(
        PACKAGE,
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
        max_length=200,
        title="Module",
        about="Python module that connects to the terminal; any but MetaTrader's package is an experimental bridge.",
    )
