"""The configuration of a simulator: its symbols, accounts, terminal, clock and the habits of its trade server."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

Hours = Literal["always", "gold"]
"""`gold` rests from 17:00 to 18:00 New York and from Friday 17:00 to Sunday 18:00 New York."""


class Symbol(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol and its market. Levels and spreads in points, volumes in lots, swaps in points per lot and night.

    `seed` makes a market of its own, about `ticks_per_s` ticks a second with steps of `step_points`; None leaves all
    ticks to the test. Candles of `history_minutes` lie before the start, each missing with `gap_probability`.
    """

    name: str
    base: str
    digits: int
    price: float
    contract_size: float
    description: str = ""
    path: str = ""
    profit_currency: str = "USD"
    tick_value: float | None = None
    volume_min: float = 0.01
    volume_max: float = 200.0
    volume_step: float = 0.01
    volume_limit: float = 0.0
    stops_level: int = 0
    freeze_level: int = 0
    filling_mask: int = 3
    execution: int = 2
    trade_mode: int = 4
    swap_long: float = 0.0
    swap_short: float = 0.0
    hours: Hours = "always"
    is_selected: bool = True
    spread: int = 20
    seed: int | None = None
    ticks_per_s: float = 4.0
    step_points: float = 12.0
    history_minutes: int = 600
    gap_probability: float = 0.02

    @property
    def point(self) -> float:
        return round(10.0**-self.digits, self.digits)

    @property
    def value_of_tick(self) -> float:
        """Of one point and one lot, in the account's currency."""
        return self.contract_size * self.point if self.tick_value is None else self.tick_value


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the trade server. `kind` 0 demo, 1 contest, 2 real; `margin_mode` 0 netting, 2 hedging.

    The investor's password lets in without the right to trade. Commission in money per lot and side. `fifo_close`
    lets the positions of a symbol be closed only from the oldest on.
    """

    login: int = 1001
    password: str = "master"
    investor_password: str = "investor"
    server: str = "Fake-Demo"
    kind: int = 0
    margin_mode: int = 2
    currency: str = "USD"
    company: str = "Fake Broker Ltd"
    name: str = "Jane Trader"
    balance: float = 10_000.0
    leverage: int = 500
    stop_out_percent: float = 50.0
    margin_call_percent: float = 100.0
    limit_orders: int = 200
    commission_on_entry: float = 0.0
    commission_on_exit: float = 0.0
    trade_allowed: bool = True
    trade_expert: bool = True
    fifo_close: bool = False


class Terminal(msgspec.Struct, frozen=True, kw_only=True):
    """The terminal and its switches.

    `trade_allowed` is the Algo Trading button; `answers_api_disabled` how `tradeapi_disabled` shows: as the error -8
    or as the code 10027. `fits_package` False makes every `initialize` fail with -5. `maxbars_error` is the code for
    too many candles; `first_rates` what the first request of a symbol and timeframe is answered with.
    """

    build: int = 6231
    build_date: str = "27 Sep 2026"
    fits_package: bool = True
    connected: bool = True
    trade_allowed: bool = True
    tradeapi_disabled: bool = False
    answers_api_disabled: Literal["error", "retcode"] = "error"
    algo_off_on_switch: bool = False
    may_be_started: bool = True
    maxbars: int = 100_000
    maxbars_error: int = -2
    first_rates: Literal["whole", "short", "fails"] = "whole"
    unselected_tick: Literal["none", "zero"] = "none"
    name: str = "MetaTrader 5"
    company: str = "Fake Broker Ltd"
    path: str = "C:\\Program Files\\MetaTrader 5"
    ping_us: int = 42_000


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """Time in the world: from `start` (None for now), `speed` times as fast as ours, or by `advance` alone.

    `rule` is the server's wall clock: `utc`, `new york+7`, `europe` (Athens), or hours such as `+3`. `ahead_s` is
    what the server's clock is wrong by.
    """

    start: datetime | None = None
    speed: float = 1.0
    is_manual: bool = False
    rule: str = "new york+7"
    ahead_s: float = 0.0


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Habits of the trade server.

    `comment_kept` is 29, 16 or 0 characters. Slippage in points against the trader: `slippage` of market orders,
    `stop_slippage` of stops. Orders, deals and positions show `visible_after_s` later. More than `burst` requests
    within a second are too many, 0 for any number. `sends_blank_results` leaves deal and price 0.
    """

    comment_kept: int = 29
    slippage: int = 0
    stop_slippage: int = 0
    visible_after_s: float = 0.0
    burst: int = 0
    sends_blank_results: bool = False
    closing_keeps_magic: bool = True


def exness_gold(**changes: Any) -> Symbol:
    """Three digits, a suffix, market execution, no stops level."""
    return _symbol({"name": "XAUUSDm", "spread": 200, "step_points": 60.0} | changes)


def axi_gold(**changes: Any) -> Symbol:
    """Two digits, a stops level of one point."""
    terms = {"digits": 2, "volume_max": 20.0, "stops_level": 1, "spread": 16, "step_points": 6.0}
    return _symbol({"name": "XAUUSD"} | terms | changes)


def exness_bitcoin(**changes: Any) -> Symbol:
    terms = {"base": "BTC", "digits": 2, "price": 60_000.0, "contract_size": 1.0, "description": "Bitcoin vs US Dollar"}
    return _symbol({"name": "BTCUSDm", "spread": 1000, "step_points": 300.0, "seed": 2} | terms | changes)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a simulator begins with; the first account is the one the terminal is on."""

    symbols: tuple[Symbol, ...] = ()
    accounts: tuple[Account, ...] = (Account(),)
    terminal: Terminal = Terminal()
    clock: Clock = Clock()
    server: Server = Server()

    @classmethod
    def live(cls, **changes: Any) -> World:
        """Gold and bitcoin that move by themselves."""
        chosen: dict[str, Any] = {"symbols": (exness_gold(), exness_bitcoin())}
        return cls(**(chosen | changes))

    @classmethod
    def still(cls, **changes: Any) -> World:
        """Gold and bitcoin that move when the test says so, by a clock that the test moves."""
        symbols = (exness_gold(seed=None), exness_bitcoin(seed=None))
        chosen: dict[str, Any] = {"symbols": symbols, "clock": Clock(is_manual=True)}
        return cls(**(chosen | changes))


def _symbol(terms: dict[str, Any]) -> Symbol:
    gold: dict[str, Any] = {
        "base": "XAU", "digits": 3, "price": 4000.0, "contract_size": 100.0, "seed": 1,
        "description": "Gold vs US Dollar",
    }  # fmt: skip
    return Symbol(**(gold | terms))
