"""What was measured, in words: on the badge, in its tooltip, and in the question before AUTO."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.lab.memory.measured import Measured
from engine.reporting.words import fills_in_words
from gui.features.lab.model.answers.provenance import DAY_INTERVAL
from gui.features.lab.model.numbers import count, in_r, many, signed
from gui.features.trading.model.words import MINUS

NOT_MEASURED: Final = "Not measured"
OTHER_SETTINGS: Final = "Not measured with these settings"
UNPROVEN: Final = "UNPROVEN"
"""What is to be typed if there is no figure."""
POSITIVE: Final = "positive"


def figure_words(measured: Measured) -> str:
    """`312 trades · −0.31 R [−0.38, −0.24] · 8 paths`."""
    return f"{many(measured.trades, 'trade')} · {_mean(measured)} · {many(measured.paths, 'path')}"


def verdict_words(measured: Measured) -> str:
    """`Unproven · 312 trades · …`."""
    return f"{measured.verdict.capitalize()} · {figure_words(measured)}"


def shorter_words(measured: Measured) -> tuple[str, ...]:
    """`verdict_words` for less and less space; the mean is never shown without its number of trades and interval."""
    name = f"{measured.verdict.capitalize()} · n {count(measured.trades)}"
    return (f"{name} · {_mean(measured)}", name)


def tip_words(measured: Measured) -> str:
    """What the figure is based on, and what limits confidence in it."""
    return "\n".join(_tip(measured))


def word_to_type(measured: Measured | None) -> str:
    """The mean as it can be typed on a keyboard, such as `-0.31`; `UNPROVEN` if there is none."""
    if measured is None or measured.mean_r is None:
        return UNPROVEN
    return signed(measured.mean_r, 2).replace(MINUS, "-")


def _mean(measured: Measured) -> str:
    if measured.mean_r is None:
        return "no result"
    if measured.low is None or measured.high is None:
        return f"{in_r(measured.mean_r, 2)}, too few days for an interval"
    return f"{in_r(measured.mean_r, 2)} [{signed(measured.low, 2)}, {signed(measured.high, 2)}]"


def _tip(measured: Measured) -> Iterator[str]:
    yield measured.sentence or verdict_words(measured)
    on = f"{many(measured.trades, 'trade')} on {many(measured.days, 'market day')} of the desk's own recordings"
    yield f"Mean R net of costs with its {DAY_INTERVAL}: {on}."
    state = "calibrated" if measured.is_calibrated else "not calibrated for these exits"
    yield f"Simulated fills{fills_in_words(measured.fills)}, {state}."
    if measured.trades_needed is not None:
        yield f"{count(measured.trades_needed)} trades are needed to detect a mean of 0.10 R."
    if measured.trials is None:
        yield "Unknown number of configurations tried so far."
    else:
        yield f"{many(measured.trials, 'configuration')} tried so far for this symbol."
    yield f"Measured on {measured.measured_at:%Y-%m-%d %H:%M} UTC."
