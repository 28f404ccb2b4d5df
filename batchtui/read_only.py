"""Whether anything may be changed: the one place that decides it."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from batchtui.settings import Settings

DEFAULT_PROFILE = "default"
"""The profile that is used where none is named."""


def read_only_reason(settings: Settings, profile: str | None, account: str | None) -> str | None:
    """Why nothing can be changed, in a sentence; None where it can.

    What is not known yet might be what the configuration protects: until it is known, nothing can be changed.

    Args:
        settings: ``read_only``, and the patterns of profiles and accounts.
        profile: The profile's name; None while it is not known, empty where no profile has a say.
        account: The account's number; None while it is not known.
    """
    if settings.read_only:
        return "This is read-only: nothing can be changed."
    if settings.read_only_profiles and profile is None:
        return "This is read-only: the profile is not known yet."
    if profile and _matches(profile, settings.read_only_profiles):
        return f"This is read-only: the configuration says so for profile {profile}."
    if settings.read_only_accounts and not account:
        return "This is read-only: the account is not known yet."
    if account and _matches(account, settings.read_only_accounts):
        return f"This is read-only: the configuration says so for account {account}."
    return None


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
