"""The rows of the watch list: a symbol each, with its prices, what the strategy says of it, and what is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from config.settings import Settings, SymbolRules
from engine.conditions.catalogue import headline, title
from engine.domain.judgement import Explanation, SideJudgement
from engine.domain.market import Quote, Session, Side, Source
from engine.market.sessions import SessionCalendar
from gui.features.alerts.model.kinds import NO_NEWS
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import SESSION_TITLES, price_text
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.trading.model.words import MISSING, r_text, result_cell

SYMBOL, BID, ASK, SPREAD, BUY, SELL, SETUP, OPEN_R, MODE, SESSION, EVIDENCE = range(11)
ADD_ROW = ""
"""The key of the last row, which adds a symbol."""
COLUMNS = (
    Column("Symbol", "The symbol as its source spells it; a click shows its chart", "Add symbol …  "),
    Column("Bid", "The newest bid, in the colour of its last change", "104,712.30", is_number=True),
    Column("Ask", "The newest ask, in the colour of its last change", "104,712.30", is_number=True),
    Column("Spread", "Ask minus bid, and the maximum of the symbol's rules", "12.00 / 15.00", is_number=True),
    Column("BUY", "BUY conditions met, of those required", "12 / 12", is_number=True),
    Column("SELL", "SELL conditions met, of those required", "12 / 12", is_number=True),
    Column("Setup", "A setup, or the one condition that is missing", "BUY: 1 condition missing (Primary signals)"),
    Column("Open R", "Result of its open positions in R, before costs", "+12.34 R", is_number=True),
    Column("Mode", "Whether its setups await your approval (MANUAL) or are traded automatically (AUTO)", "AUTO (off)"),
    Column("Session", "The trading session at the newest quote", "London / New York"),
    Column("Evidence", "What the lab measured for the settings in force", "Unproven · n 312"),
)  # fmt: skip
NO_RULES, ADD = "no rules: chart only", "Add symbol …"
_SESSIONS = {session: words or "Off" for session, words in SESSION_TITLES.items()}
_EMPTY = Cell("")
_FLAT = Tone.PLAIN


class WatchedSymbol:
    """What is known of one symbol; its cells are made when the list is visible."""

    def __init__(self, source: Source, chart: ChartModel, settings: Settings) -> None:
        self.symbol, self.stands_for = source.symbol, source.instrument.stands_for
        self._source, self._chart = source, chart
        self._bid = self._ask = 0.0
        self._tones = (_FLAT, _FLAT)
        self._explanation: Explanation | None = None
        self.use_settings(settings)

    def use_settings(self, settings: Settings) -> None:
        """Other limits and sessions are in force."""
        self.rules: SymbolRules | None = settings.rules_for(self.symbol, self.stands_for)
        self._calendar = SessionCalendar(settings.sessions, self._source.instrument.day_roll)
        if self.rules is None:
            self._explanation = None

    def on_quote(self, quote: Quote) -> None:
        """A price that is shown as before keeps the colour of its last change, so that nothing flickers."""
        digits, (bid_tone, ask_tone) = self._chart.digits, self._tones
        bid, ask = round(quote.bid, digits), round(quote.ask, digits)
        if self._bid:
            self._tones = _tone(bid_tone, self._bid, bid), _tone(ask_tone, self._ask, ask)
        self._bid, self._ask = bid, ask

    def show_live(self, explanation: Explanation) -> None:
        self._explanation = explanation

    # -- cells

    def prices(self) -> list[Cell]:
        """Bid, ask and spread; before the first quote the last close, in grey."""
        digits, spread = self._chart.digits, self._chart.quote_spread
        if self._chart.quote is None:
            close = self._chart.last_price
            return [_EMPTY if close is None else Cell(price_text(close, digits), Tone.MUTED, close), _EMPTY, _EMPTY]
        bid, ask = self._tones
        return [
            Cell(price_text(self._bid, digits), bid, self._bid),
            Cell(price_text(self._ask, digits), ask, self._ask),
            Cell("n/a", Tone.MUTED) if spread is None else self._spread(spread),
        ]

    def _spread(self, spread: float) -> Cell:
        digits = self._chart.digits
        if self.rules is None:
            return Cell(price_text(spread, digits), amount=spread)
        limit = self.rules.pre_trade_filters.spread.max_spread
        words = f"{price_text(spread, digits)} / {price_text(limit, digits)}"
        return Cell(words, Tone.FAILED if round(spread, digits) > limit else Tone.PLAIN, spread)

    def session(self) -> Cell:
        quote = self._chart.quote
        if quote is None:
            return _EMPTY
        session = self._calendar.session(quote.at)
        return Cell(_SESSIONS[session], Tone.MUTED if session is Session.OFF else Tone.PLAIN)

    def judged(self) -> list[Cell]:
        """Both sides' conditions, and what they amount to."""
        if self.rules is None:
            return [_EMPTY, _EMPTY, Cell(NO_RULES, Tone.MUTED)]
        if self._explanation is None:
            return [_EMPTY, _EMPTY, _EMPTY]
        return [*(_passing(self._explanation, side) for side in Side), _standing(self._explanation)]

    def headlines(self) -> str:
        """Both sides in a sentence each; empty while nothing is judged."""
        if self._explanation is None:
            return ""
        explanation = self._explanation
        score = {side: f"{explanation.judgement.of(side).score:g}" for side in Side}
        return "\n".join(f"{side.value}, score {score[side]}: {headline(explanation, side)}" for side in Side)


class WatchTable(RowTable):
    """A row for each symbol, by its name; in the order of the desk's symbols until the user sorts them.

    The last row adds a symbol, as in MetaTrader's Market Watch.
    """

    stays_last = ADD_ROW

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self.tip_of: Callable[[str, int], str] = lambda symbol, column: ""  # noqa: ARG005
        """What a tooltip says beyond the words of a cell, by symbol and column."""

    def show_symbols(self, symbols: Iterable[str]) -> None:
        """These rows, from top to bottom; those that stay keep their cells."""
        kept = {key: [self.cell_of(key, column) for column in range(len(COLUMNS))] for key in self.keys}
        empty = [_EMPTY] * len(COLUMNS)
        rows = [(each, kept.get(each, [Cell(each), *empty[1:]])) for each in symbols]
        rows.append((ADD_ROW, [Cell(ADD, Tone.ACTION), *empty[1:]]))
        if [key for key, _ in rows] != self.keys:
            self.replace(rows[::-1])

    def show_waits(self, words: str) -> None:
        """What is said of the list as a whole, in its last row."""
        if self.has(ADD_ROW):
            self.put_cell(ADD_ROW, SETUP, Cell(words, Tone.MUTED))

    def tip(self, row: int, column: int) -> str:
        return self.tip_of(self.key(row), column) or super().tip(row, column)


def _tone(before: Tone, old: float, new: float) -> Tone:
    return before if new == old else Tone.GAIN if new > old else Tone.LOSS


def _passing(explanation: Explanation, side: Side) -> Cell:
    checks = [check.is_passed for layer in explanation.of(side) for check in layer.deciding]
    words = f"{sum(checks)} / {len(checks)}"
    return Cell(words, Tone.PASSED if all(checks) else Tone.PLAIN, sum(checks) / len(checks))


def _standing(explanation: Explanation) -> Cell:
    judgement = explanation.judgement
    if (setup := judgement.setup) is not None:
        words = f"{setup.side.value} {'A+ setup' if setup.is_a_plus else 'setup'}, score {setup.score:.3g}"
        return Cell(words, Tone.PASSED)
    if judgement.is_tied:
        return Cell("Tied: BUY and SELL pass with the same score", Tone.MUTED)
    words = "; ".join(filter(None, map(_missing, (judgement.buy, judgement.sell))))
    return Cell(words)


def _missing(side: SideJudgement) -> str:
    """The one condition that is missing; empty for none, and for one that says nothing of the market."""
    if side.near_miss is None or side.near_miss in NO_NEWS:
        return ""
    return f"{side.side.value}: 1 condition missing ({title(side.near_miss)})"


def open_r(results: Iterable[float | None]) -> Cell:
    """The sum of open results; nothing where nothing is open, a dash where the risk of all is unknown."""
    found = list(results)
    if not found:
        return _EMPTY
    known = [r for r in found if r is not None]
    return result_cell(r_text(sum(known)), sum(known)) if known else Cell(MISSING)
