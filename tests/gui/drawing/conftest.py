from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.theme import DARK, apply
from tests.builders import GOLD
from tests.gui.chart.builders import flush, quiet_hours
from tests.gui.desk_window import DeskWindow


@pytest.fixture
def _themed(qapp: QApplication) -> Iterator[None]:
    apply(qapp)
    yield
    qapp.setStyleSheet("")


@pytest.fixture
def model() -> ChartModel:
    return ChartModel(GOLD)


@pytest.fixture
def view(_themed: None, model: ChartModel, qtbot: QtBot) -> ChartView:
    """Two hours of candles between 1999 and 2001."""
    view = ChartView(model, DARK)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    model.append(quiet_hours(120))
    flush()
    return view


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)
