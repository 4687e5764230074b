"""A line across the window while the connection to the broker has a problem."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.connection.model.gateway import GatewayModel
from gui.widgets.controls import make_button, make_words
from gui.widgets.message_bar import MessageBar


class GatewayBar(MessageBar):
    """Says what is the matter and how to mend it, with a button for what the desk can do about it."""

    def __init__(self, gateway: GatewayModel, parent: QWidget | None = None) -> None:
        super().__init__("gateway", "Connection to the broker", parent)
        self._gateway = gateway
        self.words = make_words("gatewayWords", is_selectable=True)
        self.way_out = make_words("gatewayWayOut", is_selectable=True)
        for words in (self.words, self.way_out):
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.confirm = make_button(
            "Confirm this account", "Trade on the account that the terminal is logged in to", gateway.confirm
        )
        self.clock = make_button(
            "This computer's clock is right",
            "Trust this computer's clock: the broker's server runs on an unusual time",
            gateway.confirm_clock,
        )
        self.start = make_button("Open the terminal", "Let the desk open the terminal this once", gateway.start_program)
        self.again = make_button("Try again", "Try to connect now", gateway.try_again)
        self.put(self.words, 1)
        self.put(self.way_out, 1)
        for button in (self.confirm, self.clock, self.start, self.again):
            self.put(button)
        gateway.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        gateway = self._gateway
        self.words.setText(gateway.words)
        self.way_out.setText(gateway.way_out)
        for label in (self.words, self.way_out):
            label.setToolTip(f"{gateway.words} {gateway.way_out}".strip())
        self.confirm.setVisible(gateway.unconfirmed is not None)
        self.confirm.setText(f"Confirm account {gateway.unconfirmed}" if gateway.unconfirmed is not None else "")
        self.clock.setVisible(gateway.asks_about_clock)
        self.start.setVisible(gateway.may_start)
        self.again.setVisible(gateway.unconfirmed is None)
        self.show_line(gateway.is_shown)
