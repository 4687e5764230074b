"""The user's filter of the journal: periods end now, kinds come in groups."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from engine.domain.journal import JournalFilter
from engine.reporting.record_kinds import BROKER
from engine.reporting.sentences import ALL_KINDS

EVERY_SYMBOL, EVERY_KIND, WITHOUT_ACCOUNT = "All symbols", "All kinds", f"All but {BROKER.lower()}"
GROUPS = (EVERY_KIND, WITHOUT_ACCOUNT, *ALL_KINDS)

ANY_TIME, THIS_RUN, BETWEEN = "Any time", "This run", "Between …"
_SPANS = {
    "Last hour": timedelta(hours=1),
    "Last 24 hours": timedelta(hours=24),
    "Last 7 days": timedelta(days=7),
    "Last 30 days": timedelta(days=30),
}
PERIODS = (ANY_TIME, THIS_RUN, *_SPANS, BETWEEN)


class JournalWish(msgspec.Struct, frozen=True, kw_only=True):
    """What the filter bar says. `since` and `until` (aware) count for `BETWEEN` only."""

    symbol: str = EVERY_SYMBOL
    group: str = EVERY_KIND
    period: str = ANY_TIME
    plan_id: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_run_only(self) -> bool:
        return self.period == THIS_RUN

    def filter_at(self, now: datetime | None) -> JournalFilter:
        """The filter at market time `now`; where that is not known, a span that ends now is any time."""
        since = self.since if self.period == BETWEEN else None
        if self.period in _SPANS and now is not None:
            since = now - _SPANS[self.period]
        return JournalFilter(
            symbol="" if self.symbol == EVERY_SYMBOL else self.symbol,
            kinds=_kinds(self.group),
            plan_id=self.plan_id.strip(),
            text=self.text.strip(),
            since=since,
            until=self.until if self.period == BETWEEN else None,
        )


def _kinds(group: str) -> frozenset[str]:
    if group == WITHOUT_ACCOUNT:
        return frozenset().union(*(kinds for name, kinds in ALL_KINDS.items() if name != BROKER))
    return ALL_KINDS.get(group, frozenset())
