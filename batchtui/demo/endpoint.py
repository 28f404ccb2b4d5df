"""Where the account can be reached, and with which credentials. It imports nothing, so that starting is quick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoEndpoint:
    """What a client needs to know."""

    url: str
    """The endpoint of every service: http://127.0.0.1:PORT."""
    region: str
    access_key_id: str
    secret_access_key: str
