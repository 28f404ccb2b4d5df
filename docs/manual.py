"""Writes the manual page ``docs/batchtui.1`` from the command line's own help: ``make manual``."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from batchtui.cli import batchtui

PAGE: Final = Path(__file__).parent / "batchtui.1"
_MORE: Final = """.SH KEYS
Within the program
.B ?
shows every key of the place where one is,
.B :
goes to anything by its name,
.B w
tells why a job waits or failed,
.B l
opens its log,
.B esc
goes back and
.B q
ends.
.SH ENVIRONMENT
Every option can be set as
.BR BATCHTUI_\\fIOPTION\\fP ,
such as
.BR BATCHTUI_REFRESH=10 .
Credentials and region come from AWS's standard chain:
.BR AWS_PROFILE ", " AWS_REGION ", " AWS_ACCESS_KEY_ID
and the others that the AWS CLI knows.
.SH FILES
On Linux; elsewhere in the platform's places for such files.
.TP
.I ~/.config/batchtui/config.toml
The configuration:
.B batchtui config \\-\\-default
prints one to begin with.
.TP
.I ~/.local/state/batchtui/
How the lists were left, what was done from here (actions.jsonl), the log file, and with
.B \\-\\-history
the jobs that were seen (past.sqlite3).
.SH EXIT STATUS
Of
.BR watch " and " submit
see above; else:
.TP
.B 0
Ended by the user.
.TP
.B 1
Crashed: the traceback is in the log file, whose path stands on stderr.
.TP
.B 2
Could not start: one sentence on stderr says why.
.SH SEE ALSO
.BR aws (1),
https://docs.aws.amazon.com/batch/
"""


def manual() -> str:
    """The page, in roff."""
    parts = [
        '.TH BATCHTUI 1 "" "batchtui" "User Commands"',
        ".SH NAME",
        "batchtui \\- a terminal monitor for AWS Batch",
    ]
    context = click.Context(batchtui, info_name="batchtui", **batchtui.context_settings)
    parts += [".SH SYNOPSIS", ".B batchtui", "[\\fIOPTIONS\\fP] [\\fICOMMAND\\fP ...]"]
    parts += [".SH DESCRIPTION", _escaped(batchtui.help or ""), ".SH OPTIONS", *_options(batchtui, context)]
    parts.append(".SH COMMANDS")
    for name in batchtui.list_commands(context):
        command = batchtui.get_command(context, name)
        if command is not None and not command.hidden:
            inner = click.Context(command, info_name=name, parent=context)
            parts += [
                f".SS {_escaped(inner.command_path)} {_escaped(' '.join(command.collect_usage_pieces(inner)))}"
            ]
            parts += [*_paragraphs(command.help or ""), *_options(command, inner)]
            parts += _paragraphs(command.epilog or "")
    return "\n".join(parts) + "\n" + _MORE


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1]:  # of an argument it says nothing that the command does not
            names, told = record
            yield from (".TP", f".B {_escaped(names)}", _escaped(told))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.startswith("\b\n"):  # click's mark of lines that stay as they are
            yield from (".PP", ".nf", *map(_escaped, paragraph.splitlines()[1:]), ".fi")
        else:
            yield from (".PP", _escaped(paragraph))


def _escaped(text: str) -> str:
    """As roff prints it: a dash that can be copied, and no line that is taken for a request."""
    found = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    found = "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in found)
    return f"\\&{found}" if found.startswith((".", "'")) else found


if __name__ == "__main__":
    PAGE.write_text(manual(), encoding="utf-8")
