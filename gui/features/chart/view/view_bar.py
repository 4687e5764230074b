"""The toolbar of the charts: layout, overlays, conditions."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.deck import ChartDeck
from gui.widgets.actions import make_action
from gui.widgets.staying_menu import StayingMenu


class ViewBar(QToolBar):
    """Buttons of actions that exist, and the menu of overlays, whose actions are called `overlay.<name>`."""

    def __init__(self, deck: ChartDeck, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__("View", parent)
        self.setObjectName("view")
        self._deck = deck
        self.addActions(actions)
        self.overlays = StayingMenu(self)
        button = QToolButton()
        button.setText("Overlays ▾")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip("What is drawn on the charts")
        button.setMenu(self.overlays)
        self._overlays_place = self.addWidget(button)

    def add_before_overlays(self, action: QAction) -> None:
        """A further button, which another part of the window brings."""
        self.insertAction(self._overlays_place, action)

    def fill_overlays(self, view: ChartView) -> None:
        """An action for each overlay of a view, which switches it on all charts."""
        for name, title in view.overlays:
            action = make_action(
                *(self.overlays, f"overlay.{name}", title, f"Shows or hides {title} on all charts", lambda: None)
            )
            action.setCheckable(True)
            action.setChecked(True)
            action.toggled.connect(partial(self._switch, name))
            self.overlays.addAction(action)
            for each in self._deck.views:
                each.overlay_actions[name].toggled.connect(action.setChecked)

    def _switch(self, overlay: str, is_on: bool) -> None:
        self._deck.each(lambda chart: chart.set_overlay_visible(overlay, is_on))
