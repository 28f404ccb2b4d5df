"""The calls that change jobs: they stop them and submit new ones.

In read-only mode none of this is made. No method retries: who asks decides what may be asked twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from batchtui.aws.answers import a_list, a_text
from batchtui.aws.caller import Caller, OnError, tell_nobody
from batchtui.aws.connection import Connection
from batchtui.aws.error_mapping import error_of_one
from batchtui.aws.errors import (
    AwsError,
    RejectedCredentialsError,
    UnsupportedOperationError,
)
from batchtui.aws.pacing import CallBudget
from batchtui.model import fields
from batchtui.model.fields import Api

CHANGES: Final = frozenset(
    {
        "CancelJob",
        "CancelJobs",
        "TerminateJob",
        "TerminateJobs",
        "TerminateServiceJob",
        "TerminateServiceJobs",
        "SubmitJob",
    }
)
"""Every operation with which this program may ever stop or submit a job; ``RESOURCE_CHANGES`` has the others."""


@dataclass(frozen=True, slots=True)
class SubmittedJob:
    """What SubmitJob answers."""

    job_id: str
    job_arn: str | None
    job_name: str


class ControlGateway:
    """Changes to the jobs of one account in one region. Every method may raise an AwsError; none retries.

    Stopping is idempotent: asking AWS twice to cancel or terminate a job does what asking once does. Submitting
    is not: it has no token that would make AWS recognize a second try.
    """

    def __init__(self, connection: Connection, budget: CallBudget, *, on_error: OnError = tell_nobody) -> None:
        self._caller = Caller(connection, budget, changes=CHANGES, on_error=on_error)
        self._lacks: set[str] = set()  # bulk operations that the endpoint turned out not to have

    def forbid(self) -> None:
        """From now on every change is a ReadOnlyError: the account turned out to be protected."""
        self._caller.forbid_changes()

    async def cancel_job(self, job_id: str, reason: str, *, urgent: bool = False) -> None:
        """Cancels a job that is SUBMITTED, PENDING or RUNNABLE (CancelJob).

        From STARTING on it succeeds and does nothing.

        Args:
            job_id: A job or an array child (``id:3``).
            reason: 1 to 1024 characters; becomes the job's ``statusReason``.
            urgent: A person waits for it.
        """
        await self._stop("CancelJob", job_id, reason, urgent=urgent)

    async def terminate_job(self, job_id: str, reason: str, *, urgent: bool = False) -> None:
        """Ends a job in whatever active status (TerminateJob); arguments as ``cancel_job``."""
        await self._stop("TerminateJob", job_id, reason, urgent=urgent)

    async def cancel_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Mapping[str, AwsError]:
        """CancelJob for at most 50 jobs in one call (CancelJobs).

        Args:
            job_ids: Jobs or array children.
            reason: As ``cancel_job``.
            urgent: A person waits for it.

        Returns:
            What AWS refused, by job id: the call as a whole succeeds all the same. A job that AWS does not
            know counts as done.

        Raises:
            UnsupportedOperationError: botocore or the endpoint does not have it: cancel one by one.
        """
        return await self._stop_many("CancelJobs", job_ids, reason, urgent=urgent)

    async def terminate_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Mapping[str, AwsError]:
        """TerminateJob for at most 50 jobs in one call (TerminateJobs); the rest as ``cancel_jobs``."""
        return await self._stop_many("TerminateJobs", job_ids, reason, urgent=urgent)

    async def terminate_service_job(self, job_id: str, reason: str, *, urgent: bool = False) -> None:
        """Ends a service job in whatever active status (TerminateServiceJob); arguments as ``cancel_job``."""
        await self._stop("TerminateServiceJob", job_id, reason, urgent=urgent)

    async def terminate_service_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Mapping[str, AwsError]:
        """TerminateServiceJob for at most 50 jobs in one call (TerminateServiceJobs); as ``cancel_jobs``."""
        return await self._stop_many("TerminateServiceJobs", job_ids, reason, urgent=urgent)

    async def submit_job(self, request: Mapping[str, Any]) -> SubmittedJob:
        """Submits a job, once (SubmitJob).

        Args:
            request: SubmitJob's input as AWS names it.

        Raises:
            AmbiguousError: It was sent and no answer tells whether there is a new job. Never try again unasked.
        """
        answer = await self._caller.call("batch", "SubmitJob", dict(request), urgent=True, check=a_text("jobId"))
        return SubmittedJob(
            job_id=answer["jobId"],
            job_arn=fields.text(answer, "jobArn"),
            job_name=fields.text(answer, "jobName") or str(request.get("jobName", "")),
        )

    async def _stop(self, operation: str, job_id: str, reason: str, *, urgent: bool) -> None:
        await self._caller.call("batch", operation, {"jobId": job_id, "reason": reason}, urgent=urgent)

    async def _stop_many(
        self, operation: str, job_ids: Sequence[str], reason: str, *, urgent: bool
    ) -> Mapping[str, AwsError]:
        if operation not in self._lacks and not await self._caller.has_operation(operation):
            self._lacks.add(operation)
        if operation in self._lacks:
            raise UnsupportedOperationError("It is not there", operation=operation, code="NotThere")
        try:
            params, check = {"jobs": list(job_ids), "reason": reason}, partial(_is_about, frozenset(job_ids))
            answer = await self._caller.call("batch", operation, params, urgent=urgent, check=check)
        except UnsupportedOperationError:
            self._lacks.add(operation)
            raise
        except RejectedCredentialsError as error:
            if not error.code.startswith("MissingAuthenticationToken"):
                raise
            # Every call is signed: so some of AWS's gateways answer to a path that they do not know.
            self._lacks.add(operation)
            raise UnsupportedOperationError(error.detail, operation=operation, code=error.code) from error
        return {
            _job_of(item, frozenset(job_ids)): error_of_one(
                operation, str(item.get("code") or ""), str(item.get("message") or "")
            )
            for item in fields.structures(answer, "errors")
        }


def _job_of(item: Api, sent: Collection[str]) -> str:
    """The id of the job that was refused, as it was sent."""
    named = str(item.get("job") or "")
    return named if named in sent else named.rpartition("/")[2]  # an ARN ends in the id


def _is_about(sent: Collection[str], answer: Api) -> str:
    """An answer about another job says that one of those sent was refused, and nobody can say which."""
    if lacking := a_list("successful", "errors")(answer):
        return lacking
    refused = (_job_of(item, sent) for item in fields.structures(answer, "errors"))
    return "" if all(job_id in sent for job_id in refused) else "The answer is about another job"
