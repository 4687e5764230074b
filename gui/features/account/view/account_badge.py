"""PAPER, DEMO or REAL in a word and a colour."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from gui.features.account.model import OPENING, AccountModel
from gui.widgets.restyle import restyle

_TIPS = {
    "PAPER": "Orders are filled by a simulated account: no money is at risk",
    "DEMO": "Orders go to a demo account at the broker: no money is at risk",
    "CONTEST": "Orders go to a contest account at the broker",
    "REAL": "Orders go to a real account: real money is at risk",
    OPENING: "The desk opens its account once history is read; it cannot trade before",
}


class AccountBadge(QLabel):
    """Follows the account."""

    def __init__(self, account: AccountModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("accountBadge")
        self._account = account
        account.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        word = self._account.badge
        self.setText(word)
        self.setToolTip(_TIPS[word])
        restyle(self, "account", word)
