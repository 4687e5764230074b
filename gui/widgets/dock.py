"""The dock around every panel of the window, with a slim title."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import Theme
from gui.theme.icons import tinted_icon

Feature = QDockWidget.DockWidgetFeature
TITLE_HEIGHT = 22
ICON_PIXELS = 12


class HeadedPanel(QWidget):
    """A panel whose `head`, a row of controls, belongs into the title of its dock: rows of a table are worth more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QWidget()
        self.controls = QHBoxLayout(self.head)
        self.controls.setContentsMargins(8, 2, 8, 2)

    def lay_out(self, content: QWidget) -> None:
        """The head above the content, as long as no dock takes it."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(content, 1)


class PanelTitle(QWidget):
    """The name of a panel, and its two buttons. A drag of the rest moves the panel, a double click lets it float."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        self.setObjectName("panelTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(TITLE_HEIGHT)
        self._dock = dock
        self._words = QLabel(dock.windowTitle())
        self._words.setObjectName("panelName")
        self.floats, self.closes = _button("Lets the panel float, or docks it again"), _button("Hides the panel")
        self.floats.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self.closes.clicked.connect(dock.close)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 3, 0)
        row.setSpacing(2)
        row.addWidget(self._words, 1)
        row.addWidget(self.floats)
        row.addWidget(self.closes)
        self.closes.setVisible(bool(dock.features() & Feature.DockWidgetClosable))
        dock.windowTitleChanged.connect(self._words.setText)
        self.set_theme(theme)

    def hold(self, head: QWidget) -> None:
        """Puts the controls of a panel between its name and the buttons; the name gives way to them."""
        self._words.setMinimumWidth(1)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row.insertWidget(1, head, 4)
        self.setFixedHeight(max(TITLE_HEIGHT, head.sizeHint().height()))

    def set_theme(self, theme: Theme) -> None:
        self.floats.setIcon(tinted_icon("float", theme.text_muted))
        self.closes.setIcon(tinted_icon("close", theme.text_muted))


def make_dock(
    window: QMainWindow, name: str, title: str, content: QWidget, theme: Theme, *, is_closable: bool = True
) -> QDockWidget:
    """A dock that can be moved, tabbed and put onto another screen; `name` is stable, the layout knows it by that."""
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    features = Feature.DockWidgetMovable | Feature.DockWidgetFloatable
    dock.setFeatures(features | Feature.DockWidgetClosable if is_closable else features)
    dock.setTitleBarWidget(PanelTitle(dock, theme))
    dock.setWidget(content)
    return dock


def hold_head(dock: QDockWidget, content: QWidget) -> None:
    """Puts the head of a panel, if it has one, into the title of its dock; Tab goes from there to its table."""
    title = dock.titleBarWidget()
    if not isinstance(content, HeadedPanel) or not isinstance(title, PanelTitle):
        return
    title.hold(content.head)
    way = [
        each
        for each in content.head.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.window() is dock.window()  # lists of combo boxes are not
    ]
    way += content.findChildren(QAbstractItemView)[:1]
    for before, after in pairwise(way):
        QWidget.setTabOrder(before, after)


def dock_of(content: QWidget) -> QDockWidget:
    """The dock that a panel's content stands in."""
    dock = content.parentWidget()
    assert isinstance(dock, QDockWidget)
    return dock


def bring_to_front(dock: QDockWidget) -> None:
    """Shows a dock, before the others where it is a tab among them.

    Qt brings a tab to the front only if the order of the docks changes, which it does not for one that was raised,
    hidden and shown again.
    """
    dock.show()
    dock.lower()
    dock.raise_()


def is_behind_tab(dock: QDockWidget) -> bool:
    """Whether a dock is shown as a tab that is not in front: Qt places those left of the window, above it."""
    corner = dock.geometry().bottomRight()
    return dock.isVisible() and not dock.isFloating() and (corner.x() < 0 or corner.y() < 0)


def give_height(dock: QDockWidget) -> None:
    """Gives a dock the height that its content asks for, as far as the docks above and below it can spare it."""
    window = dock.parentWidget()
    if dock.isFloating() or not isinstance(window, QMainWindow):
        return
    area = window.dockWidgetArea(dock)
    others = [
        each
        for each in window.findChildren(QDockWidget)
        if each is not dock and each.isVisible() and not each.isFloating()
        if window.dockWidgetArea(each) == area and each.x() == dock.x()  # one behind another tab stands elsewhere
    ]
    room = sum(each.height() for each in others)
    spare = room - sum(each.minimumSizeHint().height() for each in others)
    more = min(dock.sizeHint().height() - dock.height(), spare)
    heights = [each.height() * (room - more) // room for each in others]  # one that is not named would scale the rest
    window.resizeDocks([dock, *others], [dock.height() + more, *heights], Qt.Orientation.Vertical)


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setIconSize(QSize(ICON_PIXELS, ICON_PIXELS))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
