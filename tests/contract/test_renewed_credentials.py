"""Credentials that are renewed while the program runs: the banner names the way, and they are picked up."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from typing import Never

import pytest
from aiohttp import web
from botocore.tokens import SSOTokenProvider

from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.settings import Settings
from batchtui.sync import sources
from tests.ui.driver import running
from tests.worlds import DemoWorld

SSO_PROFILE = (
    "[profile work]\nregion = us-east-1\nsso_session = corp\n"
    "sso_account_id = 123456789012\nsso_role_name = viewer\n"
    "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n"
)
ROLE = "role_arn = arn:aws:iam::123456789012:role/operator\n"
ASSUMED = (
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{demo.access_key_id}</AccessKeyId>"
    "<SecretAccessKey>{demo.secret_access_key}</SecretAccessKey><SessionToken>t</SessionToken>"
    "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
)


@pytest.fixture(autouse=True)
def no_credentials_in_the_environment(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.delenv(name)


@asynccontextmanager
async def gateway_of(demo: DemoWorld, profile: str) -> AsyncIterator[Gateway]:
    connection = Connection(ConnectionSettings(profile=profile, region="us-east-1", endpoint_url=demo.url))
    try:
        yield Gateway(connection, CallBudget(1000))
    finally:
        await connection.close()


async def test_a_credentials_file_that_is_written_anew(demo: DemoWorld, tmp_path: Path) -> None:
    def write(key: str) -> None:
        (tmp_path / "aws-credentials").write_text(
            f"[keys]\naws_access_key_id = {key}\n"
            f"aws_secret_access_key = {demo.secret_access_key}\naws_session_token = t\n"
        )

    write("AKIAOFYESTERDAY00000")
    async with gateway_of(demo, "keys") as gateway:
        demo.fault(status=403, code="ExpiredTokenException", message="expired")
        with pytest.raises(errors.ExpiredCredentialsError, match="into the AWS credentials file, profile keys"):
            await gateway.describe_job_queues()
        demo.heal()
        with pytest.raises(errors.RejectedCredentialsError, match="invalid"):
            await gateway.describe_job_queues()
        write(demo.access_key_id)
        assert await gateway.describe_job_queues()


async def test_a_process_that_gives_others(demo: DemoWorld, tmp_path: Path) -> None:
    vault = tmp_path / "vault.json"
    program = tmp_path / "vault.py"
    program.write_text(f"print(open({str(vault)!r}).read())")
    (tmp_path / "aws-config").write_text(f"[profile vault]\ncredential_process = {sys.executable} {program}\n")
    async with gateway_of(demo, "vault") as gateway:
        with pytest.raises(errors.ExpiredCredentialsError, match="credential_process of profile vault"):
            await gateway.describe_job_queues()
        vault.write_text(
            json.dumps(
                {"Version": 1, "AccessKeyId": demo.access_key_id, "SecretAccessKey": demo.secret_access_key}
            )
        )
        assert await gateway.describe_job_queues()


@asynccontextmanager
async def portal(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch, known: set[str]) -> AsyncIterator[None]:
    """The SSO portal, which gives the account's key for the tokens that it knows; with OIDC and STS."""

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("x-amz-sso_bearer_token") not in known:
            headers = {"x-amzn-ErrorType": "UnauthorizedException"}
            return web.json_response(
                {"message": "Session token not found or invalid"}, status=401, headers=headers
            )
        expiration = int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000)
        key = {"accessKeyId": demo.access_key_id, "secretAccessKey": demo.secret_access_key, "sessionToken": "t"}
        return web.json_response({"roleCredentials": {**key, "expiration": expiration}})

    async def refresh(request: web.Request) -> web.Response:
        known.add("refreshed")
        return web.json_response({"accessToken": "refreshed", "expiresIn": 28800, "tokenType": "Bearer"})

    async def assume(request: web.Request) -> web.Response:
        return web.Response(text=ASSUMED.format(demo=demo), content_type="text/xml")

    application = web.Application()
    application.router.add_get("/federation/credentials", answer)
    application.router.add_post("/token", refresh)
    application.router.add_post("/", assume)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        for service in ("SSO", "SSO_OIDC", "STS"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://127.0.0.1:{port}")
        yield
    finally:
        await runner.cleanup()


def log_in(home: Path, token: str, hours: float = 8.0, **more: str) -> None:
    """What ``aws sso login`` leaves on the disk."""
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    expires = (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = {"startUrl": "https://corp.awsapps.com/start", "region": "us-east-1", "accessToken": token, **more}
    name = sha1(b"corp", usedforsecurity=False).hexdigest()
    (cache / f"{name}.json").write_text(json.dumps({**found, "expiresAt": expires}))


async def test_a_login_of_sso_in_another_terminal(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "FIRST_BACKOFF_SECONDS", 0.1)
    (tmp_path / "aws-config").write_text(SSO_PROFILE)
    # botocore has asked for the home directory when it was imported.
    monkeypatch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / ".aws" / "sso" / "cache"))
    known = {"first"}
    settings = Settings(profile="work", max_calls_per_second=5000.0, refresh=0.3)
    banner = ("✕ credentials expired", "Run 'aws sso login --profile work'; batchtui goes on by itself.")
    async with portal(demo, monkeypatch, known), running(demo, settings=settings) as driver:
        await driver.until_text(*banner)
        log_in(tmp_path, "first", hours=-1.0)
        await driver.until_text(*banner)
        log_in(tmp_path, "first")
        await driver.until_live()
        known.clear()
        demo.fault(status=403, code="ExpiredTokenException", message="expired")
        await driver.until_text(*banner)
        demo.heal()
        await driver.press("exclamation_mark")
        await driver.until_text("UnauthorizedSSOTokenError", "ExpiredTokenException", "SSOTokenLoadError")
        await driver.press("escape")
        known.add("second")
        log_in(tmp_path, "second")
        await driver.until(lambda: "● live" in driver.text, "live again, by itself")


async def test_a_home_that_cannot_be_written_costs_no_session(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a role with the credentials of an SSO login that is due to be refreshed: neither can be kept."""

    def read_only(**_: object) -> Never:
        raise OSError(errno.EROFS, "Read-only file system")

    role = f"[profile ops]\nregion = us-east-1\n{ROLE}source_profile = work\n"
    (tmp_path / "aws-config").write_text(SSO_PROFILE + role)
    monkeypatch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / ".aws" / "sso" / "cache"))
    registered = {"clientId": "c", "clientSecret": "s", "registrationExpiresAt": "2099-01-01T00:00:00Z"}
    log_in(tmp_path, "old", -1.0, refreshToken="r", **registered)
    monkeypatch.setattr("botocore.utils.tempfile.mkstemp", read_only)
    async with portal(demo, monkeypatch, set()), gateway_of(demo, "ops") as gateway:
        assert await gateway.describe_job_queues()


@pytest.mark.slow
def test_what_the_libraries_say_of_it_is_no_output(tmp_path: Path) -> None:
    (tmp_path / "aws-config").write_text(
        f"[profile ops]\nregion = us-east-1\n{ROLE}source_profile = keys\n"
        "[profile keys]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "batchtui", "--once", "--profile", "ops"],
        env={**os.environ, "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = done.stderr.splitlines()
    assert "Could not connect" in sentence


async def test_a_login_that_wants_a_library_names_it(demo: DemoWorld, tmp_path: Path) -> None:
    (tmp_path / "aws-config").write_text("[profile new]\nregion = us-east-1\nlogin_session = me\n")
    async with gateway_of(demo, "new") as gateway:
        with pytest.raises(errors.AwsError) as found:
            await gateway.describe_job_queues()
    if not isinstance(found.value, errors.ExpiredCredentialsError):  # where the library is there
        assert isinstance(found.value, errors.NotConfiguredError)
        assert "pipx inject" in str(found.value)


async def test_a_call_that_waited_for_its_turn_goes_out_on_the_renewed_client(demo: DemoWorld) -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += 60.0
        for _ in range(2):  # which closes the first one
            await connection.renew(await connection.client("batch"))

    settings = ConnectionSettings(None, "us-east-1", demo.url, demo.access_key_id, demo.secret_access_key)
    connection = Connection(settings)
    budget = CallBudget(4, clock=lambda: now, sleep=sleep)
    gateway = Gateway(connection, budget)
    try:
        assert await gateway.describe_job_queues()
        budget.throttled()
        assert await gateway.describe_job_queues()
        assert now
    finally:
        await connection.close()
