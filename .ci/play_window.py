"""A user at the desk's window, on a machine where nobody sits: lets it trade on the demo market, and closes it."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import main
from gui.window import MainWindow

_TRADES: Final = 3
_PATIENCE_S: Final = 120.0


class User(QObject):
    """Looks at the window five times a second."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = self.trades = 0
        self._is_automatic = False
        self._ends_at = time.monotonic() + _PATIENCE_S
        self._timer = QTimer(self, interval=200)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        window = next((each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)), None)
        if window is None or not window.isVisible() or not hasattr(window, "desk"):
            return
        self.shown += 1
        trading = window.desk.trading
        self.trades = trading.history.rowCount()
        if not self._is_automatic and trading.modes.is_known:
            self._is_automatic = True
            for symbol in window.desk.charts:
                if not trading.modes.is_auto(symbol):
                    trading.modes.toggle_symbol(symbol)
            trading.modes.set_master("AUTO")
        is_done = self.trades >= _TRADES and not tuple(trading.positions.trades)
        if is_done or time.monotonic() > self._ends_at:
            self._timer.stop()
            (window.close if is_done else window.close_now)()


def _sit_down(users: list[User]) -> None:
    """Waits for the application, and makes a user in its thread."""
    while (application := QApplication.instance()) is None:
        time.sleep(0.02)
    QTimer.singleShot(0, application, lambda: users.append(User()))


if __name__ == "__main__":
    users: list[User] = []
    threading.Thread(target=_sit_down, args=(users,), daemon=True).start()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        code = main(["--speed", "300", "--seed", "7", "--data-dir", str(Path(folder, "desk"))])
    shown, trades = (users[0].shown, users[0].trades) if users else (0, 0)
    platform = QApplication.platformName()
    print(f"{platform}: seen {shown} times, {trades} trades, ended with {code} after {time.monotonic() - begun:.0f} s")
    sys.exit(code or int(trades < _TRADES))
