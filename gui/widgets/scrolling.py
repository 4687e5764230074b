"""Shared behaviour of all scrollable parts."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractScrollArea


def leave_ground_to_frame(area: QAbstractScrollArea) -> None:
    """Lets the frame of a scroll area alone paint its ground, which shows through what scrolls on it.

    To be called before it is first shown. For a viewport that fills itself Qt 6 works out the style sheet's rules as
    well, and keeps them forever: a kilobyte for each table, head, list and page that was closed.
    """
    for part in (area, *area.findChildren(QAbstractScrollArea)):
        part.viewport().setAutoFillBackground(False)
