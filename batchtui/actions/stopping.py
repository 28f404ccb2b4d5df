"""Carries out a plan to stop jobs, and knows at every moment what has become of each of them."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from batchtui.actions.outcomes import Standing, StopOutcome, StopProgress
from batchtui.actions.stop import WAITING, StopCall, StopPlan, cleaned_reason
from batchtui.aws.errors import (
    AccessDeniedError,
    AwsError,
    CredentialsError,
    MalformedAnswerError,
    NotConfiguredError,
    ReadOnlyError,
    ServiceFaultError,
    ThrottledError,
    UnreachableError,
    UnsupportedOperationError,
)
from batchtui.aws.limits import MAX_DESCRIBED_JOBS, MAX_STOPPED_JOBS
from batchtui.model.job import TERMINAL_STATUSES, JobSummary

MOST_REFUSALS: Final = 12
"""Throttled so many times without any progress, a stop gives up."""
_LOOKS: Final = (0.0, 1.0, 3.0)  # seconds before each look at what was cancelled
_URGENT_CALLS: Final = (
    5  # a person waits for the first calls; those of a long stop share the budget with the polls
)
_LONGEST_PAUSE: Final = 30.0
_SLICE: Final = 1_000  # jobs noted at once: some milliseconds
_FAILURES_IN_A_ROW: Final = 3  # then whatever is wrong is wrong for all

_DONE_PERHAPS = (UnreachableError, ServiceFaultError, MalformedAnswerError)
_WRONG_FOR_ALL = (CredentialsError, NotConfiguredError, ReadOnlyError)


class Control(Protocol):
    """What stops jobs: the control gateway."""

    def cancel_job(self, job_id: str, reason: str, *, urgent: bool = False) -> Awaitable[None]: ...
    def terminate_job(self, job_id: str, reason: str, *, urgent: bool = False) -> Awaitable[None]: ...
    def terminate_service_job(self, job_id: str, reason: str, *, urgent: bool = False) -> Awaitable[None]: ...
    def cancel_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Awaitable[Mapping[str, AwsError]]: ...
    def terminate_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Awaitable[Mapping[str, AwsError]]: ...
    def terminate_service_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Awaitable[Mapping[str, AwsError]]: ...


class Reads(Protocol):
    """What describes jobs: the gateway."""

    def summarize_jobs(self, job_ids: Sequence[str]) -> Awaitable[list[JobSummary]]: ...


class StopRun:
    """One stop of some jobs. Cancel the task that runs it at any moment: ``outcomes`` stays true.

    What waits is cancelled first, for a termination makes room in which it could start. Then it is looked at:
    CancelJob succeeds without doing anything where the job has begun in the meantime, and such a job is
    terminated. Stop calls can be repeated without harm, so a throttled one is.

    Args:
        plan: What to do.
        reason: As a person typed it.
        control: The control gateway.
        reads: The gateway.
        on_progress: Called after each step.
        sleep: Waits that many seconds.
        chance: Numbers between 0 and 1, for the jitter of the pauses.
    """

    def __init__(
        self,
        plan: StopPlan,
        reason: str,
        control: Control,
        reads: Reads,
        *,
        on_progress: Callable[[StopProgress], None] = lambda progress: None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.plan = plan
        self.reason = cleaned_reason(reason)
        """What AWS is told."""
        self._control = control
        self._reads = reads
        self._on_progress = on_progress
        self._sleep = sleep
        self._chance = chance
        self._outcomes = {step.job_id: StopOutcome(step.job_id, step.job_name, step.call) for step in plan.steps}
        self._arrays = {step.job_id for step in plan.steps if step.size}
        self._counts = Counter({Standing.NOT_ASKED: len(plan.steps)})
        self._unsettled: dict[str, bool] = {}  # cancelled, not yet proved to be; whether the last look saw it wait
        self._one_by_one: set[StopCall] = set()
        self._refusals = 0
        self._calls = 0

    @property
    def outcomes(self) -> tuple[StopOutcome, ...]:
        """One for each step of the plan, in its order, as far as it has come."""
        return tuple(self._outcomes.values())

    async def run(self) -> tuple[StopOutcome, ...]:
        """Stops the jobs. No error of AWS leaves it: each is in the outcomes.

        Returns:
            The outcomes.
        """
        await self._ask_for(StopCall.CANCEL, self._planned(StopCall.CANCEL))
        await self._look()
        await self._ask_for(StopCall.TERMINATE, self._planned(StopCall.TERMINATE))
        await self._ask_for(StopCall.TERMINATE_SERVICE, self._planned(StopCall.TERMINATE_SERVICE))
        for pause in _LOOKS[1:]:
            if not self._unsettled:
                break
            self._tell(is_checking=True)
            await self._sleep(pause)
            await self._look()
        # Seen to wait seconds after it was cancelled: it is no longer on its way to begin.
        await self._note_many([job_id for job_id, waits in self._unsettled.items() if waits], Standing.ACCEPTED)
        self._tell()
        return self.outcomes

    def _planned(self, call: StopCall) -> list[str]:
        return [step.job_id for step in self.plan.steps if step.call is call]

    async def _ask_for(self, call: StopCall, job_ids: Iterable[str]) -> None:
        """Asks AWS to stop these, until each is accepted, refused, or there is no use in asking."""
        waiting = deque(job_ids)
        failures = 0  # calls in a row that came to nothing
        while waiting:
            size = 1 if call in self._one_by_one else MAX_STOPPED_JOBS
            batch = [waiting.popleft() for _ in range(min(size, len(waiting)))]
            try:
                refused = await self._ask(call, batch)
            except (UnsupportedOperationError, AccessDeniedError) as error:
                if len(batch) > 1:  # the bulk call is not there, or not allowed for every one of them
                    self._one_by_one.add(call)
                    self._note(batch, Standing.NOT_ASKED)
                    waiting.extendleft(reversed(batch))
                    continue
                refused, failures = dict.fromkeys(batch, error), failures + 1
            except ThrottledError as error:
                refused = dict.fromkeys(batch, error)
            except AwsError as error:
                refused = dict.fromkeys(batch, error)
                failures += _FAILURES_IN_A_ROW if isinstance(error, _WRONG_FOR_ALL) else 1
            else:
                failures = 0
            waiting.extendleft(reversed(await self._heard(call, batch, refused)))
            if failures >= _FAILURES_IN_A_ROW or self._refusals > MOST_REFUSALS:
                await self._note_many(waiting, Standing.NOT_ASKED, refused[batch[0]])
                break
            self._tell()

    async def _ask(self, call: StopCall, batch: Sequence[str]) -> Mapping[str, AwsError]:
        self._note(batch, Standing.IN_DOUBT)  # until the answer is here
        urgent = self._calls < _URGENT_CALLS
        self._calls += 1
        control = self._control
        one, many = {
            StopCall.CANCEL: (control.cancel_job, control.cancel_jobs),
            StopCall.TERMINATE: (control.terminate_job, control.terminate_jobs),
            StopCall.TERMINATE_SERVICE: (control.terminate_service_job, control.terminate_service_jobs),
        }[call]
        if len(batch) > 1:
            return await many(batch, self.reason, urgent=urgent)
        await one(batch[0], self.reason, urgent=urgent)
        return {}

    async def _heard(self, call: StopCall, batch: Sequence[str], refused: Mapping[str, AwsError]) -> list[str]:
        """Notes AWS's answer; after a pause if it was too much.

        Returns:
            Those to ask for again, because they were throttled.
        """
        accepted = [job_id for job_id in batch if job_id not in refused]
        if call is StopCall.CANCEL:
            self._unsettled.update(dict.fromkeys(accepted, False))  # in doubt until it was looked at
        else:
            self._note(accepted, Standing.ACCEPTED)
        again = [job_id for job_id in batch if isinstance(refused.get(job_id), ThrottledError)]
        for job_id, error in refused.items():
            if job_id not in again:
                standing = Standing.IN_DOUBT if isinstance(error, _DONE_PERHAPS) else Standing.FAILED
                self._note([job_id], standing, error)
        if not again:
            self._refusals = 0
            return []
        self._note(again, Standing.NOT_ASKED)
        self._refusals = 1 if accepted else self._refusals + 1
        if self._refusals > MOST_REFUSALS:
            return again
        await self._pause()
        return again

    async def _look(self) -> None:
        """Describes what was cancelled, and terminates what has begun all the same."""
        waiting = deque(self._unsettled)
        self._unsettled = dict.fromkeys(self._unsettled, False)
        begun: list[str] = []
        while waiting:
            batch = [waiting.popleft() for _ in range(min(MAX_DESCRIBED_JOBS, len(waiting)))]
            self._tell(is_checking=True)
            try:
                jobs = {job.job_id: job for job in await self._reads.summarize_jobs(batch)}
            except ThrottledError as error:
                self._refusals += 1
                if self._refusals > MOST_REFUSALS:
                    await self._note_many([*batch, *waiting], Standing.IN_DOUBT, error)
                    break
                waiting.extendleft(reversed(batch))
                await self._pause()
                continue
            except AwsError as error:
                self._note(batch, Standing.IN_DOUBT, error)
                continue
            self._refusals = 0
            for job_id in batch:
                job = jobs.get(job_id)
                if job is None:  # not known, or not yet: nothing shows that the cancellation was heard
                    continue
                if _has_escaped(job):
                    begun.append(job_id)
                    self._outcomes[job_id] = replace(self._outcomes[job_id], call=StopCall.TERMINATE)
                    self._note([job_id], Standing.NOT_ASKED)
                    del self._unsettled[job_id]
                elif self._is_settled(job):
                    self._note([job_id], Standing.ACCEPTED)
                    del self._unsettled[job_id]
                else:
                    self._unsettled[job_id] = True
        await self._ask_for(StopCall.TERMINATE, begun)

    def _is_settled(self, job: JobSummary) -> bool:
        """Whether it cannot begin any more. An array's summary of its children lags: only its end is proof."""
        if not job.is_active:
            return True
        return bool(job.is_cancelled or job.is_terminated) and job.job_id not in self._arrays

    async def _pause(self) -> None:
        """Twice as long after each refusal, and never quite the same."""
        seconds: float = min(_LONGEST_PAUSE, 2.0 ** (self._refusals - 1)) * (0.5 + self._chance() / 2)
        self._tell(pause=seconds)
        await self._sleep(seconds)

    def _note(self, job_ids: Iterable[str], standing: Standing, error: AwsError | None = None) -> None:
        for job_id in job_ids:
            old = self._outcomes[job_id]
            self._counts[old.standing] -= 1
            self._counts[standing] += 1
            self._outcomes[job_id] = replace(old, standing=standing, error=error)

    async def _note_many(self, job_ids: Iterable[str], standing: Standing, error: AwsError | None = None) -> None:
        """The same for any number, in slices between which the screen can answer."""
        for place, job_id in enumerate(tuple(job_ids), 1):
            self._note((job_id,), standing, error)
            if place % _SLICE == 0:
                await asyncio.sleep(0)

    def _tell(self, *, is_checking: bool = False, pause: float = 0.0) -> None:
        self._on_progress(
            StopProgress(
                total=len(self._outcomes),
                accepted=self._counts[Standing.ACCEPTED],
                failed=self._counts[Standing.FAILED],
                in_doubt=self._counts[Standing.IN_DOUBT],
                is_checking=is_checking,
                pause=pause,
            )
        )


def _has_escaped(job: JobSummary) -> bool:
    """Whether it, or a child of it, goes on running although it was cancelled."""
    if not job.is_active or job.is_terminated:
        return False
    if job.status not in WAITING:
        return True
    children = job.array_properties.status_summary if job.array_properties else ()
    return any(count for name, count in children if name not in WAITING | TERMINAL_STATUSES)
