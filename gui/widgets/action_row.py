"""A row of buttons that needs no more width than there is: words give way to icons, then a menu takes the rest."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

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
        self._row.addStretch(1)
        self._row.addWidget(self.more)

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
        action.changed.connect(self._fit)
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
        wide = sum(self._width(action, _WORDS) + SPACING for action in self._order)
        return QSize(wide, self.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _width(self, action: QAction, style: Qt.ToolButtonStyle) -> int:
        button = self._buttons[action]
        button.setToolButtonStyle(style if style is _WORDS or not action.icon().isNull() else _WORDS)
        return button.sizeHint().width()

    def _fit(self) -> None:
        """Words where all of them fit, icons where they do, and what still does not fit in the menu."""
        actions = [action for action in self._order if action.isVisible()]
        room = self.width()
        style, widths = _WORDS, [self._width(action, _WORDS) + SPACING for action in actions]
        if sum(widths) > room:
            style, widths = _ICONS, [self._width(action, _ICONS) + SPACING for action in actions]
        shown = len(actions)
        if sum(widths) > room:
            room -= self.more.sizeHint().width()
            while shown and sum(widths[:shown]) > room:
                shown -= 1
        for place, action in enumerate(actions):
            self._width(action, style)
            self._buttons[action].setVisible(place < shown)
        for action in self._order:
            if not action.isVisible():
                self._buttons[action].hide()
        rest = actions[shown:]
        self.more.setVisible(bool(rest))
        if list(self.hidden_actions) != rest:
            menu = self.more.menu()
            for action in menu.actions():
                menu.removeAction(action)
            menu.addActions(rest)
