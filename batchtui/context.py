"""An account and region under a name: what ``--context`` and the configuration's tables tell. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from batchtui.settings import ConfigError

MOST: Final = 20
"""So many contexts at most are watched at once: each asks AWS, and keeps its jobs."""
COLOURS: Final = ("blue", "cyan", "green", "magenta", "red", "yellow")
"""What ``colour`` may be; a theme decides how each looks."""
_NAME: Final = re.compile(r"[^\s@]+(?:@[^\s@]+)?")


@dataclass(frozen=True, slots=True)
class Context:
    """One account in one region; None leaves the choice to AWS's standard chain."""

    name: str
    """What a person calls it; empty where it was not asked for as a context."""
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    is_production: bool = False
    """Whether a mistake there hurts; see also ``is_production``."""
    colour: str | None = None
    """Of its place in the status bar, one of ``COLOURS``; None for the usual one."""

    def or_else(self, profile: str | None, region: str | None, endpoint_url: str | None) -> "Context":
        """The same with these, where it leaves them open."""
        return replace(
            self,
            profile=self.profile or profile,
            region=self.region or region,
            endpoint_url=self.endpoint_url or endpoint_url,
        )

    @property
    def place(self) -> tuple[str | None, str | None, str | None]:
        """Where it leads: two contexts with the same are one."""
        return self.profile, self.region, self.endpoint_url


def parse_context(text: str) -> Context:
    """A context as it is written on the command line: ``profile@region``, ``profile`` or ``@region``.

    A profile's name may hold an ``@``: the last one counts.

    Raises:
        ConfigError: It is none of these.
    """
    profile, at, region = text.strip().rpartition("@")
    if not at:
        profile, region = region, ""
    if not (profile or region) or (at and not region):
        raise ConfigError(f"'{text}' is no context: write profile@region, profile or @region.")
    return Context(text.strip(), profile or None, region or None)


def contexts_of(tables: Mapping[str, Mapping[str, Any]]) -> tuple[Context, ...]:
    """The contexts of the configuration: its tables ``[contexts.NAME]``, in their order.

    Args:
        tables: By name, each with keys and values that there may be.

    Raises:
        ConfigError: A name that no option can hold, or a table that leads nowhere.
    """
    return tuple(_context_of(name, held) for name, held in tables.items())


def _context_of(name: str, held: Mapping[str, Any]) -> Context:
    where = f"[contexts.{name}]"
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{where}: a context's name has no blanks.")
    if not held.keys() & {"profile", "region", "endpoint_url"}:
        raise ConfigError(f"{where} leads nowhere: it needs a profile, a region or an endpoint_url.")
    return Context(
        name,
        held.get("profile"),
        held.get("region"),
        held.get("endpoint_url"),
        is_production=held.get("production", False),
        colour=held.get("colour"),
    )


def asked_for(asked: Iterable[str], configured: Sequence[Context]) -> tuple[Context, ...]:
    """The contexts that were named, each once: those of the configuration by their names, others as written.

    Raises:
        ConfigError: One of them is neither, or they are too many.
    """
    by_name = {context.name: context for context in configured}
    found: dict[object, Context] = {}
    for text in asked:
        context = by_name.get(text) or parse_context(text)
        found.setdefault(context.place, context)
    if len(found) > MOST:
        raise ConfigError(f"{len(found)} contexts are too many: at most {MOST} are watched at once.")
    return tuple(found.values())


def is_production(context: Context, patterns: Iterable[str], *names: str | None) -> bool:
    """Whether a mistake there hurts: the context says so, or a pattern fits one of its names.

    Args:
        context: The context.
        patterns: As of ``production`` in the configuration, such as ``prod*`` or an account's number.
        names: What else it is called: profile, account, alias, as far as they are known.
    """
    called = [name for name in (context.name, context.profile, *names) if name]
    return context.is_production or any(fnmatchcase(name, pattern) for pattern in patterns for name in called)
