"""The page of the phone in the settings as state; addresses are in none of its fields."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

EXAMPLES = (
    "For example ntfys://topic, tgram://token/chat, pover://user@token, discord://id/token, mailto://user:password@host"
)


class PhoneModel(QObject):
    """`added` carries an address for the key store, `saved` follows once it is there; `forgotten` asks to delete all,
    `tested` to send a test.
    """

    changed = Signal()
    added = Signal(str)
    saved = Signal()
    forgotten = Signal()
    tested = Signal()

    def __init__(self, unavailable: str = "", parent: QObject | None = None) -> None:
        """`unavailable` is the reason why nothing can be sent, empty if it can."""
        super().__init__(parent)
        self.unavailable = unavailable
        self.words = unavailable or EXAMPLES

    def add(self, address: str) -> None:
        """Asks to save what the user typed."""
        if address:
            self.added.emit(address)
        else:
            self.say("Enter the address of your service first.")

    def say(self, words: str) -> None:
        """Shows the result of saving an address or sending a message."""
        self.words = words
        self.changed.emit()
