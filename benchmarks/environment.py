"""The environment of measured programs: nothing of this machine's AWS or batchtui set-up leaks into it."""

import os
from pathlib import Path

from batchtui.demo.endpoint import DemoEndpoint

ROOT = Path(__file__).resolve().parents[1]


def over_ssh(home: Path) -> dict[str, str]:
    """The environment at the other end of an SSH connection, with credentials that any endpoint here takes."""
    environment = with_credentials(home)
    del environment["COLORTERM"]  # SSH does not hand it on
    return {**environment, "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


def with_credentials(home: Path) -> dict[str, str]:
    """A clean environment with credentials that any endpoint here takes."""
    return {
        **clean_environment(home),
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
    }


def clean_environment(home: Path, account: DemoEndpoint | None = None) -> dict[str, str]:
    """The environment of a person who has nothing but credentials.

    Args:
        home: An empty directory.
        account: Whose credentials to give.
    """
    environment = {
        "HOME": str(home),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    if account is not None:
        environment["AWS_ACCESS_KEY_ID"] = account.access_key_id
        environment["AWS_SECRET_ACCESS_KEY"] = account.secret_access_key
    return environment
