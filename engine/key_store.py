"""The operating system's key store: secrets are read when used, and never shown, logged or kept elsewhere."""

from __future__ import annotations

from engine.errors import DeskError


class KeyStoreFailed(DeskError):
    """The key store cannot be used, or lacks the secret: never holds one in its text."""


def secret_of(service: str, name: str) -> str | None:
    """The secret under `name`, None where none is kept. May ask the user; raises `KeyStoreFailed`."""
    import keyring

    try:
        return keyring.get_password(service, name)
    except Exception as error:
        raise KeyStoreFailed(f"the key store cannot be read ({type(error).__name__})") from None


def keep_secret(service: str, name: str, secret: str, what: str) -> None:
    """Puts a secret into the key store, in place of an older one. Raises `KeyStoreFailed`, which names `what`."""
    import keyring

    try:
        keyring.set_password(service, name, secret)
    except Exception as error:
        raise KeyStoreFailed(f"the key store keeps no {what} ({type(error).__name__})") from None


def forget_secret(service: str, name: str) -> None:
    """Takes a secret out of the key store; one that is not there is gone already. Raises `KeyStoreFailed`."""
    import keyring
    from keyring.errors import PasswordDeleteError

    try:
        keyring.delete_password(service, name)
    except PasswordDeleteError:
        return
    except Exception as error:
        raise KeyStoreFailed(f"the key store cannot forget ({type(error).__name__})") from None
