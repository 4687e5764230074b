"""The account in one line: its kind, its equity, and what is left of the daily loss limit."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.domain.account import AccountKind, account_words
from gui.features.trading.model.figures import FiguresModel
from gui.features.trading.model.positions import PositionsTable
from gui.features.trading.model.table import Tone
from gui.features.trading.model.words import MISSING, money_text, r_text

UNBROKEN = "\N{NO-BREAK SPACE}"
OPENING = "OPENING"
"""The badge of an account that is not open yet."""
NEAR = 0.75
"""Used share of the daily loss limit from which the rest is shown as a warning."""


@dataclass(frozen=True, slots=True)
class AccountItem:
    """One figure: its title, text, tone and tooltip."""

    title: str
    words: str
    tone: Tone
    tip: str


class AccountModel(QObject):
    """Follows the account, the positions and the day; `changed` is emitted when a text changes."""

    changed = Signal()

    def __init__(self, figures: FiguresModel, positions: PositionsTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._figures, self._positions = figures, positions
        self.account = ""
        self._said: tuple[object, ...] = ()
        figures.changed.connect(self._say)

    def use_account(self, account: str) -> None:
        """The account on which the desk trades from now on, by the engine's name for it."""
        self.account = account
        self._say()

    def _say(self) -> None:
        said = (self.account, self.items)
        if said != self._said:
            self._said = said
            self.changed.emit()

    # -- what the user sees

    @property
    def kind(self) -> AccountKind:
        return AccountKind.of(self.account)

    @property
    def badge(self) -> str:
        """The kind in a word; until the account is open, which it is once history has been read, that it is awaited."""
        return OPENING if self.kind is AccountKind.UNKNOWN else self.kind.word

    @property
    def name(self) -> str:
        """The account, and how its orders are filled if fills are simulated."""
        fills = self._figures.simulated_fills
        if self.kind is AccountKind.UNKNOWN and not self.account:
            return "the account opens once history is read"
        return f"{account_words(self.account)} ({fills})" if fills else account_words(self.account)

    @property
    def items(self) -> tuple[AccountItem, ...]:
        """In the order of display; in a narrow window the last ones are hidden first."""
        figures, day = self._figures, self._figures.figures
        has_positions = figures.open_positions > 0
        return (
            AccountItem("Equity", self._money(figures.equity), Tone.PLAIN, "Balance and open positions"),
            self._result(
                *("Open", figures.open_profit, self._positions.r if has_positions else 0.0),
                tip="Profit or loss of the desk's open positions with their closed parts, before costs",
            ),
            self._result("Today", day.profit, day.r, tip="Profit or loss of the trades closed today, after costs"),
            self._loss_left(),
            AccountItem("Balance", self._money(figures.balance), Tone.PLAIN, "Account balance, without open positions"),
            self._margin_level(),
        )

    @property
    def words(self) -> str:
        """All figures in one text that breaks between them, the currency once; what is not known is left out."""
        first, *others = (f"{item.title} {item.words}" for item in self.items if item.words != MISSING)
        currency = self._figures.currency
        items = (first, *(each.replace(f" {currency}", "") if currency else each for each in others))
        return " ".join(f"{item} ·".replace(" ", UNBROKEN) for item in items).removesuffix(f"{UNBROKEN}·")

    def _result(self, title: str, money: float, r: float, *, tip: str) -> AccountItem:
        tone = Tone.PLAIN if not money else Tone.GAIN if money > 0.0 else Tone.LOSS
        return AccountItem(
            title, f"{money_text(money)} {self._figures.currency}".rstrip() + f", {r_text(r)}", tone, tip
        )

    def _loss_left(self) -> AccountItem:
        loss = self._figures.daily_loss
        tip = "What is left of the daily loss limit before the risk check blocks entries; open positions count"
        if loss is None:
            return AccountItem("Daily loss left", MISSING, Tone.PLAIN, tip)
        words = f"{self._money(loss.left)} of {loss.maximum:,.2f}" if loss.share < 1.0 else "none: limit reached"
        return AccountItem("Daily loss left", words, Tone.WARNING if loss.share >= NEAR else Tone.PLAIN, tip)

    def _margin_level(self) -> AccountItem:
        account, equity = self._figures.account, self._figures.equity
        tip = "Equity as a percentage of the margin used by open positions; none while they use none"
        if account is None or equity is None or account.margin <= 0.0:
            return AccountItem("Margin level", MISSING, Tone.PLAIN, tip)
        return AccountItem("Margin level", f"{100.0 * equity / account.margin:,.0f} %", Tone.PLAIN, tip)

    def _money(self, amount: float | None) -> str:
        return MISSING if amount is None else f"{amount:,.2f} {self._figures.currency}".rstrip()
