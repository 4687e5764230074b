"""How much worse than the quote a simulated order is filled: a draw that depends on the fill alone."""

from __future__ import annotations

import math
import struct
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Final

from engine.domain.contract import Contract
from engine.domain.market import Side

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UNIT: Final = 2.0**-53


class Slippage:
    """Exponentially distributed in whole ticks, with a mean of `spreads` spreads.

    A draw is keyed by the seed, the symbol, the instant, entry or exit and the side: a trade slips alike whatever was
    traded before it, so that settings, gates and single setups can be compared.
    """

    def __init__(self, seed: int, spreads: float) -> None:
        self._seed = seed
        self._spreads = spreads

    def draw(self, contract: Contract, at: datetime, side: Side, spread: float, *, is_entry: bool) -> float:
        """In price units; `side` is that of the position, `spread` that of the quote at which it is filled."""
        mean = self._spreads * spread
        if mean <= 0.0:
            return 0.0
        content = struct.pack("<q2?", (at - _EPOCH) // _MICROSECOND, is_entry, side is Side.BUY)
        key = _key(self._seed, contract.stands_for or contract.symbol)
        bits = int.from_bytes(blake2b(content, key=key, digest_size=8).digest(), "little") >> 11
        return contract.round_price(-math.log(1.0 - bits * _UNIT) * mean)


@cache
def _key(seed: int, symbol: str) -> bytes:
    return blake2b(f"slippage|{seed}|{symbol}".encode(), digest_size=16).digest()
