"""What a person is told to do where credentials have run out."""

import pytest

from batchtui.aws.renewal import how_to_renew

PROFILES = {
    "work": {"sso_session": "corp", "sso_account_id": "1", "sso_role_name": "r"},
    "old": {"sso_start_url": "https://x", "sso_account_id": "1"},
    "my work": {"sso_session": "corp"},
    "role": {"role_arn": "arn:aws:iam::1:role/x", "source_profile": "work"},
    "console": {"login_session": "arn:aws:iam::1:user/me"},
    "process": {"credential_process": "vault"},
    "keys": {"aws_access_key_id": "A", "aws_secret_access_key": "B"},
    "loop": {"role_arn": "x", "source_profile": "pool"},
    "pool": {"role_arn": "x", "source_profile": "loop"},
    "default": {"sso_session": "corp"},
}


@pytest.mark.parametrize(
    ("source", "profile", "told"),
    [
        ("sso", "work", "Run 'aws sso login --profile work'; batchtui goes on by itself."),
        ("", "work", "Run 'aws sso login --profile work';"),
        ("sso", "old", "Run 'aws sso login --profile old';"),
        ("sso", "my work", "Run 'aws sso login --profile 'my work'';"),
        ("sso", None, "Run 'aws sso login';"),
        ("assume-role", "role", "Run 'aws sso login --profile work';"),
        ("login", "console", "Run 'aws login --profile console';"),
        ("custom-process", "process", "credential_process of profile process"),
        ("shared-credentials-file", "keys", "Write fresh ones into the AWS credentials file, profile keys;"),
        ("env", None, "set fresh ones and start batchtui again."),
        ("iam-role", None, "this machine's role"),
        ("assume-role", "loop", "'aws sso login --profile loop' for SSO"),
        ("", "nobody knows", "'aws sso login --profile 'nobody knows'' for SSO"),
    ],
)
def test_it_follows_from_where_they_come_from(source: str, profile: str | None, told: str) -> None:
    assert told in how_to_renew(source, profile, PROFILES)


def test_a_profile_is_never_a_control_sequence() -> None:
    assert "\x1b" not in how_to_renew("sso", "a\x1b[2J", {"a\x1b[2J": {"sso_session": "x"}})
