"""Results in words: their signs."""

from __future__ import annotations

import pytest

from gui.features.trading.model.words import money_text, r_text


@pytest.mark.parametrize(
    ("amount", "words"), [(-0.003, "+0.00"), (0.0, "+0.00"), (-0.006, "−0.01"), (1234.5, "+1,234.50")]
)
def test_that_no_minus_stands_before_what_is_written_as_zero(amount: float, words: str) -> None:
    assert (money_text(amount), r_text(amount)) == (words, f"{words.replace(',', '')} R")
