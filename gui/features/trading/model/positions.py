"""Open positions as a table: their levels, their open profit, and what set their stop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from engine.domain.contract import Contract
from engine.domain.market import Quote
from engine.domain.messages.commands import BreakEven, CloseTrade
from engine.domain.messages.execution import ExitRefused, ProtectionLost, StopMoveRefused
from engine.domain.orders import Position, WorkingOrder, exit_price
from engine.domain.trades import OpenTrade, Realised, StopKind
from engine.trading.positions.rules import break_even_stop
from gui.features.trading.model.position_troubles import PositionTrouble, trouble_of
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.trading.model.words import MISSING, money_text, price_or_missing, r_text, result_cell, span_text

COLUMNS = (
    Column("Symbol", "What is traded", "XAUUSDm.r"),
    Column("Side", "BUY profits when price rises, SELL when it falls", "SELL"),
    Column("Lots", "Volume that is still open", "0.01", True),
    Column("Entry", "Price of the fill", "104,925.90", True),
    Column("Stop", "Where the broker closes the position at a loss", "104,925.90", True),
    Column("Target", "Where the broker closes the position at a profit", "104,925.90", True),
    Column("R", "Current result, in multiples of the initial risk", "+10.00 R", True, r_text),
    Column("Money", "Current profit or loss before costs", "+10,000.00", True, money_text),
    Column("Open for", "Market time since the fill", "10:00:00", True),
    Column("Stop type", "How the stop was set", "manual (requested)"),
    Column("", "Move the stop to the entry price", "Break-even"),
    Column("", "Close the position at the market", "Try again now"),
    Column("Status", "What the broker refused, and when it is tried again", "Not closed, attempt 10: Market closed"),
)
SYMBOL = 0
R, MONEY, AGE, STOP_TYPE, BREAK_EVEN, CLOSE, STATUS = range(6, 13)

_STOP_TYPES = {
    StopKind.INITIAL: "initial",
    StopKind.TRAILING: "trailing",
    StopKind.BREAK_EVEN: "break-even",
    StopKind.BY_HAND: "manual",
    StopKind.PROTECTION: "added by desk",
}
_OTHER, _ORDER = "other", "order"
_NO_RESULT = [Cell(MISSING)] * 3


class OpenResult(NamedTuple):
    """What a position would bring now, before costs; None where it is not known."""

    r: float | None = None
    money: float | None = None


class PositionsTable(RowTable):
    """One row per position of ours, by ticket, and one per position of others.

    `commanded` carries what a click in a row or a key asks for, `announced` why there is nothing to ask for, `chosen`
    key and symbol of a row that the user wants to see.
    """

    commanded = Signal(object)
    chosen = Signal(object, str)
    announced = Signal(str)

    def __init__(self, contracts: Mapping[str, Contract], parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._contracts = contracts
        self._digits: Mapping[str, int] = {}
        self._currency = ""
        self._trades: dict[int, OpenTrade] = {}
        self._leaving: set[int] = set()
        self._cannot_break_even: set[int] = set()
        self._troubles: dict[int, PositionTrouble] = {}
        self._results: dict[int, OpenResult] = {}
        self._others: set[tuple[str, int]] = set()

    def show_currency(self, currency: str) -> None:
        """Sets the account's currency, in which results are shown."""
        self._currency = currency
        self.retitle(MONEY, f"Money, {currency}")

    def open(self, digits: Mapping[str, int]) -> None:
        """A market restarts; `digits` of prices by symbol."""
        self._digits = digits
        self._trades.clear()
        self._leaving.clear()
        self._troubles.clear()
        self._results.clear()
        self._others.clear()
        self.replace([])

    @property
    def trades(self) -> Iterable[OpenTrade]:
        """Open trades, oldest first."""
        return self._trades.values()

    def trade(self, ticket: int | None) -> OpenTrade | None:
        """An open trade by its ticket; None where there is none."""
        return None if ticket is None else self._trades.get(ticket)

    def is_leaving(self, ticket: int) -> bool:
        """Whether the desk has asked the broker to close it."""
        return ticket in self._leaving

    @property
    def profit(self) -> float:
        """Money that all of them would bring now with the parts closed already, as last refreshed, before costs."""
        return sum(result.money or 0.0 for result in self._results.values())

    @property
    def closed_parts(self) -> Realised:
        """What the closed parts brought of those that `profit` counts: money that the balance holds already."""
        known = (trade for ticket, trade in self._trades.items() if self.result(ticket).money is not None)
        return reduce(Realised.plus, (trade.realised for trade in known), Realised())

    @property
    def r(self) -> float:
        """R that all of them would bring now, as last refreshed, before costs; without those whose risk is unknown."""
        return sum(result.r or 0.0 for result in self._results.values())

    def result(self, ticket: int) -> OpenResult:
        """What a position would bring now, as last refreshed."""
        return self._results.get(ticket, OpenResult())

    # -- events of the engine

    def show(self, trade: OpenTrade) -> None:
        """A position came or changed."""
        ticket = trade.ticket
        self._trades[ticket] = trade
        live = [self.cell_of(ticket, column) for column in (R, MONEY, AGE)] if self.has(ticket) else _NO_RESULT
        self.put(ticket, [*self._prices(trade.position), *live, *self._actions(trade)])

    def show_others(self, positions: Iterable[Position], orders: Iterable[WorkingOrder] = ()) -> None:
        """Positions and working orders of users and other programs: seen, never touched."""
        rows = {(_OTHER, each.ticket): [*self._prices(each), *self._whose(each, "")] for each in positions}
        rows |= {(_ORDER, each.ticket): [*self._order(each), *self._whose(each, "order, ")] for each in orders}
        for key in self._others - set(rows):
            self.remove(key)
        self._others = set(rows)
        for key, cells in rows.items():
            self.put(key, [Cell(cell.text, Tone.MUTED) for cell in cells])

    def show_leaving(self, ticket: int) -> None:
        """The desk asked the broker to close it."""
        self._leaving.add(ticket)
        if ticket in self._trades:
            self.show(self._trades[ticket])

    def show_trouble(self, event: ExitRefused | StopMoveRefused | ProtectionLost) -> None:
        """The broker did not close or protect it."""
        ticket, trouble = event.trade.ticket, trouble_of(event)
        standing = self._troubles.get(ticket)
        if trouble.is_exit or standing is None or not standing.is_exit:
            self._troubles[ticket] = trouble
        if trouble.is_exit:
            self._leaving.discard(ticket)
        self.show(event.trade)

    def end_stop_trouble(self, ticket: int) -> None:
        """Its levels were changed, or seen where they should be."""
        if ticket in self._troubles and not self._troubles[ticket].is_exit:
            del self._troubles[ticket]

    def remove_trade(self, ticket: int) -> None:
        self._trades.pop(ticket, None)
        self._leaving.discard(ticket)
        self._troubles.pop(ticket, None)
        self._results.pop(ticket, None)
        self.remove(ticket)

    def move_on(self, quotes: Mapping[str, Quote], now: datetime | None) -> None:
        """Results at the newest quotes, ages at the market's time."""
        for ticket, trade in self._trades.items():
            if now is not None:
                self.put_cell(ticket, AGE, Cell(span_text(now - trade.position.opened_at)))
                self.put_cell(ticket, STATUS, self._status(ticket, now))
            if (quote := quotes.get(trade.symbol)) is not None:
                self._show_result(trade, exit_price(trade.side, quote))
                self._show_break_even(trade, quote)

    def tip(self, row: int, column: int) -> str:
        trouble = self._troubles.get(self.key(row)) if column in (STATUS, CLOSE) else None
        if trouble is None:
            return super().tip(row, column)
        return f"{self.cell(row, STATUS).text}. {trouble.way_out}"

    # -- what the user asks for

    def click(self, row: int, column: int) -> None:
        """A click on a cell: those that say so do something, any other shows the position on its chart."""
        if self.cell(row, column).tone is not Tone.ACTION:
            self.chosen.emit(self.key(row), self.cell(row, SYMBOL).text)
            return
        self.commanded.emit(CloseTrade(self.key(row)) if column == CLOSE else BreakEven(self.key(row)))

    def close_meant(self, row: int | None, front: str) -> None:
        """Closes the position of a chosen row, else the only one, else the newest of the symbol `front`."""
        ticket = self.meant(row, front)
        if ticket is not None:
            self.commanded.emit(CloseTrade(ticket))

    def break_even_meant(self, row: int | None, front: str) -> None:
        """Moves the stop of the position that `close_meant` would close."""
        ticket = self.meant(row, front)
        if ticket is not None:
            self.commanded.emit(BreakEven(ticket))

    def meant(self, row: int | None, front: str) -> int | None:
        """The selected ticket; announces why where there is none."""
        ours, words = list(self._trades), "There is no position of the desk"
        if row is not None:
            ours = [key for key in (self.key(row),) if key in self._trades]
            words = "The selected position is not the desk's"
        elif len(ours) > 1:
            ours = [ticket for ticket in ours if self._trades[ticket].symbol == front]
            words = f"Several positions are open and none of {front}: choose one in the table"
        if not ours or ours[-1] in self._leaving:
            self.announced.emit("The position is being closed" if ours else words)
            return None
        return ours[-1]

    def value_at(self, trade: OpenTrade, price: float) -> str:
        """What a trade would bring if it ended at `price`, before costs: `−1.20 R, −12.40 USD`."""
        r, money = trade.r_at(price), self._money_at(trade, price)
        parts = [] if r is None else [r_text(r)]
        if money is not None:
            parts.append(f"{money_text(money)} {self._currency}".rstrip())
        return ", ".join(parts)

    def _money_at(self, trade: OpenTrade, price: float) -> float | None:
        """None where the contract, or what it is worth in money, is not known."""
        position, contract = trade.position, self._contracts.get(trade.symbol)
        if contract is None or not contract.is_money_known:
            return None
        rest = contract.profit(trade.side, position.entry, price, position.volume_lots)
        return rest + trade.realised.profit  # of the whole trade, like its R

    # -- cells

    @staticmethod
    def _whose(other: Position | WorkingOrder, what: str) -> list[Cell]:
        whose = "another desk" if other.is_other_desk else "not the desk's"
        return [*_NO_RESULT, Cell(f"{what}{whose}"), Cell(""), Cell(""), Cell("")]

    def _order(self, order: WorkingOrder) -> list[Cell]:
        digits = self._digits.get(order.symbol, 2)
        words = (order.symbol, order.side.value, f"{order.volume_lots:g}", price_or_missing(order.price, digits))
        return [*map(Cell, words), Cell(MISSING), Cell(MISSING)]

    def _prices(self, position: Position) -> list[Cell]:
        digits, is_bare = self._digits.get(position.symbol, 2), position.stop_loss is None
        return [
            Cell(position.symbol),
            Cell(position.side.value),
            Cell(f"{position.volume_lots:g}"),
            Cell(price_or_missing(position.entry, digits)),
            Cell("NONE", Tone.WARNING) if is_bare else Cell(price_or_missing(position.stop_loss, digits)),
            Cell(price_or_missing(position.take_profit, digits)),
        ]

    def _show_result(self, trade: OpenTrade, price: float) -> None:
        r, money = trade.r_at(price), self._money_at(trade, price)
        self._results[trade.ticket] = OpenResult(r, money)
        self.put_cell(trade.ticket, R, result_cell(r_text(r), r))
        if money is not None:
            self.put_cell(trade.ticket, MONEY, result_cell(money_text(money), money))

    def _status(self, ticket: int, now: datetime | None) -> Cell:
        trouble = self._troubles.get(ticket)
        return Cell("") if trouble is None else Cell(trouble.text(now), Tone.WARNING)

    def _show_break_even(self, trade: OpenTrade, quote: Quote) -> None:
        """Grey where the stop could not stand at the entry, or stands beyond it."""
        contract = self._contracts.get(trade.symbol)
        if contract is not None and trade.ticket not in self._leaving:
            can = break_even_stop(trade, quote, contract) is not None
            (self._cannot_break_even.discard if can else self._cannot_break_even.add)(trade.ticket)
            self.put_cell(trade.ticket, BREAK_EVEN, self._break_even(trade.ticket))

    def _break_even(self, ticket: int) -> Cell:
        trouble = self._troubles.get(ticket)
        if trouble is not None and trouble.is_exit:
            return Cell("")
        return Cell("Break-even", Tone.MUTED if ticket in self._cannot_break_even else Tone.ACTION)

    def _actions(self, trade: OpenTrade) -> list[Cell]:
        trouble, status = self._troubles.get(trade.ticket), self._status(trade.ticket, None)
        if trade.ticket in self._leaving:
            return [Cell(_STOP_TYPES[trade.stop_kind]), Cell(""), Cell("closing …", Tone.MUTED), status]
        stop_type = (
            Cell("UNPROTECTED", Tone.WARNING)
            if trade.position.stop_loss is None
            else Cell(_STOP_TYPES[trade.stop_kind])
        )
        close = "Try again now" if trouble is not None and trouble.is_exit else "Close"
        return [stop_type, self._break_even(trade.ticket), Cell(close, Tone.ACTION), status]
