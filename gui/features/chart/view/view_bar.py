"""The toolbar of the charts, in the row of their tabs: layout, overlays, conditions."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.deck import ChartDeck
from gui.features.chart.view.strip import STRIP
from gui.widgets.action_row import ActionRow
from gui.widgets.actions import make_action
from gui.widgets.staying_menu import StayingMenu


class ViewBar(ActionRow):
    """Buttons of actions that exist, and the menu of overlays, whose actions are called `overlay.<name>`.

    `signal_history` folds the signal history of all charts.
    """

    def __init__(self, deck: ChartDeck, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__("view", parent)
        self._deck = deck
        for action in actions:
            self.add(action)
        self.overlays = StayingMenu("Overlays", self)
        self.overlays.setToolTipsVisible(True)
        self._overlays = self.overlays.menuAction()
        self._overlays.setObjectName("overlays")
        self._overlays.setIconText("Overlays ▾")
        self._overlays.setToolTip("What is drawn on the charts")
        self.add(self._overlays)
        tip = "Shows or hides the signal history below the charts"
        self.signal_history = make_action(*(deck, "chart.signal_history", STRIP[1], tip, self._fold), key="Ctrl+Alt+H")
        self.signal_history.setCheckable(True)
        self.signal_history.setChecked(True)
        deck.addAction(self.signal_history)
        self.add(self.signal_history)

    def add_before_overlays(self, action: QAction) -> None:
        """A further button, which another part of the window brings."""
        self.add(action, self._overlays)

    def offer(self, legend: QAction, styles: QAction) -> None:
        """The dialogs about what is drawn: the legend as a button, the styles in the menu of overlays."""
        self.add(legend, self.signal_history)
        self.overlays.addActions([styles, legend])
        self.overlays.addSeparator()

    def fill_overlays(self, view: ChartView) -> None:
        """An action for each overlay of a view, which switches it on all charts."""
        for name, title in view.overlays:
            action = make_action(
                *(self.overlays, f"overlay.{name}", title, f"Shows or hides {title} on all charts", lambda: None)
            )
            action.setCheckable(True)
            action.setChecked(True)
            action.triggered.connect(lambda is_on, name=name: self._switch(name, is_on))
            self.overlays.addAction(action)
            for each in self._deck.views:
                each.overlay_actions[name].toggled.connect(action.setChecked)
                if name == STRIP[0]:
                    each.overlay_actions[name].toggled.connect(self.signal_history.setChecked)

    def _switch(self, overlay: str, is_on: bool) -> None:
        self._deck.each(lambda chart: chart.set_overlay_visible(overlay, is_on))

    def _fold(self) -> None:
        self._switch(STRIP[0], self.signal_history.isChecked())
