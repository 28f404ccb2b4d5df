"""What must be asked of AWS to say how a queue stands: the poller's snapshot has the rest.

One call a look, GetJobQueueSnapshot. Its policy and its quota shares hardly change: they are asked for once.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from batchtui.aws.errors import AccessDeniedError, AwsError
from batchtui.aws.queue_gateway import QueueGateway
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail

Answer = TypeVar("Answer")

SNAPSHOT: Final = "GetJobQueueSnapshot"
POLICY: Final = "DescribeSchedulingPolicies"
QUOTA_SHARES: Final = "ListQuotaShares"


class Reads(Protocol):
    """The gateway, as far as it is needed here."""

    @property
    def queue(self) -> QueueGateway: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What AWS told of one queue; what it did not tell is None, with the error where it was asked."""

    snapshot: JobQueueSnapshot | None = None
    """The last that it told, even where the call failed since."""
    snapshot_error: AwsError | None = None
    policy: SchedulingPolicyDetail | None = None
    policy_error: AwsError | None = None
    quota_shares: tuple[QuotaShareDetail, ...] | None = None
    quota_error: AwsError | None = None
    is_described: bool = False
    """Whether there is nothing more to ask about policy and quota shares."""

    @property
    def is_denied(self) -> bool:
        """Whether there is no use in asking for the snapshot soon again."""
        return isinstance(self.snapshot_error, AccessDeniedError)

    @property
    def troubles(self) -> tuple[str, ...]:
        """What could not be had of shares, in sentences."""
        found = ((POLICY, self.policy_error), (QUOTA_SHARES, self.quota_error))
        return tuple(trouble(operation, error) for operation, error in found if error is not None)


def trouble(operation: str, error: AwsError) -> str:
    """Why something is not there: ``GetJobQueueSnapshot is denied: …``."""
    what = "is denied" if isinstance(error, AccessDeniedError) else "failed"
    return f"{operation} {what}: {error.detail}. {error.what_to_do}"


async def look(gateway: Reads, queue: JobQueueDetail, before: Told, *, anew: bool = False) -> Told:
    """Asks for the queue's snapshot, and what is not known yet of its shares; no AwsError leaves it.

    Args:
        gateway: Asks AWS, urgently: a person waits.
        queue: The queue.
        before: What was told before; it stays where AWS does not answer now.
        anew: Ask for the shares again too.
    """
    name = queue.job_queue_name
    found, error = await _tried(lambda: gateway.queue.get_job_queue_snapshot(name))
    told = replace(before, snapshot=found or before.snapshot, snapshot_error=error)
    if before.is_described and not anew:
        return told
    return await _described(gateway, queue, told)


async def _described(gateway: Reads, queue: JobQueueDetail, told: Told) -> Told:
    """What was denied stays so until a person asks anew; what failed is asked for at the next look."""
    arn = queue.scheduling_policy_arn
    if arn is None:
        return replace(told, is_described=True)
    policies, error = await _tried(lambda: gateway.queue.describe_scheduling_policies([arn]))
    told = replace(told, policy=policies[0] if policies else told.policy, policy_error=error)
    errors = [error]
    if told.policy.is_by_quota if told.policy is not None else queue.takes_service_jobs:
        name = queue.job_queue_name
        shares, error = await _tried(lambda: gateway.queue.list_quota_shares(name))
        kept = told.quota_shares if shares is None else tuple(shares)
        told = replace(told, quota_shares=kept, quota_error=error)
        errors.append(error)
    return replace(told, is_described=all(isinstance(each, AccessDeniedError | None) for each in errors))


async def _tried(ask: Callable[[], Awaitable[Answer]]) -> tuple[Answer | None, AwsError | None]:
    try:
        return await ask(), None
    except AwsError as error:
        return None, error.kept()
