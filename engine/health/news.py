"""Whether the news are known around which nothing is entered."""

from __future__ import annotations

from collections.abc import Iterator

from config.words import capitalised
from engine.domain.health import NewsSigns, Vital, VitalName, VitalState


def news_vital(news: NewsSigns | None) -> Iterator[Vital]:
    """A warning while no news are known; nothing where news block no entries. It reduces no authority by itself: the
    risk check denies entries if the settings say so."""
    if news is None:
        return
    if not news.gap:
        until = "" if news.known_until is None else f" until {news.known_until.day} {news.known_until:%b %Y, %H:%M} UTC"
        yield Vital(name=VitalName.CALENDAR, state=VitalState.GOOD, sentence=f"News is known{until}.")
        return
    effect = "entries are blocked" if news.is_denied else "no entry is blocked by news"
    yield Vital(
        name=VitalName.CALENDAR,
        state=VitalState.WARN,
        sentence=f"{capitalised(news.gap)}; {effect}.",
        way_back="Import a calendar that covers these days, or switch off the news blackout.",
    )
