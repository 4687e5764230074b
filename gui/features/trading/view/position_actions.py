"""Actions on a position by key: of the selected row, else of the only candidate."""

from __future__ import annotations

from collections.abc import Callable

from gui.features.trading.model.position_menu import PositionMenu
from gui.features.trading.model.positions import PositionsTable
from gui.features.trading.view.position_table import PositionTable
from gui.widgets.actions import make_action


class PositionActions:
    """`front` returns the symbol of the chart that the user looks at, empty where there is none."""

    def __init__(
        self, table: PositionTable, positions: PositionsTable, menu: PositionMenu, front: Callable[[], str]
    ) -> None:
        self._table, self._front, self._positions, self._menu = table, front, positions, menu
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

        self.close_half = make_action(
            *(table, "trading.close_half", "Close half", f"Closes half of {meant}, rounded down to the volume step"),
            self._close_half,
            key="Ctrl+Shift+D",
            is_trading=True,
        )
        self.menu = make_action(
            *(table, "trading.position_menu", "Position menu …", f"Lists all that can be done with {meant}"),
            self._open_menu,
            key="Ctrl+Shift+M",
        )

    def _close_half(self) -> None:
        if (ticket := self._meant()) is not None:
            self._menu.close_half(ticket)

    def _open_menu(self) -> None:
        if (ticket := self._meant()) is not None:
            self._table.open_menu(ticket, is_by_key=True)

    def _meant(self) -> int | None:
        chosen = self._table.selectionModel().selectedRows()
        return self._positions.meant(chosen[0].row() if chosen else None, self._front())

    def _ask(self, ask: Callable[[int | None, str], None]) -> None:
        chosen = self._table.selectionModel().selectedRows()
        ask(chosen[0].row() if chosen else None, self._front())
