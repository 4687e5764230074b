"""The user's notes and tags on trades: durable, with every earlier version in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.domain.facts import NoteWritten
from engine.domain.records import record_of
from engine.domain.trade_facts import Annotation
from engine.domain.well_formed import one_line, printable
from engine.errors import InvalidNote
from engine.trading.plans.table import PlanTable

NOTE_LENGTH, TAG_LENGTH, MAX_TAGS = 4_000, 40, 20


class Notes:
    """Keeps one annotation for each trade."""

    def __init__(self, table: PlanTable) -> None:
        self._table = table

    def annotate(self, trade_id: str, note: str, tags: Iterable[str], at: datetime, *, by: str) -> Annotation:
        """Writes note and tags in place of what stood there; both empty takes the annotation back.

        Raises `InvalidNote` where something is too long.
        """
        annotation = Annotation(trade_id=trade_id, at=at, note=printable(note), tags=_sorted(tags))
        _check(annotation)
        symbol, traded_at = self._place_of(trade_id)
        was = self._table.annotation(trade_id)
        self._table.annotate(annotation, record_of(NoteWritten(symbol, trade_id, by, was, annotation, traded_at), at))
        return annotation

    def _place_of(self, trade_id: str) -> tuple[str | None, str | None]:
        """Symbol and time of the trade, as far as its plan says."""
        row = self._table.get(trade_id)
        found = {} if row is None else row.fields
        symbol, traded_at = found.get("symbol"), found.get("executed_at") or found.get("created_at")
        return (str(symbol) if symbol else None, str(traded_at) if traded_at else None)


def _sorted(tags: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, ignoring case, sorted; commas separate tags."""
    by_key = {key: tag for given in tags for tag in map(_clean_tag, given.split(",")) if (key := tag.casefold())}
    return tuple(by_key[key] for key in sorted(by_key))


def _clean_tag(tag: str) -> str:
    return one_line(tag)


def _check(annotation: Annotation) -> None:
    if len(annotation.note) > NOTE_LENGTH:
        raise InvalidNote(f"the note has {len(annotation.note):,} characters, max {NOTE_LENGTH:,}")
    if len(annotation.tags) > MAX_TAGS:
        raise InvalidNote(f"there are {len(annotation.tags)} tags, max {MAX_TAGS}")
    for tag in annotation.tags:
        if len(tag) > TAG_LENGTH:
            raise InvalidNote(f"the tag {tag[:TAG_LENGTH]}… has {len(tag)} characters, max {TAG_LENGTH}")
