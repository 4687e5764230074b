"""Passwords of trading accounts: kept in the operating system's key store, read when used, never shown."""

from __future__ import annotations

from typing import Final

from engine.errors import DeskError

SERVICE: Final = "microscalp MetaTrader 5"


class KeyStoreFailed(DeskError):
    """The key store cannot be used, or lacks the password: never holds one in its text."""


def password_of(login: int, server: str) -> str | None:
    """The password of an account, None where none is kept. May ask the user; raises `KeyStoreFailed`."""
    import keyring

    try:
        return keyring.get_password(SERVICE, _account(login, server))
    except Exception as error:
        raise KeyStoreFailed(f"the key store cannot be read ({type(error).__name__})") from None


def keep_password(login: int, server: str, password: str) -> None:
    """Puts the password into the key store, in place of an older one. Raises `KeyStoreFailed`."""
    import keyring

    try:
        keyring.set_password(SERVICE, _account(login, server), password)
    except Exception as error:
        raise KeyStoreFailed(f"the key store keeps no password ({type(error).__name__})") from None


def forget_password(login: int, server: str) -> None:
    """Takes the password out of the key store; one that is not there is gone already. Raises `KeyStoreFailed`."""
    import keyring
    from keyring.errors import PasswordDeleteError

    try:
        keyring.delete_password(SERVICE, _account(login, server))
    except PasswordDeleteError:
        return
    except Exception as error:
        raise KeyStoreFailed(f"the key store cannot forget ({type(error).__name__})") from None


def _account(login: int, server: str) -> str:
    return f"{login}@{server}"
