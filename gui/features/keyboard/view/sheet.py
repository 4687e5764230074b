"""The keyboard map as an HTML page to view and print."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from gui.features.keyboard.view.key_map import KeyEntry

ARMED_WORDS = "needs arming"
_STYLE = "body{font-family:sans-serif;font-size:10pt} table{width:100%} td{width:33%} h2{font-size:12pt;margin:1em 0 0}"
_TITLES = {"chart": "Charts", "overlay": "Overlays", "panel": "Panels", "drawing": "Drawings"}
_FIRST = ("trading", "chart", "drawing", "overlay", "replay", "panel")


def group_title(group: str) -> str:
    """The first part of actions' names, for the user."""
    return _TITLES.get(group, group.replace("_", " ").capitalize())


def in_order(entries: Iterable[KeyEntry]) -> list[KeyEntry]:
    """What trades first, then the charts; the rest by the name of its group. Within a group as the actions came."""
    places = {group: place for place, group in enumerate(_FIRST)}
    return sorted(entries, key=lambda entry: (places.get(entry.group, len(places)), entry.group))


def page(entries: Iterable[KeyEntry]) -> str:
    """One table for each group, as a whole HTML page."""
    parts = []
    for group, members in groupby(in_order(entries), key=lambda entry: entry.group):
        rows = "".join(map(_row, members))
        parts.append(f"<h2>{escape(group_title(group))}</h2><table>{rows}</table>")
    body = "".join(parts)
    title = "Keys of the micro-scalp desk"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{body}</body></html>"
    )


def _row(entry: KeyEntry) -> str:
    armed = ARMED_WORDS if entry.is_trading else ""
    cells = (entry.title, entry.keys or "—", armed)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
