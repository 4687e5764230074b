"""Actions that a person can trigger: each has a name by which the keyboard map knows it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

TRADING_PROPERTY = "isTrading"
"""Set on actions that can cost money: their keys work only while the keyboard is armed."""


def make_action(
    parent: QObject,
    name: str,
    text: str,
    tip: str,
    act: Callable[[], object],
    *,
    key: str = "",
    is_trading: bool = False,
) -> QAction:
    """An action called `name` (`group.verb`, such as `chart.reset`) with the default key `key`, if it has one."""
    action = QAction(text, parent)
    action.setObjectName(name)
    action.setToolTip(tip)
    action.setProperty(TRADING_PROPERTY, is_trading)
    action.setAutoRepeat(False)
    if key:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda _=False: act())
    return action
