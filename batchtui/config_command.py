"""What ``batchtui config`` prints. It needs the screens, for their columns and keys."""

import os
from pathlib import Path

import click
from click.core import ParameterSource

from batchtui.configuration.reading import Configuration
from batchtui.configuration.table import FLAT, Entry
from batchtui.configuration.telling import Offers, default_file, document, effective, from_file
from batchtui.settings import Settings, default_config_file


def printed_default() -> str:
    """A file in which everything is commented out."""
    return default_file()


def printed_document() -> str:
    """The page of the documentation."""
    from batchtui.ui.chosen import every_offer
    from batchtui.ui.keymap import every_id

    offers = every_offer()
    return document(
        Offers(
            {name: offer.columns for name, offer in offers.items()},
            {name: offer.sorts for name, offer in offers.items()},
            {name: (f"`{key.display}`", key.help) for name, key in every_id().items()},
        )
    )


def printed_effective(context: click.Context, settings: Settings) -> str:
    """What holds, and where it comes from.

    Args:
        context: Of the program, not of a subcommand.
        settings: What holds.

    Raises:
        ConfigError: The file names a column or a key that there is not.
    """
    from batchtui.ui.chosen import check

    check(settings, is_whole=True)
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
