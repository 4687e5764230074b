"""A draft of settings: every edited value, what is wrong with it, and what it would change."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from config.changes import Change, changes_between, leaves, put
from config.faults import Fault, validation_faults
from config.fields import SettingField
from config.settings import RULES_SUFFIX, Settings, is_rules_key
from gui.features.settings.model.pages import SettingsPage, pages_of
from gui.features.settings.model.search import found_in
from gui.features.settings.model.settings import SettingsModel
from gui.features.settings.model.words import title_of, value_with_unit

NOT_A_SYMBOL = "a symbol prefix has 1 to 40 letters, digits and signs, without spaces"


class SettingsForm(QObject):
    """`changed` follows every value, fault and mark; `shaped` says that the pages have changed.

    Values are as the file writes them. A text that is no number is kept as it is, so that it can be said what is
    wrong with it. What others change meanwhile comes in beside what the user has written.
    """

    changed = Signal()
    shaped = Signal()

    def __init__(self, model: SettingsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._settings: Settings | None = None
        self._faults: tuple[Fault, ...] = ()
        self.pages: tuple[SettingsPage, ...] = ()
        self.found: frozenset[str] | None = None
        """Keys of the settings that are sought; None where nothing is."""
        self._set_base(model.wanted)
        self.replace(model.wanted)
        model.changed.connect(self._follow)

    # -- values

    def value(self, key: str) -> Any:
        """What is written under a dotted key."""
        return self._written[key]

    def unavailable(self, key: str) -> Mapping[str, str]:
        """The choices of a setting that cannot work on this computer, with the reason."""
        return self._model.unavailable.get(key, {})

    def set(self, key: str, value: Any) -> None:
        """Writes a value; nothing is asked of the engine before `apply`."""
        if key not in self._written or (self._written[key], type(self._written[key])) != (value, type(value)):
            put(self._plain, key, value)
            self._follow_values()

    def reset(self, fields: Iterable[SettingField]) -> None:
        """Back to the defaults, as far as there are any."""
        for field in fields:
            if field.has_default:
                put(self._plain, field.key, copy.deepcopy(field.default))
        self._follow_values()

    def revert(self) -> None:
        """Forgets what was written since the last time it was applied."""
        self._plain = copy.deepcopy(self._base)
        self._follow_values()

    def replace(self, settings: Settings) -> None:
        """Writes other settings in the place of all: those of a preset, or of a file."""
        self._plain = settings.as_json()
        self._follow_values()

    # -- rules of further symbols

    def add_rules(self, prefix: str, like: str) -> str:
        """Begins rules for the symbols that begin with `prefix`, as those under `like` are; else why that cannot be."""
        prefix = prefix.strip().lower()
        key = f"{prefix}{RULES_SUFFIX}"
        if not is_rules_key(key) or "." in prefix:
            return NOT_A_SYMBOL
        if key in self._plain:
            return f"{prefix.upper()} has rules already"
        self._plain[key] = copy.deepcopy(self._plain[like])
        self._follow_values()
        return ""

    def remove_rules(self, key: str) -> None:
        """Takes the rules of a further symbol out."""
        if self.may_remove(key):
            del self._plain[key]
            self._follow_values()

    def may_remove(self, key: str) -> bool:
        """Whether a page is of rules that the user added."""
        return is_rules_key(key) and key not in Settings.model_fields

    @property
    def rules(self) -> tuple[str, ...]:
        """Keys of all rules."""
        return tuple(key for key in self._plain if is_rules_key(key))

    # -- what is found about it

    @property
    def settings(self) -> Settings | None:
        """What is written, None while something is wrong with it."""
        return self._settings

    @property
    def changes(self) -> tuple[Change, ...]:
        """What applying would change; nothing while something is wrong."""
        return () if self._settings is None else changes_between(self._model.wanted, self._settings)

    @property
    def is_edited(self) -> bool:
        """Whether something is written that was not applied."""
        return self._plain != self._base

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that is wrong, each with the place where it is."""
        return tuple(f"{title_of(fault.key)}: {fault.problem}" for fault in self._faults)

    def fault(self, key: str) -> str:
        """What is wrong with one setting; empty where nothing is."""
        found = (fault for fault in self._faults if _is_about(fault, key))
        return "; ".join(fault.problem for fault in found)

    def faults_of(self, page: SettingsPage) -> tuple[str, ...]:
        """What is wrong between the settings of a page."""
        groups = {group.key for group in (page.group, *page.headings)}
        return tuple(fault.problem for fault in self._faults if fault.key in groups)

    def has_fault(self, page: SettingsPage) -> bool:
        return bool(self.faults_of(page)) or any(self.fault(field.key) for field in page.fields)

    def is_changed(self, key: str) -> bool:
        """Whether something else is written than what was applied last."""
        return key not in self._applied or self._applied[key] != self._written.get(key)

    def is_default(self, field: SettingField) -> bool:
        return not field.has_default or self._written.get(field.key) == field.default

    def waiting(self, key: str) -> tuple[str, datetime | None] | None:
        """What is in force of a setting while another value waits, and until when; None where nothing waits."""
        waits = self._model.waits(key)
        return None if waits is None else (value_with_unit(key, waits.change.old), waits.due_at)

    def withdraw(self, key: str) -> None:
        """Takes back what waits for its delay."""
        waits = self._model.waits(key)
        if waits is not None and waits.change.old is not None:
            self.set(key, waits.change.old)
            self._model.withdraw(key)

    def seek(self, words: str) -> None:
        """Finds settings as `search` does; without words all count as found."""
        self.found = found_in(self.pages, words)

    def is_found(self, fields: Iterable[SettingField]) -> bool:
        """Whether the search found one of them."""
        return self.found is None or any(field.key in self.found for field in fields)

    # -- results

    def apply(self) -> bool:
        """Asks for what is written; False while something is wrong with it."""
        if self._settings is None:
            return False
        self._set_base(self._settings)
        if self.changes:
            self._model.ask(self._settings)
        self.changed.emit()
        return True

    # -- parts

    def _follow(self) -> None:
        """Others have changed settings: they come in under what was written here."""
        if self._model.wanted.as_json() != self._base:
            own = {key: value for key, value in self._written.items() if self.is_changed(key)}
            self._set_base(self._model.wanted)
            self._plain = copy.deepcopy(self._base)
            for key, value in own.items():
                put(self._plain, key, value)
        self._follow_values()

    def _set_base(self, settings: Settings) -> None:
        self._base = settings.as_json()
        self._applied = dict(leaves(self._base))

    def _follow_values(self) -> None:
        """Finds what is wrong with what is written, and which pages it has."""
        self._written = dict(leaves(self._plain))
        self._settings, self._faults = None, ()
        try:
            self._settings = Settings.model_validate(self._plain)
        except ValidationError as error:
            self._faults = tuple(validation_faults(error, ""))
        pages = pages_of(key.removesuffix(RULES_SUFFIX) for key in self.rules if self.may_remove(key))
        if pages != self.pages:
            self.pages = pages
            self.shaped.emit()
        self.changed.emit()


def _is_about(fault: Fault, key: str) -> bool:
    """Whether a fault is of a setting itself, or of its group and names it."""
    group, _, name = key.rpartition(".")
    is_named = fault.key == group and re.search(rf"\b{re.escape(name)}\b", fault.problem) is not None
    return fault.key == key or fault.key.startswith(f"{key}.") or is_named
