"""Opening the answer to why a job failed or waits, or coming back to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen
from textual.signal import Signal

from batchtui.insight.verdict import Answer
from batchtui.insight.why_answer import LogEnd, WhyAnswer
from batchtui.model.job import UNKNOWN, JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.messages import WhyWanted
from batchtui.ui.open_logs import go_back_to

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway


def open_why(
    app: App[Any],
    event: WhyWanted,
    *,
    gateway: "Callable[[], Gateway | None]",
    snapshot: Callable[[], Snapshot],
    published: Signal[Snapshot],
    clock: Callable[[], float],
) -> None:
    """Opens the screen, or goes back to the one about this job.

    Args:
        app: Shows it.
        event: About which job.
        gateway: The gateway, None while there is no connection.
        snapshot: What is known of the account.
        published: Tells of every new snapshot.
        clock: Epoch seconds.
    """
    account = gateway()
    if account is None:
        app.notify("Not connected yet.", severity="warning")
        return
    from batchtui.logs.ending import end_of_log
    from batchtui.sync.why_reads import Detail, answer_for, at_first_sight
    from batchtui.ui.screens.why import WhyScreen

    def is_there(screen: Screen[Any]) -> bool:
        return isinstance(screen, WhyScreen) and screen.job_id == event.job_id

    if go_back_to(app, is_there):
        return
    known = snapshot().job(event.job_id) or event.job
    job = known or JobSummary(event.job_id, event.title, job_queue="", status=UNKNOWN)

    async def log_of(detail: Detail) -> LogEnd:
        return await end_of_log(account, detail, eks_cluster=snapshot().eks_cluster_of(detail.summary.job_queue))

    async def ask(job: JobSummary) -> WhyAnswer:
        return await answer_for(account, snapshot(), job, now=int(clock() * 1000), end_of_log=log_of)

    def first_sight(job: JobSummary) -> Answer:
        return at_first_sight(snapshot(), job, int(clock() * 1000))

    app.push_screen(WhyScreen(job, ask, at_first_sight=first_sight, published=published))
