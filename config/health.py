"""Limits of the desk's own health: where a vital counts as doubtful, and where as bad."""

from __future__ import annotations

from typing import Annotated, ClassVar

from annotated_types import Interval, Unit

from config.section import Relaxes, Section, setting


class HealthSettings(Section):
    """A vital that stays bad lowers the desk's authority; only the user raises it again."""

    patience_seconds: Annotated[float, Interval(ge=0, le=300), Unit("s"), Relaxes.HIGHER] = setting(
        5.0,
        "Reaction delay",
        "How long a vital must be bad before authority is reduced, and good before it can be restored.",
    )
    data_age_warn_s: Annotated[float, Interval(gt=0, le=3600), Unit("s")] = setting(
        10.0,
        "Prices old",
        "Age of the newest quote that is reported as doubtful.",
        synonyms=("stale quotes", "frozen feed"),
    )
    data_age_bad_s: Annotated[float, Interval(gt=0, le=3600), Unit("s"), Relaxes.HIGHER] = setting(
        60.0,
        "Prices too old",
        "Age of the newest quote from which the desk is CLOSE ONLY.",
        synonyms=("stale quotes", "frozen feed"),
    )
    clock_offset_warn_ms: Annotated[float, Interval(gt=0, le=60_000), Unit("ms")] = setting(
        2_000.0,
        "Clock off",
        "Difference from the broker's clock that is reported as doubtful.",
        synonyms=("time offset", "server time"),
    )
    clock_offset_bad_ms: Annotated[float, Interval(gt=0, le=60_000), Unit("ms"), Relaxes.HIGHER] = setting(
        15_000.0,
        "Clock too far off",
        "Difference from the broker's clock from which the desk is CLOSE ONLY.",
        synonyms=("time offset", "server time"),
    )
    loop_lag_warn_ms: Annotated[float, Interval(gt=0, le=60_000), Unit("ms")] = setting(
        100.0, "Work late", "Lateness of the desk's work that is reported as doubtful.", synonyms=("lag", "freeze")
    )
    loop_lag_bad_ms: Annotated[float, Interval(gt=0, le=60_000), Unit("ms"), Relaxes.HIGHER] = setting(
        500.0, "Work too late", "Lateness from which nothing trades without approval.", synonyms=("lag", "freeze")
    )
    memory_warn_mb: Annotated[float, Interval(gt=0, le=1_000_000), Unit("MB")] = setting(
        1_500.0, "Memory high", "Memory of the desk that is reported as doubtful.", synonyms=("RAM",)
    )
    memory_bad_mb: Annotated[float, Interval(gt=0, le=1_000_000), Unit("MB"), Relaxes.HIGHER] = setting(
        3_000.0, "Memory too high", "Memory from which nothing trades without approval.", synonyms=("RAM",)
    )
    decision_age_warn_s: Annotated[float, Interval(gt=0, le=3600), Unit("s")] = setting(
        90.0, "Decision old", "Time since a candle was judged that is reported as doubtful."
    )
    decision_age_bad_s: Annotated[float, Interval(gt=0, le=3600), Unit("s"), Relaxes.HIGHER] = setting(
        180.0, "Decision too old", "Time since a candle was judged from which nothing trades without approval."
    )
    round_trip_warn_ms: Annotated[float, Interval(gt=0, le=60_000), Unit("ms")] = setting(
        200.0, "Broker slow", "Round trip to the broker that is reported as doubtful.", synonyms=("latency", "ping")
    )
    round_trip_bad_ms: Annotated[float, Interval(gt=0, le=60_000), Unit("ms"), Relaxes.HIGHER] = setting(
        1_000.0,
        "Broker too slow",
        "Round trip from which nothing trades without approval.",
        synonyms=("latency", "ping"),
    )

    ascending: ClassVar = (
        ("data_age_warn_s", "data_age_bad_s"),
        ("clock_offset_warn_ms", "clock_offset_bad_ms"),
        ("loop_lag_warn_ms", "loop_lag_bad_ms"),
        ("memory_warn_mb", "memory_bad_mb"),
        ("decision_age_warn_s", "decision_age_bad_s"),
        ("round_trip_warn_ms", "round_trip_bad_ms"),
    )
