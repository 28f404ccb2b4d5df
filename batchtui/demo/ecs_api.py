"""The operations of ECS (json 1.1) that lead from a task to its host, and the one that opens a session."""

from __future__ import annotations

from collections.abc import Callable

from .account import Account
from .chance import between, hex_digits, mix
from .definitions import JSON
from .ecs_shapes import container_instance, task
from .environments import ComputeEnvironment
from .errors import ApiError
from .hosts import REMEMBERED_MS, Placed, find_container_instance, find_task
from .identity import name_from
from .tasks import cluster_arn

MOST_DESCRIBED = 100
TARGET = "AmazonEC2ContainerServiceV20141113."
_NOT_ENABLED = (
    "The execute command failed because execute command was not enabled when the task was run or the execute "
    "command agent isn't running. Wait and try again or run a new task with execute command enabled and try again."
)


class EcsApi:
    """Answers ECS's requests out of an account; `on_instance` is told of every instance that it names."""

    __slots__ = ("_account", "_on_instance", "_sessions", "operations")

    def __init__(self, account: Account, *, on_instance: Callable[[Placed], None] = lambda placed: None) -> None:
        self._account = account
        self._on_instance = on_instance
        self._sessions = 0
        self.operations: dict[str, Callable[[JSON], JSON]] = {
            "DescribeTasks": self.describe_tasks,
            "DescribeContainerInstances": self.describe_container_instances,
            "ExecuteCommand": self.execute_command,
        }

    def describe_tasks(self, request: JSON) -> JSON:
        """DescribeTasks: at most 100; what stopped over an hour ago, and what never was, is MISSING."""
        environment = self._environment(request)
        tasks: list[JSON] = []
        failures: list[JSON] = []
        for given in _named(request, "tasks"):
            found = find_task(self._account, given.rpartition("/")[2])
            if found is None or found.attempt.environment is not environment or self._is_forgotten(found):
                failures.append(_missing(given, "task", environment))
            else:
                tasks.append(task(found, self._account.now))
        return {"tasks": tasks, "failures": failures}

    def describe_container_instances(self, request: JSON) -> JSON:
        """DescribeContainerInstances: at most 100; those of instances that are gone are MISSING."""
        environment, now = self._environment(request), self._account.now
        instances: list[JSON] = []
        failures: list[JSON] = []
        for given in _named(request, "containerInstances"):
            found = find_container_instance(self._account, given.rpartition("/")[2])
            gone = found.gone_at() if found is not None else None
            if found is None or found.attempt.environment is not environment or (gone is not None and gone <= now):
                failures.append(_missing(given, "container-instance", environment))
            else:
                self._on_instance(found)
                instances.append(container_instance(found))
        return {"containerInstances": instances, "failures": failures}

    def execute_command(self, request: JSON) -> JSON:
        """ExecuteCommand: opens a session with nobody at the other end, for nothing is executed here."""
        environment = self._environment(request)
        if request.get("interactive") is not True:
            raise _invalid("Interactive must be set to true.")
        if not request.get("command"):
            raise _invalid("Command cannot be empty.")
        found = find_task(self._account, str(request.get("task", "")).rpartition("/")[2])
        if found is None or found.attempt.environment is not environment or self._is_forgotten(found):
            raise _invalid("The specified task was not found.")
        if not found.attempt.started or found.attempt.ending is not None or not found.allows_shells:
            raise _invalid(_NOT_ENABLED)
        names = [container["name"] for container in found.containers]
        wanted = request.get("container") or (names[0] if len(names) == 1 else None)
        if wanted is None:
            raise _invalid("The container name must be specified for a task with more than one container.")
        if wanted not in names:
            raise _invalid(f"The container {wanted} was not found in the task.")
        self._sessions += 1
        seed = mix(found.seed, 40_000 + self._sessions)
        session = f"ecs-execute-command-{hex_digits(seed, 1, 26)}"
        described = task(found, self._account.now)
        container = next(each for each in described["containers"] if each["name"] == wanted)
        return {
            "clusterArn": described["clusterArn"],
            "containerArn": container["containerArn"],
            "containerName": wanted,
            "interactive": True,
            "session": {
                "sessionId": session,
                # On loopback, where nobody listens: whoever tries it must not end up at AWS.
                "streamUrl": f"ws://127.0.0.1:9/v1/data-channel/{session}?role=publish_subscribe",
                "tokenValue": "".join(
                    hex_digits(seed, number, 32) for number in range(2, 2 + between(seed, 9, 5, 7))
                ),
            },
            "taskArn": described["taskArn"],
        }

    def _is_forgotten(self, placed: Placed) -> bool:
        attempt = placed.attempt
        return attempt.ending is not None and self._account.now - attempt.stopped > REMEMBERED_MS

    def _environment(self, request: JSON) -> ComputeEnvironment:
        name = name_from(str(request.get("cluster") or "default"))
        for environment in self._account.environments.values():
            if not environment.eks and name_from(cluster_arn(environment.name)) == name:
                return environment
        raise ApiError("ClusterNotFoundException", "Cluster not found.")


def _named(request: JSON, member: str) -> list[str]:
    given = request.get(member)
    if not isinstance(given, list) or not given:
        raise _invalid(f"{member[0].upper()}{member[1:]} cannot be empty.")
    if len(given) > MOST_DESCRIBED:
        raise _invalid(f"{member[0].upper()}{member[1:]} can have at most {MOST_DESCRIBED} elements.")
    return [str(each) for each in given]


def _missing(given: str, kind: str, environment: ComputeEnvironment) -> JSON:
    cluster = cluster_arn(environment.name)
    arn = given if given.startswith("arn:") else f"{cluster.replace(':cluster/', f':{kind}/')}/{given}"
    return {"arn": arn, "reason": "MISSING"}


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterException", message)
