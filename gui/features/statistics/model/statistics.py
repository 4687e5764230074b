"""Statistics of closed trades, as state: a selection of trades, grouped by one property at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.domain.fills import FillModel
from engine.domain.trade_facts import MinutePrices, TradeFacts
from engine.persistence.trades import StoredTrades
from engine.reporting.export import TRADE_COLUMNS, export, trade_rows
from engine.reporting.groups import mean_words
from engine.reporting.words import FILL_MODELS, FILL_SENTENCES, GROUPINGS, money, r, share
from engine.statistics.figures import Figures, by_fill_model, counted, figures_of
from engine.statistics.grouping import Group, Grouping, tabulate
from gui.features.statistics.model.table import StatisticsTable
from gui.platform.background import Background, Progress
from gui.platform.writing import Writing, write_page
from gui.zones import date_time_text, zone_title

THIS_SESSION, PRACTICE, LIVE, EVERY_RUN = "This session", "All practice", "All live", "Everything"
RUNS = (THIS_SESSION, PRACTICE, LIVE, EVERY_RUN)
EVERY_SYMBOL = "All symbols"
ANY_TIME = "Any time"
SPANS = {
    "Last 24 hours": timedelta(hours=24),
    "Last 7 days": timedelta(days=7),
    "Last 30 days": timedelta(days=30),
    "Last 365 days": timedelta(days=365),
}
PERIODS = (ANY_TIME, *SPANS)
FILL_TITLES = {f"Fills: {words}": model for model, words in FILL_MODELS.items()}
"""Trades of different fill models are never counted together."""
GROUPING_TITLES = {f"By {title.lower()}": grouping for grouping, title in GROUPINGS.items()}


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which trades count, and what they are grouped by.

    Where no trade has the fill model `fills`, those of the first that some trade has count.
    """

    run: str = THIS_SESSION
    symbol: str = EVERY_SYMBOL
    period: str = ANY_TIME
    fills: FillModel | None = None
    grouping: Grouping = Grouping.SESSION


class StatisticsModel(QObject):
    """Reads and counts off the window's thread, while it `is_watched`.

    `changed` follows new figures and progress; `announced` carries a message for the user; `written` the path of a
    page to open.
    """

    changed = Signal()
    announced = Signal(str)
    written = Signal(object)

    def __init__(
        self,
        now: Callable[[], datetime | None],
        parent: QObject | None = None,
        *,
        currency: Callable[[], str] = str,
        account: Callable[[], str] = str,
    ) -> None:
        """`now` returns market time, None before the first quote; `account` the one in use and `currency` its own, each
        empty if unknown."""
        super().__init__(parent)
        self.table = StatisticsTable(self)
        self.choice = Choice()
        self.symbols: tuple[str, ...] = ()
        self.fills: FillModel | None = None
        self.fill_models: tuple[FillModel | None, ...] = ()
        self.summary: tuple[str, ...] = ()
        self.zone: tzinfo = UTC
        self._now, self._currency, self._account = now, currency, account
        self._trades: StoredTrades | None = None
        self._runs: Callable[[], Collection[str]] = tuple
        self._is_watched = self._is_outdated = False
        self._background, self._writing = Background(self), Writing(self)
        self._writing.changed.connect(self.changed)
        self._writing.announced.connect(self.announced)

    def open(self, trades: StoredTrades, runs: Callable[[], Collection[str]]) -> None:
        """The trades of the desk; `runs` names those of the session that goes on, an empty name where it is no
        practice."""
        self._trades, self._runs = trades, runs

    def close(self) -> None:
        """Ends what is being read or written."""
        self._background.close()
        self._writing.close()

    def watch(self, is_watched: bool) -> None:
        """Whether the user looks."""
        self._is_watched = is_watched
        if is_watched:
            self.refresh()

    def set_zone(self, zone: tzinfo) -> None:
        """The zone whose hours trades are grouped by."""
        self.zone = zone
        self.refresh()

    def choose(self, **choice: object) -> None:
        """Another run, symbol, period, fill model or grouping."""
        chosen = msgspec.structs.replace(self.choice, **choice)
        if chosen != self.choice:
            self.choice = chosen
            self.refresh()

    def refresh(self) -> None:
        """Trades or notes may have changed: counts again, once for all that came in between."""
        if not self._is_watched or self._trades is None or self._is_outdated:
            return
        self._is_outdated = True
        chosen, zone = self._chosen(), self.zone
        self._background.run(lambda: _count(chosen, zone), self._show, self._fail_to_count)

    # -- counting

    def _chosen(self) -> _Chosen:
        """The trades of the choice; made on the window's thread, read on another."""
        now, span = self._now(), SPANS.get(self.choice.period)
        since = None if now is None or span is None else now - span
        return _Chosen(self.choice, frozenset(self._runs()), since, self._trades, self._account(), self._currency())

    def _show(self, found: _Counted) -> None:
        self._is_outdated = False
        if found.choice != self.choice:
            self.refresh()
            return
        self.symbols, self.fills, self.fill_models = found.symbols, found.fills, found.fill_models
        self.summary = _summary(found)
        self.table.show(found.choice.grouping, found.groups, found.figures, found.fills, found.currency)
        self.changed.emit()

    def _fail_to_count(self, reason: str) -> None:
        self._is_outdated = False
        self.announced.emit(reason)

    # -- files

    @property
    def progress(self) -> Progress | None:
        """How far a file is that is being written; None where none is."""
        return self._writing.progress

    def export(self, path: Path) -> None:
        """Writes the chosen trades to a file whose suffix names its form."""
        chosen = self._chosen()
        self._writing.begin(
            path, lambda progress: export(path, TRADE_COLUMNS, trade_rows(chosen.facts()), progress.report)
        )

    def report(self, path: Path) -> None:
        """Writes a page about the chosen trades, and shows it."""
        chosen, zone, now = self._chosen(), self.zone, datetime.now(UTC)

        def write(_: Progress) -> bool:
            _write_page(path, chosen, zone, now)
            return True

        self._writing.begin(path, write, then=lambda: self.written.emit(path))


class _Chosen(NamedTuple):
    """A choice at one moment, and where the trades are."""

    choice: Choice
    runs: frozenset[str]
    since: datetime | None
    trades: StoredTrades | None
    account: str
    currency: str

    def currency_of(self, facts: Iterable[TradeFacts]) -> str:
        """The currency of these trades; empty if some were made in another session or on another account: its currency
        may be another one."""
        is_here = all(each.run in self.runs and (each.run or each.account == self.account != "") for each in facts)
        return self.currency if is_here else ""

    def stored(self) -> list[TradeFacts]:
        return [] if self.trades is None else self.trades.read()

    def prices(self, run: str, symbol: str, since: datetime, until: datetime) -> list[MinutePrices]:
        return [] if self.trades is None else self.trades.prices(run, symbol, since, until)

    def facts(self) -> list[TradeFacts]:
        """The trades of the choice, in the order of their ends; those without a result have no fill model."""
        passing = [each for each in self.stored() if self.passes(each)]
        with_result = counted(passing)
        model = self.model_among(by_fill_model(with_result))
        ids = {id(each) for each in with_result}
        return [each for each in passing if id(each) not in ids or each.trade.fill_model == model]

    def model_among(self, models: Collection[FillModel | None]) -> FillModel | None:
        """The chosen fill model, or the first that there is."""
        return self.choice.fills if self.choice.fills in models else next(iter(models), None)

    def passes(self, facts: TradeFacts) -> bool:
        """Whether run, symbol and period are those of the choice."""
        is_of_run = {
            THIS_SESSION: facts.run in self.runs,
            PRACTICE: bool(facts.run),
            LIVE: not facts.run,
            EVERY_RUN: True,
        }[self.choice.run]
        is_of_symbol = self.choice.symbol in (EVERY_SYMBOL, facts.trade.symbol)
        return is_of_run and is_of_symbol and (self.since is None or facts.trade.exited_at >= self.since)


class _Counted(NamedTuple):
    choice: Choice
    fills: FillModel | None
    fill_models: tuple[FillModel | None, ...]
    groups: Sequence[Group]
    figures: Figures
    symbols: tuple[str, ...]
    in_other_runs: int
    currency: str


def _count(chosen: _Chosen, zone: tzinfo) -> _Counted:
    stored = chosen.stored()
    by_model = by_fill_model(counted(each for each in stored if chosen.passes(each)))
    model = chosen.model_among(by_model)
    facts = by_model.get(model, ())
    groups = tabulate(facts, chosen.choice.grouping, zone)
    symbols = tuple(sorted({each.trade.symbol for each in stored}))
    others = chosen._replace(choice=msgspec.structs.replace(chosen.choice, run=PRACTICE))
    in_other_runs = (
        sum(others.passes(each) for each in stored) if chosen.choice.run == THIS_SESSION and not facts else 0
    )
    figures, currency = figures_of(facts), chosen.currency_of(facts)
    return _Counted(
        *(chosen.choice, model, tuple(by_model), groups, figures, symbols, in_other_runs, currency),
    )


def _summary(found: _Counted) -> tuple[str, ...]:
    """The whole in two sentences, with what speaks against believing it; without trades where there are some."""
    figures = found.figures
    if found.in_other_runs:
        words = f"This session has closed no trade yet; {PRACTICE} has {found.in_other_runs:,}"
        return words, "A session goes on through jumps, until a new one begins"
    if not figures.trades:
        return ()
    trades = "1 trade" if figures.trades == 1 else f"{figures.trades:,} trades"
    words = (
        f"{trades}, mean {r(figures.mean_r)} net ({mean_words(figures)}), "
        f"{share(figures.win_rate)} won, {money(figures.net_profit)} {found.currency}".rstrip()
    )
    return f"{words}: too few to conclude" if figures.is_too_few else words, FILL_SENTENCES[found.fills]


def _write_page(path: Path, chosen: _Chosen, zone: tzinfo, now: datetime) -> None:
    from engine.reporting.page import report_page
    from engine.reporting.scope import ReportScope

    facts = chosen.facts()
    scope = ReportScope(
        title=_title(chosen.choice, facts, zone),
        made_at=now,
        zone=zone,
        zone_name=zone_title(zone),
        currency=chosen.currency_of(facts),
    )
    write_page(path, report_page(facts, scope, chosen.prices))


def _title(choice: Choice, facts: Sequence[TradeFacts], zone: tzinfo) -> str:
    parts = [choice.run.lower()]
    if choice.symbol != EVERY_SYMBOL:
        parts.append(choice.symbol)
    if choice.period != ANY_TIME:
        parts.append(choice.period.lower())
    if facts:
        parts.append(" to ".join(date_time_text(facts[place].trade.exited_at, zone) for place in (0, -1)))
    return f"Trades: {', '.join(parts)}"
