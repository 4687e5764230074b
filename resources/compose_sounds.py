"""Makes the desk's sounds from sines: `python -m resources.compose_sounds`. The files lie in `resources/sounds`."""

from __future__ import annotations

import array
import math
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

SAMPLES_PER_SECOND = 16_000
LOUDNESS = 0.28
ATTACK_S = 0.008
SOUNDS = {"one_gate_away": ((659.26, 0.14), (880.0, 0.30))}
"""By name the tones of each sound: hertz and seconds. E5 and A5, a fourth up: a question, not an alarm."""


def samples(tones: tuple[tuple[float, float], ...]) -> Iterator[int]:
    """Signed 16-bit samples of tones that follow each other, each struck and fading."""
    for hertz, seconds in tones:
        for number in range(round(seconds * SAMPLES_PER_SECOND)):
            at = number / SAMPLES_PER_SECOND
            fading = min(1.0, at / ATTACK_S) * (1.0 - at / seconds) ** 2
            wave_form = math.sin(2 * math.pi * hertz * at) + 0.25 * math.sin(4 * math.pi * hertz * at)
            yield round(32_767 * LOUDNESS * fading * wave_form)


def main() -> None:
    folder = Path(__file__).parent / "sounds"
    folder.mkdir(exist_ok=True)
    for name, tones in SOUNDS.items():
        content = array.array("h", samples(tones))
        if sys.byteorder == "big":
            content.byteswap()
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLES_PER_SECOND)
            file.writeframes(content.tobytes())


if __name__ == "__main__":
    main()
