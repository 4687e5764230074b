"""What every group of settings is made of: strict, frozen, and described for the dialog that is generated from it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

PRICE_LIMIT = 1_000_000.0
"""No distance in price units is larger than this."""

TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d$"
"""A time of the day as HH:MM."""


class Section(BaseModel):
    """A group of settings; frozen, and strict about names and types: "0.5" is no number and true is not 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


Looser = Literal["higher", "lower", "off", "any"]
"""Which way a limit lets more through: with a higher or lower number, switched off, or with any other value where
nobody can say. Null is the highest number of all. In rules of symbols nothing is "any": see `config.limits.held_at`."""

Effect = Literal["at once", "with the next candle", "with the next paper account", "at the next start"]
"""When a changed setting begins to count; a loosened limit waits before that."""


def setting(
    default: Any,
    *,
    title: str,
    about: str,
    unit: str = "",
    looser: Looser | None = None,
    effect: Effect | None = None,
    **bounds: Any,
) -> Any:
    """One described field: `title` and `about` for the user, `unit` of the value, and pydantic's own bounds.

    `looser` makes it a limit that protects; `effect` holds for all that is in a group, and is "with the next candle"
    where neither the field nor a group around it says otherwise.
    """
    described: dict[str, Any] = {"unit": unit, "looser": looser, "effect": effect}
    return Field(default, title=title, description=about, json_schema_extra=described, **bounds)


def known_zone(zone: str) -> str:
    """Returns `zone` if it is the IANA name of a time zone; raises ValueError otherwise."""
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


Positive = Annotated[float, Field(gt=0, le=PRICE_LIMIT)]

# JSON knows lists only, so a list is welcome where a tuple is kept; what is in it stays strict.
Range = Annotated[tuple[Positive, Positive], Strict(False), AfterValidator(_is_ordered)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Strict(False), Field(max_length=100)]
