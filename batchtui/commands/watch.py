"""Follows one job to its end: what happens to it, what it writes, and with which status one exits."""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.aws.errors import (
    AccessDeniedError,
    AwsError,
    CredentialsError,
    InvalidRequestError,
    NotConfiguredError,
    ThrottledError,
    UnsupportedOperationError,
)
from batchtui.commands.course import AnyJob, Turn, exit_status, nodes_of, turns
from batchtui.commands.job_log import JobLog
from batchtui.commands.job_name import NamedJob
from batchtui.commands.printer import Printer, notice
from batchtui.commands.session import Session
from batchtui.commands.signals import Signals, signals, status_of
from batchtui.commands.stopping import StoppingByHand
from batchtui.commands.trouble import Trouble
from batchtui.logs.places import LogPlaces, LogSource, is_array_parent, log_places, number_of_nodes
from batchtui.logs.training import TrainingLogs
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail
from batchtui.settings import StartError
from batchtui.sync.snapshot import Snapshot

MOST_NODES: Final = 20
"""Nodes of a multi-node job whose logs are followed."""
_CLUSTER_UNKNOWN: Final = "the EKS cluster is not known"
_SECONDS_UNTIL_KNOWN: Final = (1.0, 2.0, 4.0)  # a new job may take a moment to be known
_MORE_SECONDS_FOR_NEW: Final = (8.0, 15.0)  # and one that was made here is there for certain
_LOOKS_WHILE_FORGOTTEN: Final = 60
_TRIES_AT_START: Final = 5
_CANNOT_START = (AccessDeniedError, CredentialsError, InvalidRequestError, NotConfiguredError)


@dataclass(frozen=True, slots=True)
class Watched:
    """How a job is watched."""

    job: NamedJob
    has_logs: bool = True
    is_new: bool = False
    """Whether it was submitted just now."""


async def watch(session: Session, watched: Watched, printer: Printer) -> int:
    """Tells of a job until it ends, or until one is asked to leave.

    Returns:
        The exit status: the job's own, or 128 and the signal's number.

    Raises:
        StartError: AWS does not know the job, or does not let one look.
    """
    with signals() as came:
        watch = Watch(session, watched, printer)
        following = asyncio.create_task(watch.follow())
        by_hand = StoppingByHand(session, printer, watch)
        try:
            while True:
                number = await _signal(came, following)
                if number is None:
                    return following.result()
                if not await by_hand.goes_on(number, came):
                    if watch.job is not None and watch.job.summary.is_active:
                        job_id = watch.job.summary.job_id
                        notice(f"left; the job goes on, and 'batchtui watch {job_id}' follows it again.")
                    return status_of(number)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _signal(came: Signals, following: "asyncio.Task[int]") -> int | None:
    """The next signal; None where the job has ended first."""
    waiting = asyncio.create_task(came.next())
    try:
        await asyncio.wait({waiting, following}, return_when=asyncio.FIRST_COMPLETED)
        return None if following.done() else waiting.result()
    finally:
        waiting.cancel()


class Watch:
    """One job that is followed.

    Args:
        session: The way to AWS.
        watched: Which job, and how.
        printer: Told of everything.
    """

    def __init__(self, session: Session, watched: Watched, printer: Printer) -> None:
        self._gateway = session.gateway
        self._refresh = session.settings.refresh
        self._watched = watched
        self._printer = printer
        self._training = TrainingLogs(session.gateway)
        self._is_service_job = watched.job.is_service_job
        self._trouble = Trouble(printer.trouble)
        self._log = JobLog(session.gateway.logs, session.gateway.budget)
        self._cluster: str | None = None
        self._has_asked_for_cluster = False
        self._forgotten = 0
        self._due_at = 0.0
        self._main_node: JobDetail | None = None
        self._nodes: list[JobDetail] = []
        self._last: Turn | None = None
        self._places: list[LogPlaces] = []
        self._wake = asyncio.Event()
        self.job: AnyJob | None = None
        """As AWS last told it."""
        self.may_print = asyncio.Event()
        """Nothing is printed while a person is asked something."""
        self.may_print.set()

    def wake(self) -> None:
        """Looks at once."""
        self._due_at = 0.0
        self._wake.set()

    async def follow(self) -> int:
        """Follows it to its end.

        Returns:
            The exit status that follows from it.
        """
        await self._begin()
        assert self.job is not None
        while self.job.summary.is_active or (self._watched.has_logs and not self._log.is_done):
            await self._rest()
            if self.job.summary.is_active and time.monotonic() >= self._due_at:
                await self._look()
                if self._forgotten >= _LOOKS_WHILE_FORGOTTEN:
                    self._printer.trouble(f"AWS no longer knows job {self._watched.job.job_id}.")
                    return 1
            if self._watched.has_logs:
                await self._read_log()
        if self._watched.has_logs:
            self._say_why_no_log()
        if self._last is not None:  # told last: what follows the end of a job is not read
            self._printer.turn(self.job, self._last)
        return exit_status(self.job, self._main_node)

    async def _begin(self) -> None:
        """The first look, which must find the job."""
        job_id = self._watched.job.job_id
        pauses = [*_SECONDS_UNTIL_KNOWN, *(_MORE_SECONDS_FOR_NEW if self._watched.is_new else ())]
        while True:
            try:
                found = await self._described()
            except AwsError as error:
                if isinstance(error, _CANNOT_START):
                    raise StartError(error.last_words) from error
                wait = self._trouble.failed(error)
                if self._trouble.failures >= _TRIES_AT_START and not isinstance(error, ThrottledError):
                    raise StartError(error.last_words) from error
                await asyncio.sleep(wait)
                continue
            self._trouble.succeeded()
            if found is not None:
                break
            if not pauses:
                raise StartError(f"AWS does not know job {job_id} in this account and region, or no longer.")
            await asyncio.sleep(pauses.pop(0))
        await self.may_print.wait()
        self._printer.job(found)
        await self._heard(found)
        self._due_at = time.monotonic() + self._refresh
        if self._watched.has_logs:
            await self._read_log()

    async def _look(self) -> None:
        """One look. No error of AWS leaves it."""
        try:
            found = await self._described()
        except AwsError as error:
            await self.may_print.wait()
            self._due_at = time.monotonic() + self._trouble.failed(error)
            return
        await self.may_print.wait()
        self._trouble.succeeded()
        self._due_at = time.monotonic() + self._refresh
        self._forgotten = 0 if found else self._forgotten + 1
        if found is not None:
            await self._heard(found)

    async def _described(self) -> AnyJob | None:
        """The job as AWS tells it now, with the nodes of a multi-node job.

        Raises:
            AwsError: A call failed.
        """
        job_id, is_first = self._watched.job.job_id, self.job is None
        if not self._is_service_job:
            nodes = number_of_nodes(self.job.summary) if self.job else 0
            ids = [job_id, *nodes_of(job_id, nodes, MOST_NODES)]
            found = {each.summary.job_id: each for each in await self._gateway.describe_jobs(ids, urgent=is_first)}
            if (job := found.get(job_id)) is not None:
                if not nodes and (nodes := number_of_nodes(job.summary)):
                    new = await self._gateway.describe_jobs(list(nodes_of(job_id, nodes, MOST_NODES)), urgent=True)
                    found |= {each.summary.job_id: each for each in new}
                self._nodes = [each for each_id, each in found.items() if each_id != job_id]
                self._main_node = next((each for each in self._nodes if _is_main(each)), None)
                return job
        if self.job is None or self._is_service_job:
            try:
                service_job = await self._training.look(job_id, urgent=is_first)
            except (AccessDeniedError, UnsupportedOperationError):
                if self._is_service_job:
                    raise
                return None
            self._is_service_job = service_job is not None or self._is_service_job
            return service_job
        return None

    async def _heard(self, job: AnyJob) -> None:
        before, self.job = self.job, job
        for turn in turns(before, job, self._main_node):
            if turn.is_end:
                self._last = turn
            else:
                self._printer.turn(job, turn)
        if self._watched.has_logs:
            self._log.describe(await self._sources(job))
            if not job.summary.is_active:
                self._log.job_ended()

    async def _sources(self, job: AnyJob) -> Sequence[LogSource]:
        if isinstance(job, ServiceJobDetail):
            self._places = [self._training.places(job)]
        else:
            each_job = self._nodes or [job]
            self._places = [log_places(each, eks_cluster=self._cluster) for each in each_job]
            is_lost = any(_CLUSTER_UNKNOWN in reason for places in self._places for reason in places.reasons)
            if is_lost and not self._has_asked_for_cluster:
                await self._find_cluster(job.summary.job_queue)
                self._places = [log_places(each, eks_cluster=self._cluster) for each in each_job]
        return [source for places in self._places for source in places.sources]

    async def _find_cluster(self, job_queue: str) -> None:
        """The EKS cluster behind a queue, for a pod whose attempts do not name it."""
        self._has_asked_for_cluster = True
        try:
            queues = tuple(await self._gateway.describe_job_queues())
            environments = tuple(await self._gateway.describe_compute_environments())
        except AwsError as error:
            self._printer.trouble(str(error))
            return
        self._cluster = Snapshot(job_queues=queues, compute_environments=environments).eks_cluster_of(job_queue)

    async def _read_log(self) -> None:
        lines = await self._log.look()
        await self.may_print.wait()
        self._printer.lines(lines)
        for sentence in self._log.new_troubles():
            self._printer.trouble(sentence)

    def _say_why_no_log(self) -> None:
        """Why something of it has no log; that an array has none of its own is no news."""
        if self.job is None or is_array_parent(self.job.summary):
            return
        for reason in dict.fromkeys(reason for places in self._places for reason in places.reasons):
            notice(f"no log: {reason}.")

    async def _rest(self) -> None:
        assert self.job is not None
        due = self._due_at if self.job.summary.is_active else math.inf
        if self._watched.has_logs:
            due = min(due, self._log.due_at)
        self._wake.clear()
        try:
            async with asyncio.timeout(max(0.0, due - time.monotonic())):
                await self._wake.wait()
        except TimeoutError:
            pass


def _is_main(node: JobDetail) -> bool:
    nodes = node.summary.node_properties
    return nodes is not None and bool(nodes.is_main_node)
