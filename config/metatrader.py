"""Settings of MetaTrader 5: which terminal and account, how it is polled, and when it counts as silent."""

from __future__ import annotations

from typing import Annotated, Final

from annotated_types import Interval, Unit

from config.section import Section, setting

PACKAGE: Final = "MetaTrader5"
Timeout = Annotated[float, Interval(gt=0, le=600), Unit("s")]


class MetaTraderSettings(Section):
    """The terminal that prices and orders go through where it is chosen under Feeds; passwords are never in here."""

    terminal_path: str = setting(
        "",
        "Terminal",
        "Path of terminal64.exe; empty uses the running terminal; set it if several are installed.",
        max_length=1000,
        synonyms=("installation", "directory"),
    )
    login: Annotated[int, Interval(ge=0, le=2**63 - 1)] = setting(
        0,
        "Account",
        "Number of the account; 0 uses the one the terminal is logged in to.",
        synonyms=("account number", "user"),
    )
    server: str = setting(
        "",
        "Server",
        "The broker's trade server, as shown in the terminal's login window.",
        max_length=253,
        synonyms=("broker",),
    )
    portable: bool = setting(False, "Portable terminal", "Whether the terminal keeps its files in its own directory.")
    may_start_terminal: bool = setting(
        False,
        "May start the terminal",
        "Lets the desk open the terminal when it is closed, even if you closed it.",
        synonyms=("launch",),
    )
    attach_timeout_s: Annotated[int, Interval(ge=1, le=120), Unit("s")] = setting(
        10, "Connection timeout", "How long connecting to the terminal may take.", synonyms=("reconnect",)
    )
    poll_limit_s: Timeout = setting(10.0, "Query timeout", "A query that takes longer counts as hanging.")
    order_limit_s: Timeout = setting(30.0, "Order timeout", "The outcome of an order that takes longer is unknown.")
    heartbeat_limit_s: Timeout = setting(5.0, "Worker timeout", "A worker that is silent for longer is restarted.")
    check_interval_s: Annotated[float, Interval(gt=0, le=60), Unit("s")] = setting(
        1.0, "Connection check", "How often account and permissions are checked."
    )
    tick_poll_ms: Annotated[int, Interval(ge=5, le=10_000), Unit("ms")] = setting(
        50,
        "Price poll interval",
        "Time between price polls of an active symbol.",
        synonyms=("refresh rate", "update interval"),
    )
    idle_poll_ms: Annotated[int, Interval(ge=5, le=60_000), Unit("ms")] = setting(
        500,
        "Idle price poll interval",
        "Time between price polls of a quiet symbol.",
        synonyms=("refresh rate", "update interval"),
    )
    position_poll_ms: Annotated[int, Interval(ge=50, le=60_000), Unit("ms")] = setting(
        500,
        "Position poll interval",
        "Time between polls of positions and orders; the desk never waits longer than 1,000 ms.",
        synonyms=("refresh rate", "update interval"),
    )
    history_candles: Annotated[int, Interval(ge=500, le=100_000), Unit("candles")] = setting(
        10_000, "History", "Candles of each symbol read at the start.", synonyms=("max bars", "lookback")
    )
    module: str = setting(
        PACKAGE,
        "Module",
        "Python module that connects to the terminal; any but MetaTrader's package is an experimental bridge.",
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
        max_length=200,
        synonyms=("Python package", "bridge", "Wine"),
    )
