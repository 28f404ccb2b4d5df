"""What all screens with one list have in common: filter, order, the ways on from a row, and the way back."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from batchtui.model.job import UNKNOWN, JobSummary
from batchtui.ui.details.views import INSIGHT
from batchtui.ui.listing_keys import ListingKeys
from batchtui.ui.messages import ConsoleWanted, DetailWanted, LogWanted, NewJobWanted, WatchWanted, WhyWanted
from batchtui.ui.panes.pane import Pane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.in_sight import InSightScreen
from batchtui.ui.screens.ways import JobAtHand, WaysOfJobs
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.styled import COMPONENT_CLASSES


class ListingScreen(WaysOfJobs, InSightScreen):
    """A screen with one list, its ``pane``, and the keys ``KEYS``; with lines ``above`` and ``below`` the list."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    KEYS: ClassVar[ListingKeys]

    pane: Pane[Any]
    above: Sequence[Widget] = ()
    below: Sequence[Widget] = ()

    def compose(self) -> ComposeResult:
        yield from self.above
        yield self.pane
        yield from self.below
        yield KeyLine(self.KEYS.footer)

    def target(self) -> Target | None:
        """What the row under the cursor leads to; where it leads nowhere, that was said."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Clears the filter first, then leaves."""
        if not self.pane.clear_filter():
            self.app.pop_screen()

    async def action_filter(self) -> None:
        """Opens the filter."""
        await self.pane.open_filter()

    def action_sort(self) -> None:
        """Sorts by the next column."""
        self.pane.sort_next()

    def action_reverse(self) -> None:
        """Turns the order round."""
        self.pane.sort_reversed()

    def action_help(self) -> None:
        """Shows the keys of this list."""
        from batchtui.ui.open_texts import open_help

        open_help(self.app, self.KEYS.help)

    def action_open_json(self) -> None:
        """Goes to the JSON of what is under the cursor."""
        self._go(is_json=True)

    def action_log(self) -> None:
        """Opens the log of the job under the cursor."""
        if (job := self._job("Only jobs have logs.")) is not None:
            self.post_message(LogWanted((job.key,), job.title))

    def action_why(self) -> None:
        """Asks why the job under the cursor failed, or why it waits; how a queue stands."""
        target = self.target()
        if target is not None and target.kind == "queue":
            self.post_message(DetailWanted("queue", target.key, target.title, tab=INSIGHT))
        elif target is not None and target.kind == "job":
            self.post_message(
                WhyWanted(target.key, target.job.job_name if target.job else target.title, target.job)
            )
        elif target is not None:
            self.notify("Only of jobs and queues it is told why.", severity="warning")

    def action_watch(self) -> None:
        """Asks to be told when the job under the cursor has ended."""
        if (target := self._job("Only jobs end.")) is not None:
            job = target.job or JobSummary(target.key, target.title, job_queue="", status=UNKNOWN)
            self.post_message(WatchWanted([job]))

    def job_at_hand(self, why_not: str) -> JobAtHand | None:
        target = self._job(f"{why_not}.")
        return (
            JobAtHand(target.key, target.job.job_name if target.job else target.title, target.job)
            if target
            else None
        )

    def action_new_job(self) -> None:
        """Goes to the newest job that was made of the one under the cursor."""
        if (job := self._job("Only of jobs new ones are made.")) is not None:
            self.post_message(NewJobWanted(job.key))

    def action_stop(self) -> None:
        """There is nothing to stop."""
        self.notify("Only jobs can be stopped.", severity="warning")

    def action_copy_id(self) -> None:
        """Copies the id or the name."""
        if (target := self.target()) is not None:
            self._copy(target.name or target.key)

    def action_copy_arn(self) -> None:
        """Copies the ARN, where it is known."""
        if (target := self.target()) is not None:
            self._copy(target.arn)

    def action_console(self) -> None:
        """Goes to the page of the row in AWS's web console."""
        if (target := self.target()) is not None:
            self.post_message(ConsoleWanted(target.title, target.console_page))

    def action_export(self) -> None:
        """Saves what the list shows as CSV, JSON or NDJSON."""
        from batchtui.ui.exporting import export_list

        export_list(self.app, self.pane)

    @on(LineTable.Opened)
    def _open(self) -> None:
        self._go(is_json=False)

    def _go(self, *, is_json: bool) -> None:
        target = self.target()
        if target is not None and target.kind:
            self.post_message(DetailWanted(target.kind, target.key, target.title, is_json=is_json, job=target.job))

    def _job(self, why_not: str) -> Target | None:
        target = self.target()
        if target is not None and target.kind != "job":
            self.notify(why_not, severity="warning")
            return None
        return target

    def _copy(self, text: str | None) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"Copied {text}.")
        else:
            self.notify("AWS told none.", severity="warning")

    def say_nothing_here(self) -> None:
        """There is no row under the cursor."""
        self.notify("There is nothing in this list.", severity="warning")
