"""Settings of the desk around the strategy: prices, the simulated account, the store, the window and its keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from annotated_types import Interval, MaxLen, Unit
from pydantic import AfterValidator, Strict

from config.address import is_address_of
from config.section import Section, setting

Seed = Annotated[int, Interval(ge=0, le=2**31 - 1)]


class ExchangeSettings(Section):
    """How the public prices of an exchange are reached; no account is needed."""

    rest_url: Annotated[str, MaxLen(300), AfterValidator(is_address_of("https", "http"))] = setting(
        "",
        "REST URL",
        "Replaces the exchange's own URL for history and time; empty uses the exchange's.",
        synonyms=("address", "requests", "endpoint", "proxy", "mirror"),
    )
    ws_url: Annotated[str, MaxLen(300), AfterValidator(is_address_of("wss", "ws"))] = setting(
        "",
        "WebSocket URL",
        "Replaces the exchange's own URL for live prices; empty uses the exchange's.",
        synonyms=("address", "streams", "endpoint", "proxy", "mirror"),
    )
    history_days: Annotated[int, Interval(ge=2, le=14), Unit("days")] = setting(
        2, "History", "Days of candles that are read at the start.", synonyms=("max bars", "lookback")
    )


class FeedsSettings(Section):
    """Where prices come from when nothing else is asked for."""

    source: Literal["demo", "binance", "kraken", "metatrader"] = setting(
        "demo",
        "Source",
        "The demo market, live prices of Binance or Kraken (each with a paper account), or MetaTrader 5.",
        synonyms=("data feed", "data source", "live", "simulated", "crypto", "bitcoin", "gold"),
    )
    exchange: ExchangeSettings = setting(
        ExchangeSettings(),
        "Exchange",
        "Live prices of Binance or Kraken, with a paper account.",
        synonyms=("crypto", "Binance", "Kraken"),
    )
    demo_seed: Seed = setting(
        7, "Demo seed", "The demo market repeats itself exactly for the same seed.", synonyms=("random seed",)
    )
    speed: Annotated[float, Interval(ge=1, le=1000), Unit("times")] = setting(
        1.0, "Speed", "Playback speed: market seconds per second.", synonyms=("replay speed", "fast forward")
    )


class InterfaceSettings(Section):
    """How the window looks and what it alerts to."""

    theme: Literal["dark", "light"] = setting(
        "dark", "Theme", "Dark or light surfaces.", synonyms=("dark mode", "night mode", "color scheme")
    )
    colours: Literal["standard", "colour_blind", "east_asian"] = setting(
        "standard",
        "Candle colours",
        "Colours of rising and falling candles.",
        synonyms=("colors", "bull bear", "color blind"),
    )
    time_zone: Literal["utc", "exchange", "local", "broker"] = setting(
        "utc", "Time zone", "Zone in which times are shown.", synonyms=("timezone", "clock", "GMT")
    )
    sounds: bool = setting(True, "Sounds", "Plays the sounds of alerts.", synonyms=("audio", "beep", "mute"))
    notifications: bool = setting(
        True, "Notifications", "Shows alerts as desktop notifications.", synonyms=("push notification", "popup")
    )


class PaperSettings(Section):
    """The simulated account that trades until a real one is chosen; on live prices it continues from day to day."""

    starting_balance: Annotated[float, Interval(gt=0, le=1e12), Unit("account currency")] = setting(
        10_000.0, "Starting balance", "Money of the paper account.", synonyms=("initial capital", "deposit", "equity")
    )
    latency_ms: Annotated[int, Interval(ge=0, le=60_000), Unit("ms")] = setting(
        50, "Latency", "Time until the broker executes a request.", synonyms=("ping", "execution delay")
    )
    slippage_spreads: Annotated[float, Interval(ge=0, le=10), Unit("spreads")] = setting(
        0.0, "Slippage", "Mean extra cost of market orders and stops.", synonyms=("deviation", "requote")
    )
    commission_per_lot: Annotated[float, Interval(ge=0, le=10_000), Unit("money per lot")] = setting(
        0.0, "Commission", "Charged per lot at entry and at exit.", synonyms=("fees", "trading costs", "charges")
    )
    leverage: Annotated[float, Interval(ge=1, le=10_000), Unit("times")] = setting(
        100.0, "Leverage", "Position value that one unit of margin carries.", synonyms=("margin",)
    )
    stop_out_pct: Annotated[float, Interval(gt=0, le=100), Unit("%")] = setting(
        50.0,
        "Stop-out",
        "Share of equity to margin that closes positions.",
        synonyms=("margin call", "margin level", "liquidation"),
    )
    stops_level_points: Annotated[int, Interval(ge=0, le=100_000), Unit("points")] = setting(
        0, "Stops level", "Minimum distance of stops from the market.", synonyms=("min stop distance", "freeze level")
    )
    is_hedging: bool = setting(
        True,
        "Hedging",
        "Keeps positions of a symbol separate; off, they are netted into one.",
        synonyms=("netting", "hedge"),
    )
    seed: Seed = setting(1, "Seed", "Slippage repeats itself for the same seed.", synonyms=("random seed",))


class StoreSettings(Section):
    """The store holds all that the desk needs to trade; old records move to files next to it."""

    journal_months: Annotated[int, Interval(ge=1, le=120), Unit("months")] = setting(
        6,
        "Journal in the store",
        "Whole months of the journal kept in the store; older ones move to archive files and stay readable.",
        synonyms=("retention", "database", "history", "log"),
    )


_SEPARATOR = ":"


def _is_choice(line: str) -> str:
    name, separator, _ = line.partition(_SEPARATOR)
    if not separator or not name or " " in name:
        raise ValueError(f"{line!r} chooses no key; allowed is an action and its key, such as chart.reset: Ctrl+R")
    return line


Choice = Annotated[str, MaxLen(120), AfterValidator(_is_choice)]


class KeyboardSettings(Section):
    """Keys of the window's actions, and the arming of those that trade."""

    needs_arming: bool = setting(
        True, "Trading keys need arming", "Keys that trade do nothing until the keyboard is armed; halt always works."
    )
    arm_seconds: Annotated[int, Interval(ge=5, le=3600), Unit("s")] = setting(
        60, "Armed for", "Time without a trading key after which the keyboard is disarmed.", synonyms=("timeout",)
    )
    keys: Annotated[tuple[Choice, ...], Strict(False), MaxLen(200)] = setting(
        (),
        "Keys",
        "Keys that differ from the defaults, as action and key; an empty key removes the default.",
        synonyms=("key binding", "key map", "keymap"),
    )

    @property
    def chosen(self) -> Mapping[str, str]:
        """Keys by the names of actions where they differ from the defaults; several keys stand between semicolons."""
        parts = (line.partition(_SEPARATOR) for line in self.keys)
        return {name: text.strip() for name, _, text in parts}


def key_lines(chosen: Mapping[str, str]) -> list[str]:
    """Keys by the names of actions, as the setting `keys` has them."""
    return [f"{name}{_SEPARATOR} {text}".rstrip() for name, text in sorted(chosen.items())]
