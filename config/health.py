"""Limits of the desk's own health: from where on a vital is reported as doubtful, and from where on as bad."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from config.section import Section, setting


def _doubtful(default: float, *, title: str, unit: str, about: str, most: float) -> Any:
    return setting(default, gt=0, le=most, unit=unit, title=title, about=about)


def _bad(default: float, *, title: str, unit: str, about: str, most: float) -> Any:
    return setting(default, gt=0, le=most, unit=unit, looser="higher", title=title, about=about)


class HealthSettings(Section):
    """A vital that stays bad lowers what the desk may do; nothing but the user raises it again."""

    patience_seconds: float = setting(
        5.0,
        ge=0,
        le=300,
        unit="s",
        looser="higher",
        title="Reaction delay",
        about="How long a vital must be bad before authority is reduced, and good before it can be restored.",
    )
    data_age_warn_s: float = _doubtful(
        10.0, most=3600, unit="s", title="Prices old", about="Age of the newest quote that is reported as doubtful."
    )
    data_age_bad_s: float = _bad(
        60.0,
        most=3600,
        unit="s",
        title="Prices too old",
        about="Age of the newest quote from which the desk is CLOSE ONLY.",
    )
    clock_offset_warn_ms: float = _doubtful(
        2_000.0,
        most=60_000,
        unit="ms",
        title="Clock off",
        about="Difference from the broker's clock that is reported as doubtful.",
    )
    clock_offset_bad_ms: float = _bad(
        15_000.0,
        most=60_000,
        unit="ms",
        title="Clock too far off",
        about="Difference from the broker's clock from which the desk is CLOSE ONLY.",
    )
    loop_lag_warn_ms: float = _doubtful(
        100.0,
        most=60_000,
        unit="ms",
        title="Work late",
        about="Lateness of the desk's work that is reported as doubtful.",
    )
    loop_lag_bad_ms: float = _bad(
        500.0,
        most=60_000,
        unit="ms",
        title="Work too late",
        about="Lateness from which nothing trades without approval.",
    )
    memory_warn_mb: float = _doubtful(
        1_500.0,
        most=1_000_000,
        unit="MB",
        title="Memory high",
        about="Memory of the desk that is reported as doubtful.",
    )
    memory_bad_mb: float = _bad(
        3_000.0,
        most=1_000_000,
        unit="MB",
        title="Memory too high",
        about="Memory from which nothing trades without approval.",
    )
    decision_age_warn_s: float = _doubtful(
        90.0,
        most=3600,
        unit="s",
        title="Decision old",
        about="Time since a candle was judged that is reported as doubtful.",
    )
    decision_age_bad_s: float = _bad(
        180.0,
        most=3600,
        unit="s",
        title="Decision too old",
        about="Time since a candle was judged from which nothing trades without approval.",
    )
    round_trip_warn_ms: float = _doubtful(
        200.0,
        most=60_000,
        unit="ms",
        title="Broker slow",
        about="Round trip to the broker that is reported as doubtful.",
    )
    round_trip_bad_ms: float = _bad(
        1_000.0,
        most=60_000,
        unit="ms",
        title="Broker too slow",
        about="Round trip from which nothing trades without approval.",
    )

    @model_validator(mode="after")
    def _limits_agree(self) -> Self:
        faults = [
            f"{warn} {getattr(self, warn):g} is above {bad} {getattr(self, bad):g}; allowed is at most that"
            for warn in type(self).model_fields
            if "_warn_" in warn and getattr(self, warn) > getattr(self, bad := warn.replace("_warn_", "_bad_"))
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self
