"""What is asked of ECS about the place where a job runs, for a person who looks at it."""

from typing import Any, Final

from batchtui.aws.answers import a_list
from batchtui.aws.caller import Call
from batchtui.aws.errors import AwsError, InvalidRequestError, MalformedAnswerError
from batchtui.model import fields
from batchtui.model.container_instance import ContainerInstance
from batchtui.model.ecs_task import EcsTask
from batchtui.model.fields import Api

_MISSING: Final = "MISSING"


class EcsGateway:
    """Reads of tasks and container instances. Every method may raise an AwsError; none retries."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def describe_task(self, cluster: str, task: str) -> EcsTask | None:
        """A task (DescribeTasks); None where ECS does not know it, or not any more.

        Args:
            cluster: Name or ARN; a cluster that is gone knows no task.
            task: Id or ARN.
        """
        found = await self._one("DescribeTasks", {"cluster": cluster, "tasks": [task]}, "tasks")
        return EcsTask.from_api(found) if found is not None else None

    async def describe_container_instance(self, cluster: str, instance: str) -> ContainerInstance | None:
        """A container instance (DescribeContainerInstances); None where it is not registered, or not any more.

        Args:
            cluster: Name or ARN.
            instance: Id or ARN.
        """
        params = {"cluster": cluster, "containerInstances": [instance]}
        found = await self._one("DescribeContainerInstances", params, "containerInstances")
        return ContainerInstance.from_api(found) if found is not None else None

    async def _one(self, operation: str, params: dict[str, Any], member: str) -> Api | None:
        try:
            answer = await self._call("ecs", operation, params, urgent=True, check=a_list(member))
        except InvalidRequestError as error:
            if error.code == "ClusterNotFoundException":
                return None
            raise
        found = fields.structures(answer, member)
        if found:
            return found[0]
        failures = fields.structures(answer, "failures")
        reason = fields.text(failures[0], "reason") if failures else _MISSING
        if reason != _MISSING:
            raise _failure(operation, reason or "ECS told no reason")
        return None


def _failure(operation: str, reason: str) -> AwsError:
    return MalformedAnswerError(f"ECS does not describe it: {reason}", operation=operation, code=reason)
