"""The screen *API calls*: what this session takes from the quota that all in the account share."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.timer import Timer

from batchtui.aws.call_statistics import OperationStatistics, Statistics, Times
from batchtui.aws.pacing import CallBudget
from batchtui.format import Cell, Span, duration, number, plain, plural
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.lines import field, label
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.api import ApiPane, brief
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.line_view import wrap
from batchtui.ui.widgets.lines import Lines

KEYS = listing_keys(
    "api",
    "API calls",
    refresh="Count again now; AWS is not asked",
    meant={
        "open": "All that is counted of the operation",
        "json": "The same",
        "copy": "Copy the operation as IAM writes it: batch:ListJobs",
    },
    without=("log", "why", "new-job", "copy-list-arn"),
)
_TICK_SECONDS = 1.0
_LABEL_WIDTH = 13


class Figures(Lines):
    """What holds for all calls together, above the table."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[Cell] = ()

    def content(self, width: int) -> list[Cell]:
        return [part for line in self.lines for part in wrap(line, max(2, width))]


class ApiScreen(ListingScreen):
    """The list, what costs most first. It looks once a second while it is on top, and asks AWS nothing.

    Args:
        budget: The one that all callers share.
        snapshot: What is known of the account, with how often it is looked at.
        clock: Epoch seconds.
    """

    pane: ApiPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self, budget: CallBudget, *, snapshot: Callable[[], Snapshot], clock: Callable[[], float]
    ) -> None:
        super().__init__()
        self._budget = budget
        self._snapshot = snapshot
        self._figures = Figures()
        self._ticks: Timer | None = None
        self.pane = ApiPane(self._figures, clock)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self._ticks = self.set_interval(_TICK_SECONDS, self.action_refresh_now)
        self.action_refresh_now()

    def on_screen_suspend(self) -> None:
        """Something lies above it."""
        if self._ticks is not None:
            self._ticks.pause()

    def on_screen_resume(self) -> None:
        """It is on top again."""
        if self._ticks is not None:
            self._ticks.resume()
            self.action_refresh_now()

    def action_refresh_now(self) -> None:
        """Looks again at what was counted."""
        statistics = self._budget.statistics.freeze()
        self._figures.lines = figures(statistics, self._budget, self._snapshot())
        self._figures.redraw()
        self.pane.show_operations(statistics.operations)

    def action_open_json(self) -> None:
        """Shows all that is counted of the operation under the cursor."""
        row = self.pane.table.cursor_row
        if row is not None:
            from batchtui.ui.screens.text import TextScreen

            self.app.push_screen(TextScreen("One operation", lambda: operation_lines(row)))

    def action_copy_arn(self) -> None:
        """There is none."""
        self.notify("An operation has no ARN.", severity="warning")

    def target(self) -> Target | None:
        """The operation, as IAM writes it; there are no details of it at AWS."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        return Target("", row.name, row.name)

    @on(LineTable.Opened)
    def _open(self) -> None:
        self.action_open_json()


def figures(statistics: Statistics, budget: CallBudget, snapshot: Snapshot) -> list[Cell]:
    """What holds for all calls together.

    Args:
        statistics: What was counted.
        budget: What is allowed.
        snapshot: How often the account is looked at.
    """
    lines = [
        _figure("Calls", *_calls(statistics, budget)),
        _figure("Rate", *_rate(budget)),
        _figure("Waiting", *_waits(statistics)),
        _figure("Refresh", *_refresh(snapshot)),
    ]
    failed = [row for row in statistics.operations if row.last_error_ago is not None]
    if failed:
        latest = min(failed, key=lambda row: row.last_error_ago or 0.0)
        ago = f", {duration(latest.last_error_ago)} ago"
        lines.append(_figure("Last error", (f"{latest.operation}: {latest.last_error}", "failed"), (ago, "muted")))
    return [*lines, plain("")]


def operation_lines(row: OperationStatistics) -> list[Cell]:
    """All that is counted of one operation."""
    error = f"{row.last_error}, {duration(row.last_error_ago)} ago" if row.last_error_ago is not None else ""
    since = f", the first of them for {brief(row.oldest_in_flight)}" if row.in_flight else ""
    return [
        *field("Operation", row.operation),
        *field("As IAM writes it", row.name),
        *field("Calls in all", f"{row.calls:,}"),
        *field("In the last minute", f"{row.last_minute:,}"),
        *field("On their way", f"{row.in_flight:,}{since}"),
        *field("Throttled", f"{row.throttled:,}", "warning" if row.throttled else ""),
        *field("Errors", f"{row.errors:,}", "failed" if row.errors else ""),
        *field("Given up", f"{row.cancelled:,}"),
        *field("Last error", error, "failed"),
        plain(""),
        plain(f"From sending to the answer, of the last {plural(row.times.count, 'answer')}", "strong"),
        *field("Median", brief(row.times.median)),
        *field("95 of 100 within", brief(row.times.p95)),
        *field("Longest", brief(row.times.longest)),
        plain(""),
        plain(
            "As it was when this was opened. Refusals and calls without an answer are not among the times.",
            "muted",
        ),
    ]


def _figure(name: str, *value: Span) -> Cell:
    return (label(f" {name}", _LABEL_WIDTH), *value)


def _calls(statistics: Statistics, budget: CallBudget) -> list[Span]:
    now = sum(row.last_minute for row in statistics.operations)
    total = sum(row.calls for row in statistics.operations)
    allowed = budget.max_calls_per_second * 60
    at_once = f" and {budget.burst:.0f} after a rest" if now > allowed else ""
    return [
        (f"{now:,} calls/min", "strong"),
        (f" of {number(round(allowed, 2))} on average{at_once} · {total:,} in this session", "muted"),
    ]


def _rate(budget: CallBudget) -> list[Span]:
    digits = 1 if budget.max_calls_per_second >= 1 else 2
    now, most = f"{budget.rate:.{digits}f}", f"{budget.max_calls_per_second:.{digits}f}"
    is_whole = budget.rate >= budget.max_calls_per_second
    spans = [(f"{now} of {most} calls/s", "" if is_whole else "warning"), (" allowed now", "muted")]
    if budget.halved_ago is not None:
        ago = duration(budget.halved_ago)
        spans.append(
            (f" · grown back since throttling halved it {ago} ago", "muted")
            if is_whole
            else (f" · halved by throttling {ago} ago", "warning")
        )
    return spans


def _waits(statistics: Statistics) -> list[Span]:
    times: Times = statistics.waits
    if not times.count:
        words = "no call has had its turn yet"
    else:
        words = f"median {brief(times.median)}, longest {brief(times.longest)} for their turn"
    spans = [(words, ""), (f" · the last {plural(times.count, 'call')}" if times.count else "", "muted")]
    if statistics.waiting:
        waits = "waits" if statistics.waiting == 1 else "wait"
        spans.append((f" · {statistics.waiting:,} {waits} now", "warning"))
    return spans


def _refresh(snapshot: Snapshot) -> list[Span]:
    wished = _seconds(snapshot.refresh)
    if snapshot.is_paused:
        return [("paused", "warning"), (f" · else every {wished}; p goes on", "muted")]
    if snapshot.is_stretched:
        now = _seconds(snapshot.interval)
        return [(f"every {now}", "warning"), (f" as the API budget allows · every {wished} is wished", "muted")]
    return [(f"every {wished}", ""), (" as wished", "muted")]


def _seconds(seconds: float) -> str:
    return f"{number(round(seconds, 1))}s" if seconds < 60 else duration(seconds)
