"""A played desk without a user: it trades every setup by itself."""

from __future__ import annotations

from config.settings import Settings
from engine.bootstrap import PlayedDesk
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.messages.engine import Event, HistoryCompleted
from engine.domain.risk import Authority


def trade_without_asking(desk: PlayedDesk, settings: Settings) -> None:
    """Switches to auto once the market is open; symbols without rules have nothing to trade by."""

    def switch(_: Event) -> None:
        desk.engine.handle(SetAuthority(Authority.AUTO))
        for source in desk.engine.sources:
            if settings.rules_for(source.symbol, source.instrument.stands_for) is not None:
                desk.engine.handle(SetAuto(source.symbol, True))

    desk.bus.subscribe(switch, HistoryCompleted)
