"""What the fields of an order mean: sizes and levels in each unit, and the same in another."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from engine.domain.market import Side
from gui.features.ticket.model.fields import Basis, LevelBy, Levels, OrderFields, SizeBy
from tests.approximate import close_to
from tests.builders import GOLD_CONTRACT

BASIS = Basis(contract=GOLD_CONTRACT, price=2000.0, atr14=0.4, equity=10_000.0, max_lots=1.0)
BUY = OrderFields(side=Side.BUY, size=0.04, stop=1999.5, target=2001.5)


@pytest.mark.parametrize(
    ("fields", "levels"),
    [
        (BUY, (1999.5, 2001.5, 0.04)),
        (replace(BUY, side=Side.SELL, stop=2000.5, target=1998.5), (2000.5, 1998.5, 0.04)),
        (replace(BUY, stop_by=LevelBy.DISTANCE, stop=0.5, target_by=LevelBy.R, target=3.0), (1999.5, 2001.5, 0.04)),
        (replace(BUY, stop_by=LevelBy.ATR, stop=2.0, target_by=LevelBy.ATR, target=4.0), (1999.2, 2001.6, 0.04)),
        (replace(BUY, size_by=SizeBy.RISK, size=0.1), (1999.5, 2001.5, 0.2)),
        (replace(BUY, size_by=SizeBy.MONEY, size=5.4), (1999.5, 2001.5, 0.1)),
        (replace(BUY, size_by=SizeBy.MONEY, size=1e6), (1999.5, 2001.5, 1.0)),
    ],
)
def test_that_numbers_mean_prices_and_lots(fields: OrderFields, levels: tuple[float, float, float]) -> None:
    assert fields.levels(BASIS) == Levels(2000.0, *map(close_to, levels))


@pytest.mark.parametrize("by", LevelBy)
def test_that_a_level_is_the_same_in_every_unit(by: LevelBy) -> None:
    converted = BUY.with_target_by(by, BASIS)
    assert converted.levels(BASIS) == BUY.levels(BASIS)
    if by is not LevelBy.R:
        assert BUY.with_stop_by(by, BASIS).levels(BASIS) == BUY.levels(BASIS)


@pytest.mark.parametrize("by", SizeBy)
def test_that_a_size_is_the_same_in_every_unit(by: SizeBy) -> None:
    assert BUY.with_size_by(by, BASIS).levels(BASIS).lots == close_to(0.04)


def test_that_the_other_side_keeps_its_distances() -> None:
    sell = BUY.with_side(Side.SELL, BASIS, replace(BASIS, price=1999.8))
    assert sell.levels(replace(BASIS, price=1999.8)) == Levels(1999.8, close_to(2000.3), close_to(1998.3), 0.04)


def test_that_a_dragged_level_keeps_its_unit() -> None:
    fields = replace(BUY, stop_by=LevelBy.DISTANCE, stop=0.5, target_by=LevelBy.R, target=2.0)
    assert fields.with_stop_at(1999.0, BASIS).stop == close_to(1.0)
    assert fields.with_target_at(2001.5, BASIS).target == close_to(3.0)


@pytest.mark.parametrize(
    ("fields", "basis", "words"),
    [
        (replace(BUY, stop_by=LevelBy.ATR, stop=1.0), replace(BASIS, atr14=None), "ATR(14) is not known yet"),
        (replace(BUY, size_by=SizeBy.RISK), replace(BASIS, equity=None), "equity of the account is not known"),
        (
            replace(BUY, size_by=SizeBy.MONEY),
            replace(BASIS, contract=msgspec.structs.replace(GOLD_CONTRACT, is_money_known=False)),
            "tick value of XAUUSD is not known",
        ),
    ],
)
def test_that_what_is_not_known_is_said(fields: OrderFields, basis: Basis, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", "[(]").replace(")", "[)]")):
        fields.levels(basis)
