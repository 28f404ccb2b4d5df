"""The dialog that stops jobs: what will be hit, whether that is wanted, how far it is, and what came of it."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input

from batchtui.actions.outcomes import StopOutcome, StopProgress, retryable
from batchtui.actions.stop import StopPlan
from batchtui.actions.stopping import StopRun
from batchtui.format import Cell, bar, plain, plural, status_style
from batchtui.ui.aside import aside
from batchtui.ui.screens.dialog import AskingDialog
from batchtui.ui.widgets.paragraphs import Paragraphs

COUNTED_FROM = 20
"""More jobs than these are stopped only by who types how many they are."""
_SHOWN = 8
_BREATH = 0.005  # seconds in which keys are answered
_BAR = 30


class StopScreen(AskingDialog):
    """Asks, then stops, then tells.

    Args:
        plan: What would be asked of AWS; it has steps.
        lines: What it asks; see ``question``.
        reason: What was typed the last time.
        start: Makes the run of a plan with a reason; it is told of the progress.
        on_end: Called with what became of each job, and the reason, after each run.
    """

    def __init__(
        self,
        plan: StopPlan,
        *,
        lines: Sequence[Cell],
        reason: str,
        start: Callable[[StopPlan, str, Callable[[StopProgress], None]], StopRun],
        on_end: Callable[[Sequence[StopOutcome], str], None],
    ) -> None:
        super().__init__()
        self._plan = plan
        self._lines = lines
        self._make_run = start
        self._on_end = on_end
        self._text = Paragraphs()
        self._reason = Input(reason, placeholder="reason, which AWS keeps as the status reason", compact=True)
        self._count = Input(placeholder=f"type {len(plan.steps)} to go on", compact=True, id="count")
        self._leave = Button("Leave them", id="leave", compact=True)
        self._go = Button(f"Stop {plural(len(plan.steps), 'job')}", id="go", variant="error", compact=True)
        self._run: StopRun | None = None
        self._outcomes: tuple[StopOutcome, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Stop"
            with VerticalScroll(id="about", can_focus=False):
                yield self._text
            yield self._reason
            if self._must_count:
                yield self._count
            with Horizontal(id="buttons"):
                yield self._leave
                yield self._go

    def on_mount(self) -> None:
        self._text.show(self._lines)

    def action_yes(self) -> None:
        """Stops them, or tries again those that failed."""
        if self.is_asking:
            return
        if self._outcomes:
            self._begin(retryable(self._outcomes))
        elif self._must_count and self._count.value.strip() != str(len(self._plan.steps)):
            self.set_focus(self._count)
            self.notify(f"More than {COUNTED_FROM} jobs: type {len(self._plan.steps)} first.", severity="warning")
        else:
            self._begin()

    @property
    def _must_count(self) -> bool:
        return len(self._plan.steps) > COUNTED_FROM

    def _begin(self, again: Sequence[StopOutcome] = ()) -> None:
        self._reason.display = self._count.display = self._go.display = False
        self._leave.label = "Stop asking"
        self.set_focus(self._leave)
        self._run = None
        self.ask_aws(partial(self._stop, again))

    async def _stop(self, again: Sequence[StopOutcome]) -> None:
        try:
            self._run = await aside(len(again or self._plan.steps), self._run_of, again)
            await self._run.run()
        finally:
            if self._run is not None:
                self._outcomes = self._run.outcomes
                self._on_end(self._outcomes, self._run.reason)
            try:
                await asyncio.sleep(_BREATH)  # the record of many jobs has taken its time, and so will their list
            finally:  # also where somebody stops asking when all has been asked
                self._show_end()

    def _run_of(self, again: Sequence[StopOutcome]) -> StopRun:
        """The run of the plan, or of those of it that are to be tried again."""
        plan = self._plan.only([outcome.job_id for outcome in again]) if again else self._plan
        return self._make_run(plan, self._reason.value, self._show_progress)

    def _show_progress(self, progress: StopProgress) -> None:
        self._text.show(progress_lines(progress))

    def _show_end(self) -> None:
        """All went well: nobody needs to read that. Else what did not, and another try."""
        again = retryable(self._outcomes)
        if not again:
            self.dismiss()
            return
        self._text.show(outcome_lines(self._outcomes))
        self._leave.label = "Close"
        self._go.label = f"Try {plural(len(again), 'job')} again"
        self._go.display = True
        self.set_focus(self._leave)


def question(plan: StopPlan, hidden: int) -> list[Cell]:
    """What will be hit, by count, queue, status and the first names; what cannot be undone; what is left out."""
    queues = plan.queues
    where = f" in {', '.join(queues[:3])}" if queues else ""
    where += f" and {plural(len(queues) - 3, 'more queue')}" if len(queues) > 3 else ""
    lines: list[Cell] = [plain(f"Stop {plural(len(plan.steps), 'job')}{where}?", "strong"), plain("")]
    for queue, status, count in plan.counts[:_SHOWN]:
        lines.append(
            ((f"{count:>7,}  ", "strong"), (f"{status:<10}", status_style(status)), (f" {queue}", "muted"))
        )
    names = ", ".join(plan.first_names)
    more = len(plan.steps) - len(plan.first_names)
    lines.append(plain(names + (f" and {more:,} more" if more > 0 else "")))
    lines.append(plain(""))
    if hidden:
        is_are = "is" if hidden == 1 else "are"
        hidden_jobs = plural(hidden, "marked job")
        lines.append(plain(f"{hidden_jobs} that the filter hides {is_are} among them.", "warning"))
    lines += [plain(sentence, "warning") for sentence in plan.consequences]
    for why, count in plan.why_left_out:
        lines.append(plain(f"Left out: {plural(count, 'job')} that {why}.", "muted"))
    return [*lines, plain("")]


def progress_lines(progress: StopProgress) -> list[Cell]:
    """How far it is."""
    done = progress.accepted + progress.failed
    words = f" {done:,} of {progress.total:,}"
    lines: list[Cell] = [(*bar(done / max(1, progress.total), _BAR), (words, "strong"))]
    if progress.failed:
        lines.append(plain(f"{progress.failed:,} refused", "failed"))
    if progress.is_checking:
        lines.append(plain("Looking whether what was cancelled had begun …", "muted"))
    if progress.pause:
        lines.append(plain(f"AWS throttles: waiting {progress.pause:.0f} s …", "warning"))
    return [*lines, plain("What AWS was asked stays asked when you stop asking.", "muted"), plain("")]


def outcome_lines(outcomes: Sequence[StopOutcome]) -> list[Cell]:
    """What did not go well, each kind with a few names."""
    others = retryable(outcomes)
    accepted = len(outcomes) - len(others)
    lines: list[Cell] = [plain(f"{accepted:,} of {plural(len(outcomes), 'job')} will stop.", "strong"), plain("")]
    kinds: dict[tuple[str, str], list[StopOutcome]] = {}
    # Many jobs share one error: it is put into words once.
    for (standing, error), group in groupby(others, key=lambda one: (one.standing, one.error)):
        kinds.setdefault((standing.value, str(error) if error else ""), []).extend(group)
    for (kind, why), jobs in list(kinds.items())[:_SHOWN]:
        shown = ", ".join(job.job_name or job.job_id for job in jobs[:3])
        shown += f" and {len(jobs) - 3:,} more" if len(jobs) > 3 else ""
        lines.append(plain(f"{kind.capitalize()}: {shown}", "failed"))
        lines += [plain(f"  {why}", "muted")] if why else []
    return [*lines, plain("")]
