"""What has become of each job that was to be stopped."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from batchtui.actions.record import FIRST_IDS, ActionEntry, Actor
from batchtui.actions.stop import StopCall
from batchtui.aws.errors import AwsError


class Standing(Enum):
    """How far the stop of one job has come."""

    NOT_ASKED = "not asked"
    IN_DOUBT = "in doubt"
    """Asked, and not known whether it was heard, or whether the job had begun before it was cancelled."""
    ACCEPTED = "accepted"
    """AWS will stop it, or it has ended."""
    FAILED = "failed"
    """AWS refused."""


@dataclass(frozen=True, slots=True)
class StopOutcome:
    """What has become of one step of the plan."""

    job_id: str
    job_name: str
    call: StopCall
    """TERMINATE too where a job was cancelled and turned out to have begun."""
    standing: Standing = Standing.NOT_ASKED
    error: AwsError | None = None
    """Why it failed, is in doubt, or was not even asked for; None while nothing is wrong."""


@dataclass(frozen=True, slots=True)
class StopProgress:
    """For a line that tells how far it is."""

    total: int
    accepted: int
    failed: int
    in_doubt: int
    is_checking: bool = False
    """Looking whether what was cancelled had begun."""
    pause: float = 0.0
    """Seconds that it now waits, because AWS throttles it."""


def retryable(outcomes: Iterable[StopOutcome]) -> tuple[StopOutcome, ...]:
    """Those worth another try: all that were not accepted. ``plan.only(ids)`` makes a plan of them."""
    return tuple(outcome for outcome in outcomes if outcome.standing is not Standing.ACCEPTED)


def entries_of(
    outcomes: Iterable[StopOutcome], reason: str, *, actor: Actor, at: float
) -> tuple[ActionEntry, ...]:
    """The record of a stop: one entry for all jobs with the same call, standing and kind of error.

    Args:
        outcomes: As ``StopRun.outcomes`` tells them.
        reason: What AWS was told.
        actor: Who did it.
        at: Epoch seconds.
    """
    alike: dict[tuple[str, str, str | None], list[StopOutcome]] = {}
    # Neighbours that are alike at one go: of 100,000 jobs most are.
    for (call, standing, error), group in groupby(outcomes, key=lambda one: (one.call, one.standing, one.error)):
        alike.setdefault((call.value, standing.value, error.code if error else None), []).extend(group)
    return tuple(
        ActionEntry(
            at=at,
            actor=actor,
            action=action,
            count=len(those),
            job_ids=tuple(one.job_id for one in those[:FIRST_IDS]),
            reason=reason,
            outcome=outcome,
            error=str(those[0].error) if those[0].error else None,
        )
        for (action, outcome, _), those in alike.items()
    )
