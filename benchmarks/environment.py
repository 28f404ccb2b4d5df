"""The environment of measured programs: nothing of this machine's AWS or batchtui set-up leaks into it."""

import os
from pathlib import Path

from batchtui.demo.endpoint import DemoEndpoint

ROOT = Path(__file__).resolve().parents[1]


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
