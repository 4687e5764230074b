"""Plays a market under the user's control: pause, step, speed and jump; publishes each change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.domain.messages.engine import Pause, PlaybackChanged, PlayerCommand, Resume, Seek, SetSpeed, StepCandle
from engine.market.feed import Feed, Player


class Driver:
    """Drives `feed` where it is a player; a live market goes its own way, and commands come to nothing.

    `player` is the played market, None where it is live; `has_sought` is set from a seek until the market starts over.
    """

    def __init__(self, feed: Feed, publish: Callable[[PlaybackChanged], None]) -> None:
        self.player = feed if isinstance(feed, Player) else None
        self._publish = publish
        self._was_paused = False
        self.has_sought = asyncio.Event()

    def drive(self, command: PlayerCommand) -> None:
        """Does what the user asks for, and publishes how the market plays from then on."""
        player = self.player
        if player is None:
            return
        match command:
            case Pause():
                player.pause()
            case Resume():
                player.resume()
            case StepCandle():
                player.step()
            case SetSpeed(speed):
                player.set_speed(speed)
            case Seek(instant=instant):
                self.has_sought.set()
                player.seek(instant)
        self._announce(player)

    def announce_if_changed(self) -> None:
        """A step that has come to its end holds the market by itself."""
        if (player := self.player) is not None and player.is_paused != self._was_paused:
            self._announce(player)

    def _announce(self, player: Player) -> None:
        self._was_paused = player.is_paused
        self._publish(PlaybackChanged(player.is_paused, player.speed))
