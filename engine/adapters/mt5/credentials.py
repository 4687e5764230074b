"""Passwords of trading accounts: kept in the operating system's key store, read when used, never shown."""

from __future__ import annotations

from typing import Final

from engine.key_store import forget_secret, keep_secret, secret_of

SERVICE: Final = "microscalp MetaTrader 5"


def password_of(login: int, server: str) -> str | None:
    """The password of an account, None where none is kept. May ask the user; raises `KeyStoreFailed`."""
    return secret_of(SERVICE, _account(login, server))


def keep_password(login: int, server: str, password: str) -> None:
    """Puts the password into the key store, in place of an older one. Raises `KeyStoreFailed`."""
    keep_secret(SERVICE, _account(login, server), password, "password")


def forget_password(login: int, server: str) -> None:
    """Takes the password out of the key store; one that is not there is gone already. Raises `KeyStoreFailed`."""
    forget_secret(SERVICE, _account(login, server))


def _account(login: int, server: str) -> str:
    return f"{login}@{server}"
