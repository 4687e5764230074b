"""Menus of drawings: one for a drawing, and what the menu of a chart offers at the clicked point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QInputDialog, QMenu, QWidget

from gui.features.drawing.model.drawing import MAX_TEXT, MAX_WIDTH, OPACITIES, Colour, Dash, Drawing, Kind, Style
from gui.features.drawing.model.drawings import Drawings
from gui.features.drawing.model.tools import TIPS, TITLES
from gui.features.drawing.view.brush import ink_of
from gui.features.drawing.view.drawing_layer import DrawingLayer
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.features.chart.view.chart_view import ChartView

SWATCH = 16


class DrawingMenu(QMenu):
    """What can be done with one drawing. Each choice of style is the style of the next drawing of its kind too.

    `ink` is the colour of a style on the chart.
    """

    def __init__(self, drawing: Drawing, drawings: Drawings, ink: Callable[[Style], QColor], parent: QWidget) -> None:
        super().__init__(TITLES[drawing.kind], parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._drawing, self._drawings, self._ink = drawing, drawings, ink
        self._add("Text …", partial(drawings.text_asked.emit, drawing))
        if drawing.kind.is_line:
            self._add("Alert on this line …", partial(drawings.alert_asked.emit, drawing.id))
        self._add_styles()
        if drawing.kind.may_extend:
            extends = self._add("Extend to the right", lambda: self._change(extends=not drawing.extends))
            extends.setCheckable(True)
            extends.setChecked(drawing.extends)
        self.addMenu(self._templates())
        self.addSeparator()
        self._add("Duplicate", partial(drawings.duplicate, drawing.id))
        self._add("Bring to front", partial(drawings.bring_to_front, drawing.id))
        self._add("Send to back", partial(drawings.send_to_back, drawing.id))
        self.addSeparator()
        self._add("Delete", partial(drawings.delete, drawing.id))

    def _add(self, title: str, act: Callable[[], object]) -> QAction:
        action = self.addAction(title)
        action.triggered.connect(lambda: act())
        return action

    def _change(self, **changes: object) -> None:
        self._drawings.change(self._drawing.id, lambda each: replace(each, **changes))

    def _restyle(self, style: Style) -> None:
        self._drawings.tools.remember(self._drawing.kind, style)
        self._change(style=style)

    # -- style

    def _add_styles(self) -> None:
        style = self._drawing.style
        colours = self._choices("Colour", ((each.value.capitalize(), {"colour": each.value}) for each in Colour))
        for action, each in zip(colours.actions(), Colour, strict=True):
            action.setIcon(self._swatch(replace(style, colour=each.value, opacity=100), is_chosen=action.isChecked()))
        other = colours.addAction("Other …")
        other.triggered.connect(self._ask_colour)
        if self._drawing.kind is not Kind.TEXT:
            widths = ((f"{width} px", {"width": width}) for width in range(1, MAX_WIDTH + 1))
            self._choices("Width", widths)
            self._choices("Line", ((each.value.capitalize(), {"dash": each}) for each in Dash))
        self._choices("Opacity", ((f"{each} %", {"opacity": each}) for each in OPACITIES))

    def _choices(self, title: str, choices: Iterable[tuple[str, Mapping[str, object]]]) -> QMenu:
        menu, style = self.addMenu(title), self._drawing.style
        for words, changes in choices:
            wanted = replace(style, **changes)
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(wanted == style)
            action.triggered.connect(partial(self._restyle, wanted))
        return menu

    def _swatch(self, style: Style, *, is_chosen: bool) -> QIcon:
        """A square of the colour; the chosen one has a ring, since its place is that of the mark."""
        pixmap = QPixmap(SWATCH, SWATCH)
        ring, ground = self.palette().text().color(), self.palette().window().color()
        pixmap.fill(ring if is_chosen else ground)
        painter = QPainter(pixmap)
        inner = pixmap.rect()
        if is_chosen:
            painter.fillRect(inner.adjusted(2, 2, -2, -2), ground)
            inner.adjust(4, 4, -4, -4)
        painter.fillRect(inner, self._ink(style))
        painter.end()
        return QIcon(pixmap)

    def _ask_colour(self) -> None:
        style = self._drawing.style
        dialog = QColorDialog(self._ink(replace(style, opacity=100)), self.parentWidget())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Colour of the drawing")
        dialog.colorSelected.connect(lambda chosen: self._restyle(replace(style, colour=_token(chosen))))
        dialog.open()

    # -- templates

    def _templates(self) -> QMenu:
        tools, menu = self._drawings.tools, QMenu("Template", self)
        for name in tools.template_names:
            menu.addAction(name, partial(self._restyle, tools.habits.templates[name]))
        menu.addSeparator()
        menu.addAction("Save style as …", self._ask_name)
        deletion = menu.addMenu("Delete")
        for name in tools.template_names:
            deletion.addAction(name, partial(tools.delete_template, name))
        deletion.menuAction().setVisible(bool(tools.template_names))
        return menu

    def _ask_name(self) -> None:
        tools, style = self._drawings.tools, self._drawing.style
        words = "Name of this style; one with the same name is replaced"
        ask_text(self.parentWidget(), "Save style", words, "", lambda name: tools.save_template(name, style))


class ChartDrawing:
    """What drawings add to a chart: actions in its menu, and menus of their own."""

    def __init__(self, view: ChartView, theme: Theme) -> None:
        self._view, self._theme = view, theme
        measure = QAction("Measure from here", view, toolTip=TIPS[Kind.MEASURE])
        measure.triggered.connect(partial(self._begin, Kind.MEASURE))
        menu = QMenu("Draw", view)
        menu.setToolTipsVisible(True)
        for kind, title in TITLES.items():
            if kind is not Kind.MEASURE:
                menu.addAction(title, partial(self._begin, kind)).setToolTip(TIPS[kind])
        separator = QAction(view)
        separator.setSeparator(True)
        view.addActions([measure, menu.menuAction(), separator])

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def _begin(self, kind: Kind) -> None:
        """Begins where the menu was opened."""
        self._view.set_overlay_visible(DrawingLayer.name, True)
        self._view.setFocus()
        self._view.plot.drawing_hand.begin_at(kind, self._view.plot.pressed_at)

    def open_menu(self, event: QContextMenuEvent) -> bool:
        """Opens the menu of the drawing under the mouse, or of the selected one where a key asks for it.

        While a tool is in use, a right click puts it away. False where the event is not for drawings.
        """
        plot, drawings = self._view.plot, self._view.drawings
        hand = plot.drawing_hand
        if hand.is_placing:
            return hand.cancel()
        drawing = drawings.selected
        if event.reason() is not QContextMenuEvent.Reason.Keyboard:
            shape = hand.shape_at(plot.viewport().mapFromGlobal(event.globalPos()))
            drawing = None if shape is None else shape.drawing
        if drawing is None:
            return False
        drawings.select(drawing.id)
        DrawingMenu(drawing, drawings, partial(ink_of, theme=self._theme), self._view).popup(event.globalPos())
        return True


def ask_text(parent: QWidget | None, title: str, words: str, text: str, act: Callable[[str], object]) -> QInputDialog:
    """A dialog for one line that locks nothing of what the desk does."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(words)
    dialog.setTextValue(text)
    dialog.textValueSelected.connect(act)
    dialog.open()
    return dialog


def plain(text: str) -> str:
    """A text that a file can hold, no longer than allowed."""
    return " ".join(text.encode(errors="replace").decode().split())[:MAX_TEXT]


def _token(colour: QColor) -> str:
    return colour.name().lower()
