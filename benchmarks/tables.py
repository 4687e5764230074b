"""What a tick costs in the tables: `python -m benchmarks.tables [--json]`.

1,000 positions in a table of 1280 x 800 pixels; each tick changes 50 cells that are in view, R and money of 25 rows,
and paints them, on Qt's offscreen platform unless QT_QPA_PLATFORM says otherwise. A tick of all 1,000 positions shows
what the arithmetic and the cells out of view cost.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from benchmarks.history import medians, record
from benchmarks.machine import print_json, print_machine, print_table, summary
from benchmarks.painting import flush, painted_ms, themed_application
from benchmarks.random_market import GOLD, START
from config.desk import KeyboardSettings, PaperSettings
from config.settings import Settings
from engine.adapters.paper.contracts import contract_for
from engine.domain.market import Quote, Side
from engine.domain.orders import Position
from engine.domain.trades import OpenTrade
from gui import theme
from gui.features.keyboard.model.arming import Arming
from gui.features.trading.model.position_menu import PositionMenu
from gui.features.trading.model.positions import MONEY, PositionsTable, R
from gui.features.trading.model.table import Cell, Tone
from gui.features.trading.view.position_table import PositionTable

WIDTH, HEIGHT = 1280, 800
ROWS, CHANGED_ROWS = 1_000, 25
BUDGET_MS = 2.0


def trade(ticket: int, quote: Quote) -> OpenTrade:
    """A BUY of gold a little below the market."""
    entry = round(quote.bid - 0.01 * (ticket % 40), 2)
    position = Position(
        ticket=ticket,
        identifier=ticket,
        symbol=quote.symbol,
        side=Side.BUY,
        volume_lots=0.01,
        entry=entry,
        stop_loss=round(entry - 1.0, 2),
        take_profit=round(entry + 2.0, 2),
        opened_at=quote.at - timedelta(seconds=ticket),
    )
    return OpenTrade(position=position, order=None, initial_stop=position.stop_loss, best_price=quote.bid)


def open_table(rows: int, quote: Quote) -> tuple[PositionsTable, PositionTable]:
    symbol = GOLD.instrument.symbol
    contracts = {symbol: contract_for(GOLD.instrument, PaperSettings())}
    positions = PositionsTable(contracts)
    positions.open({symbol: GOLD.instrument.digits})
    for ticket in range(1, rows + 1):
        positions.show(trade(ticket, quote))
    positions.move_on({symbol: quote}, quote.at)
    menu = PositionMenu(positions, contracts, Settings())
    view = PositionTable(positions, menu, theme.DARK, Arming(KeyboardSettings()))
    view.resize(WIDTH, HEIGHT)
    view.show()
    flush()
    return positions, view


def change_cells(positions: PositionsTable, number: int) -> None:
    """R and money of the rows on top, each to words they did not have."""
    tone = Tone.GAIN if number % 2 else Tone.LOSS
    for row in range(CHANGED_ROWS):
        ticket = positions.key(row)
        cents = number % 500 + row
        positions.put_cell(ticket, R, Cell(f"+{cents / 100:.2f} R", tone))
        positions.put_cell(ticket, MONEY, Cell(f"+{cents / 10:,.2f}", tone))


def measure(rounds: int) -> dict[str, Any]:
    bid, symbol = 2000.0, GOLD.instrument.symbol
    positions, view = open_table(ROWS, Quote(symbol=symbol, at=START, bid=bid, ask=bid + 0.2))
    gc.collect()
    gc.freeze()
    cells = [painted_ms(partial(change_cells, positions, number)) for number in range(rounds)]
    whole = []
    for number in range(1, rounds // 10 + 1):
        moved = bid + 0.01 * (number % 9)
        quote = Quote(symbol=symbol, at=START + timedelta(seconds=number), bid=moved, ask=moved + 0.2)
        whole.append(painted_ms(partial(positions.move_on, {symbol: quote}, quote.at)))
    view.hide()
    milliseconds = {"50 cells in view": summary(cells), "a quote for all positions": summary(whole)}
    return {"milliseconds": milliseconds, "rows": ROWS, "budget_ms": BUDGET_MS}


def print_results(results: dict[str, Any]) -> None:
    print_machine()
    rows = [{"a tick changes": name, **row} for name, row in results["milliseconds"].items()]
    print_table(f"Milliseconds a tick of {ROWS:,} rows, paint included; {BUDGET_MS:g} are allowed for 50 cells", rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--rounds", type=int, default=1_000, help="ticks that are timed")
    options = parser.parse_args(arguments)
    themed_application()
    results = measure(options.rounds)
    if options.json:
        print_json(results)
    else:
        print_results(results)
    record("tables", options, medians(results["milliseconds"], "ms"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
