"""The answer to `lab costs`: the same trades with wider spreads and more slippage."""

from __future__ import annotations

from collections import defaultdict

import msgspec
import numpy as np

from gui.features.lab.model.answers.provenance import DAY_INTERVAL, Answer, details_of, notes_of
from gui.features.lab.model.columns import ColumnSpec, counted, interval, make_table, number, result
from gui.features.lab.model.numbers import in_r, many, plain, within_r
from gui.features.lab.model.page import Fact, Headline, Page, Tab, Table
from gui.features.lab.model.pictures import Ink, Line, Lines, Rule
from gui.features.trading.model.table import Tone

INKS = (Ink.OTHER, Ink.MUTED, Ink.LOSS)
"""Of slippages other than that of the settings."""


class CostRow(msgspec.Struct, frozen=True, kw_only=True):
    """Spread as a multiple of the recorded one, slippage in spreads."""

    spread_x: float
    slippage_spreads: float = 0.0
    trades: float = 0
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None


class CostTable(Answer, frozen=True, kw_only=True):
    rows: tuple[CostRow, ...]
    break_even_multiple: float | None = None


def page_of(answer: CostTable) -> Page:
    """Mean R against the spread, a line for each slippage."""
    usual = _usual_slippage(answer)
    at_recorded = (row for row in answer.rows if row.spread_x == 1.0 and row.slippage_spreads == usual)
    as_recorded = next(at_recorded, None)
    facts = [Fact("Break-even at", _multiple(answer), "of the recorded spread")]
    if as_recorded is not None:
        below = f"{within_r(as_recorded.low, as_recorded.high)}; {many(as_recorded.trades, 'trade')}"
        facts.append(Fact("As recorded, mean R", in_r(as_recorded.mean_r), below, DAY_INTERVAL))
    tab = Tab("Costs", tuple(facts), (_lines(answer),) if answer.rows else (), _table(answer))
    return Page(_headline(answer), (tab, details_of(answer)), notes_of(answer))


def _usual_slippage(answer: CostTable) -> float:
    """That of the settings."""
    return 0.0 if answer.costs is None else answer.costs.slippage_spreads or 0.0


def _multiple(answer: CostTable) -> str:
    multiple = answer.break_even_multiple
    return "not reached" if multiple is None else f"{plain(multiple)} times"


def _headline(answer: CostTable) -> Headline:
    multiple = answer.break_even_multiple
    if not any(row.trades for row in answer.rows):
        return Headline("No trades", "No setup was traded at any spread.")
    if multiple is None:
        return Headline("Room for costs", "The mean stays above zero at every spread that was tried.")
    if not multiple:
        return Headline("No edge", "The mean is not above zero even without a spread.", Tone.WARNING)
    sentence = f"The mean falls to zero at {plain(multiple)} times the recorded spread."
    return Headline("Room for costs" if multiple > 1.0 else "Costs too much", sentence,
                    Tone.PLAIN if multiple > 1.0 else Tone.WARNING)  # fmt: skip


def _lines(answer: CostTable) -> Lines:
    by_slippage: dict[float, dict[float, CostRow]] = defaultdict(dict)
    for row in answer.rows:
        by_slippage[row.slippage_spreads][row.spread_x] = row
    places = sorted({row.spread_x for row in answer.rows})
    lines = []
    others = iter(INKS)
    for slippage, rows in sorted(by_slippage.items()):
        ink = Ink.MAIN if slippage == _usual_slippage(answer) else next(others, Ink.MUTED)
        found = [rows.get(place) for place in places]
        mean, low, high = (
            np.array([np.nan if row is None or (value := getattr(row, part)) is None else value for row in found])
            for part in ("mean_r", "low", "high")
        )
        is_usual = ink is Ink.MAIN
        name = f"slippage {plain(slippage)}{' with band' if is_usual else ''}"
        lines.append(Line(name, mean, ink, *((low, high) if is_usual else (None, None))))
    rules = [Rule(0.0)]
    caption = f"against multiples of the recorded spread; net; slippage in spreads; band: {DAY_INTERVAL}"
    return Lines("Mean R at other costs", caption, np.array(places), tuple(lines), x_name="times the recorded spread",
                 rules=tuple(rules))  # fmt: skip


def _table(answer: CostTable) -> Table:
    columns: tuple[ColumnSpec[CostRow], ...] = (
        number("Spread", "Times the recorded one", "10.00", "spread_x", lambda row: row.spread_x),
        number("Slippage", "In spreads", "10.00", "slippage_spreads", lambda row: row.slippage_spreads),
        counted("Trades", "Each counts once", "trades", lambda row: row.trades),
        result("Mean R, net", "After all costs", "mean_r", lambda row: row.mean_r),
        interval("Mean R, 95 %", DAY_INTERVAL, "mean_r", lambda row: row.low, lambda row: row.high),
    )
    return make_table("costs", columns, answer.rows, silence="No costs were tried.")
