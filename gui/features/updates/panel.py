"""Looks for a newer version once a day, if the user has named an address, and shows it while no position is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMainWindow, QToolBar

from config import VERSION
from engine.adapters.releases import Release, newest_release
from gui.features.updates.view.update_bar import UpdateBar
from gui.platform.background import Background
from gui.widgets.actions import make_action

EVERY_MS: Final = 24 * 3600 * 1000
LOOK_EVERY_MS: Final = 2_000
"""Positions open and close meanwhile."""


class Updates(QObject):
    """`address` returns the setting, empty if nobody is to be asked; `open_positions` how many there are now.

    `announced` carries what the user is to read who has asked.
    """

    announced = Signal(str)

    def __init__(
        self, window: QMainWindow, address: Callable[[], str], open_positions: Callable[[], int], below: QToolBar
    ) -> None:
        """The line stands above the bar `below`."""
        super().__init__(window)
        self._address, self._open_positions = address, open_positions
        self.bar = UpdateBar()
        window.insertToolBar(below, self.bar)
        window.insertToolBarBreak(below)
        self.bar.show_words("", has_page=False)
        self.bar.page_asked.connect(self._open_page)
        self.bar.dismissed.connect(self._dismiss)
        tip = "Asks the address in Settings, Updates for the newest version"
        self.action = make_action(window, "help.updates", "Check for updates", tip, self.ask)
        self._background = Background(window)
        self._asked_of = ""
        self._release: Release | None = None
        self._dismissed = ""
        self._daily = QTimer(self, interval=EVERY_MS)
        self._daily.timeout.connect(lambda: self._look(self._ignore))
        self._positions = QTimer(self, interval=LOOK_EVERY_MS)
        self._positions.timeout.connect(self._show)

    def follow_settings(self) -> None:
        """Asks at once at another address than before."""
        address = self._address()
        if address == self._asked_of:
            return
        self._asked_of, self._release = address, None
        self._show()
        if address:
            self._daily.start()
            self._look(self._ignore)
        else:
            self._daily.stop()

    def ask(self) -> None:
        """The user wants to know now."""
        if self._address():
            self._dismissed = ""
            self._look(self.announced.emit, self._answer)
        else:
            self.announced.emit("No address is set: enter it under Settings, Updates.")

    def close(self) -> None:
        """The window closes."""
        self._daily.stop()
        self._positions.stop()
        self._background.close()

    def _look(self, failed: Callable[[str], object], then: Callable[[Release], object] | None = None) -> None:
        address = self._address()
        self._background.run(lambda: newest_release(address), then or self._keep, failed)

    def _ignore(self, _: str) -> None:
        """An address that does not answer by itself is no news; the user who asks hears of it."""

    def _answer(self, release: Release) -> None:
        self._keep(release)
        if self._release is None:
            self.announced.emit(f"{VERSION} is the newest version.")
        elif self._open_positions():
            self.announced.emit(f"{release.version} is available. Install it when no position is open.")

    def _keep(self, release: Release) -> None:
        self._release = release if release.is_newer_than(VERSION) else None
        if self._release is not None:
            self._positions.start()
        self._show()

    def _show(self) -> None:
        """Nobody is asked to leave a position."""
        release = self._release
        is_shown = release is not None and release.version != self._dismissed and not self._open_positions()
        if release is None or not is_shown:
            self.bar.show_words("", has_page=False)
            return
        summary = f" {release.summary}" if release.summary else ""
        words = f"Version {release.version} is available; this is {VERSION}.{summary}"
        if self.bar.words.text() != words:
            self.bar.show_words(words, has_page=bool(release.page))

    def _open_page(self) -> None:
        if self._release is not None:
            QDesktopServices.openUrl(QUrl(self._release.page))

    def _dismiss(self) -> None:
        if self._release is not None:
            self._dismissed = self._release.version
        self._positions.stop()
        self._show()
