"""The screen *History of actions*: what was done from here, in this session and in earlier ones."""

from collections.abc import Callable
from pathlib import Path
from time import localtime, strftime
from typing import ClassVar

from textual.binding import BindingType
from textual.worker import Worker

from batchtui.actions.entry import ActionEntry, Actor
from batchtui.actions.record import ActionRecord
from batchtui.format import Cell, plain, plural
from batchtui.model.secrets import masked_text
from batchtui.model.text import clean
from batchtui.ui.details.lines import field, fields
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.history import HistoryPane, history_rows
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.line_view import wrap
from batchtui.ui.widgets.lines import Lines

_KINDS = (("JobQueue", "queue"), ("ComputeEnvironment", "environment"), ("JobDefinition", "definition"))

KEYS = listing_keys(
    "history",
    "History of actions",
    refresh="Read the file again",
    meant={
        "open": "The details of the new job, else of the first of what was acted on",
        "log": "The log of that job",
        "why": "Why that job failed, or why it waits",
        "json": "The entry in full",
        "copy": "Copy the id of that job",
    },
    without=("new-job", "copy-list-arn"),
)
_MOST_LINES = 3


class FileLine(Lines):
    """Where the record is kept, or why it is not."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.is_trouble = False

    def content(self, width: int) -> list[Cell]:
        return wrap(plain(f" {self.text}", "warning" if self.is_trouble else "muted"), max(2, width))[:_MOST_LINES]


class HistoryScreen(ListingScreen):
    """The list, newest first; enter goes to the job.

    Args:
        record: What was done.
        where: In which account and region this is, as far as it is known by now.
        name_of: The name of a job, empty where it is not known.
        clock: Epoch seconds.
    """

    pane: HistoryPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self,
        record: ActionRecord,
        *,
        where: Callable[[], Actor],
        name_of: Callable[[str], str],
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.pane = HistoryPane(clock)
        self._record = record
        self._where = where
        self._name_of = name_of
        self._file = FileLine()
        self.below = (self._file,)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.action_refresh_now()

    def on_screen_resume(self) -> None:
        """Something may have been done meanwhile."""
        self._show()

    def action_refresh_now(self) -> None:
        """Reads the file again."""
        self.pane.is_loading = True
        self._show()
        _: Worker[None] = self.run_worker(self._read, name="history", exclusive=True)

    def action_open_json(self) -> None:
        """Shows the entry in full."""
        row = self.pane.table.cursor_row
        if row is not None:
            from batchtui.ui.screens.text import TextScreen

            self.app.push_screen(TextScreen("One action", lambda: entry_lines(row.entry)))

    def action_copy_id(self) -> None:
        """Copies the id of the new job, else of the first one."""
        row = self.pane.table.cursor_row
        if row is None or not row.target:
            self.notify("This entry names nothing.", severity="warning")
        else:
            self.app.copy_to_clipboard(row.target)
            self.notify(f"Copied {row.target}.")

    def target(self) -> Target | None:
        """To what the entry under the cursor leads, where that is in this account and region; else it is said."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        sentence = elsewhere(row.entry.actor, self._where()) if row.target else "This entry names nothing."
        if sentence:
            self.notify(sentence, severity="warning")
            return None
        return Target(kind_of(row.entry.action), row.target, row.new or row.first)

    async def _read(self) -> None:
        await self._record.read(again=True)
        self.pane.is_loading = False
        self._show()

    def _show(self) -> None:
        self.pane.show_history(history_rows(self._record.history, self._name_of))
        self._file.text, self._file.is_trouble = about_file(self._record)
        self._file.redraw()


def about_file(record: ActionRecord) -> tuple[str, bool]:
    """Where the record is kept, and whether something is wrong with that."""
    if record.path is None:
        return "Remembered until the end only: of the demo account nothing is written.", False
    if record.trouble or record.recorded.trouble:
        return clean(record.trouble or f"{record.recorded.trouble}."), True
    skipped = record.recorded.skipped
    is_are = "is" if skipped == 1 else "are"
    foreign = f" · {plural(skipped, 'line')} in it {is_are} no entry" if skipped else ""
    return f"{clean(short_path(record.path))}{foreign}", bool(skipped)


def elsewhere(there: Actor, here: Actor) -> str:
    """That something belongs to another account or region than this one, in a sentence, or empty."""
    if there.account and here.account and there.account != here.account:
        return f"That was in account {there.account}; this is {here.account}."
    if there.region and here.region and there.region != here.region:
        return f"That was in region {there.region}; this is {here.region}."
    return ""


def kind_of(action: str) -> str:
    """What an action is done to, by AWS's name of it: most are done to jobs."""
    return next((kind for word, kind in _KINDS if word in action), "job")


def entry_lines(entry: ActionEntry) -> list[Cell]:
    """All that is known of one action."""
    outcome = {"failed": "failed", "in doubt": "warning"}.get(entry.outcome, "")
    more = entry.count - len(entry.job_ids)
    named = [*entry.job_ids, *([f"… and {more:,} more"] if more > 0 and entry.job_ids else [])]
    return [
        *field("Time", strftime("%Y-%m-%d %H:%M:%S %Z", localtime(entry.at))),
        *field("Action", entry.action),
        *field("Outcome", entry.outcome, outcome),
        *field("Error", masked_text(entry.error or ""), "failed"),
        *field("Reason", masked_text(entry.reason)),
        *field("New job", entry.new_job_id),
        *field("How many", f"{entry.count:,}"),
        *fields("For", named),
        *field("Account", entry.actor.account),
        *field("Region", entry.actor.region),
        *field("Profile", entry.actor.profile),
        *field("Who", entry.actor.arn),
    ]


def short_path(path: Path) -> str:
    """A path as people write it, from their home directory."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):  # elsewhere, or nobody's home
        return str(path)
