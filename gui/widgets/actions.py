"""Actions that the user can trigger: each has a name by which the keyboard map knows it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

TRADING_PROPERTY = "isTrading"
"""Set on actions that can cost money: their keys work only while the keyboard is armed."""
EVERYWHERE_PROPERTY = "isEverywhere"
"""Set on actions whose keys work in the dialogs of the window as well."""
DEFAULT_KEYS_PROPERTY = "defaultKeys"


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
    """An action called `name` (`group.verb`, such as `chart.reset`) with the default key `key`, if it has one.

    Several keys are separated by `; `. A trading action gets its keys from the keyboard map, which guards them: without
    a map it has none.
    """
    action = QAction(text, parent)
    action.setObjectName(name)
    action.setToolTip(tip)
    action.setProperty(TRADING_PROPERTY, is_trading)
    action.setProperty(DEFAULT_KEYS_PROPERTY, key)
    action.setAutoRepeat(False)
    if key and not is_trading:
        action.setShortcuts(QKeySequence.listFromString(key))
    action.triggered.connect(lambda _=False: act())
    return action
