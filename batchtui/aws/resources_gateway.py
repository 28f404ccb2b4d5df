"""The calls that change what is not a job, and the priority of service jobs.

In read-only mode none of this is made. No method retries: who asks decides what may be asked twice.
"""

from collections.abc import Mapping
from typing import Any, Final

from batchtui.aws.caller import Caller, OnError, tell_nobody
from batchtui.aws.connection import Connection
from batchtui.aws.pacing import CallBudget

RESOURCE_CHANGES: Final = frozenset(
    {"UpdateJobQueue", "UpdateComputeEnvironment", "UpdateServiceJob", "DeregisterJobDefinition"}
)
"""Every operation with which this program may ever change something that is not a job, or a job's priority."""


class ResourcesGateway:
    """Changes to queues, environments and definitions. Every method may raise an AwsError; none retries.

    All of them are idempotent: they say what something shall be, and asking twice does what asking once does.
    """

    def __init__(self, connection: Connection, budget: CallBudget, *, on_error: OnError = tell_nobody) -> None:
        self._caller = Caller(connection, budget, changes=RESOURCE_CHANGES, on_error=on_error)

    def forbid(self) -> None:
        """From now on every change is a ReadOnlyError: the account turned out to be protected."""
        self._caller.forbid_changes()

    async def update_job_queue(self, name: str, *, state: str | None = None, priority: int | None = None) -> None:
        """Changes of a queue what is given (UpdateJobQueue).

        Args:
            name: The queue's name.
            state: ``ENABLED`` or ``DISABLED``.
            priority: The higher goes first.
        """
        await self._change("UpdateJobQueue", jobQueue=name, state=state, priority=priority)

    async def update_compute_environment(
        self, name: str, *, state: str | None = None, vcpus: Mapping[str, int] | None = None
    ) -> None:
        """Changes of a compute environment what is given (UpdateComputeEnvironment).

        Args:
            name: The environment's name.
            state: ``ENABLED`` or ``DISABLED``.
            vcpus: Any of ``minvCpus``, ``desiredvCpus`` and ``maxvCpus``.
        """
        resources = dict(vcpus) if vcpus else None
        await self._change(
            "UpdateComputeEnvironment", computeEnvironment=name, state=state, computeResources=resources
        )

    async def update_service_job(self, job_id: str, scheduling_priority: int) -> None:
        """Changes the scheduling priority of a service job, 0 to 9999 (UpdateServiceJob)."""
        await self._change("UpdateServiceJob", jobId=job_id, schedulingPriority=scheduling_priority)

    async def deregister_job_definition(self, definition: str) -> None:
        """Makes a revision INACTIVE, by its ARN or ``name:revision`` (DeregisterJobDefinition)."""
        await self._change("DeregisterJobDefinition", jobDefinition=definition)

    async def _change(self, operation: str, **values: Any) -> None:
        given = {name: value for name, value in values.items() if value is not None}
        await self._caller.call("batch", operation, given, urgent=True)
