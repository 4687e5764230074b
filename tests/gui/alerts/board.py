"""A board of alerts on gold, and its toasts."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from config.alerts import AlertsSettings
from config.desk import InterfaceSettings
from config.settings import Settings
from engine.domain.judgement import Explanation
from engine.domain.market import Side
from engine.domain.messages.engine import CandleClosed, GatewayChanged
from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.kinds import Alert
from tests.conditions.markets import RULES, a_setup, explained
from tests.conditions.test_setups import A_SPINNING_TOP
from tests.fakes import source
from tests.gui.chart.builders import snapshot
from tests.gui.conditions.builders import judgement_at


class Board(AlertBoard):
    """A board on gold with what came of it."""

    def __init__(self, speed: float = 1.0, interface: InterfaceSettings | None = None, **rules: Any) -> None:
        self.settings = Settings(alerts=AlertsSettings(**rules), interface=interface or InterfaceSettings())
        self.speed = speed
        super().__init__(self.settings, lambda: self.speed)
        self.heard: list[str] = []
        self.noted: list[Alert] = []
        self.sounded.connect(self.heard.append)
        self.notified.connect(self.noted.append)
        self.open([source()])

    @property
    def kinds(self) -> list[str]:
        return [toast.alert.kind.value for toast in self.toasts]

    @property
    def titles(self) -> list[str]:
        return [toast.alert.title for toast in self.toasts]


def setup_candle(minute: int = 0, side: Side = Side.BUY, **changes: Any) -> CandleClosed:
    return CandleClosed(snapshot(minute), judgement_at(minute, side, **changes))


def tied() -> Explanation:
    """A candle that is tied but for its volume: both sides miss one condition."""
    return explained(Side.BUY, a_setup(candle=replace(A_SPINNING_TOP, volume=1.0)), RULES)


def gateway(*, is_ready: bool) -> GatewayChanged:
    return GatewayChanged(
        "ready" if is_ready else "gone", "The terminal is gone.", "Start it.", is_ready, "", None, False
    )
