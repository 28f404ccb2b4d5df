"""What a log session needs of the gateway."""

from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import Protocol

from batchtui.aws.gateway import JobPage
from batchtui.aws.logs_gateway import LogsGateway
from batchtui.aws.pacing import CallBudget
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail


class Account(Protocol):
    """Reads of jobs and logs within one budget."""

    budget: CallBudget
    logs: LogsGateway

    def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> Awaitable[list[JobDetail]]: ...
    def describe_service_job(self, job_id: str, *, urgent: bool = False) -> Awaitable[ServiceJobDetail | None]: ...
    def list_children(
        self, job_id: str, job_status: str, *, is_array: bool, page_size: int = ...
    ) -> AsyncGenerator[JobPage]: ...
