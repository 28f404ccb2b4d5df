"""Sends drafts, each once, and knows at every moment what has become of each of them.

SubmitJob has no token by which AWS would recognize a second try. What AWS has refused can be sent again; what got
no answer cannot: it is looked for by its name, and whether to send it again is for a person to say.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from batchtui.actions.draft import Draft
from batchtui.actions.outcomes import Standing
from batchtui.actions.record import ActionEntry, Actor
from batchtui.aws.control_gateway import SubmittedJob
from batchtui.aws.errors import (
    AmbiguousError,
    AwsError,
    CredentialsError,
    NotConfiguredError,
    ReadOnlyError,
    ThrottledError,
    UnreachableError,
)
from batchtui.model.fields import arn_name
from batchtui.model.job import JobSummary

MOST_REFUSALS: Final = 12
"""Throttled so many times without any progress, a run gives up."""
LOOKS: Final = (0.0, 2.0, 4.0)
"""Seconds before each look for a job whose answer was lost: a new job may take a moment to be listed."""
CLOCK_SKEW_SECONDS: Final = 300.0
"""AWS refuses requests that are signed by a clock that is further off."""
_SMALL_SKEW_SECONDS: Final = 5.0
_LONGEST_PAUSE: Final = 30.0
_FAILURES_IN_A_ROW: Final = 3  # then whatever is wrong is wrong for all
_WRONG_FOR_ALL = (CredentialsError, NotConfiguredError, ReadOnlyError, UnreachableError)


class Control(Protocol):
    """What submits jobs: the control gateway."""

    def submit_job(self, request: Mapping[str, Any]) -> Awaitable[SubmittedJob]: ...


class Reads(Protocol):
    """What finds jobs by their names: the gateway."""

    def list_jobs_named(
        self, job_queue: str, job_name: str, created_after: int
    ) -> Awaitable[list[JobSummary]]: ...


@dataclass(frozen=True, slots=True)
class SubmitOutcome:
    """What has become of one draft."""

    draft: Draft
    standing: Standing = Standing.NOT_ASKED
    error: AwsError | None = None
    """Why it failed, is in doubt, or was not even sent; None while nothing is wrong."""
    job_id: str | None = None
    """The new job's id, once AWS has told it."""
    sent_at: float = 0.0
    """Epoch seconds by this machine's clock."""
    found: tuple[JobSummary, ...] = ()
    """For one in doubt: the jobs of its name that have come into being since, newest first."""
    is_looked_for: bool = False
    """For one in doubt: whether AWS answered when it was looked for."""

    @property
    def likely(self) -> JobSummary | None:
        """For one in doubt: the job that it most likely made; None where there is none, or more than one."""
        later = [job for job in self.found if not self.is_earlier(job)]
        return later[0] if len(later) == 1 else None

    def is_earlier(self, job: JobSummary) -> bool:
        """Whether a job was created before this was sent, by clocks that may differ a little."""
        return job.created_at is not None and job.created_at / 1000 < self.sent_at - _SMALL_SKEW_SECONDS

    @property
    def job_name(self) -> str:
        """The name that the new job has, or would have."""
        return str(self.draft.request.get("jobName", ""))


@dataclass(frozen=True, slots=True)
class SubmitProgress:
    """For a line that tells how far it is."""

    total: int
    accepted: int
    failed: int
    in_doubt: int
    is_looking: bool = False
    """Looking for a job whose answer was lost."""
    pause: float = 0.0
    """Seconds that it now waits, because AWS throttles it."""


class SubmitRun:
    """Submits some drafts, one after another.

    End it early with ``stop_asking``: what is on its way is waited for, so that its answer is not lost. Where the
    task itself is cancelled, what was on its way stays in doubt.

    Args:
        drafts: What to send.
        control: The control gateway.
        reads: The gateway.
        is_known: Whether a job was known before, so that it cannot be one whose answer was lost.
        on_progress: Called after each step.
        on_outcome: Called with each outcome as soon as it is settled, so that it is on record whatever comes.
        clock: Epoch seconds.
        sleep: Waits that many seconds.
        chance: Numbers between 0 and 1, for the jitter of the pauses.
    """

    def __init__(
        self,
        drafts: Sequence[Draft],
        control: Control,
        reads: Reads,
        *,
        is_known: Callable[[str], bool],
        on_progress: Callable[[SubmitProgress], None] = lambda progress: None,
        on_outcome: Callable[[SubmitOutcome], None] = lambda outcome: None,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._control = control
        self._reads = reads
        self._is_known = is_known
        self._on_progress = on_progress
        self._on_outcome = on_outcome
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._outcomes = [SubmitOutcome(draft) for draft in drafts]
        self._ids: set[str] = set()  # of the jobs that this run made
        self._counts = {Standing.ACCEPTED: 0, Standing.FAILED: 0, Standing.IN_DOUBT: 0}
        self._refusals = 0
        self._is_ended = asyncio.Event()

    @property
    def outcomes(self) -> tuple[SubmitOutcome, ...]:
        """One for each draft, in their order, as far as it has come."""
        return tuple(self._outcomes)

    def stop_asking(self) -> None:
        """Sends nothing more; what is on its way is waited for."""
        self._is_ended.set()

    async def run(self) -> tuple[SubmitOutcome, ...]:
        """Sends them. No error of AWS leaves it: each is in the outcomes.

        Returns:
            The outcomes.
        """
        failures = 0  # in a row
        for number, waiting in enumerate(self._outcomes):
            outcome = waiting
            while outcome.standing is Standing.NOT_ASKED and not self._is_ended.is_set():
                outcome = await self._send(number)
            if self._is_ended.is_set() and outcome.standing is Standing.NOT_ASKED:
                break
            if outcome.standing is Standing.IN_DOUBT:
                outcome = await self._look_for(number, outcome)
            self._settle(number, outcome)
            failures = 0 if outcome.standing is Standing.ACCEPTED else failures + 1
            if failures >= _FAILURES_IN_A_ROW or self._is_hopeless(outcome):
                self._give_up(outcome.error)
                break
        return self.outcomes

    async def _send(self, number: int) -> SubmitOutcome:
        """One try; the outcome is not settled where AWS throttled it and it can be sent again."""
        outcome = SubmitOutcome(self._outcomes[number].draft, sent_at=self._clock())
        # Until the answer is here: what ends this task now may lose it.
        self._outcomes[number] = replace(outcome, standing=Standing.IN_DOUBT)
        self._tell()
        try:
            job = await self._control.submit_job(outcome.draft.request)
        except ThrottledError as error:  # AWS answered: there is no job
            self._refusals += 1
            if self._refusals > MOST_REFUSALS:
                return replace(outcome, standing=Standing.FAILED, error=error)
            self._outcomes[number] = replace(outcome, error=error)
            await self._pause()
            return self._outcomes[number]
        except AmbiguousError as error:
            return replace(outcome, standing=Standing.IN_DOUBT, error=error)
        except AwsError as error:
            return replace(outcome, standing=Standing.FAILED, error=error)
        except asyncio.CancelledError:
            self._settle(number, replace(outcome, standing=Standing.IN_DOUBT))
            raise
        self._refusals = 0
        self._ids.add(job.job_id)
        return replace(outcome, standing=Standing.ACCEPTED, job_id=job.job_id)

    async def _look_for(self, number: int, outcome: SubmitOutcome) -> SubmitOutcome:
        """Looks a few times whether there is a job that was not there before."""
        self._outcomes[number] = outcome
        try:
            for pause in LOOKS:
                self._tell(is_looking=True)
                await self._sleep(pause)
                outcome = await look_for(outcome, self._reads, is_known=self._is_another)
                if outcome.likely:
                    break
        except asyncio.CancelledError:
            self._settle(number, outcome)
            raise
        return outcome

    def _is_another(self, job_id: str) -> bool:
        return job_id in self._ids or self._is_known(job_id)

    def _settle(self, number: int, outcome: SubmitOutcome) -> None:
        self._outcomes[number] = outcome
        self._counts[outcome.standing] += 1
        self._on_outcome(outcome)
        self._tell()

    def _is_hopeless(self, outcome: SubmitOutcome) -> bool:
        """Whether whatever is wrong is wrong for the others too."""
        if outcome.standing is Standing.IN_DOUBT and not outcome.is_looked_for:
            return True  # AWS cannot even be asked
        return isinstance(outcome.error, _WRONG_FOR_ALL) or self._refusals > MOST_REFUSALS

    def _give_up(self, error: AwsError | None) -> None:
        self._outcomes = [
            replace(each, error=error) if each.standing is Standing.NOT_ASKED else each for each in self._outcomes
        ]

    async def _pause(self) -> None:
        """Twice as long after each refusal, and never quite the same; it ends with ``stop_asking``."""
        seconds: float = min(_LONGEST_PAUSE, 2.0 ** (self._refusals - 1)) * (0.5 + self._chance() / 2)
        self._tell(pause=seconds)
        waits = [asyncio.ensure_future(self._sleep(seconds)), asyncio.create_task(self._is_ended.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*waits)

    def _tell(self, *, is_looking: bool = False, pause: float = 0.0) -> None:
        self._on_progress(
            SubmitProgress(
                total=len(self._outcomes),
                accepted=self._counts[Standing.ACCEPTED],
                failed=self._counts[Standing.FAILED],
                in_doubt=self._counts[Standing.IN_DOUBT],
                is_looking=is_looking,
                pause=pause,
            )
        )


async def look_for(outcome: SubmitOutcome, reads: Reads, *, is_known: Callable[[str], bool]) -> SubmitOutcome:
    """One look for the job of a draft whose answer was lost: by name and moment of creation.

    Args:
        outcome: In doubt.
        reads: The gateway.
        is_known: Whether a job is another one, known from before or made since.
    """
    since = int((outcome.sent_at - CLOCK_SKEW_SECONDS) * 1000)
    request = outcome.draft.request
    try:
        jobs = await reads.list_jobs_named(str(request.get("jobQueue", "")), outcome.job_name, since)
    except AwsError:  # the gateway has told the session's errors of it
        return outcome
    found = tuple(job for job in jobs if not is_known(job.job_id))
    return replace(outcome, found=found, is_looked_for=True)


def is_unsent(outcome: SubmitOutcome) -> bool:
    """Whether its draft can be sent again without harm: AWS refused it, or it was never sent."""
    return outcome.standing in (Standing.FAILED, Standing.NOT_ASKED)


def unsent(outcomes: Iterable[SubmitOutcome]) -> tuple[Draft, ...]:
    """The drafts that can be sent again without harm."""
    return tuple(outcome.draft for outcome in outcomes if is_unsent(outcome))


def in_doubt(outcomes: Iterable[SubmitOutcome]) -> tuple[SubmitOutcome, ...]:
    """Those of which nobody knows whether there is a job."""
    return tuple(outcome for outcome in outcomes if outcome.standing is Standing.IN_DOUBT)


def entry_of(outcome: SubmitOutcome, *, actor: Actor, at: float) -> ActionEntry:
    """The record of one submission.

    Args:
        outcome: Settled.
        actor: Who did it.
        at: Epoch seconds.
    """
    original = outcome.draft.original
    request = outcome.draft.request
    definition, queue = (arn_name(str(request.get(member, ""))) for member in ("jobDefinition", "jobQueue"))
    new_job_id = outcome.job_id or (outcome.likely.job_id if outcome.likely else None)
    return ActionEntry(
        at=at,
        actor=actor,
        action="SubmitJob",
        count=1,
        job_ids=(original.summary.job_id,) if original else (),
        reason=f"{outcome.job_name} in {queue}, {definition}",
        outcome=outcome.standing.value,
        error=str(outcome.error) if outcome.error else None,
        new_job_id=new_job_id,
    )


def ids_of(outcomes: Collection[SubmitOutcome]) -> tuple[str, ...]:
    """The ids of the new jobs."""
    return tuple(outcome.job_id for outcome in outcomes if outcome.job_id)
