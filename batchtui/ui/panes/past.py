"""A list of the jobs that are remembered, as far down as somebody has gone."""

from collections.abc import Callable
from dataclasses import replace
from time import localtime, strftime

from textual.message import Message

from batchtui.format import NOTHING, Cell, duration, number, plain, ran, status_style, waited, why
from batchtui.past.job import PastJob
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.ui.panes.job_fields import fields_of_job
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column

LISTED, FORGOTTEN, UNSEEN = "listed", "forgotten", "not listed"
"""Whether AWS knows a job still: its lists have it; AWS said that it does not know it; they do not have it."""


class PastPane(LoadedPane[PastJob]):
    """The list of the screen *Jobs of the past*. What the filter wants is read from the file.

    Args:
        clock: Epoch seconds.
        standing: Whether AWS still knows a job, in a word.
    """

    TITLE = "Jobs of the past"
    NONE = (
        "No jobs are remembered yet.",
        "What the lists show from now on will stand here, for as long as you want.",
    )

    class Asked(Message):
        """The filter is another: other rows are wanted."""

    def __init__(self, clock: Callable[[], float], standing: Callable[[PastJob], str]) -> None:
        columns = tuple(
            replace(column, cell=lambda row, width, now: _standing(standing(row)))
            if column.key == "aws"
            else column
            for column in _COLUMNS
        )
        without_context = tuple(column for column in columns if column.key != "context")
        super().__init__(
            without_context, key=lambda row: row.key, fields=PAST_FIELDS, sorts={}, id="past", clock=clock
        )
        self._with_context = columns
        self._without_context = without_context
        self.is_of_all = False
        """Whether jobs of other accounts and regions are shown, too."""
        self.remembered: int | None = None
        """How many there are in all; None while nobody has counted."""
        self.has_more = False
        """Whether the file may have more than is shown."""
        self._asked = ""

    def before_show(self) -> None:
        self.table.set_columns(self._with_context if self.is_of_all else self._without_context)

    def rearrange(self, rows: int, *, is_asked: bool = True, is_another_list: bool = False) -> None:
        """Filters what is there at once, and asks for the others that the filter wants."""
        super().rearrange(rows, is_asked=is_asked, is_another_list=is_another_list)
        if self.filter.text != self._asked:
            self._asked = self.filter.text
            self.post_message(self.Asked())

    def corner_words(self) -> list[str]:
        shown = f"{len(self.table.rows):,}"
        of = f" of {self.remembered:,}" if self.remembered is not None else ""
        words = [f"{shown}{of}", "newest first"]
        if self.has_more and not self.is_loading:
            words.append("more below")
        return [*words, "reading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        if self.is_loading:
            return ("Reading …",)
        if self.is_failing:
            return ("The file cannot be read: below stands why.",)
        if self.filter:
            return ("Nothing that is remembered matches the filter; esc clears it, / changes it.",)
        return self.NONE


PAST_FIELDS: Fields[PastJob] = {
    **fields_of_job(lambda row: row.job),
    "account": TextField(lambda row: (row.account,), is_searched=False),
    "region": TextField(lambda row: (row.region,), is_searched=False),
    "memory": NumberField(lambda row, now: row.job.memory),
    "attempts": NumberField(lambda row, now: row.job.attempts),
    "seen": NumberField(lambda row, now: now - row.seen_at / 1000, is_duration=True),
}


def _key(row: PastJob) -> str:
    return row.key


def _created(row: PastJob, width: int, now: float) -> Cell:
    return plain(strftime("%Y-%m-%d %H:%M", localtime(row.at / 1000)))


def _name(row: PastJob, width: int, now: float) -> Cell:
    return plain(row.job.job_name or row.job.job_id)


def _status(row: PastJob, width: int, now: float) -> Cell:
    return plain(row.job.status, status_style(row.job.status))


def _standing(word: str) -> Cell:
    return plain("" if word == LISTED else word, "warning" if word == FORGOTTEN else "muted")


def _aws(row: PastJob, width: int, now: float) -> Cell:
    return plain("")


def _waited(row: PastJob, width: int, now: float) -> Cell:
    return plain(NOTHING if row.job.is_active else duration(waited(row.job, now)), "muted")


def _ran(row: PastJob, width: int, now: float) -> Cell:
    return plain(NOTHING if row.job.is_active else duration(ran(row.job, now)))


def _vcpus(row: PastJob, width: int, now: float) -> Cell:
    return plain(number(row.job.vcpus), "muted")


def _why(row: PastJob, width: int, now: float) -> Cell:
    return why(row.job, width)


def _queue(row: PastJob, width: int, now: float) -> Cell:
    return plain(row.job.job_queue, "muted")


def _definition(row: PastJob, width: int, now: float) -> Cell:
    return plain((row.job.job_definition or NOTHING).rpartition("/")[2], "muted")


def _context(row: PastJob, width: int, now: float) -> Cell:
    return plain(row.context, "muted")


_COLUMNS: tuple[Column[PastJob], ...] = (
    Column("created", "CREATED", 16, _created, importance=90),
    Column("name", "NAME", 14, _name, importance=100, comfort=26, flex=2, most=48),
    Column("status", "STATUS", 9, _status, importance=96),
    Column("aws", "IN AWS", 10, _aws, importance=92),
    Column("context", "ACCOUNT · REGION", 24, _context, importance=94),
    Column("waited", "WAITED", 6, _waited, importance=62, is_right=True),
    Column("ran", "RAN", 4, _ran, importance=75, is_right=True),
    Column("vcpus", "vCPU", 4, _vcpus, importance=50, is_right=True),
    Column("queue", "QUEUE", 12, _queue, importance=60, flex=1, most=24),
    Column("why", "WHY", 14, _why, importance=85, comfort=40, flex=4, most=90),
    Column("definition", "DEFINITION", 24, _definition, importance=30, flex=1, most=40),
)
