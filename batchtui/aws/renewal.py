"""How a person renews credentials, by where they come from: the sentence that a banner says."""

from collections.abc import Mapping
from shlex import quote
from typing import Any, Final

from batchtui.model.text import clean

_BY_ITSELF: Final = "batchtui goes on by itself."
_MOST_STEPS: Final = 10  # from a profile to the one that it takes its credentials from
_ENVIRONMENT: Final = "env"
_ROLE_OF_MACHINE: Final = ("iam-role", "container-role")
_SSO_KEYS: Final = ("sso_session", "sso_start_url")

Profiles = Mapping[str, Mapping[str, Any]]
"""The shared configuration, as botocore reads it."""


def how_to_renew(source: str, profile: str | None, profiles: Profiles) -> str:
    """What to do where credentials have run out.

    Args:
        source: botocore's word for where they come from, such as ``sso`` or ``env``; empty while unknown.
        profile: The profile in use; None for the default one.
        profiles: All profiles with what they hold.
    """
    if source == _ENVIRONMENT:
        return (
            "They come from the environment (AWS_ACCESS_KEY_ID), which stays as it was at the start: "
            "set fresh ones and start batchtui again."
        )
    if source in _ROLE_OF_MACHINE:
        return f"They come from this machine's role and are renewed by AWS; {_BY_ITSELF}"
    name, held = _origin(profile or "default", profiles)
    if any(key in held for key in _SSO_KEYS):
        return f"Run 'aws sso login{_option(profile, name)}'; {_BY_ITSELF}"
    if "login_session" in held:
        return f"Run 'aws login{_option(profile, name)}'; {_BY_ITSELF}"
    if "credential_process" in held:
        return f"The credential_process of profile {clean(name)} gives them: log in with its program; {_BY_ITSELF}"
    if "aws_access_key_id" in held:
        return f"Write fresh ones into the AWS credentials file, profile {clean(name)}; {_BY_ITSELF}"
    return f"Renew them ('aws sso login{_option(profile, profile or 'default')}' for SSO); {_BY_ITSELF}"


def _origin(name: str, profiles: Profiles) -> tuple[str, Mapping[str, Any]]:
    """The profile from which a profile has its credentials: a role is assumed with those of another."""
    held = profiles.get(name, {})
    for _ in range(_MOST_STEPS):
        source = held.get("source_profile")
        if not isinstance(source, str) or source == name or source not in profiles:
            break
        name, held = source, profiles[source]
    return name, held


def _option(asked_for: str | None, name: str) -> str:
    """As the shell needs it; none where the default profile is meant, which nobody has named."""
    return "" if asked_for is None and name == "default" else f" --profile {quote(clean(name))}"
