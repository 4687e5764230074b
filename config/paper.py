"""Settings of the paper broker: what its fills cost and how its account is kept."""

from __future__ import annotations

from config.section import Section, setting


class PaperSettings(Section):
    """The simulated account that trades until a real one is chosen."""

    starting_balance: float = setting(
        10_000.0, gt=0, le=1e12, unit="account currency", title="Starting balance", about="Money of the paper account."
    )
    latency_ms: int = setting(
        50, ge=0, le=60_000, unit="ms", title="Latency", about="Time until the broker executes a request."
    )
    slippage_spreads: float = setting(
        0.0, ge=0, le=10, unit="spreads", title="Slippage", about="Mean extra cost of market orders and stops."
    )
    commission_per_lot: float = setting(
        0.0, ge=0, le=10_000, unit="money per lot", title="Commission", about="Charged per lot at entry and at exit."
    )
    leverage: float = setting(
        100.0, ge=1, le=10_000, unit="times", title="Leverage", about="Position value that one unit of margin carries."
    )
    stop_out_pct: float = setting(
        50.0, gt=0, le=100, unit="%", title="Stop-out", about="Share of equity to margin that closes positions."
    )
    stops_level_points: int = setting(
        0, ge=0, le=100_000, unit="points", title="Stops level", about="Minimum distance of stops from the market."
    )
    is_hedging: bool = setting(
        True, title="Hedging", about="Keeps positions of a symbol separate; off, they are netted into one."
    )
    seed: int = setting(1, ge=0, le=2**31 - 1, title="Seed", about="Slippage repeats itself for the same seed.")
