"""Credentials and region by AWS's standard chain; never a prompt."""

import getpass
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Never

import pytest
from botocore.credentials import AssumeRoleCredentialFetcher

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.errors import (
    ExpiredCredentialsError,
    MissingCredentialsError,
    NotConfiguredError,
    UnreachableError,
)
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from tests.worlds import DemoWorld

ROLE = "arn:aws:iam::123456789012:role/operator"
MFA = "arn:aws:iam::123456789012:mfa/me"


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    """A shared configuration with a plain profile and one that wants an MFA code."""
    (tmp_path / "aws-config").write_text(
        "[profile plain]\nregion = eu-west-1\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"
        f"[profile careful]\nregion = eu-west-1\nrole_arn = {ROLE}\nsource_profile = plain\nmfa_serial = {MFA}\n"
    )
    return tmp_path


@pytest.fixture(autouse=True)
def no_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    def prompt(*_: object) -> Never:
        raise AssertionError("a prompt into the screen")

    monkeypatch.setattr(getpass, "getpass", prompt)
    monkeypatch.setattr("builtins.input", prompt)


async def test_the_profile_gives_region_and_credentials(profiles: Path) -> None:
    connection = Connection(ConnectionSettings(profile="plain"))
    resolved = await connection.open()
    assert (resolved.region, resolved.profile, resolved.credentials_source) == (
        "eu-west-1",
        "plain",
        "config-file",
    )


async def test_aws_profile_and_aws_region_count(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "plain")
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    resolved = await Connection(ConnectionSettings()).open()
    assert (resolved.region, resolved.profile) == ("ap-south-1", "plain")
    assert (await Connection(ConnectionSettings(region="us-west-2")).open()).region == "us-west-2"


async def test_mfa_never_prompts_and_names_the_command(profiles: Path) -> None:
    gateway = Gateway(Connection(ConnectionSettings(profile="careful")), CallBudget(4))
    with pytest.raises(ExpiredCredentialsError, match="aws sts get-caller-identity --profile careful"):
        await gateway.describe_job_queues()


async def test_the_mfa_session_of_the_aws_cli_is_used(profiles: Path, demo: DemoWorld) -> None:
    import os

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del os.environ[name]
    fetcher = AssumeRoleCredentialFetcher(
        None, None, ROLE, extra_args={"SerialNumber": MFA}, mfa_prompter=None, cache=None
    )
    cache = profiles / ".aws" / "cli" / "cache"
    cache.mkdir(parents=True)
    session = {
        "AccessKeyId": demo.access_key_id,
        "SecretAccessKey": demo.secret_access_key,
        "SessionToken": "token",
        "Expiration": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }
    (cache / f"{fetcher._create_cache_key()}.json").write_text(json.dumps({"Credentials": session}))
    connection = Connection(ConnectionSettings(profile="careful", endpoint_url=demo.url))
    queues = await Gateway(connection, CallBudget(4)).describe_job_queues()
    assert {queue.job_queue_name for queue in queues} == demo.queues()
    await connection.close()


async def test_what_cannot_work_is_named() -> None:
    with pytest.raises(NotConfiguredError, match="No AWS region is set"):
        await Connection(ConnectionSettings()).open()
    with pytest.raises(NotConfiguredError, match="'aws configure list-profiles'"):
        await Connection(ConnectionSettings(profile="nope", region="us-east-1")).open()
    with pytest.raises(MissingCredentialsError, match="--demo"):
        await Connection(ConnectionSettings(region="us-east-1")).open()


async def test_renewed_credentials_are_picked_up(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `aws sso login` in another terminal does: the next call reads the credentials anew."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXPIRED000000000")
    connection = Connection(ConnectionSettings(endpoint_url=demo.url))
    gateway = Gateway(connection, CallBudget(4))
    with pytest.raises(Exception, match="security token included in the request is invalid"):
        await gateway.describe_job_queues()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", demo.access_key_id)
    assert await gateway.describe_job_queues()
    await connection.close()


async def test_the_demo_account_needs_nothing_of_this_machine(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nope")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    given = ConnectionSettings(None, "us-east-1", demo.url, demo.access_key_id, demo.secret_access_key)
    connection = Connection(given)
    assert await Gateway(connection, CallBudget(4)).describe_job_queues()
    await connection.close()


async def test_a_proxy_of_the_environment_counts_elsewhere(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    connection = Connection(ConnectionSettings(endpoint_url=demo.url.replace("127.0.0.1", "example.invalid")))
    with pytest.raises(UnreachableError, match="proxy"):
        await Gateway(connection, CallBudget(4)).describe_job_queues()
    await connection.close()


def test_the_secret_is_not_in_the_text_of_the_settings() -> None:
    assert "hush" not in repr(ConnectionSettings(access_key_id="a", secret_access_key="hush"))
