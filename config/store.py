"""What the desk keeps in its store, and for how long."""

from __future__ import annotations

from config.section import Section, setting


class StoreSettings(Section):
    """The store holds all that the desk needs to trade; old records move to files beside it."""

    journal_months: int = setting(
        6,
        ge=1,
        le=120,
        unit="months",
        title="Journal in the store",
        about="Whole months of the journal kept in the store; older ones move to archive files and stay readable.",
    )
