"""The examination of a MetaTrader terminal as state, and the password that the key store keeps for it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One item that was checked; `advice` is what to change, empty if nothing has to be."""

    subject: str
    is_well: bool
    words: str
    advice: str


class ConnectionModel(QObject):
    """Asks for an examination and collects what is found. `asked`, `cancelled`, `kept` and `forgotten` go to whoever
    can do it: the password is in none of this object's fields."""

    changed = Signal()
    asked = Signal()
    cancelled = Signal()
    kept = Signal(str)
    forgotten = Signal()

    def __init__(self, unavailable: str = "", parent: QObject | None = None) -> None:
        """`unavailable` is the reason why this computer cannot reach a terminal, empty if it may."""
        super().__init__(parent)
        self.unavailable = unavailable
        self.findings: tuple[FindingRow, ...] = ()
        self.is_running = False
        self.words = unavailable or "Tests the applied settings. No orders are sent."

    def test(self) -> None:
        self.asked.emit()

    def cancel(self) -> None:
        self.cancelled.emit()

    # -- results

    def begin(self) -> None:
        self.findings, self.is_running = (), True
        self.words = "Checking the terminal …"
        self.changed.emit()

    def add(self, finding: FindingRow) -> None:
        self.findings = (*self.findings, finding)
        self.changed.emit()

    def end(self) -> None:
        """The examination is over, to its end or cancelled."""
        self.is_running = False
        wanting = sum(not finding.is_well for finding in self.findings)
        if not self.findings:
            self.words = "Cancelled."
        elif wanting:
            self.words = f"{wanting} of {len(self.findings)} need attention."
        else:
            self.words = "Everything is OK."
        self.changed.emit()

    def say(self, words: str) -> None:
        """Shows the result of saving or deleting a password."""
        self.words = words
        self.changed.emit()
