"""Overlay styles as values: colours by role, width, opacity, labels; and what each overlay can have of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

Surfaces = Literal["dark", "light"]
Colour = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]
_Name = Annotated[str, Meta(max_length=200)]
MAX_WIDTH: Final = 4
MIN_OPACITY: Final = 10
MAX_ITEMS: Final = Meta(max_length=200)


class OverlayStyle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an overlay is drawn. `colours` are by surfaces and role, the theme's where they are left out.

    `width` in pixels of a line, `opacity` in percent.
    """

    colours: Annotated[Mapping[Surfaces, Annotated[Mapping[_Name, Colour], MAX_ITEMS]], MAX_ITEMS] = {}
    width: Annotated[int, Meta(ge=1, le=MAX_WIDTH)] = 1
    opacity: Annotated[int, Meta(ge=MIN_OPACITY, le=100)] = 100
    has_labels: bool = True

    def chosen(self, surfaces: str, role: str) -> str | None:
        """The colour that the user chose for a role on these surfaces; None where the theme decides."""
        return next((of.get(role) for name, of in self.colours.items() if name == surfaces), None)

    def with_colour(self, surfaces: Surfaces, role: str, colour: str) -> OverlayStyle:
        """The same with another colour on these surfaces."""
        of = {**self.colours.get(surfaces, {}), role: colour}
        return msgspec.structs.replace(self, colours={**self.colours, surfaces: of})


AS_SHIPPED: Final = OverlayStyle()
Styles = Mapping[str, OverlayStyle]
"""By the names of overlays; those left out are drawn as shipped."""


class ChartLook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which overlays the charts of a symbol hide, and the styles of all: what a template keeps."""

    hidden: Annotated[tuple[_Name, ...], MAX_ITEMS] = ()
    styles: Annotated[Mapping[_Name, OverlayStyle], MAX_ITEMS] = {}


@dataclass(frozen=True, slots=True)
class Styling:
    """What can be chosen for an overlay: colours by role of the theme with their titles, and the other parts."""

    roles: Mapping[str, str] = field(default_factory=dict)
    has_width: bool = False
    has_labels: bool = False
    has_opacity: bool = True


def _line(role: str, *, has_labels: bool = True) -> Styling:
    return Styling({role: "Colour"}, has_width=True, has_labels=has_labels)


_SESSIONS = {
    "session_asia": "Asia",
    "session_london": "London",
    "session_overlap": "London / New York",
    "session_new_york": "New York",
    "session_post_ny": "After New York",
}
STYLINGS: Final[Mapping[str, Styling]] = {
    "sessions": Styling(_SESSIONS, has_labels=True),
    "grid": Styling(),
    "moment": Styling({"accent": "Colour"}),
    "volume": Styling({"volume_up": "Rising", "volume_down": "Falling"}, has_opacity=False),
    "micro_band": _line("micro_band", has_labels=False),
    "sigma_bands": _line("band"),
    "order_blocks": Styling({"zone_bull": "Bullish", "zone_bear": "Bearish"}),
    "day_levels": _line("day_level"),
    "prior_day_levels": _line("prior_day_level"),
    "prior_week_levels": _line("prior_day_level"),
    "prior_session_levels": _line("prior_session_level"),
    "equal_levels": _line("equal_level"),
    "structure": Styling({"structure": "BOS", "text": "CHOCH"}, has_width=True, has_labels=True),
    "vwap_anchor": _line("anchor"),
    "vwap": _line("vwap"),
    "swings": Styling({"swing": "Colour"}),
    "sweeps": Styling({"sweep": "Colour"}, has_labels=True),
    "setups": Styling({"accent": "Setup", "text": "A+ setup"}, has_labels=True),
    "price_alerts": Styling({"warning": "Colour"}, has_labels=True),
    "economic_events": Styling({"failed": "High impact", "warning": "Medium impact", "text_muted": "Low impact"}),
    "trades": Styling({"text": "Entry", "failed": "Stop", "passed": "Target"}, has_width=True),
    "trade_marks": Styling({"up": "Gain", "down": "Loss", "accent": "Open"}, has_labels=True),
    "spread": Styling({"quote_ask": "Colour"}, has_opacity=False),
    "crosshair": Styling({"crosshair": "Colour"}, has_opacity=False),
}
"""By the names of overlays; those left out have no style."""
