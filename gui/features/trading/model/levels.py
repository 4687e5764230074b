"""Levels of positions and waiting plans, as lines for a chart; stop and target of a position can be dragged."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from engine.domain.market import Side
from engine.domain.plan import TradePlan
from engine.domain.trades import OpenTrade
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.words import r_text

DRAG_MARK = "↕"


class LevelKind(Enum):
    """The meaning of a line."""

    ENTRY = "Entry"
    STOP = "Stop"
    TARGET = "Target"


@dataclass(frozen=True, slots=True)
class TradeLine:
    """One level. `ticket` is that of the position, None where it belongs to a plan, `plan_id` that of a saved one.

    `form` names the form that a draft belongs to, empty for that of a plan.
    """

    kind: LevelKind
    price: float
    words: str
    ticket: int | None = None
    is_draggable: bool = False
    is_draft: bool = False
    plan_id: str = ""
    form: str = ""

    @property
    def owner(self) -> Hashable:
        """The position or the plan that it is a level of, or the form."""
        return self.form or (self.plan_id if self.ticket is None else self.ticket)

    @property
    def is_plan(self) -> bool:
        return self.ticket is None


class TradeLines(QObject):
    """The lines of one chart. A dragged line is a wish, and pending once it was let go: it stands beside the real one,
    which moves when the broker agrees.

    `dropped` carries the line and the price at which it was let go, `plan_asked` price and side of a trade to plan.
    `value_of` says what a position would bring at a price, empty for any other line.
    """

    changed = Signal()
    dropped = Signal(object, float)
    plan_asked = Signal(float, object)

    def __init__(self, digits: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._digits = digits
        self._ended_signal = ""
        self._kept: tuple[TradeLine, ...] = ()
        self._drafts: dict[str, tuple[TradeLine, ...]] = {}
        self.lines: tuple[TradeLine, ...] = ()
        self.wish: tuple[TradeLine, float] | None = None
        self.pending: tuple[tuple[TradeLine, float], ...] = ()
        self.value_of: Callable[[TradeLine, float], str] = lambda line, price: ""  # noqa: ARG005

    def covers_idea(self, signal_id: str) -> bool:
        """Whether the levels of a setup's idea are out of date: they became a position's, a new plan takes their place,
        or the proposal made of them has ended."""
        has_ended = bool(signal_id) and self._ended_signal.endswith(signal_id)
        return has_ended or any((line.is_draft and not line.form) or not line.is_plan for line in self.lines)

    def end_idea(self, signal_id: str) -> None:
        """The proposal made of a setup was denied, rejected or ended otherwise; empty once another one is made. In
        practice runs the name of the run precedes the setup's own signal."""
        if signal_id != self._ended_signal:
            self._ended_signal = signal_id
            self.changed.emit()

    def show(self, lines: Iterable[TradeLine]) -> None:
        """Shows these levels of positions and plans."""
        self._kept = tuple(lines)
        self._join()

    def show_draft(self, lines: tuple[TradeLine, ...], form: str = "") -> None:
        """Shows these levels of a plan that is being written, or of that form; none where they are empty."""
        self._drafts[form] = lines
        self._join()

    def ask_plan(self, price: float, side: str) -> None:
        """Asks for a plan to trade that side at a price."""
        if math.isfinite(price):
            self.plan_asked.emit(round(price, self._digits), Side(side))

    def _join(self) -> None:
        """A wish for a line that is gone goes with it."""
        lines = self._kept + tuple(line for draft in self._drafts.values() for line in draft)
        if lines == self.lines:
            return
        self.lines = lines
        prices = {(line.owner, line.kind): line.price for line in lines if not line.is_draft}
        self.pending = tuple(
            (line, price) for line, price in self.pending if prices.get((line.owner, line.kind)) == line.price
        )
        if self.wish is not None and not any(_is_same(self.wish[0], line) for line in lines):
            self.wish = None
        self.changed.emit()

    def drag(self, line: TradeLine, price: float) -> None:
        """The line would be at `price` if it were let go now; where that is no price, it stays."""
        if not math.isfinite(price):
            return
        self.wish = line, round(price, self._digits)
        self.changed.emit()

    def drop(self) -> None:
        """Lets go: a level of a position or of a saved plan is pending from then on."""
        if self.wish is None:
            return
        (line, price), self.wish = self.wish, None
        if price != line.price:
            if not line.is_draft:
                others = (each for each in self.pending if not _is_same(each[0], line))
                self.pending = (*others, (line, price))
            self.dropped.emit(line, price)
        self.changed.emit()

    def refuse(self, owner: Hashable) -> None:
        """What is pending for a position or a plan does not come."""
        left = tuple(each for each in self.pending if each[0].owner != owner)
        if left != self.pending:
            self.pending = left
            self.changed.emit()

    @property
    def wishes(self) -> tuple[tuple[TradeLine, float, str], ...]:
        """Every level that is dragged or pending: its line, the price, and what it says."""
        found = [(line, price, f"{self._words(line, price)}: pending") for line, price in self.pending]
        if self.wish is not None:
            line, price = self.wish
            found.append((line, price, self._words(line, price)))
        return tuple(found)

    def _words(self, line: TradeLine, price: float) -> str:
        value = self.value_of(line, price)
        return f"{line.kind.value} to {price_text(price, self._digits)}{f' {value}' if value else ''}"


def lines_of_trade(trade: OpenTrade, digits: int) -> Iterator[TradeLine]:
    """Entry, stop and target of a position, each with its distance from the entry in R."""
    position, ticket = trade.position, trade.ticket
    words = f"{trade.side.value} {position.volume_lots:g} at {price_text(position.entry, digits)}"
    yield TradeLine(LevelKind.ENTRY, position.entry, words, ticket)
    is_managed = position.stop_loss is not None
    for kind, price in ((LevelKind.STOP, position.stop_loss), (LevelKind.TARGET, position.take_profit)):
        if price is not None:
            words = f"{DRAG_MARK} {kind.value} {price_text(price, digits)}{_distance(trade, price)}"
            yield TradeLine(kind, price, words, ticket, is_draggable=is_managed)


def lines_of_plan(plan: TradePlan, digits: int, *, is_draggable: bool) -> Iterator[TradeLine]:
    """Entry, stop and target of a plan that waits; its entry says for what."""
    prices = (plan.entry_price, plan.stop_loss, plan.take_profit)
    for kind, price in zip(LevelKind, prices, strict=True):
        words = f"Plan {plan.direction.value} {kind.value.lower()} {price_text(price, digits)}"
        if is_draggable:
            words = f"{DRAG_MARK} {words}{', waits for a setup' if kind is LevelKind.ENTRY else ''}"
        yield TradeLine(kind, price, words, is_draggable=is_draggable, plan_id=plan.plan_id)


def draft_lines(side: Side, prices: tuple[float, float, float], digits: int, name: str) -> tuple[TradeLine, ...]:
    """Entry, stop and target of a plan that is being written, called by that name: each can be dragged."""
    return tuple(
        TradeLine(
            kind,
            price,
            f"{DRAG_MARK} {name} {side.value} {kind.value.lower()} {price_text(price, digits)}",
            is_draggable=True,
            is_draft=True,
        )
        for kind, price in zip(LevelKind, prices, strict=True)
    )


def _distance(trade: OpenTrade, price: float) -> str:
    r = trade.r_at(price)
    return "" if r is None else f" {r_text(r)}"


def _is_same(first: TradeLine, second: TradeLine) -> bool:
    return (first.owner, first.is_draft, first.kind) == (second.owner, second.is_draft, second.kind)
