"""The drawings of one symbol, shared by its time frames: what is drawn, selected, being placed or moved, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final
from uuid import uuid4

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gui.features.drawing.model.drawing import Anchor, Drawing, Kind, Style
from gui.features.drawing.model.measure import Risk
from gui.features.drawing.model.merging import Drawn, merged
from gui.features.drawing.model.tools import DrawingTools

MAX_DRAWINGS: Final = 500
"""Of one symbol."""
MAX_UNDONE: Final = 200


def new_id() -> str:
    """An id that no other window gives."""
    return uuid4().hex


class Drawings(QObject):
    """`all` is in the order of painting, from the back to the front.

    `held` is being placed or moved, or a finished measurement: it is painted over the others, and not kept. One that
    moves stays among `all` as it was until it is put down.

    `placed` counts the anchors of a draft that are fixed. `tools` are those of the window once it has
    some, `risk` is what 1 R is now, None where that is not known.

    `changed` follows what is drawn or selected, `edited` only an edit by the user, `held_changed` what is held.
    `text_asked` carries a drawing whose text the user is to write, `alert_asked` the id of one that is to have a price
    alert, `refused` why something cannot be drawn.
    """

    changed = Signal()
    edited = Signal()
    held_changed = Signal()
    text_asked = Signal(object)
    alert_asked = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: Drawn = ()
        self.held: Drawing | None = None
        self.placed = 0
        self.use(DrawingTools(self))
        self.risk: Callable[[], Risk | None] = lambda: None
        self._selected = ""
        self._undone: list[Drawn] = []
        self._done: list[Drawn] = []

    # -- what there is

    @property
    def selected(self) -> Drawing | None:
        return self.find(self._selected)

    def find(self, drawing_id: str) -> Drawing | None:
        """The drawing of that id; None where there is none."""
        return next((each for each in self.all if each.id == drawing_id), None)

    @property
    def may_undo(self) -> bool:
        return bool(self._done)

    @property
    def may_redo(self) -> bool:
        return bool(self._undone)

    @property
    def is_full(self) -> bool:
        return len(self.all) >= MAX_DRAWINGS

    # -- edits

    def add(self, drawing: Drawing) -> None:
        """Draws in front of all others, and selects it."""
        if self.is_full:
            self.refused.emit(f"A symbol has at most {MAX_DRAWINGS} drawings: delete some first")
            return
        self._selected = drawing.id
        self._edit((*self.all, drawing))

    def replace(self, drawing: Drawing) -> None:
        """Draws the one of the same id like this from now on."""
        self._edit(tuple(drawing if each.id == drawing.id else each for each in self.all))

    def delete(self, drawing_id: str) -> None:
        self._edit(tuple(each for each in self.all if each.id != drawing_id))

    def clear(self) -> None:
        """Deletes all of them."""
        self._edit(())

    def bring_to_front(self, drawing_id: str) -> None:
        self._edit(tuple(sorted(self.all, key=lambda each: each.id == drawing_id)))

    def send_to_back(self, drawing_id: str) -> None:
        self._edit(tuple(sorted(self.all, key=lambda each: each.id != drawing_id)))

    def undo(self) -> None:
        """Takes the last edit back."""
        if self._done:
            self._undone.append(self.all)
            self._put(self._done.pop())
            self.edited.emit()

    def redo(self) -> None:
        """Makes the edit again that was taken back last."""
        if self._undone:
            self._done.append(self.all)
            self._put(self._undone.pop())
            self.edited.emit()

    def _edit(self, drawings: Drawn) -> None:
        if drawings == self.all:
            self.changed.emit()
            return
        self._done = [*self._done[1 - MAX_UNDONE :], self.all]
        self._undone.clear()
        self._put(drawings)
        self.edited.emit()

    def _put(self, drawings: Drawn) -> None:
        was_moving, self.all = self.is_moving, drawings
        if was_moving and not self.is_moving:
            self.hold(None)  # what was being moved is gone
        self.changed.emit()

    def adopt(self, base: Drawn, theirs: Drawn) -> None:
        """What another window made of `base` counts here too, for what can be undone as well."""
        self._done = [merged(base, each, theirs) for each in self._done]
        self._undone = [merged(base, each, theirs) for each in self._undone]
        drawings = merged(base, self.all, theirs)
        if drawings != self.all:
            self._put(drawings)

    # -- the user's selection

    def select(self, drawing_id: str) -> None:
        """Selects a drawing; none where the id is empty."""
        if drawing_id != self._selected:
            self._selected = drawing_id
            self.changed.emit()

    def select_beside(self, steps: int, among: Iterable[Drawing]) -> Drawing | None:
        """Selects the one that many places after the selected one, wrapping around; None where there is none."""
        ids = [each.id for each in among]
        if not ids:
            return None
        place = ids.index(self._selected) + steps if self._selected in ids else min(0, steps)
        self.select(ids[place % len(ids)])
        return self.selected

    # -- what is held

    def use(self, tools: DrawingTools) -> None:
        """Draws with these tools from now on."""
        self.tools = tools
        tools.chosen.connect(self._drop_draft)

    def _drop_draft(self) -> None:
        """Another tool begins a drawing of its own."""
        if self.is_draft:
            self.hold(None)

    @property
    def is_measured(self) -> bool:
        """Whether the one that is held is a finished measurement."""
        return self.held is not None and self.held.kind is Kind.MEASURE and not self.is_draft

    @property
    def is_draft(self) -> bool:
        """Whether anchors of the one that is held are still to be placed."""
        held = self.held
        return held is not None and not self.is_moving and self.placed < held.kind.anchors

    def aim(self, kind: Kind, anchor: Anchor, style: Style) -> None:
        """Shows how a drawing would be if its next anchor were placed there."""
        held = self.held
        if held is None or not self.is_draft or held.kind is not kind:
            self.placed = 0
            held = Drawing(id=new_id(), kind=kind, anchors=(anchor,) * kind.anchors, style=style)
        left = kind.anchors - self.placed
        self.hold(replace(held, anchors=(*held.anchors[: self.placed], *(anchor,) * left)))

    def place(self) -> bool:
        """Fixes the next anchor of a draft where it is; returns whether it was the last one. A point is no line."""
        held = self.held
        if held is None or not self.is_draft or (self.placed and held.first == held.last):
            return False
        self.placed += 1
        return not self.is_draft

    def hold(self, drawing: Drawing | None) -> None:
        """Shows a drawing that is being placed or moved; None lets it go without an edit."""
        if drawing != self.held:
            was_moving, self.held = self.is_moving, drawing
            self.held_changed.emit()
            if was_moving != self.is_moving:
                self.changed.emit()

    @property
    def is_moving(self) -> bool:
        """Whether the one that is held is drawn already."""
        return self.held is not None and self.find(self.held.id) is not None

    def put_down(self) -> None:
        """The drawing that is held becomes one of all, or takes its new place among them."""
        held, is_moving = self.held, self.is_moving
        if held is None:
            return
        self.held = None
        self.held_changed.emit()
        if is_moving:
            self.replace(held)
        else:
            self.add(held)

    def change(self, drawing_id: str, act: Callable[[Drawing], Drawing]) -> None:
        """An edit of one drawing; nothing where it is gone."""
        drawing = self.find(drawing_id)
        if drawing is not None:
            self.replace(act(drawing))

    def duplicate(self, drawing_id: str) -> None:
        """Draws a copy at the same place, and selects it."""
        drawing = self.find(drawing_id)
        if drawing is not None:
            self.add(replace(drawing, id=new_id()))
