"""The themes: dark and light surfaces, each with three sets of candle colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gui.theme.tokens import Theme

DARK = Theme(
    name="dark",
    background="#0f1318",
    surface="#151a21",
    surface_raised="#1d242d",
    surface_hover="#252e38",
    border="#2a323d",
    grid="#191f27",
    text="#d5dbe3",
    text_muted="#8f9baa",
    text_on_colour="#0b0e12",
    up="#2bb3a3",
    down="#f36d78",
    volume_up="#17403f",
    volume_down="#47262f",
    quote_ask="#8a96a5",
    crosshair="#66717f",
    crosshair_tag="#384451",
    vwap="#f2b544",
    band="#5d7ea8",
    micro_band="#f2b544",
    anchor="#f2b544",
    zone_bull="#4c8dff",
    zone_bear="#c77dff",
    sweep="#ffd166",
    swing="#8a96a5",
    structure="#b4c0cf",
    day_level="#b9a27c",
    prior_day_level="#e0905c",
    prior_session_level="#7fa7d9",
    equal_level="#9ccc65",
    session_asia="#4f6bd8",
    session_london="#3aa17e",
    session_overlap="#c9a13b",
    session_new_york="#c96f4a",
    session_post_ny="#7a6a8f",
    accent="#5b9dff",
    passed="#63b3ff",
    failed="#f0a35e",
    warning="#ffcc4d",
)

LIGHT = Theme(
    name="light",
    background="#ffffff",
    surface="#f3f5f8",
    surface_raised="#fdfdfe",
    surface_hover="#e4e9ef",
    border="#c8d0d9",
    grid="#edf0f3",
    text="#1a222c",
    text_muted="#505b69",
    text_on_colour="#ffffff",
    up="#087264",
    down="#bd2a3d",
    volume_up="#bfe2dc",
    volume_down="#f2ccd1",
    quote_ask="#5c6876",
    crosshair="#8793a1",
    crosshair_tag="#d3dae2",
    vwap="#8c5d00",
    band="#5b7fae",
    micro_band="#c98f12",
    anchor="#8c5d00",
    zone_bull="#2f6fed",
    zone_bear="#9a3fe0",
    sweep="#6f4e00",
    swing="#66727f",
    structure="#333d49",
    day_level="#76602f",
    prior_day_level="#a1501a",
    prior_session_level="#2a5f93",
    equal_level="#2f5f14",
    session_asia="#4f6bd8",
    session_london="#3aa17e",
    session_overlap="#c9a13b",
    session_new_york="#c96f4a",
    session_post_ny="#7a6a8f",
    accent="#1558c4",
    passed="#085a9f",
    failed="#964900",
    warning="#745700",
)

SURFACES = {theme.name: theme for theme in (DARK, LIGHT)}

# Blue rises, orange falls; colours that were near blue and orange before are moved.
_COLOUR_BLIND: Mapping[str, Mapping[str, str]] = {
    "dark": {
        "up": "#56b4e9",
        "down": "#e69f00",
        "volume_up": "#1b3b50",
        "volume_down": "#4a3710",
        "passed": "#2bb58a",
        "failed": "#f7b8dc",
        "warning": "#f0e442",
        "vwap": "#f0e442",
        "micro_band": "#f0e442",
        "anchor": "#f0e442",
    },
    "light": {
        "up": "#0a62b4",
        "down": "#a35200",
        "volume_up": "#c3dcf3",
        "volume_down": "#f3d9bd",
        "passed": "#0b4f36",
        "failed": "#a52471",
        "warning": "#685f00",
        "vwap": "#685f00",
        "micro_band": "#b0a000",
        "anchor": "#685f00",
    },
}

COLOUR_SETS = ("standard", "colour_blind", "east_asian")


def theme_for(surfaces: str, colours: str = "standard") -> Theme:
    """The theme with these surfaces and candle colours; raises KeyError for names that are none."""
    theme = SURFACES[surfaces]
    match colours:
        case "standard":
            return theme
        case "colour_blind":
            return replace(theme, has_hollow_rises=True, **_COLOUR_BLIND[surfaces])
        case "east_asian":
            return replace(
                theme, up=theme.down, down=theme.up, volume_up=theme.volume_down, volume_down=theme.volume_up
            )
    raise KeyError(f"no colours are called {colours!r}; there are {', '.join(COLOUR_SETS)}")
