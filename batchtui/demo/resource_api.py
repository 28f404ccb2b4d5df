"""The operations of AWS Batch that change queues, compute environments and job definitions."""

from __future__ import annotations

from collections.abc import Callable

from .account import Account
from .definitions import JSON
from .environments import ComputeEnvironment
from .errors import client_error
from .identity import batch_arn, name_from
from .queues import JobQueue
from .service_jobs import QUEUE as SERVICE_QUEUE
from .service_jobs import ServiceQueue

MOST_PRIORITY = 1_000
_UPDATE_MS = 4_000
_STATES = ("ENABLED", "DISABLED")
_VCPUS = ("minvCpus", "maxvCpus", "desiredvCpus")


class ResourceApi:
    """Answers the requests that change what is not a job; each change takes AWS a moment (UPDATING)."""

    __slots__ = ("_account", "operations")

    def __init__(self, account: Account) -> None:
        self._account = account
        self.operations: dict[str, tuple[str, Callable[[JSON], JSON]]] = {
            "updatejobqueue": ("UpdateJobQueue", self.update_job_queue),
            "updatecomputeenvironment": ("UpdateComputeEnvironment", self.update_compute_environment),
            "deregisterjobdefinition": ("DeregisterJobDefinition", self.deregister_job_definition),
        }

    def update_job_queue(self, request: JSON) -> JSON:
        """UpdateJobQueue: state and priority."""
        name = name_from(str(request.get("jobQueue", "")))
        queue = self._queue(name)
        if queue is None:
            raise client_error(f"Job queue {request.get('jobQueue')} does not exist")
        state, priority = _state(request), request.get("priority")
        if priority is not None and (not isinstance(priority, int) or not 0 <= priority <= MOST_PRIORITY):
            raise client_error(f"priority must be between 0 and {MOST_PRIORITY}")
        self._begin(queue)
        queue.state = state or queue.state
        queue.priority = queue.priority if priority is None else priority
        self._account.scheduler.rearrange()
        return {"jobQueueName": name, "jobQueueArn": batch_arn("job-queue", name)}

    def _queue(self, name: str) -> JobQueue | ServiceQueue | None:
        service_jobs = self._account.service_jobs
        if service_jobs is not None and name == SERVICE_QUEUE:
            return service_jobs.queue
        return self._account.queues.get(name)

    def update_compute_environment(self, request: JSON) -> JSON:
        """UpdateComputeEnvironment: state and vCPUs."""
        name = name_from(str(request.get("computeEnvironment", "")))
        environment = self._account.environments.get(name)
        if environment is None:
            raise client_error(f"Compute environment {request.get('computeEnvironment')} does not exist")
        state, resources = _state(request), request.get("computeResources") or {}
        wanted = _vcpus(environment, resources)
        self._begin(environment)
        environment.state = state or environment.state
        environment.min_vcpus, environment.max_vcpus = wanted["minvCpus"], wanted["maxvCpus"]
        if environment.serverless:
            environment.online = environment.desired_vcpus = environment.max_vcpus
        elif "desiredvCpus" in resources:
            self._account.scheduler.ask_for(environment, wanted["desiredvCpus"])
        self._account.scheduler.rearrange()
        return {"computeEnvironmentName": name, "computeEnvironmentArn": environment.arn}

    def deregister_job_definition(self, request: JSON) -> JSON:
        """DeregisterJobDefinition: one revision, named as such; one that is INACTIVE stays so."""
        given = str(request.get("jobDefinition", ""))
        if ":" not in given.rpartition("/")[2]:
            raise client_error(f"{given} names no revision of a job definition")
        definition = self._account.catalogue.find(given)
        if definition is None:
            raise client_error(f"Job definition {given} does not exist")
        definition.status = "INACTIVE"
        return {}

    def _begin(self, changed: JobQueue | ServiceQueue | ComputeEnvironment) -> None:
        """For a moment it is UPDATING, and cannot be changed again."""
        if changed.status == "UPDATING":
            raise client_error("Cannot update, resource is being modified")
        before, changed.status = changed.status, "UPDATING"
        agenda = self._account.agenda
        agenda.at(agenda.now + _UPDATE_MS, self._settle, changed, before)

    def _settle(self, changed: JobQueue | ServiceQueue | ComputeEnvironment, status: str) -> None:
        changed.status = status
        self._account.scheduler.rearrange()


def _state(request: JSON) -> str | None:
    state = request.get("state")
    if state is not None and state not in _STATES:
        raise client_error(f"state {state} must be one of {' | '.join(_STATES)}")
    return state


def _vcpus(environment: ComputeEnvironment, resources: JSON) -> dict[str, int]:
    """What the three numbers become."""
    wanted = {
        "minvCpus": environment.min_vcpus,
        "maxvCpus": environment.max_vcpus,
        "desiredvCpus": round(environment.desired_vcpus),
    }
    for name in _VCPUS:
        value = resources.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or value < 0:
            raise client_error(f"{name} must not be negative")
        if environment.serverless and name != "maxvCpus":
            raise client_error(f"{name} is not applicable to Fargate compute environments")
        if environment.eks and name == "desiredvCpus":
            raise client_error("desiredvCpus cannot be changed for EKS compute environments")
        wanted[name] = value
    if wanted["minvCpus"] > wanted["maxvCpus"]:
        raise client_error("minvCpus must be less than or equal to maxvCpus")
    if "desiredvCpus" in resources:
        if not wanted["minvCpus"] <= wanted["desiredvCpus"] <= wanted["maxvCpus"]:
            raise client_error("desiredvCpus should be between minvCpus and maxvCpus")
        if wanted["desiredvCpus"] < round(environment.desired_vcpus):
            raise client_error(
                "Manually scaling down compute environment is not supported. Disconnecting job queues from "
                "compute environment will cause it to scale-down to minvCpus."
            )
    return wanted
