"""The map of the keyboard: it finds the window's actions by name and gives them the keys the user chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.keyboard.view.guard import KeyGuard
from gui.features.settings.model.settings import SettingsModel
from gui.widgets.actions import DEFAULT_KEYS_PROPERTY, EVERYWHERE_PROPERTY, TRADING_PROPERTY

ARM = "trading.arm"
_PLAIN_TIP_PROPERTY = "plainTip"
_SAFE_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_WHOLE_WINDOW = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One action as the map shows it; `keys` as the system writes them, `text` and `default` as the settings do."""

    name: str
    group: str
    title: str
    about: str
    keys: str
    text: str
    default: str
    is_trading: bool
    is_halt: bool

    @property
    def is_changed(self) -> bool:
        return self.text != self.default


class KeyMap(QObject):
    """Keys of the actions below `window`: the defaults, and what the user chose instead.

    `changed` is emitted when any action has other keys. What was chosen and cannot be is in `faults`, by name.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, arming: Arming, settings: SettingsModel) -> None:
        super().__init__(window)
        self._window, self._arming, self._settings = window, arming, settings
        self._guard = KeyGuard(arming, self)
        self._actions: dict[str, QAction] = {}
        self.faults: dict[str, str] = {}
        settings.keys_changed.connect(self._give_keys)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusWindowChanged.connect(self._reach_dialog)
        application.applicationStateChanged.connect(self._notice_absence)

    def adopt(self) -> None:
        """Takes in the named actions that came since the last call."""
        for action in self._window.findChildren(QAction):
            name = action.objectName()
            if "." in name and name not in self._actions:
                self._actions[name] = action
                action.destroyed.connect(lambda _=None, gone=name: self._actions.pop(gone, None))
                self._guard.watch(action)
                self._prepare(action)
        self._give_keys()

    def _prepare(self, action: QAction) -> None:
        if action.property(DEFAULT_KEYS_PROPERTY) is None:
            action.setProperty(DEFAULT_KEYS_PROPERTY, spelled(action.shortcuts()))
        action.setProperty(_PLAIN_TIP_PROPERTY, action.toolTip())
        if action.shortcutContext() in _WHOLE_WINDOW:
            self._window.addAction(action)

    # -- what there is

    @property
    def actions(self) -> Mapping[str, QAction]:
        """The actions by name."""
        return self._actions

    def entries(self) -> Iterator[KeyEntry]:
        """Every action, in the order of their names' groups as they came."""
        for name, action in self._actions.items():
            keys = action.shortcuts()
            yield KeyEntry(
                name=name,
                group=name.split(".")[0],
                title=action.text().replace("&", "").removesuffix(" …"),
                about=action.property(_PLAIN_TIP_PROPERTY),
                keys=shown(keys),
                text=spelled(keys),
                default=self._default(name),
                is_trading=bool(action.property(TRADING_PROPERTY)),
                is_halt=bool(action.property(EVERYWHERE_PROPERTY)),
            )

    # -- who gets which key

    def fault(self, name: str, text: str) -> str:
        """Why an action cannot have these keys, in words; empty where it can."""
        keys = read_keys(text)
        if any(not key.toString() for key in keys):
            return f"{text} is no key"
        action = self._actions[name]
        if self._is_of_trading(action) and not all(_is_deliberate(key) for key in keys):
            return "a key that trades or halts needs Ctrl, Alt or Meta, or is one of F1 to F35"
        owner = next((other for key in keys for other in self._owners(key) if other is not action), None)
        return "" if owner is None else f"{shown(keys)} is the key of {owner.text().replace('&', '')}"

    def choose(self, name: str, text: str) -> str:
        """Asks for these keys; says why not, in words, where they cannot be. Empty text takes the key away."""
        fault = self.fault(name, text)
        if not fault:
            wanted = spelled(read_keys(text))
            others = {other: keys for other, keys in self._settings.in_force.keyboard.chosen.items() if other != name}
            self._settings.choose_keys(others if wanted == self._default(name) else others | {name: wanted})
        return fault

    def reset(self, name: str) -> str:
        """Asks for the default; says why not where another action has that key now."""
        return self.choose(name, self._default(name))

    def reset_all(self) -> None:
        self._settings.choose_keys({})

    def _default(self, name: str) -> str:
        return spelled(read_keys(self._actions[name].property(DEFAULT_KEYS_PROPERTY)))

    def _owners(self, key: QKeySequence) -> list[QAction]:
        return [action for action in self._actions.values() if key in action.shortcuts()]

    def _is_of_trading(self, action: QAction) -> bool:
        return bool(action.property(TRADING_PROPERTY) or action.property(EVERYWHERE_PROPERTY))

    def _give_keys(self) -> None:
        """The defaults first; then each choice, unless it cannot be: the action keeps its default then."""
        chosen = self._settings.in_force.keyboard.chosen
        for name, action in self._actions.items():
            action.setShortcuts([] if name in chosen else read_keys(self._default(name)))
        self.faults = {}
        for name, text in chosen.items():
            if name in self._actions:
                self._give_choice(name, text)
        for action in self._actions.values():
            _append_keys(action)
        arm = self._actions.get(ARM)
        self._arming.key_words = "" if arm is None else shown(arm.shortcuts())
        self.changed.emit()

    def _give_choice(self, name: str, text: str) -> None:
        fault = self.fault(name, text)
        if fault:
            self.faults[name] = fault
            text = "" if self.fault(name, self._default(name)) else self._default(name)
        self._actions[name].setShortcuts(read_keys(text))

    # -- what happens around the window

    def _reach_dialog(self) -> None:
        """Keys that must always work are given to each dialog of the window that is used, the locking ones included.

        Not to menus, which are windows too: they would show the action as an entry, and pass its keys on no better.
        """
        used = QApplication.activeWindow()
        if used is None or used is self._window or isinstance(used, QMenu) or not self._is_ours(used):
            return
        for action in self._actions.values():
            if action.property(EVERYWHERE_PROPERTY) and action not in used.actions():
                used.addAction(action)

    def _is_ours(self, widget: QWidget | None) -> bool:
        while widget is not None and widget is not self._window:
            widget = widget.parentWidget()
        return widget is self._window

    def _notice_absence(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive:
            self._arming.disarm("the desk was left for another program")


def read_keys(text: str) -> list[QKeySequence]:
    """Keys of a text such as `Ctrl+Return; Ctrl+Enter`; what is no key has an empty text of its own."""
    return QKeySequence.listFromString(text) if text.strip() else []


def spelled(keys: list[QKeySequence]) -> str:
    """Keys as settings keep them, the same on every system."""
    return "; ".join(key.toString(QKeySequence.SequenceFormat.PortableText) for key in keys)


def shown(keys: list[QKeySequence]) -> str:
    """Keys as this system writes them."""
    return " or ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _is_deliberate(key: QKeySequence) -> bool:
    """Whether the key types no character: a function key, or one with a modifier."""
    chord = key[0]  # type: ignore[index]  # the stubs leave its items out
    is_function_key = Qt.Key.Key_F1 <= chord.key() <= Qt.Key.Key_F35
    return is_function_key or bool(chord.keyboardModifiers() & _SAFE_MODIFIERS)


def _append_keys(action: QAction) -> None:
    tip, keys = action.property(_PLAIN_TIP_PROPERTY), shown(action.shortcuts())
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
