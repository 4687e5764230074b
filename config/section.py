"""The base of every group of settings: strict, frozen, and described for the generated dialog."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from annotated_types import Interval, MaxLen, MinLen
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, model_validator

PRICE_LIMIT = 1_000_000.0
"""No distance in price units is larger than this."""


class Relaxes(Enum):
    """Which way a limit lets more through; stands in the type of what is a limit.

    With a higher or lower number, switched off, or with any other value where the direction is unknown. Null is the
    highest number of all. In rules of symbols nothing is `ANY`: see `config.limits.held_at`.
    """

    HIGHER = "higher"
    LOWER = "lower"
    OFF = "off"
    ANY = "any"


Effect = Literal["at once", "with the next candle", "with the next paper account", "at the next start"]
"""When a changed setting begins to count; a relaxed limit waits before that."""


class Section(BaseModel):
    """A group of settings; frozen, and strict about names and types: "0.5" is no number and true is not 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    ascending: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Pairs of settings; the first may not be above the second."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        faults = [
            f"{low} {getattr(self, low):g} is above {high} {getattr(self, high):g}; allowed is at most that"
            for low, high in self.ascending
            if getattr(self, low) > getattr(self, high)
        ]
        if faults := [*faults, *self.contradictions()]:
            raise ValueError("; ".join(faults))
        return self

    def contradictions(self) -> Iterator[str]:
        """What else is wrong between settings of this group, and what is allowed."""
        yield from ()

    def as_json(self) -> dict[str, Any]:
        """The settings as groups of plain JSON values."""
        return self.model_dump(mode="json")


def setting(
    default: Any,
    title: str,
    about: str,
    *,
    effect: Effect | None = None,
    synonyms: tuple[str, ...] = (),
    **constraints: Any,
) -> Any:
    """One described field: `title` and `about` for the user, and pydantic's own constraints.

    Bounds, unit and `Relaxes` stand in its type. `effect` holds for all that is in a group, and is "with the next
    candle" where neither the field nor a group around it says otherwise. `synonyms` are other terms of the trade by
    which a search finds it; those of a group find all that is in it.
    """
    extra: dict[str, Any] = {"effect": effect, "synonyms": synonyms}
    return Field(default, title=title, description=about, json_schema_extra=extra, **constraints)


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{zone!r} is not a time zone; allowed are IANA names such as Asia/Tokyo") from None
    return zone


def _is_ordered(bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    if low > high:
        raise ValueError(f"{low:g} comes before {high:g}; allowed is the lower number first")
    return bounds


TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:30"])]
"""A time of the day as HH:MM."""
TimeZone = Annotated[str, AfterValidator(_known_zone), Field(examples=["Asia/Tokyo"])]
"""The IANA name of a time zone."""

# JSON knows lists only, so a list is welcome where a tuple is kept; what is in it stays strict.
_Distance = Annotated[float, Interval(gt=0, le=PRICE_LIMIT)]
Range = Annotated[tuple[_Distance, _Distance], Strict(False), AfterValidator(_is_ordered)]
Names = Annotated[tuple[Annotated[str, MinLen(1), MaxLen(40)], ...], Strict(False), MaxLen(100)]
