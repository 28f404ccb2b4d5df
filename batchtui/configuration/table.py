"""All that the configuration file may hold, in one table: checks, default file and documentation follow it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from batchtui.configuration.lists import LISTS, Offered
from batchtui.context import COLOURS
from batchtui.settings import APPLICATION, DEFAULT_LOG, LOG_LEVELS, NOTIFY_WAYS


class Kind(StrEnum):
    """What a value is, in the words of the sentence that asks for it."""

    TEXT = "a line of text"
    NAMES = 'a list of names, such as ["a", "b"]'
    NUMBER = "a number"
    WHOLE = "a whole number"
    SWITCH = "true or false"
    CHOICE = "one of"
    KEYS = "a key or a list of keys"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key and its value.

    Attributes:
        key: The key.
        kind: What its value is.
        meaning: A sentence.
        default: What holds where nothing sets it; None for nothing, an empty tuple for no names.
        unset: What happens then, where the default says nothing.
        example: A value, for those without a default.
        least: The least number.
        most: The greatest number.
        choices: All values of a CHOICE.
        is_option: Whether there is a flag and an environment variable too.
        attribute: The name in ``Settings`` and among the options, where it is not the key.
    """

    key: str
    kind: Kind
    meaning: str
    default: Any = None
    unset: str = ""
    example: Any = None
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    is_option: bool = True
    attribute: str = ""

    @property
    def name(self) -> str:
        """The name in ``Settings`` and among the options."""
        return self.attribute or self.key

    @property
    def flag(self) -> str:
        """As people write it on the command line."""
        return f"--{self.key.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"{APPLICATION}_{self.key}".upper()

    @property
    def wanted(self) -> str:
        """What its value must be, in words."""
        words = f"one of {', '.join(self.choices)}" if self.choices else str(self.kind)
        if self.least is not None and self.most is not None:
            return f"{words} from {self.least:.12g} to {self.most:.12g}"
        return words if self.least is None else f"{words}, at least {self.least:.12g}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file.

    Attributes:
        name: Its name.
        meaning: A sentence or two.
        entries: Its keys; none where a person chooses the keys, or where ``lists`` are the keys.
        each: What all values are, where there are no ``entries``.
        lists: The only keys there are, with what can be chosen of each; empty where any are.
        of_tables: Whether it holds tables by a person's names, each with ``entries``.
        examples: Lines.
    """

    name: str
    meaning: str
    entries: tuple[Entry, ...] = ()
    each: Entry | None = None
    lists: Mapping[str, Offered] = field(default_factory=lambda: MappingProxyType({}))
    of_tables: bool = False
    examples: tuple[str, ...] = ()


FLAT: Final = (
    Entry("profile", Kind.TEXT, "AWS profile.", unset="AWS_PROFILE, then AWS's standard chain", example="lab"),
    Entry("region", Kind.TEXT, "AWS region.", unset="AWS_REGION, then the profile's", example="eu-central-1"),
    Entry(
        "endpoint_url",
        Kind.TEXT,
        "Another endpoint for every service.",
        unset="AWS's own",
        example="http://127.0.0.1:4566",
    ),
    Entry("queue", Kind.NAMES, "Only these job queues.", (), unset="all", example=("high",), attribute="queues"),
    Entry("refresh", Kind.NUMBER, "How fresh the view should be, in seconds.", 5.0, least=1),
    Entry("max_calls_per_second", Kind.NUMBER, "The API budget, on average.", 4.0, least=0.1, most=50),
    Entry("read_only", Kind.SWITCH, "Nothing that changes anything exists.", False),
    Entry(
        "read_only_profiles",
        Kind.NAMES,
        "Profiles in which nothing can be changed; * stands for anything. No flag takes it away.",
        (),
        example=("prod*",),
        is_option=False,
    ),
    Entry(
        "read_only_accounts",
        Kind.NAMES,
        "Account numbers, as text, in which nothing can be changed.",
        (),
        example=("111122223333",),
        is_option=False,
    ),
    Entry(
        "production",
        Kind.NAMES,
        "Profiles, accounts, aliases and contexts in which a mistake hurts: the status bar and dialogs say so.",
        (),
        example=("*prod*", "111122223333"),
        is_option=False,
    ),
    Entry("theme", Kind.TEXT, "Colours, by name.", unset="batchtui-dark", example="batchtui-high-contrast"),
    Entry("plain", Kind.SWITCH, "Words and numbers alone, for screen readers.", False),
    Entry("history", Kind.SWITCH, "Jobs that are seen are remembered in a file, for :past.", False),
    Entry("history_days", Kind.NUMBER, "How long a job is remembered.", 180.0, least=1, most=36_500),
    Entry("history_jobs", Kind.WHOLE, "How many are, at most.", 200_000, least=1_000, most=10_000_000),
    Entry(
        "notify", Kind.CHOICE, "How the terminal is told that a watched job has ended.", "all", choices=NOTIFY_WAYS
    ),
    Entry(
        "on_end",
        Kind.NAMES,
        "A program and its arguments, started when watched jobs have ended: each is a line of JSON on its input.",
        (),
        example=("notify-my-phone",),
        is_option=False,
    ),
    Entry("fresh", Kind.SWITCH, "Start as if nothing was remembered, and remember nothing.", False),
    Entry("log_file", Kind.TEXT, "Where this program logs.", unset="the platform's place", example="batchtui.log"),
    Entry("log_level", Kind.CHOICE, "How much it logs.", "WARNING", choices=LOG_LEVELS),
    Entry("demo", Kind.SWITCH, "A simulated account on this machine; needs no AWS account.", False),
    Entry("demo_jobs", Kind.WHOLE, "How many jobs it has.", 2000, least=10, most=200_000),
    Entry("demo_seed", Kind.WHOLE, "Another seed, another account.", 1),
)
"""The keys outside every table."""

_LOGS: Final = (
    Entry("wrap", Kind.SWITCH, "Whether long lines go on in the next row (key w).", DEFAULT_LOG.wrap),
    Entry(
        "timestamps",
        Kind.CHOICE,
        "How the moment of a line is written (key t).",
        DEFAULT_LOG.timestamps,
        choices=("none", "local", "utc", "elapsed", "ago"),
    ),
    Entry("colours", Kind.SWITCH, "The log's own colours, else by level (key A).", DEFAULT_LOG.colours),
    Entry(
        "json",
        Kind.CHOICE,
        "How lines of JSON are shown (key J).",
        DEFAULT_LOG.json,
        choices=("as it is", "one line", "indented"),
    ),
)

_CONTEXT: Final = (
    Entry("profile", Kind.TEXT, "AWS profile.", example="prod"),
    Entry("region", Kind.TEXT, "AWS region.", example="eu-central-1"),
    Entry("endpoint_url", Kind.TEXT, "Another endpoint for every service.", example="http://127.0.0.1:4566"),
    Entry("production", Kind.SWITCH, "Whether a mistake here would be a bad one.", False),
    Entry("colour", Kind.CHOICE, "A colour for its name.", choices=COLOURS, example="red"),
)

TABLES: Final = (
    Table(
        "columns",
        "Which columns a list has, in their order; or, with a - before each, which of them it does not have.",
        each=Entry("", Kind.NAMES, "The keys of its columns."),
        lists=LISTS,
        examples=('jobs = ["name", "status", "ran", "why"]', 'queues = ["-note", "-state"]'),
    ),
    Table(
        "sort",
        "By which column a list is sorted at the beginning; with the word 'reversed', the other way round.",
        each=Entry("", Kind.TEXT, "A column."),
        lists=LISTS,
        examples=('jobs = "ran reversed"',),
    ),
    Table(
        "keymap",
        "Other keys, by what they do. The keys that are named here are all that it has then.",
        each=Entry("", Kind.KEYS, "The keys, such as 'f5', 'ctrl+t', '?'."),
        examples=('refresh = "f5"', 'stop = ["X", "ctrl+d"]'),
    ),
    Table(
        "filters",
        "Saved filters of jobs: '@name' in a filter line, or 'filter name' in the commands.",
        each=Entry("", Kind.TEXT, "The expression."),
        examples=('slow = "status:running ran>6h"', "spot = 'status:failed reason:\"Host EC2\"'"),
    ),
    Table("logs", "How a job's log looks when it is opened.", _LOGS),
    Table(
        "contexts",
        "Accounts and regions by a name of yours, each a table [contexts.NAME].",
        _CONTEXT,
        of_tables=True,
        examples=("[contexts.lab]", 'profile = "lab"', 'region = "eu-central-1"'),
    ),
)
"""The tables of the file."""
