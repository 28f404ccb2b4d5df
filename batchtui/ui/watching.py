"""From the wish to be told of an end to the bell, the notification and the command."""

import asyncio
import json
import os
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.notifications import SeverityLevel
from textual.worker import Worker

from batchtui.actions.on_end import OnEnd, why_not_found
from batchtui.aws.errors import AwsError
from batchtui.format import plural, why
from batchtui.model.job import FAILED, JobSummary
from batchtui.model.secrets import masked_api, masked_text
from batchtui.settings import Settings
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.watched import MOST_JOBS, MOST_WATCHES, Event, News, Watch, Watches, to_ask
from batchtui.ui.aside import aside
from batchtui.ui.messages import Shown, WatchWanted
from batchtui.ui.notices import notice
from batchtui.ui.reach import Reach

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway

ASK_SECONDS: Final = 30.0
"""So often AWS is asked for watched jobs that no list shows, 100 a call."""
_ASKED_AT_ONCE: Final = 100
_SINGLY: Final = 5  # service jobs are asked for one by one
_MOST_TOLD: Final = 5  # messages at once; the others stand in :watched
_FAILURE_SECONDS: Final = 10.0  # between two messages that the command failed
_WIDTH = 120
ON_END: Final = "on_end"


class Watching:
    """Looks at every snapshot while something is watched.

    Args:
        reach: The program around it.
        settings: How to tell, and which command to start.
        place: What to call the account where there are several; empty where there is one.
        show: Marks the jobs with these ids in the lists.
        on_error: Told of a command that failed, for the errors of the session.
    """

    def __init__(
        self,
        reach: Reach,
        settings: Settings,
        *,
        place: Callable[[], str],
        show: Callable[[Collection[str]], None],
        on_error: Callable[[AwsError], None],
    ) -> None:
        self.watches = Watches()
        self._reach = reach
        self._way = settings.notify
        self._place = place
        self._mark = show
        self._on_error = on_error
        self._on_end = OnEnd(settings.on_end, self._command_failed)
        self._failure_told_at = 0.0
        self._is_command_looked_for = False
        self._asked_at = 0.0
        self._asking: Worker[None] | None = None
        self._is_left = False
        reach.published.subscribe(reach.app, self._look)

    def leave(self) -> str:
        """Nobody is told of anything any more, for the account is about to end.

        Returns:
            What was still watched, in words; empty where nothing was.
        """
        self._is_left = True
        names = [called(watch) for watch in self.watches.under_way]
        more = f" and {len(names) - _MOST_TOLD:,} more" if len(names) > _MOST_TOLD else ""
        return ", ".join(names[:_MOST_TOLD]) + more

    async def close(self) -> None:
        """Commands that still run have a moment to end."""
        await self._on_end.close()

    def ask(self, wish: WatchWanted) -> None:
        """Begins to watch, or ends it where exactly that is watched already."""
        if wish.shown is not None:
            work = partial(self._watch_list, wish.jobs, wish.shown)
            _: Worker[None] = self._reach.app.run_worker(
                work, name="watch-list", group="watch-list", exclusive=True
            )
            return
        known = self.watches.of_one(wish.jobs[0].job_id) if len(wish.jobs) == 1 else None
        if known is not None:
            self.take_off(known)
            self._say(f"{known.title} is no longer watched.")
            return
        open_ones = [job for job in wish.jobs if job.is_active]
        if not open_ones:
            self._say("It has ended already." if len(wish.jobs) == 1 else "All of them have ended already.")
        elif len(wish.jobs) == 1:
            job = wish.jobs[0]
            self._begin(self._made(job.job_name or job.job_id, is_of_one=True), open_ones)
        else:
            first = open_ones[0].job_name or open_ones[0].job_id
            title = f"{first} and {len(open_ones) - 1:,} more" if len(open_ones) > 1 else first
            self._begin(self._made(title, is_of_one=len(open_ones) == 1), open_ones)

    def take_off(self, watch: Watch) -> None:
        """Nobody waits for it any more."""
        self.watches.take_off(watch)
        self._show()

    async def _watch_list(self, rows: Sequence[JobSummary], shown: Shown) -> None:
        open_ones = await aside(len(rows), _open_ones, rows)
        if self._is_left:
            return
        if not open_ones:
            self._say("All jobs that are shown have ended already." if rows else "No job is shown.")
            return
        watch = self._made(shown.title, is_of_one=False)
        watch.matches, watch.queue, watch.grows = shown.matches, shown.queue, True
        self._begin(watch, open_ones)

    def _made(self, title: str, *, is_of_one: bool) -> Watch:
        where = self._reach.where()
        return Watch(title, (where.account, where.region), self._reach.clock(), is_of_one)

    def _begin(self, watch: Watch, jobs: Sequence[JobSummary]) -> None:
        if not self.watches.has_room:
            self._say(f"{MOST_WATCHES} are watched already: :watched takes some off.")
            return
        watch.add(jobs)
        self.watches.begin(watch)
        ended = f"{watch.title} has" if watch.is_of_one else f"all of {called(watch)} have"
        full = f" Only the first {MOST_JOBS:,} of them." if watch.is_full else ""
        self._say(f"You will be told when {ended} ended.{full} :watched lists all.", is_good=True)
        self._asked_at = 0.0
        self._show()
        if self._on_end.command and not self._is_command_looked_for:
            self._is_command_looked_for = True
            _: Worker[None] = self._reach.app.run_worker(self._look_for_command(), name="on-end", group="on-end")

    async def _look_for_command(self) -> None:
        """A person may have gone when it is needed: what is mistyped is told at the beginning."""
        if (why_not := await asyncio.to_thread(why_not_found, self._on_end.command)) is not None:
            self._say(masked_text(why_not))

    def _look(self, snapshot: Snapshot) -> None:
        under_way = self.watches.under_way
        if not under_way or self._is_left:
            return
        where, now = self._reach.where(), self._reach.clock()
        here = [watch for watch in under_way if watch.context == (where.account, where.region)]
        self._tell([news for watch in here for news in watch.look(snapshot.jobs, now)])
        is_asking = self._asking is not None and not self._asking.is_finished
        if is_asking or snapshot.is_paused or now - self._asked_at < ASK_SECONDS:
            return
        if missing := to_ask(here, _ASKED_AT_ONCE):
            self._asked_at = now
            work = partial(self._ask_for, missing, here)
            self._asking = self._reach.app.run_worker(work, name="watched", group="watched")

    async def _ask_for(self, job_ids: Sequence[str], watches: Sequence[Watch]) -> None:
        """Of jobs that no list shows only AWS can say whether they have ended."""
        gateway = self._reach.gateway()
        if gateway is None:
            return
        snapshot = self._reach.snapshot()
        of_services = [job_id for job_id in job_ids if snapshot.is_service_job(job_id)][:_SINGLY]
        others = [job_id for job_id in job_ids if not snapshot.is_service_job(job_id)]
        try:
            found = [detail.summary for detail in await gateway.describe_jobs(others)] if others else []
            for job_id in of_services:
                detail = await gateway.describe_service_job(job_id)
                found += [detail.summary] if detail is not None else []
        except AwsError:  # the errors of the session tell of it; it is asked again
            return
        asked = [*others, *of_services]
        now = self._reach.clock()
        self._tell([news for watch in watches for news in watch.told(asked, found, now)])

    def _tell(self, news: Sequence[News]) -> None:
        if self._is_left:
            return
        if not news:
            self._show()
            return
        told = [sentence(each) for each in news]
        app, place = self._reach.app, masked_text(self._place())
        title = f"Watched · {place}" if place else "Watched"
        for each, text in list(zip(news, told, strict=True))[:_MOST_TOLD]:
            severity: SeverityLevel = "warning" if each.watch.failed else "information"
            app.notify(text, title=title, severity=severity, timeout=20)
        if len(told) > _MOST_TOLD:
            app.notify(f"… and {len(told) - _MOST_TOLD} more have ended: :watched tells.", title=title)
        summary = told[0] if len(told) == 1 else f"{told[0]} … and {len(told) - 1} more"
        summary = f"{place}: {summary}" if place else summary
        app.tell_terminal(notice(summary, way=self._way, environ=os.environ))
        self._show()
        if self._on_end.command:
            for each in news:
                _: Worker[None] = app.run_worker(partial(self._start_command, each), name="on-end", group="on-end")

    async def _start_command(self, news: News) -> None:
        """With what AWS tells of the jobs now; with what the lists know where it tells nothing."""
        told: dict[str, Any] = {}
        gateway = self._reach.gateway()
        if gateway is not None:
            with suppress(AwsError):  # the errors of the session tell of it
                told = await _described(gateway, news.jobs)
        lines = [
            json.dumps(masked_api(told.get(job.job_id) or _as_described(job)), default=str) for job in news.jobs
        ]
        self._on_end.start("".join(f"{line}\n" for line in lines).encode())

    def _command_failed(self, kind: str, said: str) -> None:
        error = AwsError(
            masked_text(said) or kind, operation=ON_END, code=kind, advice="See on_end in config.toml."
        )
        self._on_error(error)
        now = self._reach.clock()
        if now - self._failure_told_at >= _FAILURE_SECONDS:  # many may end at once
            self._failure_told_at = now
            self._say(f"The command of on_end failed: {kind} (! tells more).")

    def _show(self) -> None:
        self._mark(self.watches.ids())

    def _say(self, text: str, *, is_good: bool = False) -> None:
        self._reach.app.notify(text, severity="information" if is_good else "warning")


def sentence(news: News) -> str:
    """What is told, in a sentence without what looks secret."""
    watch = news.watch
    if watch.is_of_one:
        job = next(iter(news.jobs), None)
        return f"AWS has forgotten {watch.title}." if job is None else masked_text(f"{watch.title} {_how(job)}")
    if news.event is Event.FAILED:
        job, rest = news.jobs[0], f"{watch.open:,} of {watch.total:,} go on"
        return masked_text(f"{watch.title}: {job.job_name} {_how(job)} · {rest}")
    return masked_text(f"{watch.title}: all have ended · {outcome(watch)}")


def called(watch: Watch) -> str:
    """What a person calls it, with how many jobs it is about where the name does not say."""
    return f"{watch.title} ({plural(watch.total, 'job')})" if watch.grows else watch.title


def outcome(watch: Watch) -> str:
    """How many ended how, as far as they have ended."""
    parts = ((watch.failed, "FAILED"), (watch.succeeded, "SUCCEEDED"), (watch.forgotten, "forgotten by AWS"))
    return " · ".join(f"{count:,} {words}" for count, words in parts if count)


def _how(job: JobSummary) -> str:
    reason = "".join(text for text, _ in why(job, _WIDTH)) if job.status == FAILED else ""
    return f"{job.status}{f' · {reason}' if reason else ''}"


def _open_ones(rows: Sequence[JobSummary]) -> list[JobSummary]:
    return [job for job in rows if job.is_active][: MOST_JOBS + 1]


async def _described(gateway: "Gateway", jobs: Sequence[JobSummary]) -> dict[str, Any]:
    """By id, as AWS tells it; raises an AwsError."""
    told: dict[str, Any] = {}
    ids = [job.job_id for job in jobs if not job.is_service_job]
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        for detail in await gateway.describe_jobs(ids[start : start + _ASKED_AT_ONCE]):
            told[detail.summary.job_id] = detail.raw
    for job in [job for job in jobs if job.is_service_job][:_SINGLY]:
        if (service_job := await gateway.describe_service_job(job.job_id)) is not None:
            told[job.job_id] = service_job.raw
    return told


def _as_described(job: JobSummary) -> dict[str, Any]:
    """What the lists know of a job, under the names that DescribeJobs uses."""
    container = {"exitCode": job.exit_code, "reason": job.container_reason}
    members = {
        "jobId": job.job_id,
        "jobArn": job.job_arn,
        "jobName": job.job_name,
        "jobQueue": job.job_queue,
        "jobDefinition": job.job_definition,
        "status": job.status,
        "statusReason": job.status_reason,
        "createdAt": job.created_at,
        "startedAt": job.started_at,
        "stoppedAt": job.stopped_at,
        "container": {name: value for name, value in container.items() if value is not None} or None,
        "tags": dict(job.tags) if job.tags else None,
    }
    return {name: value for name, value in members.items() if value is not None}
