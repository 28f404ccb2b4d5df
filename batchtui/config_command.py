"""What ``batchtui config`` prints. It needs the screens, for their columns and keys."""

import os
from pathlib import Path

import click
from click.core import ParameterSource

from batchtui.configuration.reading import Configuration
from batchtui.configuration.table import FLAT, Entry
from batchtui.configuration.telling import default_file, document, effective, from_file
from batchtui.settings import Settings, StartError, default_config_file


def printed_default() -> str:
    """A file in which everything is commented out."""
    return default_file()


def printed_document() -> str:
    """The page of the documentation."""
    from batchtui.ui.keymap import every_id

    return document({name: (f"`{key.display}`", key.help) for name, key in every_id().items()})


def printed_effective(context: click.Context, settings: Settings) -> str:
    """What holds, and where it comes from.

    Args:
        context: Of the program, not of a subcommand.
        settings: What holds.

    Raises:
        StartError: A key to be bound or a theme is named that there is not.
    """
    from batchtui.ui.keymap import check_keymap
    from batchtui.ui.themes import why_unknown

    check_keymap(settings, is_whole=True)
    if settings.theme is not None and (why_not := why_unknown(settings.theme)) is not None:
        raise StartError(why_not)
    configuration: Configuration = context.obj or Configuration()
    source = configuration.source
    path = source.path if source else context.params["config"] or default_config_file()
    there = "" if source else ", which is not there"
    values = {entry.key: (_value(settings, entry), _origin(context, entry, configuration)) for entry in FLAT}
    return f"# The configuration file is {path}{there}.\n{effective(configuration, values)}"


def _value(settings: Settings, entry: Entry) -> object:
    value = getattr(settings, entry.name)
    return str(value) if isinstance(value, Path) else value


def _origin(context: click.Context, entry: Entry, configuration: Configuration) -> str:
    if not entry.is_option:
        return from_file(configuration, entry.key) if entry.key in configuration.flat else "default"
    source = context.get_parameter_source(entry.name)
    if source is ParameterSource.COMMANDLINE:
        return f"flag {entry.flag}"
    if source is ParameterSource.ENVIRONMENT and entry.variable in os.environ:
        return f"environment {entry.variable}"
    if source is ParameterSource.DEFAULT_MAP:
        return from_file(configuration, entry.key)
    return "default"
