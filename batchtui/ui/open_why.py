"""Opening the answer to why a job failed or waits, or coming back to it; imported with the first question."""

from typing import Any

from textual.screen import Screen

from batchtui.insight.verdict import Answer
from batchtui.insight.why_answer import LogEnd, WhyAnswer
from batchtui.logs.ending import end_of_log
from batchtui.model.job import UNKNOWN, JobSummary
from batchtui.sync.why_reads import Detail, answer_for, at_first_sight
from batchtui.ui.messages import WhyWanted
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach
from batchtui.ui.screens.why import WhyScreen


def open_why(reach: Reach, event: WhyWanted) -> None:
    """Opens the screen, or goes back to the one about this job."""
    account = reach.connected()
    if account is None:
        return

    def is_there(screen: Screen[Any]) -> bool:
        return isinstance(screen, WhyScreen) and screen.job_id == event.job_id

    if go_back_to(reach.app, is_there):
        return
    known = reach.snapshot().job(event.job_id) or event.job
    job = known or JobSummary(event.job_id, event.title, job_queue="", status=UNKNOWN)

    async def log_of(detail: Detail) -> LogEnd:
        return await end_of_log(
            account, detail, eks_cluster=reach.snapshot().eks_cluster_of(detail.summary.job_queue)
        )

    async def ask(job: JobSummary) -> WhyAnswer:
        return await answer_for(account, reach.snapshot(), job, now=int(reach.clock() * 1000), end_of_log=log_of)

    def first_sight(job: JobSummary) -> Answer:
        return at_first_sight(reach.snapshot(), job, int(reach.clock() * 1000))

    def name_of(job_id: str) -> str | None:
        found = reach.snapshot().job(job_id)
        return found.job_name if found is not None else None

    screen = WhyScreen(job, ask, at_first_sight=first_sight, name_of=name_of, published=reach.published)
    reach.app.push_screen(screen)
