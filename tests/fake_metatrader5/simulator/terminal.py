"""The terminal: what it hands out of the world, and what it lets through to the trade server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5._masks import fits
from tests.fake_metatrader5.simulator.exchange import Exchange
from tests.fake_metatrader5.simulator.ledger import Ledger
from tests.fake_metatrader5.simulator.market import Market
from tests.fake_metatrader5.simulator.quoting import Quoting
from tests.fake_metatrader5.simulator.records import Records
from tests.fake_metatrader5.simulator.requests import Outcome, Request, Twist, kind_of
from tests.fake_metatrader5.simulator.rows import Row, account_row, symbol_row, terminal_row
from tests.fake_metatrader5.simulator.trade_server import TradeServer
from tests.fake_metatrader5.simulator.world import Account

_FAILED, _INVALID, _NOT_FOUND, _OTHER_BUILD, _NO_LOGIN, _API_OFF = -1, -2, -4, -5, -6, -8
_NOT_STARTED = -10003


class Refused(Exception):
    """The terminal answers a call with this error."""

    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


class Terminal:
    """One terminal, on one account at a time.

    Without its broker it goes on showing what it last had, and knows nothing newer.
    """

    def __init__(self, exchange: Exchange, trade_server: TradeServer) -> None:
        self.state = exchange.world.terminal
        self.is_running = True
        self.starts = 0
        self.login = exchange.world.accounts[0].login
        self._exchange = exchange
        self._server = trade_server
        self._photograph: Exchange | None = None
        self._entered = {self.login}
        quoting, records = Quoting(self), Records(self)
        self._functions: dict[str, Callable[..., Any]] = {
            "initialize": self._initialize, "is_ready": lambda: self.state.connected, "login": self._log_in,
            "version": lambda: (500, self.state.build, self.state.build_date),
            "terminal_info": lambda: terminal_row(self.state),
            "account_info": lambda: account_row(self.seen, self.ledger),
            "symbols_total": lambda: len(self.seen.markets), "symbols_get": self._symbols_get,
            "symbol_info": lambda name: self._symbol_row(self.market(name)), "symbol_select": self._select,
            "order_calc_margin": self._calc_margin, "order_calc_profit": self._calc_profit,
            "order_check": self._order_check, "market_book_add": lambda name: bool(self.market(name)),
            "market_book_release": lambda name: bool(self.market(name)),
            "market_book_get": self._depth,
        }  # fmt: skip
        self._functions |= quoting.functions | records.functions

    @property
    def seen(self) -> Exchange:
        """The world as the terminal knows it."""
        return self._photograph or self._exchange

    @property
    def ledger(self) -> Ledger:
        return self.seen.ledgers[self.login]

    @property
    def now_ms(self) -> int:
        return self._exchange.clock.now_ms

    def market(self, name: str) -> Market:
        """Raises `Refused` for a name the broker does not have, in exactly these letters."""
        if (market := self.seen.markets.get(name)) is None:
            raise Refused(_NOT_FOUND)
        return market

    def call(self, function: str, arguments: list[Any]) -> Any:
        """Carries out any call but `order_send`; raises `Refused`."""
        return self._functions[function](*arguments)

    def send(self, request: Request, twist: Twist) -> Outcome:
        """Lets a request through to the trade server, or answers it itself; raises `Refused`."""
        if self.state.tradeapi_disabled and self.state.answers_api_disabled == "error":
            raise Refused(_API_OFF)
        if self.state.tradeapi_disabled or not self.state.trade_allowed:
            return Outcome(mt5.TRADE_RETCODE_CLIENT_DISABLES_AT)
        if not self.state.connected:
            return Outcome(mt5.TRADE_RETCODE_CONNECTION)
        if self._server.is_burst():
            return self._server.refuse(mt5.TRADE_RETCODE_TOO_MANY_REQUESTS, request)
        return self._server.send(self.ledger, request, twist)

    # -- what happens to it ---------------------------------------------------------------------------------------

    def change(self, **changes: Any) -> None:
        """New values for fields of `world.Terminal`."""
        self.state = msgspec.structs.replace(self.state, **changes)
        if self.state.connected:
            self._photograph = None
        elif self._photograph is None:
            self._photograph = self._exchange.photograph()

    def switch(self, login: int) -> None:
        """To another account, by the user at the terminal or by a login."""
        if login != self.login and self.state.algo_off_on_switch:
            self.change(trade_allowed=False)
        self._entered.add(login)
        self.login = login

    def start(self) -> None:
        if not self.is_running:
            self.is_running = True
            self.starts += 1

    # -- connection -----------------------------------------------------------------------------------------------

    def _initialize(self, login: int, password: str, server: str) -> bool:
        if not self.is_running and not self.state.may_be_started:
            raise Refused(_NOT_STARTED)
        self.start()
        if not self.state.fits_package:
            raise Refused(_OTHER_BUILD)
        return self._log_in(login, password, server) if login else True

    def _log_in(self, login: int, password: str, server: str) -> bool:
        ledger = self._exchange.ledgers.get(login)
        if ledger is None or (server and server != ledger.account.server) or not self._may_enter(ledger, password):
            raise Refused(_NO_LOGIN)
        if password:
            granted = next(each.trade_allowed for each in self._exchange.world.accounts if each.login == login)
            may_trade = granted and password == ledger.account.password
            ledger.account = msgspec.structs.replace(ledger.account, trade_allowed=may_trade)
        self.switch(login)
        return True

    def _may_enter(self, ledger: Ledger, password: str) -> bool:
        """Without a password the terminal uses the one it has kept, where it has."""
        account = ledger.account
        return password in (account.password, account.investor_password) or (
            not password and account.login in self._entered
        )

    # -- symbols --------------------------------------------------------------------------------------------------

    def _symbol_row(self, market: Market) -> Row:
        return symbol_row(market, self.account.currency)

    @property
    def account(self) -> Account:
        return self.ledger.account

    def _symbols_get(self, group: str) -> list[Row]:
        return [self._symbol_row(market) for name, market in self.seen.markets.items() if fits(name, group)]

    def _select(self, name: str, enable: bool) -> bool:
        is_held = any(each["symbol"] == name for each in self.ledger.positions.values())
        if name not in self.seen.markets or (is_held and not enable):
            raise Refused(_FAILED)
        for exchange in (self._exchange, self.seen):
            exchange.markets[name].is_selected = enable
        return True

    def _depth(self, name: str) -> list[Row]:
        """No symbol here has a depth of market."""
        self.market(name)
        return []

    # -- orders before they are sent ------------------------------------------------------------------------------

    def _calc_margin(self, action: int, name: str, volume: float, price: float) -> float:
        self._refuse_unless_calculable(action, name, volume)
        return self.seen.margin(self.ledger, name, volume, price)

    def _calc_profit(self, action: int, name: str, volume: float, opened: float, closed: float) -> float:
        self._refuse_unless_calculable(action, name, volume)
        return self.seen.profit(name, action, volume, opened, closed)

    def _refuse_unless_calculable(self, action: int, name: str, volume: float) -> None:
        self.market(name)
        if action not in (mt5.ORDER_TYPE_BUY, mt5.ORDER_TYPE_SELL) or volume <= 0.0:
            raise Refused(_INVALID)

    def _order_check(self, request: Request) -> Row:
        objection = self._server.objection(self.ledger, request)
        if objection:
            refused = Outcome(objection)
            return (objection, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, refused.row[7])
        exchange, ledger = self.seen, self.ledger
        margin = exchange.margin_used(ledger) + self._margin_of(request)
        equity = exchange.equity(ledger)
        level = equity / margin * 100.0 if margin else 0.0
        money = (ledger.balance, equity, round(equity - ledger.balance, 2), margin, equity - margin, level)
        return (0, *money, Outcome(0).row[7])

    def _margin_of(self, request: Request) -> float:
        if kind_of(request) != "open":
            return 0.0
        price = self._server.checks.price_now(request["symbol"], request["type"])
        return self.seen.margin(self.ledger, request["symbol"], request["volume"], price)
