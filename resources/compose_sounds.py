"""Makes the desk's sounds from sines: `python -m resources.compose_sounds`. The files lie in `resources/sounds`."""

from __future__ import annotations

import array
import io
import math
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

SAMPLES_PER_SECOND = 16_000
LOUDNESS = 0.28
ATTACK_S = 0.008
REST = 0.0

C3, D3, G3 = 130.81, 146.83, 196.00
A4, C5, D5, E5, G5, A5, C6, D6, E6 = 440.00, 523.25, 587.33, 659.26, 783.99, 880.00, 1046.50, 1174.66, 1318.51

SOUNDS = {
    "setup": ((D5, 0.12), (A5, 0.30)),
    "a_plus": ((D5, 0.10), (A5, 0.10), (D6, 0.34)),
    "one_gate_away": ((E5, 0.14), (A5, 0.30)),
    "approval_waiting": ((E6, 0.09), (REST, 0.05), (E6, 0.09), (REST, 0.05), (E6, 0.09), (REST, 0.10), (C6, 0.40)),
    "fill": ((C5, 0.09), (E5, 0.09), (G5, 0.09), (C6, 0.32)),
    "exit": ((C6, 0.09), (G5, 0.09), (E5, 0.09), (C5, 0.32)),
    "denial": ((A4, 0.12), (REST, 0.03), (A4, 0.26)),
    "price_alert": ((A5, 0.10), (REST, 0.04), (A5, 0.10), (REST, 0.04), (E6, 0.34)),
    "position_at_risk": ((D6, 0.10), (A4, 0.16), (D6, 0.10), (A4, 0.16), (D6, 0.10), (A4, 0.30)),
    "feed_lost": ((G3, 0.30), (REST, 0.06), (D3, 0.55)),
    "lock": ((C3, 0.18), (REST, 0.05), (C3, 0.18), (REST, 0.05), (C3, 0.45)),
    "economic_event": ((G5, 0.12), (REST, 0.04), (G5, 0.12), (REST, 0.04), (D5, 0.34)),
}
"""By name the tones of each sound, hertz and seconds. Chances rise, a fill climbs and an exit descends a chord; what
waits for the user knocks three times, high, a price alert twice before it rises; a position at risk swings like a
siren; what is lost or locked is low; news strike twice and fall."""


def samples(tones: tuple[tuple[float, float], ...]) -> Iterator[int]:
    """Signed 16-bit samples of tones that follow each other, each struck and fading."""
    for hertz, seconds in tones:
        for number in range(round(seconds * SAMPLES_PER_SECOND)):
            at = number / SAMPLES_PER_SECOND
            fading = min(1.0, at / ATTACK_S) * (1.0 - at / seconds) ** 2
            wave_form = math.sin(2 * math.pi * hertz * at) + _overtone(hertz) * math.sin(4 * math.pi * hertz * at)
            yield round(32_767 * LOUDNESS * fading * wave_form)


def composed(name: str) -> bytes:
    """The whole file of a sound."""
    content = array.array("h", samples(SOUNDS[name]))
    if sys.byteorder == "big":
        content.byteswap()
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES_PER_SECOND)
        file.writeframes(content.tobytes())
    return written.getvalue()


def main() -> None:
    folder = Path(__file__).parent / "sounds"
    folder.mkdir(exist_ok=True)
    for name in SOUNDS:
        (folder / f"{name}.wav").write_bytes(composed(name))


def _overtone(hertz: float) -> float:
    """Small speakers carry low tones by their octave."""
    return 0.25 if hertz > A4 / 2 else 0.8


if __name__ == "__main__":
    main()
