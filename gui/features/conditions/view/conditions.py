"""The condition panel of the symbol the user looks at."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.features.conditions.model.check_worth import CheckWorthModel
from gui.features.conditions.model.conditions import ConditionsModel
from gui.features.conditions.model.summary import LayerSummary, SideSummary
from gui.features.conditions.view.check_list import CheckList
from gui.features.conditions.view.head import PanelHead, badge_words
from gui.features.conditions.view.worth_line import WorthLine
from gui.theme import Theme
from gui.widgets.scrolling import leave_ground_to_frame

WIDTH, MIN_WIDTH, MAX_WIDTH = 384, 372, 480
MIN_CHECKS_HEIGHT = 20
MIN_HEIGHT = 110
"""The result of each side stays visible where approvals and messages fill a low window."""


class ConditionPanel(QWidget):
    """The head stays, the checks below it scroll. It follows the model it was shown last."""

    def __init__(self, theme: Theme, worth: CheckWorthModel | None = None, parent: QWidget | None = None) -> None:
        """Without `worth` the panel does not show what a check is worth."""
        super().__init__(parent)
        self._worth = worth
        self.worth_line = None if worth is None else WorthLine(worth)
        self.setMinimumSize(MIN_WIDTH, MIN_HEIGHT)
        self.setMaximumWidth(MAX_WIDTH)
        self.head, self.checks = PanelHead(theme), CheckList(theme, self._worth_of)
        self._model: ConditionsModel | None = None
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName("Checks of the candle")
        self._scroll.setObjectName("checks")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setMinimumHeight(MIN_CHECKS_HEIGHT)
        self._scroll.setWidget(self.checks)
        leave_ground_to_frame(self._scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self._scroll, 1)
        if self.worth_line is not None:
            layout.addWidget(self.worth_line)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 640)

    @property
    def symbol(self) -> str:
        return "" if self._model is None else self._model.symbol

    def show_model(self, model: ConditionsModel) -> None:
        """Shows another symbol."""
        if model is self._model:
            return
        if self._model is not None:
            self._model.changed.disconnect(self.refresh)
        self._model = model
        model.changed.connect(self.refresh)
        self.head.show_model(model)
        if self.worth_line is not None:
            self.worth_line.show_symbol(model.symbol)
        self.refresh()

    def _worth_of(self, check: str) -> str:
        return "" if self._worth is None else self._worth.words(self.symbol, check)

    def set_theme(self, theme: Theme) -> None:
        self.head.set_theme(theme)
        self.checks.set_theme(theme)

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self.head.zone = zone
        self.head.update()

    def refresh(self) -> None:
        if self._model is not None:
            self.head.refresh()
            self.checks.show_summary(self._model.summary)

    @property
    def words(self) -> str:
        """Everything that is shown, as lines of words."""
        if self._model is None:
            return ""
        summary = self._model.summary
        if summary is None:
            return f"{self._model.symbol}\n{self._model.silence}"
        lines = [f"{self._model.symbol} {self.head.candle_words()}", *_layer_words("", summary.pre_trade)]
        for side in (summary.buy, summary.sell):
            lines += _side_words(side)
        idea = summary.idea
        lines.append(summary.idea_missing if idea is None else f"{idea.side.value} {idea.entry}; {idea.stop_note}")
        return "\n".join(lines)


def _side_words(side: SideSummary) -> list[str]:
    score = side.score
    parts = ", ".join(f"{name} {points:.2g}" for name, points in score.parts)
    lines = [f"{side.side.value} {badge_words(side)}: {side.headline}", f"score {score.score:.2g} ({parts})"]
    for layer in side.layers:
        lines += _layer_words(side.side.value, layer)
    return lines


def _layer_words(side: str, layer: LayerSummary) -> list[str]:
    return [f"{side} {check.title}: {check.state.word} {check.numbers}".strip() for check in layer.checks]
