"""Events about price alerts that only the journal receives."""

from __future__ import annotations

from typing import ClassVar

from engine.domain.facts import Fact
from engine.domain.price_alerts import PriceAlert


class PriceAlertAdded(Fact, frozen=True):
    """An alert is kept from now on."""

    alert: PriceAlert
    by: str


class PriceAlertEdited(Fact, frozen=True):
    """An alert was changed, moved or switched on or off."""

    kind: ClassVar[str] = "price_alert_changed"
    was: PriceAlert
    alert: PriceAlert
    by: str


class PriceAlertTakenBack(Fact, frozen=True):
    """An alert was removed."""

    kind: ClassVar[str] = "price_alert_removed"
    alert: PriceAlert
    by: str
