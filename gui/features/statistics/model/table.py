"""Groups of closed trades as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject

from engine.domain.fills import FillModel
from engine.reporting.groups import GROUP_HEADINGS, group_cells
from engine.reporting.words import FILL_SENTENCES, GROUPINGS, group_name
from engine.statistics.figures import MIN_TRADES, Figures
from engine.statistics.grouping import Group, Grouping
from gui.features.trading.model.table import Cell, Column, RowTable, Tone

NAME = 0
ALL = "All trades"
COLUMNS = (
    Column(
        "Group",
        f"What the trades have in common; pale below {MIN_TRADES} trades, too few to conclude",
        "Micro liquidity sweep (too few)",
    ),
    *(Column(heading.title, heading.tip, heading.sample, True) for heading in GROUP_HEADINGS),
)
_RESULTS: Mapping[int, Callable[[Figures], float | None]] = {
    3: lambda figures: figures.mean_r,
    6: lambda figures: figures.sum_r,
    7: lambda figures: figures.expectancy,
    8: lambda figures: figures.net_profit,
}
"""Columns of `GROUP_HEADINGS` that show a gain or a loss."""


class StatisticsTable(RowTable):
    """One row for each group in its natural order, and one for all trades at the end."""

    stays_last = ALL

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)

    def show(
        self,
        grouping: Grouping,
        groups: Sequence[Group],
        figures: Figures,
        fills: FillModel | None = None,
        currency: str = "",
    ) -> None:
        """`fills` is the fill model of all these trades; results without market fills are neither gain nor loss.
        `currency` is their currency, empty if there is more than one."""
        self.retitle(NAME, GROUPINGS[grouping])
        for column, heading in enumerate(GROUP_HEADINGS, NAME + 1):
            if heading.is_money:
                self.retitle(column, f"{heading.title}, {currency}" if currency else heading.title)
        is_real = fills is not FillModel.FOUR_CORNER
        rows = [(group.key, _row(group_name(grouping, group.key), group.figures, is_real)) for group in groups]
        name = ALL if is_real else f"{ALL}. {FILL_SENTENCES[fills]}"
        rows = [*rows, (ALL, _row(name, figures, is_real))] if figures.trades else []
        self.replace(rows[::-1])


def _row(name: str, figures: Figures, is_real: bool) -> list[Cell]:
    words = f"{name} (too few)" if figures.is_too_few else name
    is_pale = figures.is_too_few or not is_real
    tone = Tone.MUTED if is_pale else Tone.PLAIN
    cells = [Cell(text, tone) for text in group_cells(figures)]
    if not is_pale:
        for place, amount_of in _RESULTS.items():
            amount = amount_of(figures)
            if amount is not None and round(amount, 2):
                cells[place] = Cell(cells[place].text, Tone.GAIN if amount > 0.0 else Tone.LOSS)
    return [Cell(words, tone), *cells]
