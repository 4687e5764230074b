"""Addresses in the settings: where a password may not go without encryption."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.desk import ExchangeSettings


@pytest.mark.parametrize("rest_url", ["http://user:secret@example.com", "http://user@10.0.0.1:80"])
def test_that_a_password_is_not_sent_without_encryption(rest_url: str) -> None:
    with pytest.raises(ValidationError, match="allowed is https://"):
        ExchangeSettings(rest_url=rest_url)
    with pytest.raises(ValidationError, match="allowed is wss://"):
        ExchangeSettings(ws_url=rest_url.replace("http", "ws"))


@pytest.mark.parametrize(
    "rest_url", ["https://user:secret@example.com", "http://user:secret@127.0.0.1:8080", "http://example.com"]
)
def test_that_other_addresses_may_be_used(rest_url: str) -> None:
    assert ExchangeSettings(rest_url=rest_url).rest_url == rest_url
