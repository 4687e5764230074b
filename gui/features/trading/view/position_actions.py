"""Actions to close a position or move its stop to break-even: of the selected row, else of the only candidate."""

from __future__ import annotations

from collections.abc import Callable

from gui.features.trading.model.positions import PositionsTable
from gui.features.trading.view.position_table import PositionTable
from gui.widgets.actions import make_action


class PositionActions:
    """`front` returns the symbol of the chart that the user looks at, empty where there is none."""

    def __init__(self, table: PositionTable, positions: PositionsTable, front: Callable[[], str]) -> None:
        self._table, self._front = table, front
        meant = "the chosen position, else the only one, else the newest of the chart in front"
        self.close = make_action(
            *(table, "trading.close", "Close position", f"Closes {meant}", lambda: self._ask(positions.close_meant)),
            key="Ctrl+Shift+X",
            is_trading=True,
        )
        self.break_even = make_action(
            *(table, "trading.break_even", "Break-even", f"Moves the stop to the entry of {meant}"),
            lambda: self._ask(positions.break_even_meant),
            key="Ctrl+Shift+E",
            is_trading=True,
        )

    def _ask(self, ask: Callable[[int | None, str], None]) -> None:
        chosen = self._table.selectionModel().selectedRows()
        ask(chosen[0].row() if chosen else None, self._front())
