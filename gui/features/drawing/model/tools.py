"""The tools of a window: which one is in use, whether it snaps, and the style of what it draws next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gui.features.drawing.model.drawing import Colour, Kind, Style

TITLES: Final = {
    Kind.HORIZONTAL_LINE: "Horizontal line",
    Kind.TREND_LINE: "Trend line",
    Kind.RAY: "Ray",
    Kind.RECTANGLE: "Rectangle",
    Kind.FIBONACCI: "Fibonacci retracement",
    Kind.TEXT: "Text",
    Kind.MEASURE: "Measure",
}
TIPS: Final = {
    Kind.HORIZONTAL_LINE: "One click; by key at the crosshair at once",
    Kind.TREND_LINE: "Two clicks; alerts extrapolate it to the right",
    Kind.RAY: "Two clicks: from the first point through the second one",
    Kind.RECTANGLE: "Two clicks: opposite corners of a zone",
    Kind.FIBONACCI: "Two clicks: start and end of a move",
    Kind.TEXT: "One click, then type the text",
    Kind.MEASURE: "Two clicks: price, percent, ATR, R, candles and time; the next click removes it",
}
MAX_TEMPLATES: Final = 50
MAX_NAME_LENGTH: Final = 40
FIRST_STYLES: Final = {
    Kind.RECTANGLE: Style(colour=Colour.VIOLET.value, width=1),
    Kind.FIBONACCI: Style(colour=Colour.GREY.value, width=1),
    Kind.TEXT: Style(colour=Colour.NEUTRAL.value),
}
"""Of the kinds that are not drawn in the default style until the user chooses another one."""

Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_LENGTH)]


class Habits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the tools remember: whether they snap, the style last used by each, and styles that have a name."""

    snaps: bool = True
    styles: Mapping[Kind, Style] = {}
    templates: Annotated[Mapping[Name, Style], Meta(max_length=MAX_TEMPLATES)] = {}


class DrawingTools(QObject):
    """`kind` is the tool in use, None while the mouse moves the chart.

    `chosen` follows the tool, `changed` the habits, `announced` carries a message.
    """

    chosen = Signal()
    changed = Signal()
    announced = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind: Kind | None = None
        self.habits = Habits()

    def choose(self, kind: Kind | None) -> None:
        """Uses another tool, or none."""
        if kind is not self.kind:
            self.kind = kind
            self.chosen.emit()

    def style_of(self, kind: Kind) -> Style:
        """The style of the next drawing of a kind."""
        return self.habits.styles.get(kind, FIRST_STYLES.get(kind, Style()))

    def remember(self, kind: Kind, style: Style) -> None:
        """The next drawing of a kind looks like this."""
        self.keep(replace(self.habits, styles={**self.habits.styles, kind: style}))

    def set_snapping(self, snaps: bool) -> None:
        self.keep(replace(self.habits, snaps=snaps))

    def keep(self, habits: Habits) -> None:
        if habits != self.habits:
            self.habits = habits
            self.changed.emit()

    # -- templates

    @property
    def template_names(self) -> tuple[str, ...]:
        return tuple(sorted(self.habits.templates, key=str.casefold))

    def save_template(self, name: str, style: Style) -> None:
        """Keeps a style under a name. Announces why where that cannot be."""
        name = name.strip().encode(errors="replace").decode()  # no file can hold half a character
        templates = {**self.habits.templates, name: style}
        if not 0 < len(name) <= MAX_NAME_LENGTH or len(templates) > MAX_TEMPLATES:
            limits = f"a name has 1 to {MAX_NAME_LENGTH} characters, and there are at most {MAX_TEMPLATES} templates"
            self.announced.emit(f"The template is not saved: {limits}.")
            return
        self.keep(replace(self.habits, templates=templates))

    def delete_template(self, name: str) -> None:
        """Raises KeyError for a name that no template has."""
        templates = dict(self.habits.templates)
        del templates[name]
        self.keep(replace(self.habits, templates=templates))
