"""AWS's own program that speaks with a session, called as the AWS CLI calls it."""

import asyncio
import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from batchtui.aws.shell_gateway import ShellSession

PLUGIN: Final = "session-manager-plugin"
NOT_INSTALLED: Final = (
    f"The Session Manager plugin is not installed ({PLUGIN} is not on PATH): docs.aws.amazon.com/systems-manager/"
    "latest/userguide/session-manager-working-with-install-plugin.html tells how."
)
_VARIABLE: Final = "AWS_SSM_START_SESSION_RESPONSE"
_LAST_WITHOUT_VARIABLE: Final = (1, 2, 497, 0)
"""Newer ones take the session from the environment: arguments are seen by everybody on the machine."""
_VERSION: Final = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9}){0,3})\s*")
_VERSION_SECONDS: Final = 5.0
_LONGEST_VERSION: Final = 200


@dataclass(frozen=True, slots=True)
class PluginCall:
    """A program with its arguments and its environment, which may hold the token of a session."""

    command: tuple[str, ...] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)


def installed_plugin(environ: Mapping[str, str]) -> str | None:
    """Where the plugin is; None where it is not on PATH."""
    return shutil.which(PLUGIN, path=environ.get("PATH"))


async def plugin_version(plugin: str) -> tuple[int, ...]:
    """What the plugin calls itself; empty where it does not say so in time."""
    try:
        process = await asyncio.create_subprocess_exec(
            plugin,
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return ()
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_VERSION_SECONDS):
            told = await process.stdout.read(_LONGEST_VERSION)
    except TimeoutError:
        told = b""
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    match = _VERSION.fullmatch(told.decode(errors="replace"))
    return tuple(map(int, match[1].split("."))) if match else ()


def plugin_call(
    plugin: str,
    session: ShellSession,
    target: str,
    *,
    region: str,
    profile: str | None,
    endpoint_url: str | None,
    version: tuple[int, ...],
    environ: Mapping[str, str],
) -> PluginCall:
    """How the plugin is started on a session.

    Args:
        plugin: Where it is.
        session: What ExecuteCommand answered.
        target: The container, as the plugin calls it.
        region: Of the session.
        profile: With which the plugin takes up a session again that was cut.
        endpoint_url: Where it does that, where that is not AWS's own.
        version: What the plugin calls itself; an unknown one is taken for an old one.
        environ: This program's environment.
    """
    values = {"SessionId": session.session_id, "TokenValue": session.token_value, "StreamUrl": session.stream_url}
    told, environment = json.dumps(values), dict(environ)
    padded = (*version, 0, 0, 0, 0)[:4] if version else ()
    if padded > _LAST_WITHOUT_VARIABLE:
        environment[_VARIABLE] = told
        told = _VARIABLE
    last = (region, "StartSession", profile or "", json.dumps({"Target": target}), endpoint_url or "")
    return PluginCall((plugin, told, *last), environment)
