"""Rates each vital: the measured value, its limits, a sentence, and how to recover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from config.health import HealthSettings
from config.words import capitalised
from engine.domain.health import (
    LinkSigns,
    SafetySigns,
    SymbolSigns,
    Vital,
    VitalName,
    VitalSigns,
    VitalState,
)
from engine.domain.store import StoreSigns
from engine.health.news import news_vital

NO_BROKER = "Prices are played and trades are on paper: there is no broker to reach."


class _Scale(NamedTuple):
    """How the value of a vital is read."""

    unit: str
    warn: float
    bad: float
    words: str
    """The sentence, with `{value}`."""
    unknown: str
    way_back: str


def vitals_of(signs: VitalSigns, limits: HealthSettings) -> tuple[Vital, ...]:
    """Every vital of the desk; none of them holds anything yet."""
    return (
        *_of_symbols(signs, limits),
        *_of_link(signs.link, limits),
        *_of_safety(signs.safety),
        *_of_store(signs.store),
        _judged(VitalName.LOOP_LAG, signs.loop_lag_ms, _loop_lag(limits)),
        _judged(VitalName.MEMORY, signs.memory_mb, _memory(limits)),
        *news_vital(signs.news),
    )


def _judged(name: VitalName, value: float | None, scale: _Scale, symbol: str = "") -> Vital:
    state = _state(value, scale)
    if value is None:
        sentence = scale.unknown
    else:
        sentence = scale.words.format(value=_number(value))
        if state is not VitalState.GOOD:
            limit = scale.bad if state is VitalState.BAD else scale.warn
            sentence = f"{sentence}, the limit is {_number(limit)} {scale.unit}"
    return Vital(
        name=name,
        state=state,
        sentence=f"{sentence}.",
        way_back=scale.way_back if state in (VitalState.WARN, VitalState.BAD) else "",
        symbol=symbol,
        value=value,
        unit=scale.unit,
        warn=scale.warn,
        bad=scale.bad,
    )


def _state(value: float | None, scale: _Scale) -> VitalState:
    if value is None:
        return VitalState.UNKNOWN
    if value >= scale.bad:
        return VitalState.BAD
    return VitalState.WARN if value >= scale.warn else VitalState.GOOD


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 10 and value != int(value) else f"{value:,.0f}"


# -- prices and decisions -------------------------------------------------------------------------------------------


def _of_symbols(signs: VitalSigns, limits: HealthSettings) -> Iterator[Vital]:
    for symbol in signs.symbols:
        age = _of_prices(VitalName.DATA_AGE, symbol, symbol.data_age_s, _data_age(symbol.symbol, limits))
        yield _doubtful_alone(age) if symbol.is_alone and age.state is VitalState.BAD else age
    for symbol in signs.symbols:
        yield _of_prices(VitalName.DECISION_AGE, symbol, symbol.decision_age_s, _decision_age(symbol.symbol, limits))


def _of_prices(name: VitalName, signs: SymbolSigns, value: float | None, scale: _Scale) -> Vital:
    if not signs.why_silent:
        return _judged(name, value, scale, signs.symbol)
    return Vital(
        name=name,
        state=VitalState.NOT_NEEDED,
        sentence=f"{signs.symbol}: {signs.why_silent}.",
        symbol=signs.symbol,
        value=value,
        unit=scale.unit,
        warn=scale.warn,
        bad=scale.bad,
    )


def _doubtful_alone(vital: Vital) -> Vital:
    """The way to the prices is open: what is silent alone reduces no authority. The risk check denies entries in it."""
    return msgspec.structs.replace(
        vital,
        state=VitalState.WARN,
        sentence=f"{vital.sentence.removesuffix('.')}; others come, so its market counts as closed.",
        way_back="On a holiday wait for the next session; on any other day check the symbol in the source.",
    )


def _data_age(symbol: str, limits: HealthSettings) -> _Scale:
    return _Scale(
        unit="s",
        warn=limits.data_age_warn_s,
        bad=limits.data_age_bad_s,
        words=f"{symbol}: the newest quote is {{value}} s old",
        unknown=f"{symbol}: no quote has come yet",
        way_back="Wait for quotes; if none come, check the source and the connection to it.",
    )


def _decision_age(symbol: str, limits: HealthSettings) -> _Scale:
    return _Scale(
        unit="s",
        warn=limits.decision_age_warn_s,
        bad=limits.decision_age_bad_s,
        words=f"{symbol}: the last decision was {{value}} s ago, though quotes come",
        unknown=f"{symbol}: no candle has been judged yet",
        way_back="Wait for the next candle; if none is judged, restart the desk.",
    )


# -- the machine ----------------------------------------------------------------------------------------------------


def _loop_lag(limits: HealthSettings) -> _Scale:
    return _Scale(
        unit="ms",
        warn=limits.loop_lag_warn_ms,
        bad=limits.loop_lag_bad_ms,
        words="The event loop was {value} ms late",
        unknown="The lag of the event loop is not measured yet",
        way_back="Lower the playback speed, or close replays, side-by-side charts or other busy programs.",
    )


def _memory(limits: HealthSettings) -> _Scale:
    return _Scale(
        unit="MB",
        warn=limits.memory_warn_mb,
        bad=limits.memory_bad_mb,
        words="The desk uses {value} MB of memory",
        unknown="The desk's memory is not measured yet",
        way_back="Close replays and long recordings, or restart the desk when no position is open.",
    )


def _of_store(store: StoreSigns | None) -> Iterator[Vital]:
    if store is None:
        return
    if store.damage:
        yield Vital(
            name=VitalName.STORE,
            state=VitalState.BAD,
            sentence=f"The store is damaged ({store.damage}).",
            way_back="Close open positions and restart the desk: it sets the store aside and starts a new one, halted.",
        )
    elif store.unreadable:
        yield Vital(
            name=VitalName.STORE,
            state=VitalState.WARN,
            sentence=_sentence(store.unreadable),
            way_back="The desk leaves out what it cannot read; the journal says what is wrong in each case.",
        )
    elif store.upkeep:
        yield Vital(
            name=VitalName.STORE,
            state=VitalState.WARN,
            sentence=f"Maintenance of the store failed: {store.upkeep}.",
            way_back="The desk tries again every hour; free space on the disk and check that the folder is writable.",
        )
    else:
        yield Vital(name=VitalName.STORE, state=VitalState.GOOD, sentence="Every row read from the store was valid.")


# -- the broker -----------------------------------------------------------------------------------------------------


def _of_link(link: LinkSigns | None, limits: HealthSettings) -> Iterator[Vital]:
    if link is None:
        for name in (VitalName.WORKER, VitalName.CLOCK_OFFSET, VitalName.ROUND_TRIP):
            yield Vital(name=name, state=VitalState.NOT_NEEDED, sentence=NO_BROKER)
        return
    yield Vital(
        name=VitalName.WORKER,
        state=VitalState.GOOD if link.is_working else VitalState.BAD,
        sentence=link.sentence,
        way_back="" if link.is_working else link.way_out or "Wait: the desk tries again by itself.",
    )
    yield _of_clock(link, limits)
    yield _judged(VitalName.ROUND_TRIP, link.round_trip_ms, _round_trip(limits, link.peer))


def _of_clock(link: LinkSigns, limits: HealthSettings) -> Vital:
    """The offset at the last measurement may be bad; if the computer's clock was set since, that is only a warning.

    The desk runs on the broker's time, which a set clock does not change.
    """
    scale = _clock_offset(limits, link.peer)
    offset = None if link.clock_offset_ms is None else abs(link.clock_offset_ms)
    measured = _judged(VitalName.CLOCK_OFFSET, offset, scale)
    ahead = 0.0 if link.computer_ahead_ms is None else link.computer_ahead_ms
    if measured.state is VitalState.BAD or abs(ahead) < max(limits.clock_offset_warn_ms, offset or 0.0):
        return measured
    way = "ahead of" if ahead > 0.0 else "behind"
    return msgspec.structs.replace(
        measured,
        state=VitalState.WARN,
        sentence=f"This computer's clock is {_number(abs(ahead) / 1000.0)} s {way} {link.peer}'s, which the desk uses.",
        way_back=scale.way_back,
        value=abs(ahead),
    )


def _clock_offset(limits: HealthSettings, peer: str) -> _Scale:
    return _Scale(
        unit="ms",
        warn=limits.clock_offset_warn_ms,
        bad=limits.clock_offset_bad_ms,
        words=f"This computer's clock and {peer}'s differ by {{value}} ms",
        unknown=f"{capitalised(peer)}'s clock is not measured yet",
        way_back="Let the operating system set its clock from the internet.",
    )


def _round_trip(limits: HealthSettings, peer: str) -> _Scale:
    return _Scale(
        unit="ms",
        warn=limits.round_trip_warn_ms,
        bad=limits.round_trip_bad_ms,
        words=f"A round trip to {peer} takes {{value}} ms",
        unknown=f"The round trip to {peer} is not measured yet",
        way_back="Check the connection; in the terminal, choose the access server with the shortest ping.",
    )


# -- what is ordered for safety -------------------------------------------------------------------------------------


def _of_safety(signs: SafetySigns | None) -> Iterator[Vital]:
    """Bad if a restart would lose an order; a warning if this order or the next depends on a single file."""
    if signs is None:
        return
    state, sentence = VitalState.GOOD, "All safety orders are on the disk."
    if signs.unwritten and signs.page_fault:
        state = VitalState.BAD
        sentence = f"{_sentence(signs.unwritten)} A restart would forget it: {_sentence(signs.page_fault)}"
    elif signs.unwritten:
        state = VitalState.WARN
        sentence = f"{_sentence(signs.unwritten)} It is kept in the reserve file and survives a restart."
    elif signs.page_fault:
        state = VitalState.WARN
        sentence = f"The reserve file for safety orders cannot be used: {_sentence(signs.page_fault)}"
    yield Vital(
        name=VitalName.SAFETY_ORDERS,
        state=state,
        sentence=sentence,
        way_back=""
        if state is VitalState.GOOD
        else "Free space on the disk, or close the program that locks the file.",
    )


def _sentence(words: str) -> str:
    return f"{capitalised(words).removesuffix('.')}."
