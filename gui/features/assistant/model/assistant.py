"""The local API as the user sees it: open or not, who is connected, and what was proposed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine.domain.messages.door import DoorChanged
from engine.domain.messages.proposals import CALLERS, author_words
from gui.features.settings.model.settings import SettingsModel
from gui.features.trading.model.plans import PlansTable


class AssistantModel(QObject):
    """`changed` follows the API, who is connected, and the settings."""

    changed = Signal()

    def __init__(self, settings: SettingsModel, plans: PlansTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._plans = settings, plans
        self._door = DoorChanged(is_open=False)
        settings.changed.connect(self.changed)

    def show_door(self, door: DoorChanged) -> None:
        """It was opened or closed, or a program came or left."""
        self._door = door
        self.changed.emit()

    @property
    def http_port(self) -> int:
        """Where HTTP is open, or would be."""
        return self._door.http_port or self._settings.wanted.assistant.http_port

    @property
    def is_http_open(self) -> bool:
        return self._door.http_port > 0

    @property
    def door_words(self) -> str:
        """Whether programs may connect, in a sentence."""
        door = self._door
        failure = f" {door.failure}." if door.failure else ""
        if door.is_open:
            http = f", HTTP on port {door.http_port}" if door.http_port else ""
            return f"Programs may connect: the local API is open on port {door.port}{http}.{failure}"
        if not self._settings.wanted.assistant.enabled:
            return "Programs cannot connect: nothing listens."
        return f"Programs cannot connect yet: the local API is about to open.{failure}"

    @property
    def client_words(self) -> str:
        """Who is connected now."""
        clients = self._door.clients
        if not clients:
            return "nobody"
        counted = {author_words(name): clients.count(name) for name in clients}
        return ", ".join(f"{name} ({count})" if count > 1 else name for name, count in counted.items())

    @property
    def proposal_words(self) -> str:
        """How many plans came through the API, as far back as the table of plans goes."""
        waiting, others = self._plans.count_of(CALLERS)
        return f"{waiting} waiting for you, {others} answered, taken back or expired"
