"""What a person can set, in one frozen value: flag before environment before config.toml before default."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_log_path

APPLICATION = "batchtui"
CONFIG_FILE = "config.toml"
CRASHED, COULD_NOT_START = 1, 2
"""Exit statuses; 0 is an end that a person asked for."""

CONFIG_KEYS: dict[str, tuple[type, ...]] = {
    "profile": (str,),
    "region": (str,),
    "endpoint_url": (str,),
    "queue": (list,),
    "refresh": (int, float),
    "max_calls_per_second": (int, float),
    "read_only": (bool,),
    "read_only_profiles": (list,),
    "read_only_accounts": (list,),
    "theme": (str,),
    "log_file": (str,),
    "log_level": (str,),
    "demo": (bool,),
    "demo_jobs": (int,),
    "demo_seed": (int,),
}
"""The keys of config.toml: the options' names with underscores, and the TOML types that each takes."""

CONFIG_ONLY = ("read_only_profiles", "read_only_accounts")
"""Those that are no options: what protects an account must not be taken away by a flag."""


class StartError(Exception):
    """The program cannot start; the text is one sentence that says why."""


class ConfigError(StartError):
    """The configuration file cannot be used."""


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
    demo: bool = False
    demo_jobs: int = 2000
    demo_seed: int = 1
    theme: str | None = None
    log_file: Path | None = None
    log_level: str = "WARNING"


def default_config_file() -> Path:
    """Where the configuration is looked for unless ``--config`` names another file."""
    return user_config_path(APPLICATION, appauthor=False) / CONFIG_FILE


def default_log_file() -> Path:
    """Where the log goes unless ``--log-file`` names another file."""
    return user_log_path(APPLICATION, appauthor=False) / f"{APPLICATION}.log"


def read_config(path: Path, *, must_exist: bool) -> dict[str, Any]:
    """The configuration file's values by option name.

    Args:
        path: The TOML file.
        must_exist: Whether a person named this file.

    Raises:
        ConfigError: The file is missing though named, is not TOML, or holds an unknown key or a wrong type.
    """
    if not must_exist and not path.exists():
        return {}
    import tomllib  # most starts have no file, and each import delays the first frame

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no configuration file {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration file {path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The configuration file {path} is not valid TOML: {error}.") from error
    for key, value in values.items():
        if key not in CONFIG_KEYS:
            import difflib

            near = difflib.get_close_matches(key, CONFIG_KEYS, n=1, cutoff=0.0)
            raise ConfigError(f"The configuration file {path} has an unknown key '{key}'; is '{near[0]}' meant?")
        types = CONFIG_KEYS[key]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            wanted = " or ".join(kind.__name__ for kind in types)
            raise ConfigError(f"The configuration file {path}: '{key}' must be {wanted}.")
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            raise ConfigError(f"The configuration file {path}: '{key}' must be a list of names.")
    return values
