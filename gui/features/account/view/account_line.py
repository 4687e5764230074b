"""The account above the proposals that await approval."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.features.account.model import AccountModel
from gui.features.account.view.account_badge import AccountBadge
from gui.widgets.controls import make_words
from gui.widgets.short_label import ShortLabel


class AccountLine(QWidget):
    """The account of an approval with its figures, as in the account bar."""

    def __init__(self, account: AccountModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account = account
        self.name = ShortLabel()
        self.name.setObjectName("accountLineName")
        self.name.setToolTip("An approved order is placed on this account")
        self.words = make_words("accountLineWords")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(AccountBadge(account))
        head.addWidget(self.name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.words)
        account.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.name.setText(self._account.name)
        self.words.setText(self._account.words)
