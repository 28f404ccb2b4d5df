"""Who one is, where, by whose clock, and until when."""

import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from batchtui.aws.account_alias import ask_alias
from batchtui.aws.caller import Caller
from batchtui.aws.connection import Connection, Resolved
from batchtui.aws.credential_facts import CredentialFacts, answered_at, credential_facts, refused_at
from batchtui.aws.endpoints import is_of_aws
from batchtui.aws.errors import AccessDeniedError, AwsError, UnsupportedOperationError, remedy_of
from batchtui.commands.finding import Finding, Verdict
from batchtui.format import duration
from batchtui.logs.timestamps import iso_utc
from batchtui.model import fields
from batchtui.model.fields import Api

SECTION: Final = "account"
SOON: Final = 900.0
"""Credentials that end within so many seconds are worth a word."""
SMALL_SKEW: Final = 30.0
"""Seconds by which clocks may differ without a word; AWS refuses from 300 on."""
_METHODS: Final[Mapping[str, str]] = {
    "env": "the environment (AWS_ACCESS_KEY_ID)",
    "shared-credentials-file": "the shared credentials file",
    "config-file": "the shared configuration file",
    "custom-process": "a credential_process",
    "sso": "IAM Identity Center (SSO)",
    "login": "aws login",
    "assume-role": "a role that the profile assumes",
    "assume-role-with-web-identity": "a role by web identity",
    "container-role": "the container's role",
    "iam-role": "the role of this EC2 instance (IMDS)",
    "boto2-config": "the configuration of boto 2",
}
_KEY: Final = "AWS_REGION"


@dataclass(slots=True)
class Whose:
    """What was found out of the account; the later findings use it."""

    account: str | None = None
    arn: str | None = None
    is_reached: bool = False


def unopened(connection: Connection, error: AwsError) -> Finding:
    """There is no region, or there are no credentials."""
    asked = f" (profile {connection.settings.profile})" if connection.settings.profile else ""
    return Finding(
        SECTION, error.condition, Verdict.BAD, f"{error.detail}{asked}", remedy_of(error.what_to_do), is_fatal=True
    )


async def credential_findings(connection: Connection, now: float) -> AsyncIterator[Finding]:
    """Where the credentials come from, and how long they are good."""
    try:
        facts = await credential_facts(connection)
    except AwsError as error:
        yield unopened(connection, error)
        return
    if facts is None:
        yield Finding(SECTION, "credentials", Verdict.OK, "those of the simulated account")
        return
    profile = connection.profile
    whose = f", profile {profile}" if profile else ""
    yield Finding(SECTION, "credentials", Verdict.OK, f"from {_METHODS.get(facts.method, facts.method)}{whose}")
    yield Finding(SECTION, "access key", Verdict.OK, facts.access_key_id)
    yield _expiry(facts, now, remedy_of(connection.renewal))


def _expiry(facts: CredentialFacts, now: float, renewal: str) -> Finding:
    if facts.expires_at is None:
        if facts.is_temporary:
            text = "temporary; nobody says until when"
            return Finding(SECTION, "expiry", Verdict.NOTE, text, renewal)
        return Finding(SECTION, "expiry", Verdict.OK, "they are no temporary ones")
    left = facts.expires_at - now
    moment = iso_utc(int(facts.expires_at * 1000))
    if left <= 0:
        return Finding(SECTION, "expiry", Verdict.BAD, f"they have ended at {moment}", renewal)
    verdict = Verdict.WARNING if left < SOON else Verdict.OK
    return Finding(SECTION, "expiry", verdict, f"in {duration(left)}, at {moment}", renewal)


def region_finding(connection: Connection, resolved: Resolved, origin: str | None) -> Finding:
    """The region, and where it came from."""
    if connection.settings.is_self_contained:
        return Finding(SECTION, "region", Verdict.OK, f"{resolved.region} (simulated)")
    environ = os.environ
    if connection.settings.region is None:
        first = next((name for name in (_KEY, "AWS_DEFAULT_REGION") if environ.get(name)), None)
        origin = first or f"the shared configuration, profile {resolved.profile or 'default'}"
    return Finding(SECTION, "region", Verdict.OK, f"{resolved.region}, from {origin or 'the settings'}")


async def endpoint_finding(connection: Connection, origin: str | None) -> Finding:
    """Where AWS Batch is asked."""
    url = await connection.endpoint_url()
    if connection.settings.is_self_contained:
        return Finding(SECTION, "endpoint", Verdict.OK, f"{url} (simulated)")
    if connection.settings.endpoint_url is not None:
        return Finding(
            SECTION, "endpoint", Verdict.NOTE, f"{url} for every service, from {origin or 'the settings'}"
        )
    names = [name for name in ("AWS_ENDPOINT_URL_BATCH", "AWS_ENDPOINT_URL") if os.environ.get(name)]
    if not names and is_of_aws(url):
        return Finding(SECTION, "endpoint", Verdict.OK, url)
    where = names[0] if names else f"the shared configuration, profile {connection.profile or 'default'}"
    return Finding(SECTION, "endpoint", Verdict.NOTE, f"{url}, from {where}")


async def identity_findings(caller: Caller, whose: Whose) -> AsyncIterator[Finding]:
    """Who one is, and how far this machine's clock is from AWS's."""
    began = time.time()
    try:
        answer: Api = await caller.call("sts", "GetCallerIdentity", {}, urgent=True)
    except AwsError as error:
        is_denied = isinstance(error, AccessDeniedError)
        text, advice = f"{error.condition}: {error.detail}", remedy_of(error.what_to_do)
        yield Finding(SECTION, "identity", Verdict.BAD, text, advice, is_fatal=not is_denied)
        whose.is_reached = is_denied
        for finding in _clock(refused_at(error), began):
            yield finding
        return
    whose.is_reached = True
    whose.account, whose.arn = fields.text(answer, "Account"), fields.text(answer, "Arn")
    yield Finding(SECTION, "identity", Verdict.OK, whose.arn or "AWS told none")
    yield Finding(SECTION, "account", Verdict.OK, f"{whose.account or 'AWS told none'}{await _alias(caller)}")
    for finding in _clock(answered_at(answer), began):
        yield finding


async def _alias(caller: Caller) -> str:
    try:
        alias = await ask_alias(caller, urgent=True)
    except UnsupportedOperationError:
        return " (no alias: this endpoint has no IAM)"
    except AccessDeniedError:
        return " (its alias is not told: iam:ListAccountAliases is denied, and nothing is dark without it)"
    except AwsError:
        return " (its alias could not be asked for)"
    return f", alias {alias}" if alias else " (it has no alias)"


def _clock(theirs: float | None, began: float) -> Iterator[Finding]:
    if theirs is None:
        return
    ended = time.time()
    # Their second may have begun up to a second ago, and the answer was made between the two moments.
    skew = 0.0 if began - 1 <= theirs <= ended else min(began - 1 - theirs, ended - theirs, key=abs)
    if abs(skew) <= SMALL_SKEW:
        yield Finding(SECTION, "clock", Verdict.OK, f"within {max(1, round(abs(skew)))} s of AWS's")
        return
    text = f"{duration(abs(skew))} {'ahead of' if skew > 0 else 'behind'} AWS's"
    advice = "Set it right (NTP): AWS refuses what is signed more than 5 minutes off."
    yield Finding(SECTION, "clock", Verdict.WARNING, text, advice)
