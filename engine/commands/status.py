"""`microscalp status`: the day, modes, positions and door of the running desk."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import msgspec

from engine.adapters.door.address import DoorAddress, read_address
from engine.assistant.account import Positions, Today
from engine.assistant.market import SymbolLine, SymbolList
from engine.commands.running_desk import directory_of, running_desk
from engine.commands.terminal import cell, show, show_table
from engine.trading.overview import OpenPosition


def add_status(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "status", help="print the day, modes and positions of the running desk, requested through its API"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="data folder of the desk that is asked")
    parser.set_defaults(run=print_status)


def print_status(options: argparse.Namespace) -> int:
    """Raises `NoDoor` where no desk with an open door runs."""
    directory = directory_of(options)
    with running_desk(directory) as desk:
        today, positions, symbols = (desk.ask(name) for name in ("today", "positions", "list_symbols"))
    door = read_address(directory)
    if options.json:
        place = {"port": door.port, "process": door.process, "version": door.version}
        found = {"today": today, "positions": positions["positions"], "symbols": symbols["symbols"], "door": place}
        show(json.dumps(found))
        return 0
    held = msgspec.convert(positions, Positions)
    _show_day(msgspec.convert(today, Today), held.of_others, door)
    _show_symbols(msgspec.convert(symbols, SymbolList))
    _show_positions(held)
    return 0


def _show_day(today: Today, of_others: int, door: DoorAddress) -> None:
    currency = cell(today.currency)
    on_auto = f"; on AUTO: {', '.join(map(cell, today.automatic_symbols))}" if today.automatic_symbols else ""
    state = "  HALTED" if today.is_halted else "  closing everything" if today.is_flattening else ""
    others = f"; {of_others} of other programs" if of_others else ""
    show(f"Account    {cell(today.account)}, trading day {today.trading_day}, {today.at:%Y-%m-%d %H:%M:%S} UTC")
    show(f"Mode       {today.authority}{on_auto}{state}{f' ({cell(today.cause)})' if today.cause else ''}")
    show(f"Equity     {_money(today.equity, currency)}, balance {_money(today.balance, currency)}")
    show(
        f"Result     {today.profit:+.2f} {currency}, {today.r:+.2f} R in {today.trades} trades ({today.wins} won, "
        f"{today.losses} lost); open {today.open_profit:+.2f} {currency}"
    )
    show(
        f"Limits     {today.entries_last_hour} of {today.max_entries_per_hour} entries in the last hour, "
        f"{today.entries_today} of {today.max_entries_per_day} today, {today.consecutive_losses} of "
        f"{today.max_consecutive_losses} losses in a row; {_money(today.daily_loss_left, currency)} of daily loss left"
    )
    show(f"Positions  {today.open_positions} of {today.max_positions}{others}")
    show(f"Proposals  {today.proposals_waiting} waiting for you")
    show(f"API        open on port {door.port}, process {door.process}, version {cell(door.version)}")


def _money(value: float | None, currency: str) -> str:
    return "unknown" if value is None else f"{value:.2f} {currency}"


def _show_symbols(answer: SymbolList) -> None:
    show()
    show_table([("SYMBOL", "MODE", "BID", "ASK", "SOURCE"), *map(_symbol, answer.symbols)])


def _symbol(line: SymbolLine) -> tuple[str, ...]:
    prices = ("" if price is None else f"{price:.{line.digits}f}" for price in (line.bid, line.ask))
    return (cell(line.symbol), cell(line.mode), *prices, cell(line.source))


def _show_positions(answer: Positions) -> None:
    if answer.positions:
        show()
        headings = ("TICKET", "SYMBOL", "SIDE", "LOTS", "ENTRY", "STOP", "TARGET", answer.currency or "RESULT", "R")
        show_table([headings, *map(_position, answer.positions)])


def _position(line: OpenPosition) -> tuple[str, ...]:
    values = (line.ticket, line.symbol, line.side, line.volume_lots, line.entry, line.stop_loss, line.take_profit)
    result = ("" if line.profit is None else f"{line.profit:+.2f}", "" if line.r is None else f"{line.r:+.2f}")
    return (*map(cell, values), *result)
