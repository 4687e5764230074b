"""One part of the window that raises, once or always, stops neither quotes nor the other parts, and is said once."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.domain.messages.engine import MarketOpened, QuoteReceived
from gui.platform.background import Background
from gui.platform.event_loop import QtEventLoop
from gui.platform.isolation import Unhandled
from tests.builders import BITCOIN, candle, quote
from tests.fakes import source
from tests.gui.test_bridge import Doorway, read

FRAMES = 50


class Desk(Doorway):
    """Gold and bitcoin behind a doorway, drained frame by frame."""

    def __init__(self) -> None:
        super().__init__()
        self.bus.publish(MarketOpened((source(), source(instrument=BITCOIN))))
        self.bridge.drain()
        self.said: list[tuple[str, str]] = []
        self.desk.faulted.connect(lambda title, sentence: self.said.append((title, sentence)))

    def play(self) -> int:
        """Frames with a quote of bitcoin each; how many of them its chart has shown."""
        shown: list[int] = []
        self.desk.charts[BITCOIN.symbol].live_changed.connect(lambda: shown.append(1))
        forming = msgspec.structs.replace(candle(2), symbol=BITCOIN.symbol)
        for frame in range(FRAMES):
            self.bus.publish(QuoteReceived(msgspec.structs.replace(quote(120 + frame), symbol=BITCOIN.symbol), forming))
            self.bridge._text_due_s = 0.0
            self.bridge._drain_on_time()
        return len(shown)


def failing(*_: object, **__: object) -> None:
    raise RuntimeError("a fault of the view-model")


@pytest.mark.parametrize(
    ("part", "method"),
    [
        ("charts", "append"),
        ("charts", "set_live"),
        ("volatility", "append"),
        ("status", "refresh"),
        ("status", "on_quote"),
        ("alerts", "on_event"),
        ("alerts", "refresh"),
        ("trading", "refresh"),
        ("trading", "on_quote"),
        ("playback", "on_candle"),
    ],
)
def test_that_a_view_model_that_always_raises_stops_neither_quotes_nor_the_others(
    qtbot: QtBot,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    method: str,
) -> None:
    desk = Desk()
    model = desk.desk.charts["XAUUSD"] if part == "charts" else getattr(desk.desk, part)
    refreshed: list[int] = []
    if (part, method) != ("trading", "refresh"):
        monkeypatch.setattr(desk.desk.trading, "refresh", lambda: refreshed.append(1))
    monkeypatch.setattr(model, method, failing)
    for each in read(candle(0), candle(1)):
        desk.bus.publish(each)
    desk.bus.publish(QuoteReceived(quote(121), candle(2)))
    desk.bridge.drain()  # independent of the time it takes: a busy machine would leave some of it to the next frame
    assert desk.play() == FRAMES
    assert len(refreshed) == (FRAMES if (part, method) != ("trading", "refresh") else 0)
    assert len(desk.said) == 1
    title, sentence = desk.said[0]
    assert title == "An internal error"
    assert "RuntimeError: a fault of the view-model" in sentence


class Broken(QWidget):
    """A view that always fails to paint."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        self.painted += 1
        raise RuntimeError("a fault of the paint")


class Clicked(QObject):
    clicked = Signal()


@pytest.fixture
def unhandled(qapp: QApplication) -> Iterator[Unhandled]:  # noqa: ARG001
    caught = Unhandled()
    yield caught
    caught.stop()


def test_that_what_nobody_caught_is_said_once_for_each_cause_and_the_loop_goes_on(
    qapp: QApplication, unhandled: Unhandled
) -> None:
    said: list[str] = []
    unhandled.noticed.connect(lambda _, sentence: said.append(sentence))

    def fail(where: str) -> None:
        raise RuntimeError(where)

    async def desk() -> None:
        view, button = Broken(), Clicked()
        view.show()
        for _ in range(3):
            view.update()
            await asyncio.sleep(0.02)
        button.clicked.connect(lambda: fail("a click"))
        button.clicked.emit()
        QTimer.singleShot(0, lambda: fail("a timer"))
        asyncio.get_running_loop().call_soon(lambda: fail("a callback"))
        await asyncio.sleep(0.02)
        thread = threading.Thread(target=lambda: fail("a thread"))
        thread.start()
        thread.join()
        await asyncio.sleep(0.02)
        assert view.painted >= 2
        view.close()

    with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
        unhandled.watch(runner.get_loop())
        runner.run(desk())
    paints = [sentence for sentence in said if "a fault of the paint" in sentence]
    assert len(paints) == 1
    for where in ("a click", "a thread"):
        assert [sentence for sentence in said if where in sentence], where
    assert unhandled.failures >= len(said)


def test_that_a_task_that_nobody_waits_for_is_heard_when_it_fails(qapp: QApplication, unhandled: Unhandled) -> None:
    said: list[str] = []
    unhandled.noticed.connect(lambda _, sentence: said.append(sentence))

    async def fail() -> None:
        raise RuntimeError("a task")

    async def desk() -> None:
        forgotten = asyncio.ensure_future(fail())
        await asyncio.sleep(0.01)
        del forgotten
        gc.collect()
        await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
        unhandled.watch(runner.get_loop())
        runner.run(desk())
    assert len(said) == 1
    assert "RuntimeError: a task" in said[0]


def test_that_what_qt_calls_critical_is_said_once(unhandled: Unhandled) -> None:
    said: list[str] = []
    unhandled.noticed.connect(lambda _, sentence: said.append(sentence))
    for _ in range(3):
        logging.getLogger("qt").error("a paint device was destroyed")
        logging.getLogger("qt").warning("a style has no such property")
    assert said == ["Qt, which draws the window, says: a paint device was destroyed"]


def test_that_nothing_is_caught_any_more_after_the_end(qapp: QApplication) -> None:  # noqa: ARG001
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    Unhandled().stop()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_that_work_beside_the_window_that_fails_unexpectedly_is_answered_with_a_sentence(qtbot: QtBot) -> None:
    said: list[str] = []
    background = Background(failed=said.append)
    background.run(failing, lambda _: None)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["This failed unexpectedly (RuntimeError: a fault of the view-model); see the log."]
    background.close()
