"""One page of an answer: figures at the left, pictures and a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.features.lab.model.page import Fact, Tab, Table
from gui.features.lab.model.pictures import Bars, Heat, Histogram, Lines, Strip
from gui.features.lab.model.rows import AnswerRows
from gui.features.lab.view.pictures.bars import BarsView
from gui.features.lab.view.pictures.heat import HeatView
from gui.features.lab.view.pictures.histogram import HistogramView
from gui.features.lab.view.pictures.lines import LinesView
from gui.features.lab.view.pictures.picture import PictureView
from gui.features.lab.view.pictures.strip import StripView
from gui.features.trading.view.table import TradeTable
from gui.theme import Theme
from gui.widgets.controls import make_words
from gui.widgets.scrolling import leave_ground_to_frame

FACTS_WIDTH = 218
TABLE_HEIGHT = 150
"""Pixels that a table below pictures has at least."""


@singledispatch
def picture_view(picture: object, theme: Theme) -> PictureView:  # noqa: ARG001
    """What draws a picture."""
    raise TypeError(f"no view draws {type(picture).__name__}")


@picture_view.register
def _(picture: Lines, theme: Theme) -> PictureView:
    return LinesView(picture, theme)


@picture_view.register
def _(picture: Histogram, theme: Theme) -> PictureView:
    return HistogramView(picture, theme)


@picture_view.register
def _(picture: Bars, theme: Theme) -> PictureView:
    return BarsView(picture, theme)


@picture_view.register
def _(picture: Heat, theme: Theme) -> PictureView:
    return HeatView(picture, theme)


@picture_view.register
def _(picture: Strip, theme: Theme) -> PictureView:
    return StripView(picture, theme)


class FactColumn(QScrollArea):
    """Figures below one another, each with its interval."""

    def __init__(self, facts: Sequence[Fact], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labFacts")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(FACTS_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        content.setObjectName("labFactsContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 8, 12)
        column.setSpacing(1)
        for fact in facts:
            parts = [make_words("factName", fact.name), make_words("factValue", fact.value, is_selectable=True)]
            if fact.below:
                parts.append(make_words("factBelow", fact.below))
            for part in parts:
                part.setToolTip(fact.tip)
                column.addWidget(part)
            column.addSpacing(8)
        column.addStretch(1)
        self.setWidget(content)
        leave_ground_to_frame(self)


class DetailColumn(QScrollArea):
    """Facts of a page that has nothing else, in a list of two columns."""

    def __init__(self, facts: Sequence[Fact], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labFacts")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        content = QWidget()
        content.setObjectName("labFactsContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        for fact in facts:
            row = QHBoxLayout()
            name = make_words("factName", fact.name)
            name.setFixedWidth(190)
            words = f"{fact.value}, {fact.below}" if fact.below else fact.value
            value = make_words("detailValue", words, is_selectable=True)
            for part in (name, value):
                part.setToolTip(fact.tip)
            row.addWidget(name)
            row.addWidget(value, 1)
            column.addLayout(row)
        column.addStretch(1)
        self.setWidget(content)
        leave_ground_to_frame(self)


class TabView(QWidget):
    """`acted` carries the key of a row that the user chose by a click or by Return, or by its cell of a heat map."""

    acted = Signal(object)

    def __init__(self, tab: Tab, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labTab")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.table: TradeTable | None = None
        self.rows: AnswerRows | None = None
        self._pictures = [picture_view(picture, theme) for picture in tab.pictures]
        for view in self._pictures:
            if isinstance(view, HeatView):
                view.chosen.connect(self.acted)
        self.content = QVBoxLayout()
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        is_alone = bool(tab.facts) and not (tab.pictures or tab.table or tab.comparison)
        if tab.facts:
            row.addWidget(DetailColumn(tab.facts) if is_alone else FactColumn(tab.facts))
        if not is_alone:
            row.addLayout(self.content, 1)
            self._fill(tab, theme)

    def _fill(self, tab: Tab, theme: Theme) -> None:
        only_bars = all(isinstance(view, BarsView) for view in self._pictures)
        for view in self._pictures:
            if isinstance(view, BarsView):
                self.content.addWidget(_scrolled(view), 0 if only_bars else 1)
            else:
                self.content.addWidget(view, 3 if view is self._pictures[0] else 2)
        if only_bars and tab.table is None and tab.comparison is None:
            self.content.addStretch(1)
        if tab.table is not None:
            self.content.addWidget(self._make_table(tab.table, theme), 1)

    def _make_table(self, table: Table, theme: Theme) -> TradeTable:
        self.rows = rows = AnswerRows(table, self)
        self.table = view = TradeTable(rows, theme, table.silence, name=table.name)
        view.setMinimumHeight(TABLE_HEIGHT)
        view.setAccessibleName(table.name)
        view.acted.connect(lambda row, _: self.acted.emit(rows.key(row)))
        return view

    def set_theme(self, theme: Theme) -> None:
        for view in self._pictures:
            view.set_theme(theme)
        if self.table is not None:
            self.table.set_theme(theme)


def _scrolled(view: BarsView) -> QScrollArea:
    """Rows that may need more height than there is."""
    area = QScrollArea()
    area.setObjectName("labBars")
    area.setWidget(view)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setMinimumHeight(min(view.sizeHint().height(), 170))
    area.setMaximumHeight(view.sizeHint().height())
    area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    leave_ground_to_frame(area)
    return area
