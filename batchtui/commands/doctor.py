"""What works here and what does not, a line each, with what to do about it."""

import json
import os
import platform
import shutil
import sys
import textwrap
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from batchtui import __version__, garbage
from batchtui.actions.on_end import why_not_found
from batchtui.actions.session_plugin import installed_plugin, plugin_version
from batchtui.aws.caller import Caller
from batchtui.aws.connection import Connection
from batchtui.aws.errors import AwsError
from batchtui.aws.pacing import CallBudget
from batchtui.commands.doctor_account import (
    Whose,
    credential_findings,
    endpoint_finding,
    identity_findings,
    region_finding,
    unopened,
)
from batchtui.commands.doctor_permissions import permission_findings
from batchtui.commands.doctor_terminal import terminal_findings
from batchtui.commands.finding import MARKS, Finding, Verdict
from batchtui.commands.session import AccountContext
from batchtui.log_file import trouble
from batchtui.model.secrets import masked_text
from batchtui.model.text import clean
from batchtui.read_only import DEFAULT_PROFILE, read_only_reason
from batchtui.settings import COULD_NOT_START, Settings, default_config_file, default_log_file

_LIBRARIES: Final = ("textual", "aiobotocore", "botocore")
_NAME_COLUMNS: Final = 34
_LEAST_ROOM: Final = 20


async def diagnose(
    settings: Settings,
    account: AccountContext,
    *,
    config: Path | None,
    origins: Mapping[str, str],
    as_json: bool,
) -> int:
    """Looks at everything and tells what it found.

    Args:
        settings: What was asked for.
        account: How to reach the account.
        config: The configuration file that was named.
        origins: Where options come from, by their names, in words.
        as_json: One JSON object instead of lines.

    Returns:
        The exit status: 0 where batchtui can start and show something, else 2.
    """
    findings: list[Finding] = []
    async for finding in _findings(settings, account, config or default_config_file(), origins):
        if not as_json:
            _write(finding, is_first=not findings or findings[-1].section != finding.section)
        findings.append(finding)
    status = COULD_NOT_START if any(finding.is_fatal for finding in findings) else 0
    if as_json:
        values = [
            {"section": each.section, "name": each.name, "verdict": each.verdict.value, "text": each.text,
             "advice": each.advice or None}
            for each in map(_clean, findings)
        ]  # fmt: skip
        json.dump({"exitStatus": status, "findings": values}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        counts = Counter(finding.verdict for finding in findings)
        told = [f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict]]
        end = "batchtui could show nothing." if status else "batchtui can start."
        sys.stdout.write(f"\n{', '.join(told)}. {end}\n")
    sys.stdout.flush()
    return status


async def _findings(
    settings: Settings, account: AccountContext, config: Path, origins: Mapping[str, str]
) -> AsyncIterator[Finding]:
    for finding in _software():
        yield finding
    plugin = installed_plugin(os.environ)
    told = ".".join(map(str, await plugin_version(plugin))) if plugin else ""
    if plugin:
        yield Finding("software", "session-manager-plugin", Verdict.OK, f"{plugin} {told}".rstrip())
    else:
        advice = "Install AWS's Session Manager plugin, if shells are wanted."
        yield Finding(
            "software", "session-manager-plugin", Verdict.NOTE, "not installed: s opens no shells", advice
        )
    for finding in _files(settings, config):
        yield finding
    for finding in terminal_findings(os.environ):
        yield finding
    async with account as connection_settings:
        connection = Connection(connection_settings)
        try:
            async for finding in _account(settings, connection, origins):
                yield finding
        finally:
            await connection.close()


async def _account(
    settings: Settings, connection: Connection, origins: Mapping[str, str]
) -> AsyncIterator[Finding]:
    try:
        resolved = await connection.open()
    except AwsError as error:
        yield unopened(connection, error)
        return
    garbage.settle()
    yield region_finding(connection, resolved, origins.get("region"))
    async for finding in credential_findings(connection, time.time()):
        yield finding
        if finding.is_fatal:
            return
    try:
        yield await endpoint_finding(connection, origins.get("endpoint_url"))
    except AwsError as error:
        yield unopened(connection, error)
        return
    budget = CallBudget(settings.max_calls_per_second)
    caller, whose = Caller(connection, budget), Whose()
    async for finding in identity_findings(caller, whose):
        yield finding
    if not whose.is_reached:
        return
    profile = "" if connection.settings.is_self_contained else resolved.profile or DEFAULT_PROFILE
    why = read_only_reason(settings, profile, whose.account)
    now = int(time.time() * 1000)
    async for finding in permission_findings(caller, whose, resolved.region, now, why_read_only=why):
        yield finding


def _software() -> Iterator[Finding]:
    yield Finding("software", "batchtui", Verdict.OK, __version__)
    yield Finding("software", "Python", Verdict.OK, f"{platform.python_version()}, {sys.executable}")
    for name in _LIBRARIES:
        try:
            yield Finding("software", name, Verdict.OK, version(name))
        except PackageNotFoundError:  # a single file that brings it along
            yield Finding("software", name, Verdict.NOTE, "its version is not told")


def _files(settings: Settings, config: Path) -> Iterator[Finding]:
    text = str(config) if config.exists() else f"none at {config}: defaults hold"
    yield Finding("files", "configuration", Verdict.OK, text)
    if trouble.sentence:
        yield Finding("files", "log", Verdict.WARNING, trouble.sentence, "Name another one with --log-file.")
    else:
        yield Finding("files", "log", Verdict.OK, str(settings.log_file or default_log_file()))
    if settings.on_end:
        why_not = why_not_found(settings.on_end)
        verdict = Verdict.OK if why_not is None else Verdict.WARNING
        yield Finding("files", "on_end", verdict, why_not or settings.on_end[0])


def _clean(finding: Finding) -> Finding:
    """What AWS, the environment or a plugin said steers no terminal and tells no secret."""
    name, text, advice = (masked_text(clean(each)) for each in (finding.name, finding.text, finding.advice))
    return Finding(finding.section, name, finding.verdict, text, advice, finding.is_fatal)


def _write(finding: Finding, *, is_first: bool) -> None:
    finding = _clean(finding)
    if is_first:
        sys.stdout.write(f"\n{finding.section.capitalize()}\n")
    advice = f" {finding.advice}" if finding.advice else ""
    text = finding.text if not advice or finding.text.endswith((".", "?", "!")) else f"{finding.text}."
    head = f"  {_mark(finding.verdict):<3} {finding.name:<{_NAME_COLUMNS}} "
    sys.stdout.write(f"{head}{_wrapped(text + advice, len(head))}\n")
    sys.stdout.flush()


def _wrapped(text: str, indent: int) -> str:
    """On a terminal a long line goes on below its beginning; a pipe gets one line each."""
    if not sys.stdout.isatty():
        return text
    room = max(_LEAST_ROOM, shutil.get_terminal_size().columns - indent)
    return f"\n{' ' * indent}".join(
        textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    )


def _mark(verdict: Verdict) -> str:
    mark = MARKS[verdict]
    try:
        mark.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return {Verdict.BAD: "x", Verdict.UNTRIED: "-"}.get(verdict, ".")
    return mark
