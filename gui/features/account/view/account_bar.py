"""The account bar: always visible, above the charts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QWidget

from gui.features.account.model import AccountItem, AccountModel
from gui.features.account.view.account_badge import AccountBadge
from gui.widgets.controls import make_words
from gui.widgets.restyle import restyle
from gui.widgets.short_label import ShortLabel

SPACING = 18


class AccountBar(QToolBar):
    """Kind and name of the account, then its figures; in a narrow window the last ones are hidden."""

    def __init__(self, account: AccountModel, parent: QWidget | None = None) -> None:
        super().__init__("Account", parent)
        self.setObjectName("account")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self._account = account
        self.badge = AccountBadge(account)
        self.name = ShortLabel()
        self.name.setObjectName("accountName")
        self.name.setToolTip("The account on which the desk trades, and how its orders are filled")
        self.figures = [_Figure(item) for item in account.items]
        holder = QWidget()
        holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(holder)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(SPACING)
        row.addWidget(self.badge)
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(self.name)
        for figure in self.figures:
            row.addWidget(figure)
        row.addStretch(1)
        self._row = row
        self._at_end: QWidget | None = None
        self.addWidget(holder)
        account.changed.connect(self.refresh)
        self.refresh()

    def add_at_end(self, widget: QWidget) -> None:
        """Shows what matters more than the last figures at the right end; they give way to it while it is shown."""
        self._at_end = widget
        self._row.addWidget(widget)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest):
            self._fit()
        return False

    def setVisible(self, visible: bool) -> None:  # noqa: ARG002
        """The account stays visible in every layout."""
        super().setVisible(True)

    def refresh(self) -> None:
        self.name.setText(self._account.name)
        for figure, item in zip(self.figures, self._account.items, strict=True):
            figure.show_item(item)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Figures that do not fit are hidden, never cut off: half a number would be a wrong one."""
        left = self.width() - self.badge.sizeHint().width() - 3 * SPACING - self.name.minimumSizeHint().width()
        if self._at_end is not None and not self._at_end.isHidden():
            left -= min(self._at_end.sizeHint().width(), self.width() // 2) + SPACING
        for figure in self.figures:
            left -= figure.sizeHint().width() + SPACING
            figure.setVisible(left >= 0)


class _Figure(QWidget):
    """A title and its text; it never becomes narrower, so that the figures after it do not move."""

    def __init__(self, item: AccountItem) -> None:
        super().__init__()
        self.setToolTip(item.tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        self.title = make_words("accountTitle", item.title, wraps=False)
        self.words: QLabel = make_words("accountWords", wraps=False)
        row.addWidget(self.title)
        row.addWidget(self.words)

    def show_item(self, item: AccountItem) -> None:
        self.words.setText(item.words)
        restyle(self.words, "tone", item.tone.name.lower())
        self.words.setMinimumWidth(max(self.words.minimumWidth(), self.words.sizeHint().width()))
