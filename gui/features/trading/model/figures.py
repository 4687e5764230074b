"""Today's figures: the day's results, and how much of each limit is used up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import QObject, Signal

from config.trading import RiskMitigation
from engine.domain.contract import Contract
from engine.domain.fills import FillModel
from engine.domain.orders import Account
from engine.domain.trades import DayFigures, Realised
from engine.reporting.words import FILL_MODELS
from gui.features.trading.model.words import MISSING, money_text, r_text

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DailyLoss:
    """The day's loss including open positions, and its limit; both in money and not negative."""

    lost: float
    maximum: float

    @property
    def left(self) -> float:
        return max(0.0, self.maximum - self.lost)

    @property
    def share(self) -> float:
        """The used share of the limit; above 1 if it is exceeded."""
        return self.lost / self.maximum if self.maximum > 0.0 else 1.0


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used: words, and the share of it, 0..1 and beyond."""

    title: str
    words: str
    share: float


class FiguresModel(QObject):
    """Realised results of the account's present day, all symbols together.

    Entries are those this window heard of: orders of an earlier run of the day are not among them. `open_profit` is of
    whole trades before costs; `closed_parts` is what their parts closed already brought.
    """

    changed = Signal()

    def __init__(
        self,
        limits: Callable[[], RiskMitigation],
        contracts: Mapping[str, Contract] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`contracts` say how the orders of each symbol are filled."""
        super().__init__(parent)
        self._limits = limits
        self._contracts = {} if contracts is None else contracts  # it may fill later
        self._days: dict[date, DayFigures] = {}
        self._entries: deque[datetime] = deque()
        self._day_of: Callable[[datetime], date] | None = None
        self._today: date | None = None
        self._now: datetime | None = None
        self.account: Account | None = None
        self.open_profit = 0.0
        self.closed_parts = Realised()
        self.open_positions = 0

    def open(self, *, goes_on: bool = False) -> None:
        """A market restarts: with its own account, or with that of the practice session that `goes_on`."""
        if not goes_on:
            self._days.clear()
            self._entries.clear()
            self.account = None
        self._today = self._now = None
        self.open_profit, self.closed_parts, self.open_positions = 0.0, Realised(), 0
        self.changed.emit()

    # -- events of the engine

    def show(self, trading_day: date, figures: DayFigures) -> None:
        self._days[trading_day] = figures
        self.changed.emit()

    def count_entry(self, at: datetime) -> None:
        """An order to enter was sent."""
        self._entries.append(at)

    def move_on(self, now: datetime, day_of: Callable[[datetime], date]) -> None:
        """The market's time, and which day of the account an instant belongs to."""
        self._now, self._day_of, self._today = now, day_of, day_of(now)
        self.changed.emit()

    # -- what the user sees

    @property
    def currency(self) -> str:
        """The currency of the account; empty before it is known."""
        return "" if self.account is None else self.account.currency

    @property
    def balance(self) -> float | None:
        return None if self.account is None else self.account.balance

    @property
    def equity(self) -> float | None:
        """Balance and open positions: as the broker last reported it; on a paper account by the newest quotes."""
        if self.account is None:
            return None
        if not self._is_simulated:
            return self.account.equity
        return self.account.balance + self.open_profit - self.closed_parts.profit

    @property
    def daily_loss(self) -> DailyLoss | None:
        """Relative to the equity at the start of the day, as in the risk check; None before it is known."""
        if self.equity is None:
            return None
        result = self.figures.profit + self.open_profit + self.closed_parts.commission + self.closed_parts.swap
        share = self._limits().max_daily_loss_pct / 100.0
        return DailyLoss(max(0.0, -result), max(0.0, share * (self.equity - result)))

    @property
    def figures(self) -> DayFigures:
        if self._today is None:
            return DayFigures() if not self._days else self._days[max(self._days)]
        return self._days.get(self._today, DayFigures())

    @property
    def results(self) -> tuple[tuple[str, str], ...]:
        """Title and words of each result of the day."""
        day = self.figures
        return (
            ("Trading day", MISSING if self._today is None else f"{self._today:%a %d %b %Y}"),
            ("Fills", self.fills or MISSING),
            ("Trades", f"{day.trades}"),
            ("Result", f"{r_text(day.r)}, {self._in_money(money_text(day.profit))}"),
            ("Commission included", self._in_money(money_text(day.costs) if day.costs else "0.00")),
            ("Win rate", MISSING if day.win_rate is None else f"{100 * day.win_rate:.0f} %"),
            ("Expectancy", MISSING if day.expectancy_r is None else f"{r_text(day.expectancy_r)} a trade"),
            ("Mean R, 95 %", MISSING if day.expectancy_r is None else "too few days: one"),
            ("Depends on path", "not measured: one path" if self._is_on_a_path else "no"),
            ("Drawdown", self._in_money(f"{day.drawdown:,.2f}")),
            ("Balance", MISSING if self.balance is None else self._in_money(f"{self.balance:,.2f}")),
        )

    @property
    def summary(self) -> str:
        """The day in one line, with the fill model where it is simulated."""
        day = self.figures
        simulated = f" ({self.simulated_fills})" if self.simulated_fills else ""
        if not day.trades:
            return f"Today: no trades{simulated}"
        trades = "1 trade" if day.trades == 1 else f"{day.trades} trades"
        return f"Today: {trades}, {r_text(day.r)}, {self._in_money(money_text(day.profit))}{simulated}"

    @property
    def fills(self) -> str:
        """How orders are filled here, in words; of several symbols each way once."""
        models = [model for model in FILL_MODELS if model in {one.fill_model for one in self._contracts.values()}]
        return ", ".join(FILL_MODELS[model] for model in models)

    @property
    def simulated_fills(self) -> str:
        """How orders are filled if fills are simulated; empty if a broker fills them."""
        return self.fills if self._is_simulated else ""

    @property
    def _is_simulated(self) -> bool:
        return any(contract.fill_model is not None for contract in self._contracts.values())

    @property
    def _is_on_a_path(self) -> bool:
        return any(contract.fill_model is FillModel.PATHS for contract in self._contracts.values())

    def _in_money(self, amount: str) -> str:
        """With the account's currency, once it is known."""
        return f"{amount} {self.currency}".rstrip()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The limits of the day and how far each is used up."""
        limits, day = self._limits(), self.figures
        return (
            self._loss(),
            _use("Consecutive losses", day.consecutive_losses, limits.max_consecutive_losses),
            _use("Orders this hour", self._entries_since(_HOUR), limits.max_trades_per_hour),
            _use("Orders today", self._entries_of_today(), limits.max_trades_per_day),
            _use("Open positions", self.open_positions, limits.max_positions),
        )

    def _loss(self) -> Use:
        loss = self.daily_loss
        if loss is None:
            return Use("Daily loss", MISSING, 0.0)
        return Use("Daily loss", self._in_money(f"{loss.lost:,.2f} of {loss.maximum:,.2f}"), loss.share)

    def _entries_of_today(self) -> int:
        day_of = self._day_of
        return 0 if day_of is None else sum(day_of(at) == self._today for at in self._entries)

    def _entries_since(self, span: timedelta) -> int:
        now = self._now
        return 0 if now is None else sum(now - span < at <= now for at in self._entries)


def _use(title: str, used: int, maximum: int) -> Use:
    return Use(title, f"{used} of {maximum}", used / maximum)
