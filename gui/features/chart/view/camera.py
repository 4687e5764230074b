"""The visible range of candles and prices, and how the user moves it."""

from __future__ import annotations

from gui.features.chart.model.chart import ChartModel

DEFAULT_STEP = 6.0
"""Pixels per candle after a reset."""
MARGIN_PIXELS = 108.0
"""Space right of the newest candle while following, for the names of the levels."""
MIN_CANDLES = 10.0
MIN_WIDTH = 40.0
"""Pixels below which a plot is only on its way to its size, and would squeeze the candles for good."""
STAY_VISIBLE = 3.0
"""Candles that cannot be pushed out of view."""
TOP_MARGIN = 0.08
BOTTOM_MARGIN = 0.17
"""Shares of the height that candles leave free above and below when prices scale by themselves."""


class Camera:
    """The view in units of candles (x, the centre of row i is i) and of price (y).

    While `is_following` the newest candle stays in view as candles are added; while `is_auto_price` the candles in
    view decide the prices in view.
    """

    def __init__(self, model: ChartModel) -> None:
        self._model = model
        self._width = 0.0
        self.first = 0.0
        self.last = 1.0
        self.low = 0.0
        self.high = 1.0
        self.is_following = True
        self.is_auto_price = True

    @property
    def step(self) -> float:
        """Pixels per candle."""
        return max(1.0, self._width) / (self.last - self.first)

    def reset(self) -> None:
        """Back to the newest candles at the usual size, prices scaling by themselves."""
        self.is_auto_price = True
        self.show_candles(self._width / DEFAULT_STEP)

    def show_candles(self, candles: float) -> None:
        """The newest candles, as many as asked for, margin included."""
        self.first, self.last = 0.0, max(MIN_CANDLES, candles)
        self.follow()

    def follow(self) -> None:
        """Moves to the newest candle and stays with it; the size of candles does not change."""
        span = self.last - self.first
        self.is_following = True
        self.last = self._model.count + 0.5 + min(MARGIN_PIXELS / self.step, 0.4 * span)
        self.first = self.last - span
        self.fit_price()

    def stop_following(self) -> None:
        self.is_following = False

    def resize(self, width: float) -> None:
        """A wider window shows more candles, not wider ones."""
        if width < MIN_WIDTH:
            return
        if not self._width:
            self._width = width
            self.reset()
            return
        self.first = self.last - max(MIN_CANDLES, width / self.step)
        self._width = width
        if self.is_following:
            self.follow()
        else:
            self.fit_price()

    def shift(self, candles: float) -> None:
        """Candles were added: a following view moves along."""
        if self.is_following:
            self.first += candles
            self.last += candles
        self.fit_price()

    def pan(self, candles: float) -> None:
        """Scrolls by the user, to later candles where positive."""
        newest = self._model.end - 1.0
        candles = max(candles, STAY_VISIBLE - 0.5 - self.last)
        candles = min(candles, newest - STAY_VISIBLE + 1.5 - self.first)
        self.first += candles
        self.last += candles
        self._moved_by_hand()

    def zoom(self, factor: float, at: float) -> None:
        """Zooms by the user: candles become `factor` times as wide, the point `at` keeps its place."""
        span = self.last - self.first
        maximum = max(span, 1.1 * self._model.end, self._width / DEFAULT_STEP)
        wanted = min(max(span / factor, MIN_CANDLES), maximum)
        self.first = at - (at - self.first) * wanted / span
        self.last = self.first + wanted
        self.pan(0.0)

    def pan_price(self, amount: float) -> None:
        self.low += amount
        self.high += amount

    def zoom_price(self, factor: float) -> None:
        """Scales prices by the user: they become `factor` times as far apart about the middle, and keep that scale."""
        middle, half = 0.5 * (self.low + self.high), 0.5 * (self.high - self.low) / factor
        if half > 1e-9 * abs(middle):
            self.low, self.high = middle - half, middle + half
        self.is_auto_price = False

    def auto_price(self) -> None:
        self.is_auto_price = True
        self.fit_price()

    def covers(self, low: float, high: float) -> bool:
        """Whether prices are in view with at least half the usual margin about them."""
        span = self.high - self.low
        return self.low + 0.5 * BOTTOM_MARGIN * span <= low and high <= self.high - 0.5 * TOP_MARGIN * span

    @property
    def loses_forming(self) -> bool:
        """Whether the forming candle leaves the margin of automatic price scaling."""
        forming = self._model.forming
        if forming is None or not self.is_auto_price or not self.first - 1.0 < self._model.count < self.last:
            return False
        return not self.covers(forming.low, forming.high)

    def fit_price(self) -> None:
        """Lets the candles in view decide the prices in view, where that is wanted and any are there."""
        if not self.is_auto_price:
            return
        found = self._model.price_range(int(self.first), int(self.last) + 1)
        if found is None:
            return
        low, high = found
        span = max(high - low, 1e-5 * high) / (1.0 - TOP_MARGIN - BOTTOM_MARGIN)
        middle = 0.5 * (low + high)
        inner = max(high - low, 1e-5 * high)
        self.low = middle - 0.5 * inner - BOTTOM_MARGIN * span
        self.high = middle + 0.5 * inner + TOP_MARGIN * span

    def _moved_by_hand(self) -> None:
        self.is_following = self.last >= self._model.end - 0.5
        self.fit_price()
