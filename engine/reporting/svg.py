"""Charts as SVG text for a page: colours come from the page's style sheet, nothing external is referenced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, _TOP, _BOTTOM = 64, 12, 12, 34
_TICKS = 5
_MAX_LABELS = 12


class Bar(NamedTuple):
    """A bar from zero to `value`; `hint` is its tooltip, `is_faint` marks a value of few trades."""

    label: str
    value: float
    hint: str
    is_loss: bool = False
    is_faint: bool = False


def line_chart(title: str, values: Sequence[float], labels: Sequence[str], unit: str) -> str:
    """A curve that starts at zero and goes through `values`, one step each; labels say when each was reached."""
    path = [0.0, *values]
    scale = Scale(min(path), max(path))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    points = [(LEFT + place * step, scale.y(value)) for place, value in enumerate(path)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    zero = scale.y(0.0)
    area = f"{LEFT},{zero:.1f} {line} {points[-1][0]:.1f},{zero:.1f}"
    marks = "".join(label(LEFT + (place + 1) * step, labels[place]) for place in _some(len(labels), 5))
    body = f'<polygon class="area" points="{area}"/><polyline class="curve" points="{line}"/>{marks}'
    return framed(title, scale, unit, body)


def bar_chart(title: str, bars: Sequence[Bar], unit: str) -> str:
    """One bar for each, up or down from zero."""
    scale = Scale(min([0.0, *(bar.value for bar in bars)]), max([0.0, *(bar.value for bar in bars)]))
    space = (WIDTH - LEFT - RIGHT) / max(1, len(bars))
    body = "".join(_bar(bar, LEFT + place * space, space, scale) for place, bar in enumerate(bars))
    chosen = _some(len(bars), _MAX_LABELS)
    body += "".join(label(LEFT + (place + 0.5) * space, bars[place].label) for place in chosen)
    return framed(title, scale, unit, body)


class Scale:
    """Values onto pixels, with round numbers to mark."""

    def __init__(self, low: float, high: float, height: int = HEIGHT) -> None:
        self._height = height
        step = _round_step((high - low) / _TICKS or 1.0)
        self._low, self._high = floor(low / step) * step, ceil(high / step) * step
        if self._low == self._high:
            self._high += step
        self._step = step

    def y(self, value: float) -> float:
        return _TOP + (self._high - value) / (self._high - self._low) * (self._height - _TOP - _BOTTOM)

    @property
    def ticks(self) -> Iterator[tuple[float, str]]:
        """Each marked value, and how it is written."""
        decimals = max(0, -floor(log10(self._step)))
        for place in range(round((self._high - self._low) / self._step) + 1):
            value = self._low + place * self._step
            yield value, f"{value:,.{decimals}f}".replace("-0", "0" if not round(value, 9) else "-0").replace("-", "−")


def _round_step(minimum: float) -> float:
    power: float = 10.0 ** floor(log10(minimum))
    return next(power * part for part in (1.0, 2.0, 5.0, 10.0) if power * part >= minimum * (1.0 - 1e-9))


def _bar(bar: Bar, left: float, space: float, scale: Scale) -> str:
    top, bottom = sorted((scale.y(bar.value), scale.y(0.0)))
    names = ("loss" if bar.is_loss else "gain") + (" faint" if bar.is_faint else "")
    place = (
        f'x="{left + 0.14 * space:.1f}" y="{top:.1f}" width="{0.72 * space:.1f}" height="{max(1.0, bottom - top):.1f}"'
    )
    return f'<rect class="{names}" {place}><title>{escape(bar.hint)}</title></rect>'


def label(x: float, words: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Words below the place `x`."""
    return f'<text class="below" x="{min(x, width - 36.0):.1f}" y="{height - 12}">{escape(words)}</text>'


def _some(count: int, maximum: int) -> Iterator[int]:
    """Evenly spread places whose labels do not overlap; always includes the last one."""
    step = max(1, ceil(count / maximum))
    return reversed(range(count - 1, -1, -step)) if count else iter(())


def framed(title: str, scale: Scale, unit: str, body: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """A chart with its title, and lines behind it where the values of `scale` are round."""
    lines = "".join(
        f'<line class="{"zero" if not round(value, 9) else "grid"}" x1="{LEFT}" x2="{width - RIGHT}" '
        f'y1="{scale.y(value):.1f}" y2="{scale.y(value):.1f}"/>'
        f'<text class="beside" x="{LEFT - 8}" y="{scale.y(value) + 4.0:.1f}">{words}</text>'
        for value, words in scale.ticks
    )
    return (
        f'<figure><figcaption>{escape(title)} <span class="unit">{escape(unit)}</span></figcaption>'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">{lines}{body}</svg></figure>'
    )
