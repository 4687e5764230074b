"""The switches: they show the state of the desk, and halt it with one chord."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from config.desk import KeyboardSettings
from engine.domain.messages.commands import Flatten, Halt, ReleaseHalt, SetAuthority, SetAuto
from engine.domain.messages.execution import BrokerLinkChanged, Reconciled, ReconciliationStarted
from engine.domain.messages.trading import ModesChanged
from engine.domain.risk import Authority
from gui.features.keyboard.model.arming import Arming
from gui.features.trading.model.modes import ModesModel
from gui.features.trading.model.plans import ALL
from gui.features.trading.view.mode_bar import ModeBar
from gui.theme import DARK
from tests.builders import MONDAY
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    return TradingWindow(qtbot)


def chosen(bar: ModeBar) -> list[str]:
    """The positions of the master switch that look switched on."""
    return [name for name, button in bar.master.items() if button.property("mode")]


def test_that_a_desk_begins_in_manual_mode(window: TradingWindow) -> None:
    bar = window.controls.modes
    assert chosen(bar) == ["MANUAL"]
    assert bar.symbols["XAUUSD"].text() == "XAUUSD: MANUAL"


def test_that_the_switches_wait_for_the_desks_word(window: TradingWindow) -> None:
    bar = window.controls.modes
    bar.master["AUTO"].click()
    bar.symbols["XAUUSD"].click()
    assert window.asked == [SetAuthority(Authority.AUTO), SetAuto("XAUUSD", True)]
    assert (chosen(bar), bar.symbols["XAUUSD"].text()) == (["MANUAL"], "XAUUSD: MANUAL")
    window.frame()
    assert (chosen(bar), bar.symbols["XAUUSD"].text()) == (["AUTO"], "XAUUSD: AUTO")


def test_that_an_automatic_symbol_is_reported_as_held_while_the_master_switch_is_lower(window: TradingWindow) -> None:
    bar = window.controls.modes
    bar.symbols["XAUUSD"].click()
    window.frame()
    assert bar.symbols["XAUUSD"].text() == "XAUUSD: AUTO (off)"
    bar.symbols["XAUUSD"].click()
    window.frame()
    assert bar.symbols["XAUUSD"].text() == "XAUUSD: MANUAL"


def test_that_a_change_of_mode_moves_no_button(window: TradingWindow) -> None:
    button = window.controls.modes.symbols["XAUUSD"]
    widths = {button.sizeHint().expandedTo(button.minimumSize()).width()}
    for _ in range(2):
        button.click()
        window.frame()
        widths.add(button.sizeHint().expandedTo(button.minimumSize()).width())
    assert len(widths) == 1


def test_that_one_chord_halts_and_only_a_click_on_release_lets_go(window: TradingWindow) -> None:
    bar = window.controls.modes
    window.press(Qt.Key.Key_H, shift=True)
    window.frame()
    assert bar.halt.text() == "HALTED"
    assert window.hindrance.text().startswith("HALTED: manual halt, since 08:00:01")
    assert not bar.halt.isEnabled()
    assert bar.release.isVisible()
    bar.release.click()
    window.frame()
    assert (bar.halt.text(), window.hindrance.text(), bar.release.isVisible()) == ("HALT", "", False)
    assert window.asked == [Halt("manual halt"), ReleaseHalt()]


def test_that_a_halt_takes_the_waiting_card_away(window: TradingWindow) -> None:
    window.propose()
    window.controls.modes.halt.click()
    window.frame()
    assert not window.controls.desk.cards
    window.model.plans.set_filter(ALL)
    assert window.model.plans.words(0)[3] == "cancelled"


def test_that_one_chord_closes_every_position(window: TradingWindow) -> None:
    window.propose()
    window.arm()
    window.press(Qt.Key.Key_Return)
    window.tick(61)
    window.press(Qt.Key.Key_F, shift=True)
    window.tick(62)
    assert window.asked[-1] == Flatten()
    assert window.model.positions.rowCount() == 0
    assert window.model.history.words(0)[7] == "flatten"


def test_that_nothing_can_be_requested_before_the_desk_has_announced_its_modes(qtbot: QtBot) -> None:
    modes = ModesModel()
    modes.open(["XAUUSD"])
    bar = ModeBar(modes, Arming(KeyboardSettings()), DARK)
    qtbot.addWidget(bar)
    assert not any(button.isEnabled() for button in (bar.halt, bar.flatten, *bar.master.values()))
    assert not bar.symbols["XAUUSD"].isEnabled()


def test_that_what_the_broker_leaves_in_doubt_stands_beside_the_switches(window: TradingWindow) -> None:
    window.model.on_event(
        BrokerLinkChanged(is_connected=False, may_trade=False, reason="the terminal is gone", at=MONDAY)
    )
    assert window.hindrance.toolTip() == "No entries: the broker cannot trade: the terminal is gone"
    window.model.on_event(BrokerLinkChanged(is_connected=True, may_trade=True, reason="", at=MONDAY))
    window.model.on_event(ReconciliationStarted(reason="the broker is connected", at=MONDAY))
    assert window.hindrance.toolTip() == "No entries: reconciling positions and orders with the broker's"
    window.model.on_event(Reconciled(open_trades=0, unknown=("ms01",), at=MONDAY))
    assert window.hindrance.toolTip() == "No entries: outcome unknown: ms01"
    window.model.on_event(Reconciled(open_trades=0, unknown=(), at=MONDAY))
    assert window.hindrance.text() == ""


def test_that_a_safety_order_that_is_not_in_the_store_yet_is_said_beside_the_switches() -> None:
    modes = ModesModel()
    changed = ModesChanged(Authority.MANUAL, frozenset(), "", None, unwritten="halt in force, but not yet stored")
    modes.show(changed)
    assert modes.hindrance == "Halt in force, but not yet stored"
    modes.show(replace(changed, unwritten=""))
    assert modes.hindrance == ""
