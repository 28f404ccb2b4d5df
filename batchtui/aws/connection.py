"""Credentials, region and clients by AWS's own standard chain."""

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Never

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from aiobotocore.tokens import AioSSOTokenProvider

from batchtui import __version__
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.error_mapping import aws_error
from batchtui.aws.errors import (
    ExpiredCredentialsError,
    MissingCredentialsError,
    NotConfiguredError,
    UnreachableError,
)
from batchtui.aws.file_cache import FileCache
from batchtui.aws.models import loader_for
from batchtui.aws.parsing import TakingTurns
from batchtui.aws.renewal import Profiles, how_to_renew
from batchtui.aws.trimmed_model import USED, trim_model

_CLI_CACHE = Path("~/.aws/cli/cache")
"""Where the AWS CLI keeps the sessions that it got with an MFA code."""

# The only way to those of the profiles that others take their credentials from, too.
AioSSOTokenProvider.DEFAULT_CACHE_CLS = FileCache

# As botocore does for itself: its tracebacks would be written over an editor, or below what `--once` prints.
logging.getLogger("aiobotocore").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the chain came to."""

    region: str
    profile: str | None
    credentials_source: str
    """Where the credentials come from: ``env``, ``sso``, ``iam-role``, ``shared-credentials-file``, …"""


class Connection:
    """One identity in one region, with a client for each service (and other region) that is used.

    Clients are made on the event loop, after botocore's service models were read in a thread.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        self.settings = settings
        self.resolved: Resolved | None = None
        self._session: AioSession | None = None
        self._clients: dict[tuple[str, str], Any] = {}
        self._closing = AsyncExitStack()
        self._retired = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._profiles: Profiles = {}
        self._is_closed = False

    async def open(self) -> Resolved:
        """Finds region and credentials.

        Raises:
            NotConfiguredError: No region, or a profile that does not exist.
            MissingCredentialsError: The chain found none.
            ExpiredCredentialsError: The chain found some that must be renewed.
        """
        async with self._lock:
            return await self._open()

    async def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service (``batch``, ``logs``, ``sts``), made at first use.

        Args:
            service: AWS's name of it.
            region: Another region than the account's, such as that of a log group. Where an endpoint is
                given, everything goes there whatever the region.

        Raises:
            AwsError: As ``open()``.
        """
        async with self._lock:
            resolved = await self._open()
            key = (service, region or resolved.region)
            if key not in self._clients:
                assert self._session is not None
                if service in USED:
                    await asyncio.to_thread(trim_model, self._session, service)
                try:
                    self._clients[key] = await self._closing.enter_async_context(
                        self._session.create_client(
                            service,
                            region_name=key[1],
                            endpoint_url=self.settings.endpoint_url,
                            aws_access_key_id=self.settings.access_key_id,
                            aws_secret_access_key=self.settings.secret_access_key,
                            config=self._client_config(),
                        )
                    )
                except ValueError as error:
                    raise NotConfiguredError(str(error), advice="Check --endpoint-url and --region.") from error
            return self._clients[key]

    async def endpoint_url(self) -> str:
        """Where AWS Batch is asked; raises as ``open()``."""
        return str((await self.client("batch")).meta.endpoint_url)

    async def session(self) -> AioSession:
        """What the chain was read into.

        Raises:
            AwsError: As ``open()``.
        """
        async with self._lock:
            await self._open()
            assert self._session is not None
            return self._session

    async def renew(self, failed: Any) -> None:
        """Forgets session and clients, so that the next call reads the credentials anew.

        Args:
            failed: The client whose credentials failed: where it is no longer in use, another call that
                failed at the same time has renewed already.
        """
        async with self._lock:
            if failed in self._clients.values():
                await self._retired.aclose()  # those before: nobody can be waiting for them any more
                # Other calls may be under way on these clients: they end with their own answer, not with a
                # connection that was closed under them.
                self._retired, self._closing = self._closing, AsyncExitStack()
                self._session, self._clients = None, {}

    async def close(self) -> None:
        """Closes every connection; from now on there is none."""
        async with self._lock:
            self._is_closed = True
            self._session, self._clients = None, {}
            await self._retired.aclose()
            await self._closing.aclose()

    @property
    def renewal(self) -> str:
        """How a person renews the credentials, as far as it is known where they come from."""
        source = self.resolved.credentials_source if self.resolved else ""
        return how_to_renew(source, self.profile, self._profiles)

    @property
    def profile(self) -> str | None:
        """The profile's name as far as it is known."""
        return self.resolved.profile if self.resolved else self.settings.profile

    async def _open(self) -> Resolved:
        if self._is_closed:  # a client that was made now would never be closed
            raise UnreachableError("The connection was closed", code="Closed", advice="Nothing is asked any more.")
        if self._session is not None and self.resolved is not None:
            return self.resolved
        try:
            session, region, profile = await asyncio.to_thread(self._create_session)
            source = "demo" if self.settings.is_self_contained else await self._credentials_source(session)
        except Exception as error:
            raise aws_error("", error, renewal=self.renewal) from error
        self._session = session
        self.resolved = Resolved(region=region, profile=profile, credentials_source=source)
        return self.resolved

    def _create_session(self) -> tuple[AioSession, str, str | None]:
        """In a thread: reads the shared configuration and the service model from disk."""
        session = AioSession(session_vars=self._session_vars(), profile=self.settings.profile)
        session.user_agent_name, session.user_agent_version = "batchtui", __version__
        region = self.settings.region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
        profile = None if self.settings.is_self_contained else session.get_config_variable("profile")
        self._profiles = session.full_config["profiles"]
        session.get_scoped_config()  # an unknown profile is known here, before any call
        if not region:
            raise NotConfiguredError(
                "No AWS region is set", advice="Name one with --region, AWS_REGION or in the profile."
            )
        self._forbid_prompts(session)
        session.register_component("response_parser_factory", TakingTurns())
        session.register_component("data_loader", loader_for(session.get_component("data_loader")))
        session.warm_up_loader_caches("batch")
        return session, str(region), profile

    def _session_vars(self) -> dict[str, tuple[None, None, str | None, None]] | None:
        if not self.settings.is_self_contained:
            return None
        nothing = (None, None, os.devnull, None)
        return {"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing}

    async def _credentials_source(self, session: AioSession) -> str:
        credentials = await session.get_credentials()
        if credentials is None:
            raise MissingCredentialsError("No AWS credentials were found", code="NoCredentials")
        return str(credentials.method or "credentials")

    def _forbid_prompts(self, session: AioSession) -> None:
        """A profile with ``mfa_serial`` uses the AWS CLI's session and never asks on this screen."""
        resolver = session.get_component("credential_provider")
        try:
            provider = resolver.get_provider("assume-role")
        except Exception:  # botocore's UnknownCredentialError: a chain without that provider cannot prompt
            return
        provider.cache = FileCache(str(_CLI_CACHE.expanduser()))
        provider._prompter = self._refuse_prompt

    def _refuse_prompt(self, prompt: str) -> Never:
        suffix = f" --profile {self.settings.profile}" if self.settings.profile else ""
        raise ExpiredCredentialsError(
            "The profile asks for an MFA code",
            code="MfaRequired",
            advice=f"Run 'aws sts get-caller-identity{suffix}' once and enter it there; "
            "batchtui then uses the CLI's session.",
        )

    def _client_config(self) -> AioConfig:
        return AioConfig(
            connect_timeout=5,
            read_timeout=self.settings.answer_seconds,
            # Who retries is decided in one place, the poller; a retry below it would not be paced.
            retries={"total_max_attempts": 1},
            max_pool_connections=10,
            # The demo account is on loopback: a proxy of the environment cannot reach it.
            proxies={} if self.settings.is_self_contained else None,
            warm_up_loader_caches=True,
        )
