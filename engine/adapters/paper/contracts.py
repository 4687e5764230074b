"""Terms of the paper broker, as retail brokers commonly have them: gold by 100 ounces, crypto by the coin."""

from __future__ import annotations

from config.desk import PaperSettings
from config.symbol_names import pair_in
from engine.domain.contract import Contract
from engine.domain.fills import FillModel
from engine.domain.market import DayRoll, Instrument

_METAL_SIZES = {"XAU": 100.0, "XAG": 5000.0, "XPT": 100.0, "XPD": 100.0}
_CURRENCY_SIZE = 100_000.0
_COIN_SIZE = 1.0
_CURRENCY_DIGITS = (3, 5)


def contract_for(instrument: Instrument, settings: PaperSettings, fill_model: FillModel = FillModel.TICKS) -> Contract:
    """The paper broker's terms; the account's currency is taken to be the one the instrument is quoted in.

    `fill_model` says which prices its orders meet.
    """
    size = _contract_size(instrument)
    return Contract(
        symbol=instrument.symbol,
        digits=instrument.digits,
        tick_size=instrument.tick_size,
        tick_value=instrument.tick_size * size,
        contract_size=size,
        volume_min=0.01,
        volume_max=200.0,
        volume_step=0.01,
        stops_level=settings.stops_level_points * instrument.tick_size,
        margin_rate=1.0 / settings.leverage,
        stands_for=instrument.stands_for,
        is_round_the_clock=instrument.day_roll is DayRoll.UTC_MIDNIGHT,
        fill_model=fill_model,
    )


def _contract_size(instrument: Instrument) -> float:
    if instrument.day_roll is DayRoll.UTC_MIDNIGHT:
        return _COIN_SIZE
    pair = pair_in(instrument.stands_for or instrument.symbol)
    if pair is not None and pair.base in _METAL_SIZES:
        return _METAL_SIZES[pair.base]
    return _CURRENCY_SIZE if instrument.digits in _CURRENCY_DIGITS else _COIN_SIZE
