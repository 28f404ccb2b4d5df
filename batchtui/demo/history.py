"""Jobs that were over before the account was first looked at, made in closed form instead of simulated."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from .account import Account
from .chance import between, fraction, mix, pick
from .definitions import Definition, Form
from .endings import SPOT_TASK, SUCCESS
from .environments import ComputeEnvironment
from .identity import job_id_from
from .jobs import FAILED, STATUSES, SUCCEEDED, Array, Attempt, Job, Terms
from .names import array_name, job_name
from .outcomes import fate, host_lost, starting_ms, tried_again
from .pipelines import QUEUE, Made, Pipelines
from .queues import JobQueue
from .workload import HOSTILE_NOTE

_CANCELLED = (
    *("Cancelled: wrong sample sheet", "Superseded by a rerun", "Terminated by operator: budget") * 2,
    *("Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",) * 2,
    "Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
    "Canceled by JobStateTimeLimit action due to reason: UNDETERMINED",
    "Job killed by NF",
)
_UNLUCKY = 0.012
"""The share of jobs that lose the machine below them in every attempt."""
_DIFFERENT = 997  # children of an array with a story of their own: of more, each story is told several times
_SHARES = ("production", "research", "intern-projects")

Source = tuple[JobQueue, tuple[str, ...], int]
"""A queue, the definitions of its jobs, and how many of them there are for every job of the others."""


class History:
    """Makes finished jobs, each a pure function of the account's seed and its own number.

    Args:
        account: Takes them.
        sources: Where they come from.
        pipelines: Makes some of them, if it is given.
    """

    __slots__ = ("_account", "_latest", "_pipelines", "_places", "_terms")

    def __init__(self, account: Account, sources: list[Source], pipelines: Pipelines | None = None) -> None:
        self._account = account
        self._pipelines = pipelines if QUEUE in account.queues else None
        # Fixed here: children of a past array must come out the same whenever they are asked for.
        self._latest = account.now - 2_000
        self._terms: dict[tuple[str, str | None], Terms] = {}
        self._places: list[tuple[JobQueue, Definition, list[ComputeEnvironment]]] = []
        for queue, names, weight in sources:
            for name in names * weight:
                definition = account.catalogue.find(name)
                assert definition is not None
                fitting = [e for e in queue.environments if e.accepts(definition)]
                self._places.append((queue, definition, fitting or list(queue.environments)))

    def make(self, count: int, since: int, until: int, largest: int = 0) -> list[Job]:
        """So many jobs, oldest first, created between two moments and over before the account's present.

        The first array among the last of them has ``largest`` children, where that is asked for.
        """
        span = until - since
        failed: dict[str, str] = {}
        jobs = []
        for number in range(count):
            seed = mix(self._account.seed, -1 - number)
            created = since + span * number // count + mix(seed, 3) % max(1, span // count)
            # The last ones are those that every account has.
            made = self._pipelines.job(seed, number, count) if self._pipelines and count - number > 3 else None
            if made is not None:
                jobs.append(self._of_pipeline(number - count, seed, created, made))
            else:
                jobs.append(self._one(number - count, seed, created, failed))
        arrays = [job for job in reversed(jobs) if job.array is not None] if largest else []
        if arrays:
            self._fill(arrays[0], largest, list(arrays[0].queue.environments))
        return jobs

    def _one(self, seq: int, seed: int, created: int, failed: dict[str, str]) -> Job:
        queue, definition, environments = pick(seed, 4, self._places)
        share = pick(seed, 5, _SHARES) if queue.policy is not None else None
        terms = self._terms.get((definition.arn, share))
        if terms is None:
            terms = self._terms[definition.arn, share] = Terms.of(definition, share=share)
        job_id = job_id_from(mix(seed, 1) << 64 | mix(seed, 2))
        job = Job(seq, job_id, job_name(definition.name, seed), queue, definition, terms, created, seed)
        luck = fraction(seed, 6)
        if seq == -3:
            self._hostile(job)
        elif seq == -2:
            pass
        elif luck < 0.006:
            self._cancelled(job)
        elif luck < 0.012 and queue.name in failed:
            self._abandoned(job, failed[queue.name])
        elif luck < 0.02 and not job.multi_node:
            self._array(job, environments)
            return job
        begun = created + between(seed, 7, 4_000, 900_000)
        if not job.terminal:
            self._run(job, environments, begun)
        while seq == -2 and job.status == FAILED:
            job.seed = mix(job.seed, 1)  # the least of accounts, too, has one success
            job.attempts.clear()
            self._run(job, environments, begun)
        if job.status == FAILED:
            failed[queue.name] = job_id
        return job

    def _of_pipeline(self, seq: int, seed: int, created: int, made: Made) -> Job:
        queue = self._account.queues[QUEUE]
        definition = self._account.catalogue.find(made.definition)
        assert definition is not None
        terms = self._terms.setdefault((definition.arn, None), Terms.of(definition))
        job_id = job_id_from(mix(seed, 1) << 64 | mix(seed, 2))
        job = Job(seq, job_id, made.name, queue, definition, terms, created, seed)
        begun = created + between(seed, 7, 4_000, 900_000)
        environments = [each for each in queue.environments if each.accepts(definition)]
        if made.ending is None:
            self._run(job, environments, begun)
            return job
        attempt = Attempt(1, environments[0], ending=made.ending)
        started = min(begun + starting_ms(definition, environments[0], seed, 1), self._latest - 1_000)
        attempt.stopped = attempt.planned_stop = min(started + between(seed, 8, 20_000, 600_000), self._latest)
        attempt.started = started if made.ending.ran else 0
        job.attempts.append(attempt)
        job.started, job.stopped, job.status = attempt.started, attempt.stopped, FAILED
        job.status_reason = made.ending.status_reason
        return job

    def _run(self, job: Job, environments: list[ComputeEnvironment], begun: int) -> None:
        latest = self._latest
        while True:
            number = len(job.attempts) + 1
            environment = pick(job.seed, 20 + number, environments)
            plan = fate(job.definition, environment, job.terms.timeout_seconds, job.seed, number)
            if fraction(job.seed, 40) < _UNLUCKY and job.definition.form is Form.CONTAINER:
                lost = SPOT_TASK if environment.serverless else host_lost(job.seed, number)
                plan = replace(plan, running_ms=plan.running_ms or 40_000, ending=lost)
            attempt = Attempt(number, environment, ending=plan.ending)
            started = min(begun + plan.starting_ms, latest - 1_000)
            attempt.stopped = attempt.planned_stop = min(started + plan.running_ms, latest)
            if plan.ending.ran:
                attempt.started = started
            job.attempts.append(attempt)
            if plan.ending is SUCCESS or not tried_again(job.terms.retry, number, plan.ending):
                break
            begun = attempt.stopped + between(job.seed, 30 + number, 2_000, 60_000)
        job.started, job.stopped = attempt.started, attempt.stopped
        job.status = SUCCEEDED if plan.ending is SUCCESS else FAILED
        job.status_reason = plan.ending.status_reason

    def _stopped(self, job: Job, reason: str) -> None:
        job.status, job.status_reason, job.stop_reason = FAILED, reason, reason
        job.stopped = min(job.created + between(job.seed, 8, 5_000, 400_000), self._latest)

    def _cancelled(self, job: Job) -> None:
        """By somebody, by Nextflow, or by the time limits of its queue, which set no flag."""
        reason = pick(job.seed, 9, _CANCELLED)
        job.is_terminated = reason.startswith("Job killed")
        job.is_cancelled = not job.is_terminated and not reason.startswith("Canceled by JobStateTimeLimit")
        self._stopped(job, reason)

    def _abandoned(self, job: Job, culprit: str) -> None:
        job.terms = Terms.of(job.definition, share=job.terms.share, depends_on=({"jobId": culprit},))
        self._stopped(job, "Dependent Job failed")

    def _hostile(self, job: Job) -> None:
        job.is_terminated = True
        job.terms = Terms.of(
            job.definition, share=job.terms.share, tags={**job.definition.tags, "note": HOSTILE_NOTE}
        )
        self._stopped(job, f"stopped by {HOSTILE_NOTE}")

    def _array(self, job: Job, environments: list[ComputeEnvironment]) -> None:
        """An array is known by its counts; its children are made when somebody asks for them."""
        size = between(job.seed, 10, 6, 48)
        job.name = array_name(job.definition.name, between(job.seed, 11, 1, 60))
        self._fill(job, size, environments)

    def _fill(self, job: Job, size: int, environments: list[ComputeEnvironment]) -> None:
        children = self._children(job, min(size, _DIFFERENT), environments)
        counts = dict.fromkeys(STATUSES, 0)
        for child in children:
            counts[child.status] += len(range(child.index, size, _DIFFERENT))
        job.stopped = max(child.stopped for child in children)
        job.status = FAILED if counts[FAILED] else SUCCEEDED
        job.status_reason = "Array Child Job failed" if counts[FAILED] else None
        grow = partial(self._children, size=size, environments=environments)
        job.array = Array(size, counts, job.stopped, grow=grow)

    def _children(self, parent: Job, size: int, environments: list[ComputeEnvironment]) -> list[Job]:
        children = []
        for index in range(size):
            seed = mix(parent.seed, 10_000 + index % _DIFFERENT)
            child = Job(
                parent.seq,
                f"{parent.job_id}:{index}",
                parent.name,
                parent.queue,
                parent.definition,
                parent.terms,
                min(parent.created + 1_500, self._latest - 2_000),
                seed,
                parent=parent,
                index=index,
            )
            self._run(child, environments, child.created + between(seed, 7, 4_000, 600_000))
            children.append(child)
        return children
