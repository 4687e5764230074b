"""What every group of settings is made of: strict, frozen, and described for the dialog that is generated from it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

PRICE_LIMIT = 1_000_000.0
"""No distance in price units is larger than this."""


class Section(BaseModel):
    """A group of settings; frozen, and strict about names and types: "0.5" is no number and true is not 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


def setting(default: Any, *, title: str, about: str, unit: str = "", **bounds: Any) -> Any:
    """One described field: `title` and `about` for a person, `unit` of the value, and pydantic's own bounds."""
    return Field(default, title=title, description=about, json_schema_extra={"unit": unit}, **bounds)


def _is_ordered(bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    if low > high:
        raise ValueError(f"{low:g} comes before {high:g}; allowed is the lower number first")
    return bounds


Positive = Annotated[float, Field(gt=0, le=PRICE_LIMIT)]

# JSON knows lists only, so a list is welcome where a tuple is kept; what is in it stays strict.
Range = Annotated[tuple[Positive, Positive], Strict(False), AfterValidator(_is_ordered)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Strict(False), Field(max_length=100)]
