"""Contract terms of an instrument: volume and price steps, tick value, and the minimum distance of a stop."""

from __future__ import annotations

import math

import msgspec

from engine.domain.fills import FillModel
from engine.domain.market import Side
from engine.errors import InvalidOrder

MONEY_DECIMALS = 8
"""Money is rounded here: far below a cent, and coarse enough that sums of it are free of binary noise."""

_GRID_TOLERANCE = 1e-6
"""Share of a step by which a number may miss the grid and still count as on it."""

VOLUME_DECIMALS = 8
"""Lots are rounded here; no broker has finer steps."""


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """The broker's terms for one symbol.

    `tick_value` is the money, in the account's `currency`, that one lot loses over one `tick_size`, and gains unless
    `gain_tick_value` is less. With `is_money_known` False neither is known, amounts of money are 0.0 and nothing may be
    entered. Volumes are in lots. `stops_level` and `freeze_level` are distances in price units: a stop or target may
    not be placed nearer to the market than the first, nor be changed while the market is nearer to it than the second.
    `margin_rate` is the share of a position's value that is held as margin. `stands_for` as in `Instrument`. A
    symbol that `is_round_the_clock` has no close, neither each day nor each week. `fill_model` says how orders are
    simulated, None where a broker's market fills them. Raises `InvalidOrder` if the terms contradict themselves.
    """

    symbol: str
    digits: int
    tick_size: float
    tick_value: float
    contract_size: float
    volume_min: float
    volume_max: float
    volume_step: float
    stops_level: float = 0.0
    freeze_level: float = 0.0
    margin_rate: float = 0.0
    currency: str = "USD"
    stands_for: str = ""
    gain_tick_value: float | None = None
    is_money_known: bool = True
    is_round_the_clock: bool = False
    fill_model: FillModel | None = None

    def __post_init__(self) -> None:
        tick_value = self.tick_value if self.is_money_known else self.tick_size
        sizes = (self.tick_size, tick_value, self.contract_size, self.volume_min, self.volume_step)
        if not all(0.0 < size < math.inf for size in sizes) or self.volume_max < self.volume_min:
            raise InvalidOrder(f"{self.symbol}: {self} are not terms that can be traded")

    @property
    def min_distance(self) -> float:
        """Least distance of a stop or target from the market, in price units: one tick even where any is allowed."""
        return max(self.stops_level, self.tick_size)

    def round_price(self, price: float) -> float:
        """The nearest price on the tick grid."""
        return self._on_grid(round(price / self.tick_size))

    def floor_price(self, price: float) -> float:
        """The highest price on the tick grid that is not above `price`."""
        return self._on_grid(math.floor(price / self.tick_size + _GRID_TOLERANCE))

    def ceil_price(self, price: float) -> float:
        """The lowest price on the tick grid that is not below `price`."""
        return self._on_grid(math.ceil(price / self.tick_size - _GRID_TOLERANCE))

    def round_volume_down(self, volume_lots: float) -> float:
        """The largest tradable volume that is not above `volume_lots`; 0.0 where that is below the least volume."""
        steps = math.floor(min(volume_lots, self.volume_max) / self.volume_step + _GRID_TOLERANCE)
        volume = round(steps * self.volume_step, VOLUME_DECIMALS)
        return volume if volume >= self.volume_min else 0.0

    def part_of(self, stands_lots: float, wanted_lots: float) -> float | None:
        """What of a position is closed where `wanted_lots` of it are to be: rounded down to the step, all of it where
        no less is wanted. None where the part is more than one order may have, or where the part, or what remains,
        would be below the least volume."""
        if wanted_lots >= stands_lots - self.volume_step * _GRID_TOLERANCE:
            return stands_lots
        if wanted_lots > self.volume_max:
            return None
        part = self.round_volume_down(wanted_lots)
        rest = round(stands_lots - part, VOLUME_DECIMALS)
        return part if part > 0.0 and rest >= self.volume_min else None

    def part_fault(self, wanted_lots: float) -> str:
        """Why `part_of` has no such part of a position, as a clause."""
        if wanted_lots > self.volume_max:
            return f"an order may have {self.volume_max:g} lots at most"
        return f"part and rest must be {self.volume_min:g} lots or more, in steps of {self.volume_step:g}"

    def is_tradable(self, volume_lots: float) -> bool:
        """Whether the broker takes this volume: within its limits and on its grid."""
        steps = volume_lots / self.volume_step
        is_on_grid = abs(steps - round(steps)) <= _GRID_TOLERANCE
        return is_on_grid and self.volume_min <= volume_lots <= self.volume_max

    def profit(self, side: Side, entry: float, exit: float, volume_lots: float) -> float:
        """Money gained from `entry` to `exit`, before commission and swap; negative for a loss."""
        gained = exit - entry if side is Side.BUY else entry - exit
        value = self.tick_value if gained < 0.0 or self.gain_tick_value is None else self.gain_tick_value
        return round(gained / self.tick_size * value * volume_lots, MONEY_DECIMALS)

    def risk(self, entry: float, stop_loss: float, volume_lots: float) -> float:
        """Money lost if the stop is filled at its price; never negative."""
        return self.cost(abs(entry - stop_loss), volume_lots)

    def cost(self, distance: float, volume_lots: float) -> float:
        """Money lost where a price is worse by `distance`, in price units."""
        return round(distance / self.tick_size * self.tick_value * volume_lots, MONEY_DECIMALS)

    def margin(self, price: float, volume_lots: float) -> float:
        """Money held while a position of this volume, opened at `price`, is open."""
        value = price / self.tick_size * self.tick_value * volume_lots
        return round(value * self.margin_rate, MONEY_DECIMALS)

    def _on_grid(self, ticks: int) -> float:
        return round(ticks * self.tick_size, self.digits)
