"""The operating system's key store: secrets are read when used, and never shown, logged or kept elsewhere."""

from __future__ import annotations

from engine.errors import DeskError


class KeyStoreFailed(DeskError):
    """The key store cannot be used, or lacks the secret. Its text never contains a secret."""


def secret_of(service: str, name: str) -> str | None:
    """The secret saved under `name`, None if there is none. May ask the user; raises `KeyStoreFailed`."""
    import keyring

    try:
        return keyring.get_password(service, name)
    except Exception as error:
        raise KeyStoreFailed(f"the key store cannot be read ({type(error).__name__})") from None


def keep_secret(service: str, name: str, secret: str, what: str) -> None:
    """Saves a secret in the key store, replacing an older one. Raises `KeyStoreFailed`, which names `what`."""
    import keyring

    try:
        keyring.set_password(service, name, secret)
    except Exception as error:
        raise KeyStoreFailed(f"the {what} cannot be saved in the key store ({type(error).__name__})") from None


def forget_secret(service: str, name: str) -> None:
    """Deletes a secret from the key store, if it is there. Raises `KeyStoreFailed`."""
    import keyring
    from keyring.errors import PasswordDeleteError

    try:
        keyring.delete_password(service, name)
    except PasswordDeleteError:
        return
    except Exception as error:
        raise KeyStoreFailed(f"the key store cannot delete the entry ({type(error).__name__})") from None
