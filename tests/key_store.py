"""A key store in a file, for the worker's process and the test to share."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyStore(KeyringBackend):
    """Named to `keyring` by its environment variable."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep(self._kept() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("not there")
        self._keep(kept)

    @property
    def _file(self) -> Path:
        return Path(os.environ["KEY_STORE_FILE"])

    def _kept(self) -> dict[str, str]:
        return json.loads(self._file.read_text()) if self._file.exists() else {}

    def _keep(self, kept: dict[str, str]) -> None:
        self._file.write_text(json.dumps(kept))


@contextmanager
def key_store_in(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileKeyStore]:
    """Makes `file` the key store of this process and of its children."""
    monkeypatch.setenv("KEY_STORE_FILE", str(file))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{FileKeyStore.__module__}.{FileKeyStore.__name__}")
    before = keyring.get_keyring()
    store = FileKeyStore()  # type: ignore[no-untyped-call]  # keyring leaves it untyped
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)
