"""The profiles of AWS's shared configuration, and the regions that have AWS Batch; both to be read in a thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.session import Session

from batchtui.aws.error_mapping import aws_error
from batchtui.aws.models import loader_for
from batchtui.model.text import clean

_AWS: Final = "aws"
_SERVICE: Final = "batch"
_KINDS: Final = (
    ("sso_session", "SSO"),
    ("sso_start_url", "SSO"),
    ("login_session", "login"),
    ("role_arn", "role"),
    ("credential_process", "process"),
    ("aws_access_key_id", "keys"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as it stands in the shared configuration; no call was made with it."""

    name: str
    region: str = ""
    """Empty where it has none."""
    kind: str = ""
    """Where its credentials come from, in a word: ``SSO``, ``role``, ``keys`` …"""
    account: str = ""
    """The account's number where the configuration tells it."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region in which there is AWS Batch."""

    name: str
    description: str
    """Such as ``Europe (Ireland)``."""


def read_profiles() -> tuple[Profile, ...]:
    """Every profile, by name.

    Raises:
        NotConfiguredError: The shared configuration cannot be read.
    """
    try:
        found: Mapping[str, Mapping[str, Any]] = Session().full_config["profiles"]
    except Exception as error:
        raise aws_error("", error) from error
    profiles = [_profile(name, held) for name, held in found.items() if clean(name) == name]
    return tuple(sorted(profiles, key=lambda profile: profile.name.casefold()))


def read_regions(like: str | None) -> tuple[Region, ...]:
    """The regions of one partition (AWS itself, China, GovCloud …), by name; from botocore's data, without a call.

    Args:
        like: A region of that partition; None for AWS's usual one.
    """
    session = Session()
    loader = loader_for(session.get_component("data_loader"))
    partitions = loader.load_data("endpoints")["partitions"]
    by_name = {partition["partition"]: partition for partition in partitions}
    partition = next((each for each in partitions if like in each["regions"]), by_name[_AWS])
    offered = partition["services"].get(_SERVICE, {}).get("endpoints", {})
    return tuple(
        Region(name, told.get("description", ""))
        for name, told in sorted(partition["regions"].items())
        if name in offered
    )


def _profile(name: str, held: Mapping[str, Any]) -> Profile:
    kind = next((word for key, word in _KINDS if key in held), "")
    role = str(held.get("role_arn", "")).split(":")
    account = str(held.get("sso_account_id") or (role[4] if len(role) > 4 else ""))
    return Profile(name, clean(str(held.get("region", ""))), kind, clean(account))
