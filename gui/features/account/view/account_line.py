"""The account above the proposals that await approval."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.features.account.model import AccountModel
from gui.features.account.view.account_badge import AccountBadge
from gui.widgets.short_label import ShortLabel


class AccountLine(QWidget):
    """The account of an approval, its equity, and what is left of the daily loss limit."""

    def __init__(self, account: AccountModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account = account
        self.words = ShortLabel()
        self.words.setObjectName("accountLineWords")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(AccountBadge(account))
        row.addWidget(self.words, 1)
        account.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.words.setText(self._account.risk_words)
        self.words.setToolTip(f"An approved order is placed on the {self._account.name}")
