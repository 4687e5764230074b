"""A row of buttons that needs no more width than there is: words give way to icons, then a menu takes the rest."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QSizePolicy, QToolButton, QWidget

SPACING = 4
_WORDS, _ICONS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly


class ActionRow(QWidget):
    """Shows its actions as buttons, a menu's action as a button that opens the menu.

    `more` is the button at the end; its menu lists every action whose button does not fit.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._buttons: dict[QAction, QToolButton] = {}
        self._order: list[QAction] = []
        self._wide = 0
        self.more = QToolButton()
        self.more.setText("»")
        self.more.setObjectName("moreActions")
        self.more.setToolTip("Buttons that do not fit into the row")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        menu.setToolTipsVisible(True)
        self.more.setMenu(menu)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACING)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.addStretch(1)
        self._row.addWidget(self.more)
        self._fitting = QTimer(self, interval=0, singleShot=True)
        self._fitting.timeout.connect(self._fit_shown)

    def add(self, action: QAction, before: QAction | None = None) -> QToolButton:
        """A button for an action at the end, or before that of another one."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        place = len(self._order) if before is None else self._order.index(before)
        self._order.insert(place, action)
        self._buttons[action] = button
        self._row.insertWidget(place + 1, button)
        action.changed.connect(self._fitting.start)
        self._fit()
        return button

    def button(self, action: QAction) -> QToolButton:
        """The button of an action; raises KeyError where it has none here."""
        return self._buttons[action]

    @property
    def hidden_actions(self) -> tuple[QAction, ...]:
        """Those that the menu at the end lists."""
        return tuple(self.more.menu().actions())

    def minimumSizeHint(self) -> QSize:
        heights = [button.sizeHint().height() for button in (*self._buttons.values(), self.more)]
        return QSize(self.more.sizeHint().width(), max(heights))

    def sizeHint(self) -> QSize:
        return QSize(self._wide, self.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._fitting.start()

    def changeEvent(self, event: QEvent) -> None:
        """Another style sheet or font: buttons are as wide as it makes them once they have it."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fitting.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fitting.start()

    def _width(self, action: QAction, style: Qt.ToolButtonStyle) -> int:
        button = self._buttons[action]
        button.ensurePolished()
        wanted = style if style is _WORDS or not action.icon().isNull() else _WORDS
        for each in (_ICONS if wanted is _WORDS else _WORDS, wanted):
            button.setToolButtonStyle(each)  # a change alone makes it forget a size from before the style sheet
        return button.sizeHint().width()

    def _fit_shown(self) -> None:
        """A row that is shown again is fitted then; the actions of one that is closed may be gone already."""
        if self.isVisible():
            self._fit()

    def _fit(self) -> None:
        """Icons where words do not fit, from the end on; what has no room at all stands in the menu."""
        actions = [action for action in self._order if action.isVisible()]
        words = {action: self._width(action, _WORDS) + SPACING for action in actions}
        icons = {action: self._width(action, _ICONS) + SPACING for action in actions}
        self._wide, room, shown = sum(words.values()), self.width(), list(actions)
        if sum(icons.values()) > room:
            room -= self.more.sizeHint().width()
            while shown and sum(icons[action] for action in shown) > room:
                shown.pop()
        left = room - sum(icons[action] for action in shown)
        for action in shown:
            more = words[action] - icons[action]
            if more <= left:
                left -= more
                self._width(action, _WORDS)
        for action, button in self._buttons.items():
            button.setVisible(action in shown)
        self._list_rest(actions[len(shown) :])

    def _list_rest(self, rest: list[QAction]) -> None:
        """Puts what has no button into the menu at the end."""
        self.more.setVisible(bool(rest))
        if list(self.hidden_actions) != rest:
            menu = self.more.menu()
            for action in menu.actions():
                menu.removeAction(action)
            menu.addActions(rest)
