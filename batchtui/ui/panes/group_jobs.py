"""The jobs of one group, in the columns of the jobs list."""

from collections.abc import Callable, Sequence

from batchtui.format import left_out
from batchtui.model.job import TERMINAL_STATUSES, JobSummary
from batchtui.query.steps import Steps, chosen
from batchtui.ui.panes.jobs import JobsPane
from batchtui.ui.widgets.lines import Lines


class GroupJobsPane(JobsPane):
    """The list.

    Args:
        title: What the group is called.
        belongs: Tells its jobs.
        clock: Epoch seconds.
    """

    def __init__(self, title: str, belongs: Callable[[JobSummary], bool], clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.TITLE = f"Jobs · {title}"
        self._belongs = belongs
        self._of_group = 0

    def above(self) -> list[Lines]:
        return []

    def tell_choice(self) -> None:
        """It begins as the jobs list does; what is changed here is not that list's."""

    def rows_in_order(self) -> Steps[Sequence[JobSummary]]:
        """Those of the group, the newest first."""
        jobs = yield from chosen((yield from super().rows_in_order()), self._belongs)
        self._of_group = len(jobs)
        return jobs

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = [self.status] if self.status else []
        words.append(str(shown) if shown == self._of_group else f"{shown} of {self._of_group}")
        if self._dropped_before is not None and (not self.status or self.status in TERMINAL_STATUSES):
            words.append(left_out(self._dropped_before, self.clock()))
        return [*words, "loading"] if self._is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        if self.filter:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        return ("There are no such jobs any more.",)
