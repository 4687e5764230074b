"""Overlay styles, applied as they are chosen, and templates of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.features.chart.model.overlay_styles import AS_SHIPPED, MAX_WIDTH, MIN_OPACITY, STYLINGS, OverlayStyle, Surfaces
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.styles.styling import chosen_colour
from gui.theme import Theme
from gui.widgets.controls import make_button
from gui.widgets.fields import leave_wheel_to_page
from gui.widgets.place import FittedDialog
from gui.widgets.spin_margins import give_margins

SWATCH = 16
"""Pixels of the square of a colour."""


class StyleDialog(FittedDialog):
    """Does not block the window. `view` is the chart whose styles are shown; `targets` returns those that change."""

    def __init__(
        self,
        view: ChartView,
        targets: Callable[[bool], Iterable[ChartView]],
        theme: Theme,
        templates: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """`targets` returns the charts of all symbols, or of the one of `view`."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("overlayStyles")
        self._view, self._targets, self._theme = view, targets, theme
        self.setWindowTitle("Overlay styles")
        titles = dict(view.overlays)
        self._names = [name for name in titles if name in STYLINGS]
        self.overlays = QListWidget()
        self.overlays.setAccessibleName("Overlays")
        self.overlays.addItems([titles[name] for name in self._names])
        self.all_symbols = QCheckBox("For all symbols")
        self.all_symbols.setToolTip("Off: only the charts of this symbol change")
        self.all_symbols.setChecked(True)
        self._form_place = QVBoxLayout()
        self._holder: QWidget | None = None
        self._lay_out(templates)
        self.overlays.currentRowChanged.connect(lambda _: self._fill())
        view.overlays_changed.connect(self.refresh)
        self.overlays.setCurrentRow(0)

    def _lay_out(self, templates: QWidget) -> None:
        side = QVBoxLayout()
        side.addLayout(self._form_place)
        side.addStretch(1)
        reset_all = make_button("Reset all", "Resets all styles to their defaults", lambda: self._put_all({}))
        side.addWidget(self.all_symbols)
        side.addWidget(reset_all)
        parts = QHBoxLayout()
        parts.addWidget(self.overlays)
        parts.addLayout(side, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Closes this dialog; your changes stay")
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addLayout(parts)
        column.addWidget(templates)
        column.addWidget(buttons)

    def show_overlay(self, name: str) -> None:
        """Selects an overlay; does nothing where it has no style."""
        if name in self._names:
            self.overlays.setCurrentRow(self._names.index(name))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._fill()

    def refresh(self) -> None:
        """The charts have other styles."""
        self._fill()

    # -- one overlay

    @property
    def overlay(self) -> str:
        """The name of the one that is selected."""
        return self._names[max(0, self.overlays.currentRow())]

    @property
    def chosen(self) -> OverlayStyle:
        """Of the selected overlay."""
        return self._view.styles.get(self.overlay, AS_SHIPPED)

    def _fill(self) -> None:
        focus = self.focusWidget()
        role = focus.objectName() if focus is not None else ""
        if self._holder is not None:
            self._holder.hide()
            self._holder.deleteLater()
        self._holder = QWidget()
        form = QFormLayout(self._holder)
        form.setContentsMargins(0, 0, 0, 0)
        styling = STYLINGS[self.overlay]
        for each, title in styling.roles.items():
            form.addRow(title, self._colour_button(each, title))
        if styling.has_width:
            form.addRow("Width", self._number("width", self.chosen.width, 1, MAX_WIDTH, " px"))
        if styling.has_opacity:
            form.addRow("Opacity", self._number("opacity", self.chosen.opacity, MIN_OPACITY, 100, " %"))
        if styling.has_labels:
            form.addRow("", self._labels_box())
        reset = make_button("Reset", "Resets this overlay to its default style", lambda: self.put(AS_SHIPPED))
        reset.setEnabled(self.chosen != AS_SHIPPED)
        form.addRow("", reset)
        self._form_place.addWidget(self._holder)
        if role and (again := self._holder.findChild(QWidget, role)) is not None:
            again.setFocus()

    def _colour_button(self, role: str, title: str) -> QPushButton:
        shade = chosen_colour(self.chosen, self._theme, role) or self._theme.colours[role]
        button = make_button(shade, f"Chooses the colour: {title}", lambda: self._ask_colour(role, shade))
        button.setObjectName(f"colour_{role}")
        swatch = QPixmap(SWATCH, SWATCH)
        swatch.fill(QColor(shade))
        button.setIcon(QIcon(swatch))
        return button

    def _ask_colour(self, role: str, shade: str) -> None:
        dialog = QColorDialog(QColor(shade), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda chosen: self.choose_colour(role, chosen.name()))
        dialog.open()

    def choose_colour(self, role: str, shade: str) -> None:
        """A colour for the theme in force; the other theme has it adjusted unless it has a choice of its own."""
        self.put(self.chosen.with_colour(cast("Surfaces", self._theme.name), role, shade))

    def _number(self, name: str, value: int, least: int, most: int, unit: str) -> QSpinBox:
        field = QSpinBox()
        field.setObjectName(name)
        field.setRange(least, most)
        field.setSuffix(unit)
        field.setValue(value)
        field.setKeyboardTracking(False)
        give_margins(field)
        leave_wheel_to_page(field)
        field.setToolTip(f"{name.capitalize()} of this overlay")
        field.valueChanged.connect(lambda chosen: self.put(replace(self.chosen, **{name: chosen})))
        return field

    def _labels_box(self) -> QCheckBox:
        box = QCheckBox("Labels")
        box.setObjectName("labels")
        box.setToolTip("Whether the overlay is named on the chart")
        box.setChecked(self.chosen.has_labels)
        box.toggled.connect(lambda is_on: self.put(replace(self.chosen, has_labels=is_on)))
        return box

    # -- what it does

    def put(self, style: OverlayStyle) -> None:
        """Draws the selected overlay by a style."""
        for view in self._targets(self.all_symbols.isChecked()):
            others = {name: each for name, each in view.styles.items() if name != self.overlay}
            view.set_styles(others if style == AS_SHIPPED else others | {self.overlay: style})

    def _put_all(self, styles: dict[str, OverlayStyle]) -> None:
        for view in self._targets(self.all_symbols.isChecked()):
            view.set_styles(styles)
