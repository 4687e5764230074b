"""A study as it is kept: what was asked, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from gui.features.lab.model.kinds import BY_NAME
from gui.features.lab.model.numbers import count, left_text
from gui.features.lab.model.request import StudyRequest

VERSION = 1


class StudyState(StrEnum):
    """Where a study stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DAMAGED = "damaged"
    """Its file cannot be read: nothing else is known of it."""

    @property
    def is_over(self) -> bool:
        return self not in (StudyState.WAITING, StudyState.RUNNING)

    @property
    def has_answer(self) -> bool:
        return self is StudyState.DONE


class StudyProgress(msgspec.Struct, frozen=True):
    """`done` of `total` are done, of what `what` names; `left_s` is None while that is unknown."""

    done: float
    total: float
    left_s: float | None = None
    what: str = ""

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total > 0 else 0.0

    @property
    def words(self) -> str:
        """`12 of 40 configurations, about 12 s left`."""
        parts = (f"{count(self.done)} of {count(self.total)} {self.what}", left_text(self.left_s))
        return ", ".join(part.strip() for part in parts if part)


class StudyRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`said` are the last words of a study that failed."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)] = VERSION
    request: StudyRequest
    created_at: datetime
    state: StudyState = StudyState.WAITING
    started_at: datetime | None = None
    ended_at: datetime | None = None
    said: Annotated[str, Meta(max_length=20_000)] = ""


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """A study in the list; without a record it is damaged, and `said` is what is wrong with it."""

    key: str
    record: StudyRecord | None
    said: str = ""
    progress: StudyProgress | None = None

    @property
    def state(self) -> StudyState:
        return StudyState.DAMAGED if self.record is None else self.record.state

    @property
    def title(self) -> str:
        """What was asked, in a few words."""
        kind = None if self.record is None else BY_NAME.get(self.record.request.kind)
        return "Damaged study" if kind is None else kind.question or kind.title
