"""Numbers that equal their neighbours, for use inside tuples and records."""

from __future__ import annotations

from typing import cast

import pytest


def close_to(number: float, *, rel: float | None = None, abs: float | None = None) -> float:
    """`pytest.approx(number)`, typed as the number it stands for: inside a tuple or a record that is what it is."""
    return cast(float, pytest.approx(number, rel=rel, abs=abs))
