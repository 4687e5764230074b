"""The tests' side of a simulator."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from tests.fake_metatrader5 import _wire
from tests.fake_metatrader5.simulator.faults import Fault
from tests.fake_metatrader5.simulator.simulator import Entry
from tests.fake_metatrader5.simulator.world import World

_PROJECT = Path(__file__).parents[3]
_BY_HAND, _BY_PROGRAM = 0, 3
_DEAL, _SLTP, _PENDING = 1, 6, 5
_IOC, _FOK, _RETURN = 1, 0, 2
_BUY_LIMIT, _SELL_LIMIT = 2, 3
Record = dict[str, Any]
T = TypeVar("T")


class SimulatorClient:
    """A running simulator; `start` makes the process, the constructor joins one that runs.

    By default, what is read is of the account that the terminal is on.
    """

    def __init__(self, address: str, process: subprocess.Popen[str] | None = None) -> None:
        port = _wire.port_of(address)
        assert port is not None, address
        self.address = address
        self._process = process
        self._turn = threading.Lock()
        self._socket = _wire.connect(port)
        _wire.send(self._socket, {"test": os.getpid()})

    @classmethod
    def start(cls, world: World | None = None) -> SimulatorClient:
        """Starts a process that ends with this one at the latest."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fake_metatrader5.simulator"],
            cwd=_PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        client = cls(process.stdout.readline().strip(), process)
        if world is not None:
            client.reset(world)
        return client

    @property
    def variable(self) -> tuple[str, str]:
        """Name and value of the environment variable by which `initialize` of any process finds the simulator."""
        return _wire.ADDRESS_VARIABLE, self.address

    def __enter__(self) -> SimulatorClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the process, if it was started here."""
        self._socket.close()
        if self._process is not None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait()
            self._process.stdout.close()

    # -- the world ------------------------------------------------------------------------------------------------

    def reset(self, world: World) -> None:
        """Begins again with another world: no trades, no faults, an empty log; terminals lose their connection."""
        self._do("reset", world=world)

    @property
    def now(self) -> datetime:
        """The world's time, UTC."""
        return datetime.fromtimestamp(self._do("now_ms") / 1000, UTC)

    def advance(self, seconds: float, in_steps_of: float = 1.0) -> None:
        """Moves the world's clock on; the market moves with it."""
        self._do("advance", seconds=seconds, in_steps_of=in_steps_of)

    def push(self, symbol: str, bid: float, ask: float, ago_s: float = 0.0) -> None:
        """A tick of this moment, or one that comes late and is stamped `ago_s` back. Nothing checks it."""
        self._do("push", symbol=symbol, bid=bid, ask=ask, ago_s=ago_s)

    def play(self, symbol: str, ticks: Sequence[tuple[float, float, float]]) -> None:
        """Ticks to come: seconds from now, bid, ask."""
        self._do("play", symbol=symbol, ticks=ticks)

    def tick(self, symbol: str) -> Record:
        """The newest `bid`, `ask` and `at_ms` of the market itself, UTC."""
        return self._ask(Record, "tick", symbol=symbol)

    def still(self, symbol: str, is_still: bool = True) -> None:
        """No ticks come, and the market stays open."""
        self._do("change_market", symbol=symbol, is_still=is_still, is_closed=None)

    def close_market(self, symbol: str, is_closed: bool = True) -> None:
        """No ticks come, and requests are answered with 10018."""
        self._do("change_market", symbol=symbol, is_still=None, is_closed=is_closed)

    def change_symbol(self, symbol: str, **changes: Any) -> None:
        self._do("change_symbol", symbol=symbol, changes=changes)

    def change_server(self, **changes: Any) -> None:
        self._do("change_server", changes=changes)

    def change_account(self, login: int | None = None, **changes: Any) -> None:
        self._do("change_account", login=login, changes=changes)

    # -- the terminal ---------------------------------------------------------------------------------------------

    def change_terminal(self, **changes: Any) -> None:
        """Turns switches: fields of `world.Terminal`, such as `connected=False` or `trade_allowed=False`."""
        self._do("change_terminal", changes=changes)

    def switch_account(self, login: int) -> None:
        """As the user does at the terminal."""
        self._do("switch_account", login=login)

    def crash_terminal(self) -> None:
        """Ends the terminal; `initialize` starts it again, unless `may_be_started` is False."""
        self._do("crash_terminal")

    def start_terminal(self) -> None:
        self._do("start_terminal")

    def update_terminal(self, build: int, *, fits_package: bool = False) -> None:
        """The terminal restarts with another build, which the package may not fit (-5)."""
        self.crash_terminal()
        self.change_terminal(build=build, fits_package=fits_package)
        self.start_terminal()

    def terminal(self) -> Record:
        """All fields of `world.Terminal`, and `is_running`, `starts` and `login`."""
        return self._ask(Record, "terminal_state")

    # -- trades by others -----------------------------------------------------------------------------------------

    def trade(
        self,
        symbol: str,
        volume: float,
        *,
        side: str = "buy",
        sl: float = 0.0,
        tp: float = 0.0,
        magic: int = 0,
        comment: str = "",
        position: int = 0,
        by_hand: bool = True,
        login: int | None = None,
    ) -> Record:
        """A trade of another trader, manually or by another program; gives `retcode`, `deal`, `order` and `price`."""
        quote = self.tick(symbol)
        is_buy = side == "buy"
        request = {
            "action": _DEAL, "symbol": symbol, "volume": volume, "type": 0 if is_buy else 1, "sl": sl, "tp": tp,
            "magic": magic, "comment": comment, "position": position, "price": quote["ask" if is_buy else "bid"],
        }  # fmt: skip
        for filling in (_FOK, _IOC):
            done = self._trade(request | {"type_filling": filling}, by_hand, login)
            if done["retcode"] != 10030:
                break
        return done

    def place(
        self,
        symbol: str,
        volume: float,
        price: float,
        *,
        side: str = "buy",
        sl: float = 0.0,
        magic: int = 0,
        comment: str = "",
    ) -> Record:
        """Another trader places a limit order; gives `retcode` and `order`."""
        kind = _BUY_LIMIT if side == "buy" else _SELL_LIMIT
        request = {"action": _PENDING, "symbol": symbol, "volume": volume, "type": kind, "price": price, "sl": sl}
        marks = {"magic": magic, "comment": comment, "type_filling": _RETURN}
        return self._trade(request | marks, by_hand=True, login=None)

    def set_levels(
        self, position: int, sl: float, tp: float, *, by_hand: bool = True, login: int | None = None
    ) -> Record:
        """Another trader changes the levels of a position."""
        held = next(each for each in self.positions(login) if each["ticket"] == position)
        request = {"action": _SLTP, "symbol": held["symbol"], "position": position, "sl": sl, "tp": tp}
        return self._trade(request, by_hand, login)

    def _trade(self, request: Record, by_hand: bool, login: int | None) -> Record:
        return self._ask(Record, "trade", request=request, reason=_BY_HAND if by_hand else _BY_PROGRAM, login=login)

    # -- the broker's side ----------------------------------------------------------------------------------------

    def positions(self, login: int | None = None) -> list[Record]:
        return self._ask(list[Record], "positions", login=login)

    def orders(self, login: int | None = None) -> list[Record]:
        return self._ask(list[Record], "orders", login=login)

    def past_orders(self, login: int | None = None) -> list[Record]:
        return self._ask(list[Record], "past_orders", login=login)

    def deals(self, login: int | None = None) -> list[Record]:
        """All deals, the deposit first."""
        return self._ask(list[Record], "deals", login=login)

    def account(self, login: int | None = None) -> Record:
        return self._ask(Record, "account", login=login)

    # -- faults and the log ---------------------------------------------------------------------------------------

    def inject(self, fault: Fault) -> int:
        """Arms a fault; the number answers `strikes_of`."""
        return self._ask(int, "inject", fault=fault)

    def clear_faults(self) -> None:
        self._do("clear_faults")

    def strikes_of(self, number: int) -> int:
        return self._ask(int, "strikes_of", number=number)

    def log(self, since: int = 0, function: str | None = None) -> list[Entry]:
        """Calls that reached the terminal, oldest first, from number `since` on; `function` for those of one.

        The newest 200,000 are kept.
        """
        return self._ask(list[Entry], "log", since=since, function=function)

    def _ask(self, kind: type[T], command: str, **arguments: Any) -> T:
        return msgspec.convert(self._do(command, **arguments), kind)

    def _do(self, command: str, **arguments: Any) -> Any:
        with self._turn:
            _wire.send(self._socket, (command, arguments))
            answer = _wire.receive(self._socket)
        if "error" in answer:
            raise RuntimeError(f"{command}: {answer['error']}")
        return answer["value"]
