"""What the configuration protects is read-only, and so is what is not known yet."""

import pytest

from batchtui.read_only import read_only_reason
from batchtui.settings import Settings

PROFILES = Settings(read_only_profiles=("prod*", "audit"))
ACCOUNTS = Settings(read_only_accounts=("111122223333", "99*"))
BOTH = Settings(read_only_profiles=("prod*",), read_only_accounts=("99*",))


@pytest.mark.parametrize(
    ("settings", "profile", "account", "reason"),
    [
        (Settings(read_only=True), "dev", "1", "nothing can be changed"),
        (Settings(read_only=True), None, None, "nothing can be changed"),
        (PROFILES, None, "1", "the profile is not known yet"),
        (PROFILES, "prod-eu", "1", "the configuration says so for profile prod-eu"),
        (PROFILES, "audit", None, "the configuration says so for profile audit"),
        (ACCOUNTS, "dev", None, "the account is not known yet"),
        (ACCOUNTS, "dev", "", "the account is not known yet"),
        (ACCOUNTS, None, "111122223333", "the configuration says so for account 111122223333"),
        (ACCOUNTS, "", "990000000000", "the configuration says so for account 990000000000"),
        (BOTH, "dev", None, "the account is not known yet"),
        (BOTH, "prod", None, "the configuration says so for profile prod"),
        (BOTH, "dev", "990000000000", "the configuration says so for account 990000000000"),
        (Settings(read_only_profiles=("*",)), "default", None, "the configuration says so for profile default"),
        (Settings(read_only_accounts=("*",)), "dev", "1", "the configuration says so for account 1"),
    ],
)
def test_read_only(settings: Settings, profile: str | None, account: str | None, reason: str) -> None:
    assert read_only_reason(settings, profile, account) == f"This is read-only: {reason}."


@pytest.mark.parametrize(
    ("settings", "profile", "account"),
    [
        (Settings(), None, None),
        (PROFILES, "dev", None),
        (PROFILES, "my-prod", "1"),
        (PROFILES, "Prod", "1"),
        (Settings(read_only_profiles=("*",)), "", None),
        (ACCOUNTS, None, "111122223334"),
        (ACCOUNTS, None, "1111222233339"),
        (ACCOUNTS, "111122223333", "2"),
        (BOTH, "dev", "110000000000"),
    ],
)
def test_not_read_only(settings: Settings, profile: str | None, account: str | None) -> None:
    assert read_only_reason(settings, profile, account) is None
