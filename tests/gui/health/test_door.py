"""The health panel shows the door for programs while it is open, and who is connected."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.domain.messages.door import DoorChanged
from gui import theme
from gui.features.health.model import HealthModel
from gui.features.health.view.health import HealthPanel
from gui.features.keyboard.model.arming import Arming
from gui.features.trading.model.modes import ModesModel


@pytest.fixture
def panel(qtbot: QtBot) -> HealthPanel:
    modes = ModesModel()
    health = HealthModel(modes)
    panel = HealthPanel(health, Arming(Settings().keyboard), theme.DARK)
    modes.setParent(panel)
    health.setParent(panel)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_that_an_open_door_is_shown_with_its_clients_and_a_closed_one_is_not(panel: HealthPanel) -> None:
    health = panel.findChild(HealthModel)
    assert health is not None
    assert not panel.door.isVisible()
    health.show_door(DoorChanged(is_open=True, port=40_001))
    assert panel.door.text() == "The local API is open on port 40001; connected: none"
    health.show_door(DoorChanged(is_open=True, port=40_001, clients=("assistant", "terminal")))
    assert panel.door.isVisible()
    assert panel.door.text().endswith("connected: an assistant, the command line")
    health.show_door(DoorChanged(is_open=False))
    assert not panel.door.isVisible()


def test_that_a_door_that_cannot_be_opened_says_why(panel: HealthPanel) -> None:
    health = panel.findChild(HealthModel)
    assert health is not None
    health.show_door(DoorChanged(is_open=False, failure="another desk has it"))
    assert panel.door.text() == "Programs cannot connect: another desk has it"
