"""Asks AWS for one change, and knows at every moment what has become of it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from batchtui.actions.change import Change
from batchtui.actions.outcomes import Standing
from batchtui.actions.record import ActionEntry, Actor
from batchtui.aws.errors import (
    AwsError,
    MalformedAnswerError,
    ServiceFaultError,
    ThrottledError,
    UnreachableError,
)

MOST_REFUSALS: Final = 5
"""Throttled so many times, a change gives up."""
_LONGEST_PAUSE: Final = 30.0
_DONE_PERHAPS = (UnreachableError, ServiceFaultError, MalformedAnswerError)


class ResourceControl(Protocol):
    """What changes things: the resources gateway."""

    def update_job_queue(
        self, name: str, *, state: str | None = None, priority: int | None = None
    ) -> Awaitable[None]: ...
    def update_compute_environment(
        self, name: str, *, state: str | None = None, vcpus: Mapping[str, int] | None = None
    ) -> Awaitable[None]: ...
    def update_service_job(self, job_id: str, scheduling_priority: int) -> Awaitable[None]: ...
    def deregister_job_definition(self, definition: str) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class ChangeOutcome:
    """What has become of a change."""

    standing: Standing = Standing.NOT_ASKED
    error: AwsError | None = None


class ChangeRun:
    """One change. Cancel the task that runs it at any moment: ``outcome`` stays true.

    Every change says what something shall be, so that one which was throttled is asked for again.

    Args:
        change: What to do.
        control: The resources gateway.
        on_pause: Told how many seconds it waits, because AWS throttles it.
        sleep: Waits that many seconds.
        chance: Numbers between 0 and 1, for the jitter of the pauses.
    """

    def __init__(
        self,
        change: Change,
        control: ResourceControl,
        *,
        on_pause: Callable[[float], None] = lambda seconds: None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.change = change
        self.outcome = ChangeOutcome()
        self._control = control
        self._on_pause = on_pause
        self._sleep = sleep
        self._chance = chance

    async def run(self) -> ChangeOutcome:
        """Makes the change. No error of AWS leaves it: it is in the outcome."""
        for refusals in range(MOST_REFUSALS):
            self.outcome = ChangeOutcome(Standing.IN_DOUBT)  # until the answer is here
            try:
                await self._ask()
            except ThrottledError as error:
                self.outcome = ChangeOutcome(Standing.NOT_ASKED, error)
                if refusals + 1 < MOST_REFUSALS:
                    seconds = min(_LONGEST_PAUSE, 2.0**refusals) * (0.5 + self._chance() / 2)
                    self._on_pause(seconds)
                    await self._sleep(seconds)
                continue
            except AwsError as error:
                standing = Standing.IN_DOUBT if isinstance(error, _DONE_PERHAPS) else Standing.FAILED
                self.outcome = ChangeOutcome(standing, error)
            else:
                self.outcome = ChangeOutcome(Standing.ACCEPTED)
            break
        return self.outcome

    async def _ask(self) -> None:
        change, numbers = self.change, dict(self.change.numbers)
        match change.operation:
            case "UpdateJobQueue":
                await self._control.update_job_queue(
                    change.target, state=change.state, priority=numbers.get("priority")
                )
            case "UpdateComputeEnvironment":
                await self._control.update_compute_environment(change.target, state=change.state, vcpus=numbers)
            case "UpdateServiceJob":
                await self._control.update_service_job(change.target, numbers["schedulingPriority"])
            case "DeregisterJobDefinition":
                await self._control.deregister_job_definition(change.target)
            case other:
                raise ValueError(other)


def entry_of(change: Change, outcome: ChangeOutcome, *, actor: Actor, at: float) -> ActionEntry:
    """The record of a change, with what became what as its reason.

    Args:
        change: What was asked for.
        outcome: What became of it.
        actor: Who did it.
        at: Epoch seconds.
    """
    return ActionEntry(
        at=at,
        actor=actor,
        action=change.operation,
        count=1,
        job_ids=(change.target,),
        reason=change.what,
        outcome=outcome.standing.value,
        error=str(outcome.error) if outcome.error else None,
    )
