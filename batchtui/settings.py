"""What a person can set, in one frozen value: flag before environment before config.toml before default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path, user_log_path, user_state_path

if TYPE_CHECKING:
    from batchtui.configuration.reading import Source
    from batchtui.context import Context

APPLICATION = "batchtui"
CONFIG_FILE = "config.toml"
STATE_FILE = "state.json"
CRASHED, COULD_NOT_START = 1, 2
"""Exit statuses; 0 is an end that a person asked for."""

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
NOTIFY_WAYS = ("all", "bell", "osc9", "osc777", "off")
"""How the terminal may be told that a job has ended."""


class StartError(Exception):
    """The program cannot start; the text is one sentence that says why."""


class ConfigError(StartError):
    """The configuration file cannot be used."""


@dataclass(frozen=True, slots=True)
class LogChoice:
    """How a job's log looks when it is opened.

    Attributes:
        wrap: Whether long lines go on in the next row.
        timestamps: One of ``TimestampForm``.
        colours: Whether the log's own colours are shown.
        json: ``one line``, ``indented`` or ``as it is``, for lines of JSON.
    """

    wrap: bool = True
    timestamps: str = "none"
    colours: bool = False
    json: str = "as it is"


DEFAULT_LOG = LogChoice()

Order = tuple[str, bool]
"""A column, and whether the order by it is turned round."""


@dataclass(frozen=True, slots=True)
class ListChoice:
    """How a list looks: its columns in their order, and how it is sorted; empty and None for as it comes."""

    columns: tuple[str, ...] = ()
    order: Order | None = None


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's settings; see ``batchtui --help`` for what each means."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    queues: tuple[str, ...] = ()
    refresh: float = 5.0
    max_calls_per_second: float = 4.0
    read_only: bool = False
    read_only_profiles: tuple[str, ...] = ()
    """Patterns of profiles in which nothing can be changed; see ``batchtui.read_only``."""
    read_only_accounts: tuple[str, ...] = ()
    """The same of account numbers."""
    production: tuple[str, ...] = ()
    """Patterns of profiles, accounts, aliases and contexts in which a mistake hurts."""
    contexts: "tuple[Context, ...]" = ()
    """The accounts and regions that are watched beside each other, the current one first; none: one, as above."""
    configured_contexts: "tuple[Context, ...]" = ()
    """Those of the configuration, also where others are watched."""
    history: bool = False
    """Whether jobs are remembered in a file; see ``batchtui.past``."""
    history_days: float = 180.0
    history_jobs: int = 200_000
    notify: str = "all"
    """How the terminal is told that a job has ended; one of ``NOTIFY_WAYS``."""
    on_end: tuple[str, ...] = ()
    """The program and its arguments that are started then."""
    demo: bool = False
    demo_jobs: int = 2000
    demo_seed: int = 1
    theme: str | None = None
    plain: bool = False
    """Words and numbers alone, for who hears the screen."""
    log_file: Path | None = None
    log_level: str = "WARNING"
    fresh: bool = False
    """Nothing is remembered from the last start, nor for the next."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    """By the list's name: the keys of its columns."""
    sort: Mapping[str, Order] = field(default_factory=_nothing)
    """By the list's name."""
    keymap: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    """By the id of what the keys do, as a person writes the keys."""
    filters: Mapping[str, str] = field(default_factory=_nothing)
    """Expressions by name."""
    logs: LogChoice = DEFAULT_LOG
    config_source: "Source | None" = None
    """The configuration file that was read, if there was one."""

    def list_choice(self, name: str) -> ListChoice:
        """How the configuration wants a list."""
        return ListChoice(self.columns.get(name, ()), self.sort.get(name))


def default_config_file() -> Path:
    """Where the configuration is looked for unless ``--config`` names another file."""
    return user_config_path(APPLICATION, appauthor=False) / CONFIG_FILE


def default_state_file() -> Path:
    """Where it is kept how the lists were left."""
    return user_state_path(APPLICATION, appauthor=False) / STATE_FILE


def default_log_file() -> Path:
    """Where the log goes unless ``--log-file`` names another file."""
    return user_log_path(APPLICATION, appauthor=False) / f"{APPLICATION}.log"
