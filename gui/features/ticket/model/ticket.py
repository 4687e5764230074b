"""The order ticket: a market order set up by the user, its risk, and its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.market import Quote, Side
from engine.domain.messages.manual import ManualOrder, OrderReviewed, PlaceOrder, ReviewOrder
from engine.domain.plan import price_to_enter
from gui.features.chart.model.chart import ChartModel
from gui.features.ticket.model.answer import OrderAnswer
from gui.features.ticket.model.fields import Basis, OrderFields, usual_fields
from gui.features.ticket.model.form import OrderForm
from gui.features.ticket.model.words import figures_of, stop_note
from gui.features.trading.model.draft_templates import Templates
from gui.features.trading.model.levels import TradeLine
from gui.features.trading.model.words import MISSING, price_or_missing

OWNER = "Ticket"


class OrderTicket(QObject):
    """Sets up an order for the symbol in front, and asks several times a second what the risk check says.

    `wanted` asks for the ticket to be shown, `announced` says why it cannot be used. Nothing is asked and nothing is
    drawn while it is not `is_open`.
    """

    changed = Signal()
    side_changed = Signal()
    wanted = Signal(str)
    commanded = Signal(object)
    announced = Signal(str)

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        equity: Callable[[], float | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._contracts, self._equity = settings, contracts, equity
        self._charts: dict[str, ChartModel] = {}
        self._templates = Templates(settings, contracts, self._charts)
        self._kept: dict[str, OrderFields] = {}
        self._quotes: Mapping[str, Quote] = {}
        self._now: datetime | None = None
        self._numbers = count(1)
        self._edition = 0
        self.answer = OrderAnswer(contracts, self)
        self.answer.changed.connect(self.changed)
        self.form = OrderForm(OWNER, self)
        self.form.edited.connect(self._on_edit)
        self.form.moved.connect(self._on_move)
        self.symbol = ""
        self.is_open = False
        self.review: OrderReviewed | None = None

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force."""
        self._settings = settings
        self._templates.use_settings(settings)

    def add_chart(self, chart: ChartModel) -> None:
        """A symbol for which orders can be set up."""
        self._charts[chart.symbol] = chart

    def restart(self) -> None:
        """A market restarts: what was set up for its prices is void."""
        self._draw(())
        self._kept.clear()
        self._quotes, self._now, self.review = {}, None, None
        self.answer.forget()
        self.form.end()

    # -- beginning and end

    def set_open(self, is_open: bool) -> None:
        """The ticket is shown or hidden."""
        if is_open != self.is_open:
            self.is_open = is_open
            self._refresh()
            self._draw(self.form.lines if is_open else ())

    def show_symbol(self, symbol: str) -> None:
        """Another symbol is in front: its order is the one that was set up before, or one as its rules have it."""
        if symbol == self.symbol:
            return
        self._draw(())
        if self.form.fields is not None:
            self._kept[self.symbol] = self.form.fields
        self.symbol, self.review = symbol, None
        self.answer.clear()
        self.form.end()
        self._refresh()

    def begin(self, symbol: str, side: Side) -> None:
        """Sets up an order for that symbol and side, and asks to be shown."""
        self.wanted.emit(symbol)
        self.show_symbol(symbol)
        self._set_up()
        self.choose_side(side.value)

    def move_on(self, quotes: Mapping[str, Quote], now: datetime | None) -> None:
        """The newest quotes by symbol, and the market's time."""
        self._quotes, self._now = quotes, now
        if self.is_open:
            self._refresh()
            self._ask()

    def _refresh(self) -> None:
        if self.is_open:
            self._set_up()
        self.changed.emit()

    def _set_up(self) -> None:
        """Sets up the order where there is a price, and measures it by the newest one."""
        if self.objection:
            return
        if self.form.fields is None:
            entry = price_to_enter(Side.BUY, self._quotes[self.symbol])
            usual = usual_fields(self._templates.at(self.symbol, Side.BUY, entry), self._settings.execution)
            fields = self._kept.get(self.symbol, usual)
            self.form.begin(fields, self._basis(fields.side))
        else:
            self.form.use_basis(self._basis(self.form.fields.side))

    def _basis(self, side: Side) -> Basis:
        return Basis(
            contract=self._contracts[self.symbol],
            price=price_to_enter(side, self._quotes[self.symbol]),
            atr14=self._templates.atr14(self.symbol),
            equity=self._equity(),
            max_lots=self._settings.risk_mitigation.max_volume_lots,
            costs_per_lot=2.0 * self._settings.paper.commission_per_lot,
        )

    # -- what the user does

    def choose_side(self, side: str) -> None:
        """BUY or SELL, at its own price."""
        if self.form.fields is not None and not self.objection:
            self.form.turn(Side(side), self._basis(Side(side)))
            self.side_changed.emit()

    def move_line(self, line: TradeLine, price: float) -> None:
        """Its stop or target was dragged on the chart."""
        self.form.move_line(line, price)

    def send(self) -> None:
        """Requests the order, once, unless there is a reason against it."""
        if self.is_sent:
            return
        if not self.may_send:
            self.announced.emit(f"No order was sent: {self._why_not()}")
            return
        order = self._order(f"manual-{self._now:%Y%m%d-%H%M%S-%f}-{next(self._numbers)}")
        if order is not None:
            self.answer.begin(order.order_id)
            self.commanded.emit(PlaceOrder(order))

    def _why_not(self) -> str:
        if self.objection or self.form.fault:
            return self.objection or self.form.fault
        return "; ".join(self.reasons) or "the risk check has not answered yet"

    def _on_edit(self) -> None:
        self._edition += 1
        self.review = None
        self.answer.clear()
        self._ask()

    def _on_move(self) -> None:
        if self.is_open:
            self._draw(self.form.lines)
        self.changed.emit()

    def _draw(self, lines: tuple[TradeLine, ...]) -> None:
        if self.symbol in self._charts:
            self._charts[self.symbol].trades.show_draft(lines, OWNER)

    def _ask(self) -> None:
        order = self._order(f"review-{self._edition}")
        if order is not None and self.is_open and not self.objection:
            self.commanded.emit(ReviewOrder(order))

    def _order(self, order_id: str) -> ManualOrder | None:
        """None while prices or volume are not known; what is not above zero is not asked for."""
        fields, levels = self.form.fields, self.form.levels
        if fields is None or levels is None or min(levels.stop, levels.target, levels.lots) <= 0.0:
            return None
        return ManualOrder(
            order_id=order_id,
            symbol=self.symbol,
            side=fields.side,
            volume=levels.lots,
            price=levels.price,
            stop_loss=levels.stop,
            take_profit=levels.target,
        )

    # -- events of the engine

    def on_review(self, review: OrderReviewed) -> None:
        """The result of the risk check; one for an earlier version of the order is ignored."""
        if review.order.symbol == self.symbol and review.order.order_id == f"review-{self._edition}":
            self.review = review
            self.changed.emit()

    # -- what the user sees

    @property
    def is_sent(self) -> bool:
        """Whether an order is on its way: no other is sent meanwhile."""
        return self.answer.is_sent

    @property
    def objection(self) -> str:
        """Why no order can be set up now; empty where one can."""
        if not self.symbol:
            return "there is no chart yet"
        if self.symbol not in self._templates.symbols:
            return f"there are no rules for {self.symbol}"
        if self._now is None or self.symbol not in self._quotes:
            return f"{self.symbol} has no price yet"
        return ""

    @property
    def may_send(self) -> bool:
        """Whether the order can be sent as it is set up now."""
        return self.review is not None and self.review.may_be_sent and not self.is_sent and not self.objection

    @property
    def side(self) -> str:
        return "" if self.form.fields is None else self.form.fields.side.value

    @property
    def prices(self) -> tuple[str, str]:
        """Current bid (SELL) and ask (BUY)."""
        quote = self._quotes.get(self.symbol)
        digits = self._contracts[self.symbol].digits if self.symbol in self._contracts else 2
        return (MISSING, MISSING) if quote is None else (
            price_or_missing(quote.bid, digits), price_or_missing(quote.ask, digits),
        )  # fmt: skip

    @property
    def deed(self) -> str:
        """What a click on the button does."""
        levels = self.form.levels
        lots = "" if levels is None else f" {levels.lots:g}"
        return f"{self.side.capitalize()}{lots} {self.symbol} at market" if self.side else "No order"

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons against the order, each as a sentence."""
        if self.objection or self.form.fault:
            return (self.objection or self.form.fault,)
        if self.form.levels is not None and self.form.levels.lots <= 0.0:
            return ("the size is below the smallest volume",)
        if self.review is None:
            return ()
        return (*self.review.faults, *(denial.sentence for denial in self.review.objections))

    @property
    def notes(self) -> str:
        """What to know of the order before it is sent: a stop that is short, a position that it is merged into."""
        range_avg = None if self.objection else self._templates.range_avg(self.symbol)
        merged = "" if self.review is None else self.review.merged
        return "\n".join(filter(None, (stop_note(self.form.levels, range_avg), merged)))

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Risk, cost and margin, as title and words; dashes while they are not known."""
        contract = self._contracts.get(self.symbol)
        return figures_of(self.review, "" if contract is None else contract.currency, self._equity())
