"""The drawing tools of a window: their keys, their menu, and the dialogs that they need."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.deck import ChartDeck
from gui.features.drawing.model.drawing import Drawing, Kind
from gui.features.drawing.model.drawings import Drawings
from gui.features.drawing.model.tools import TIPS, TITLES, DrawingTools
from gui.features.drawing.view.drawing_layer import DrawingLayer
from gui.features.drawing.view.menus import ask_text, plain
from gui.widgets.actions import make_action

KEYS: Final = {
    Kind.HORIZONTAL_LINE: "Alt+H",
    Kind.TREND_LINE: "Alt+T",
    Kind.RAY: "Alt+R",
    Kind.RECTANGLE: "Alt+Shift+R",
    Kind.FIBONACCI: "Alt+Shift+F",
    Kind.TEXT: "Alt+X",
    Kind.MEASURE: "Alt+M",
}


class DrawingControls:
    """Actions on the chart that has the keyboard, or on the one in front. `menu` lists them."""

    def __init__(self, window: QWidget, deck: ChartDeck, tools: DrawingTools) -> None:
        self._window, self._deck, self._tools = window, deck, tools
        self.tools = {kind: self._tool_action(kind) for kind in Kind}
        self.snap = self._make(
            *("snap", "Snap to candles", "Snaps anchors to open, high, low and close; Ctrl does the opposite"),
            lambda: None,
            "Alt+G",
        )
        self.snap.setCheckable(True)
        self.edits = self._edit_actions()
        self.menu = self._make_menu()
        tools.chosen.connect(self._follow_tool)
        tools.changed.connect(self._follow_habits)
        self.snap.toggled.connect(tools.set_snapping)
        self._follow_habits()
        deck.addActions([*self.tools.values(), self.snap, *self.edits])

    def _make(self, name: str, text: str, tip: str, act: Callable[[], object], key: str = "") -> QAction:
        """An action whose key works while the charts have the keyboard: text fields need the same keys."""
        action = make_action(self._deck, f"drawing.{name}", text, tip, act, key=key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return action

    def _tool_action(self, kind: Kind) -> QAction:
        action = self._make(kind.value, TITLES[kind], TIPS[kind], partial(self.begin, kind), KEYS[kind])
        action.setCheckable(True)
        return action

    def _edit_actions(self) -> list[QAction]:
        actions = [
            self._edit("undo", "Undo", "Undoes the last edit of a drawing", _undo, "Ctrl+Z"),
            self._edit("redo", "Redo", "Redoes the edit that was undone last", _redo, "Ctrl+Y; Ctrl+Shift+Z"),
            self._edit("next", "Next drawing", "Selects the next drawing in view", partial(_select, 1), "D"),
            self._edit(
                "previous", "Previous drawing", "Selects the previous drawing in view", partial(_select, -1), "Shift+D"
            ),
            self._edit("text", "Text …", "Edits the text of the selected drawing", _ask_text, "F2"),
            self._edit("delete", "Delete", "Deletes the selected drawing", _delete, "Del"),
            self._edit("clear", "Delete all drawings", "Deletes all drawings of the symbol", _clear),
        ]
        for action in actions[:4]:
            action.setAutoRepeat(True)
        return actions

    def _edit(self, name: str, text: str, tip: str, act: Callable[[ChartView], object], key: str = "") -> QAction:
        def act_on_drawings() -> None:
            view = self._deck.view_at_keyboard
            if view is not None:
                act(view)

        return self._make(name, text, tip, act_on_drawings, key)

    def _make_menu(self) -> QMenu:
        menu = QMenu("Draw", self._window)
        menu.menuAction().setObjectName("drawing")
        menu.menuAction().setIconText("Draw ▾")
        menu.menuAction().setToolTip("Lines, zones, text and measuring on the charts")
        menu.setToolTipsVisible(True)
        menu.addActions([*self.tools.values()])
        menu.addSeparator()
        menu.addAction(self.snap)
        menu.addSeparator()
        menu.addActions(self.edits)
        menu.aboutToShow.connect(self._enable)
        menu.aboutToHide.connect(self._enable_all)
        return menu

    # -- what the user asks for

    def begin(self, kind: Kind) -> None:
        """Uses a tool, on all charts, or puts it away; a horizontal line is placed at the crosshair at once."""
        pointed_at = next((each for each in self._views() if each.plot.canvas.crosshair.point is not None), None)
        view = pointed_at or self._deck.view_at_keyboard
        if view is None or self._tools.kind is kind:
            self._tools.choose(None)
            self._follow_tool()  # a click checked the action, whatever came of it
            return
        self._deck.each(lambda each: each.set_overlay_visible(DrawingLayer.name, True))
        self._tools.choose(kind)
        hand = view.plot.drawing_hand
        view.setFocus()
        hand.aim_at_candle()
        self._tools.announced.emit(f"{TITLES[kind]}: click, or move with the arrow keys and press Enter; Esc cancels")
        if kind is Kind.HORIZONTAL_LINE and pointed_at is not None:
            hand.place()

    def cancel(self) -> None:
        """Puts the tool away, and deselects."""
        for view in self._views():
            view.plot.drawing_hand.cancel()

    def _views(self) -> list[ChartView]:
        return [view for board in self._deck.boards.values() for view in board.shown_views]

    # -- what is shown

    def _follow_tool(self) -> None:
        for kind, action in self.tools.items():
            action.setChecked(kind is self._tools.kind)

    def _follow_habits(self) -> None:
        self.snap.setChecked(self._tools.habits.snaps)

    def follow(self, drawings: Drawings) -> None:
        """Asks for the texts of a symbol's drawings from now on."""
        drawings.text_asked.connect(partial(self._ask_text, drawings))

    def _ask_text(self, drawings: Drawings, drawing: Drawing) -> None:
        def write(text: str) -> None:
            words = plain(text)
            if drawings.held != drawing:
                drawings.change(drawing.id, lambda each: replace(each, text=words))
            else:
                drawings.hold(replace(drawing, text=words) if words else None)
                drawings.put_down()

        def let_go() -> None:
            if drawings.held == drawing:
                drawings.hold(None)

        dialog = ask_text(self._window, TITLES[drawing.kind], "Text on the chart", drawing.text, write)
        dialog.rejected.connect(let_go)

    def _enable(self) -> None:
        """The menu offers what can be done. Keys work always: they do nothing where nothing can be done."""
        view = self._deck.view_at_keyboard
        of = None if view is None else view.drawings
        undo, redo, *others, clear = self.edits
        undo.setEnabled(of is not None and of.may_undo)
        redo.setEnabled(of is not None and of.may_redo)
        clear.setEnabled(of is not None and bool(of.all))
        for action in others[:2]:
            action.setEnabled(of is not None and bool(of.all))
        for action in others[2:]:
            action.setEnabled(of is not None and of.selected is not None)

    def _enable_all(self) -> None:
        for action in self.edits:
            action.setEnabled(True)


def _undo(view: ChartView) -> None:
    view.drawings.undo()


def _redo(view: ChartView) -> None:
    view.drawings.redo()


def _clear(view: ChartView) -> None:
    view.drawings.clear()


def _select(steps: int, view: ChartView) -> None:
    in_view = [shape.drawing for shape in view.plot.canvas.drawing_shapes]
    view.drawings.select_beside(steps, in_view)


def _ask_text(view: ChartView) -> None:
    of = view.drawings
    if of.selected is not None:
        of.text_asked.emit(of.selected)


def _delete(view: ChartView) -> None:
    of = view.drawings
    if of.selected is not None:
        of.delete(of.selected.id)
