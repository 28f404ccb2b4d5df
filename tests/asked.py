"""Everything that the gateways can ask AWS, each method with arguments that the demo account knows."""

import ast
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session

import batchtui.aws
from batchtui.aws.caller import is_read
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.control_gateway import ControlGateway
from batchtui.aws.errors import AwsError
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.aws.resources_gateway import ResourcesGateway
from batchtui.aws.shell_gateway import ShellGateway
from tests.hands import REQUEST
from tests.worlds import REGION, DemoWorld

SERVICES = ("batch", "logs", "ecs", "ec2", "sts")
TRAINING = "sagemaker-training"


@dataclass
class Gateways:
    """All gateways over one connection and one budget."""

    connection: Connection
    reads: Gateway
    control: ControlGateway
    resources: ResourcesGateway
    shell: ShellGateway
    heard: list[AwsError] = field(default_factory=list)
    """The errors of the session."""


@asynccontextmanager
async def gateways_to(url: str, key: str, secret: str, *, patience: float = 20.0) -> AsyncIterator[Gateways]:
    """Nothing of this machine is read: an account can serve many tests."""
    connection = Connection(ConnectionSettings(None, REGION, url, key, secret, answer_seconds=patience))
    budget = CallBudget(1e9)
    heard: list[AwsError] = []
    try:
        yield Gateways(
            connection,
            Gateway(connection, budget, on_error=heard.append),
            ControlGateway(connection, budget, on_error=heard.append),
            ResourcesGateway(connection, budget, on_error=heard.append),
            ShellGateway(connection, budget, on_error=heard.append),
            heard,
        )
    finally:
        await connection.close()


@dataclass(frozen=True)
class Known:
    """What there is to ask about."""

    job: str
    array: str
    waiting: tuple[str, ...]
    cluster: str
    task: str
    instance: str
    machine: str
    stream: str
    service_jobs: tuple[str, ...]
    resource: str
    policies: tuple[str, ...]
    environments: tuple[str, ...]
    definition: str
    shell_at: tuple[str, str]
    """Cluster and task with a container that takes a shell."""
    lately: int
    """A minute ago, in milliseconds since the epoch."""


def known_of(demo: DemoWorld) -> Known:
    """Looks at the account with boto3."""
    batch = demo.batch
    jobs: list[dict[str, Any]] = []
    for queue in demo.queues() - {TRAINING}:
        for status in ("RUNNING", "PENDING"):
            ids = [each["jobId"] for each in batch.list_jobs(jobQueue=queue, jobStatus=status)["jobSummaryList"]]
            jobs += batch.describe_jobs(jobs=ids[:100])["jobs"] if ids else []
    placed = next(job for job in jobs if "containerInstanceArn" in job.get("container", {}))
    array = next(job for job in jobs if job.get("arrayProperties", {}).get("size"))
    cluster, task = placed["container"]["taskArn"].split("/")[1:]
    ecs = demo.client("ecs")
    (instance,) = ecs.describe_container_instances(
        cluster=cluster, containerInstances=[placed["container"]["containerInstanceArn"]]
    )["containerInstances"]
    listed = [
        job
        for status in ("RUNNABLE", "SCHEDULED", "RUNNING")
        for job in batch.list_service_jobs(jobQueue=TRAINING, jobStatus=status)["jobSummaryList"]
    ]
    waiting = tuple(demo.submit(f"waits-{number}") for number in range(4))
    return Known(
        job=placed["jobId"],
        array=array["jobId"],
        waiting=waiting,
        cluster=cluster,
        task=task,
        instance=placed["container"]["containerInstanceArn"],
        machine=instance["ec2InstanceId"],
        stream=placed["container"]["logStreamName"],
        service_jobs=tuple(job["jobId"] for job in listed[:3]),
        resource=batch.list_consumable_resources()["consumableResources"][0]["consumableResourceName"],
        policies=tuple(each["arn"] for each in batch.list_scheduling_policies()["schedulingPolicies"]),
        environments=tuple(
            each["serviceEnvironmentName"] for each in batch.describe_service_environments()["serviceEnvironments"]
        ),
        definition=batch.describe_job_definitions(jobDefinitionName=demo.definition)["jobDefinitions"][0][
            "jobDefinitionArn"
        ],
        shell_at=shell_at(demo),
        lately=int(demo.clock.now() * 1000) - 60_000,
    )


def shell_at(demo: DemoWorld) -> tuple[str, str]:
    """Cluster and task of a job that runs, now or in some minutes, with a container that takes a shell."""
    for _ in range(60):
        running = demo.batch.list_jobs(jobQueue="qc-fargate", jobStatus="RUNNING")["jobSummaryList"]
        found = demo.batch.describe_jobs(jobs=[each["jobId"] for each in running])["jobs"] if running else []
        for job in found:
            if job["container"].get("enableExecuteCommand"):
                _, cluster, task = job["container"]["taskArn"].split("/")
                return cluster, task
        demo.advance(20)
    raise AssertionError("no container takes a shell")


@dataclass(frozen=True)
class Asked:
    """One method of a gateway."""

    operation: str
    """What it asks first."""
    path: str
    """Where it is in ``Gateways``."""
    ask: Callable[[Gateways, Known], Any]
    """Begins the call, or the listing."""
    then: str = ""
    """What it asks with the answer to that."""

    async def outcome(self, gateways: Gateways, known: Known) -> Any:
        """Its answer, or all its pages."""
        asked: Awaitable[Any] | AsyncIterator[Any] = self.ask(gateways, known)
        if isinstance(asked, AsyncIterator):
            return [page async for page in asked]
        return await asked


_GROUP = "/aws/batch/job"
_PODS = "/aws/containerinsights/portal/application"
_QUEUE = "align-high"


def _row(operation: str, path: str, *arguments: Any, then: str = "", **named: Any) -> Asked:
    """A row for the method ``reads.logs.get_log_events``; arguments may follow from what is known."""

    def ask(gateways: Gateways, known: Known) -> Any:
        found: Any = gateways
        for part in path.split("."):
            found = getattr(found, part)
        given = [each(known) if callable(each) else each for each in arguments]
        return found(*given, **{name: each(known) if callable(each) else each for name, each in named.items()})

    return Asked(operation, path, ask, then)


ROWS = (
    _row("DescribeJobQueues", "reads.describe_job_queues"),
    _row("DescribeComputeEnvironments", "reads.describe_compute_environments"),
    _row("ListJobs", "reads.list_jobs", _QUEUE, "SUCCEEDED"),
    _row("ListJobs", "reads.list_jobs_created_after", _QUEUE, 0),
    _row("ListJobs", "reads.list_children", lambda known: known.array, "RUNNING", is_array=True),
    _row("ListJobs", "reads.list_jobs_named", "qc-fargate", "waits-1", 0),
    _row("ListServiceJobs", "reads.list_service_jobs", TRAINING, "RUNNING"),
    _row("ListServiceJobs", "reads.list_service_jobs_created_after", TRAINING, 0),
    _row("DescribeServiceJob", "reads.describe_service_job", lambda known: known.service_jobs[0]),
    _row("DescribeJobs", "reads.describe_jobs", lambda known: [known.job, known.array]),
    _row("DescribeJobs", "reads.summarize_jobs", lambda known: [known.job, known.array]),
    _row("DescribeJobs", "reads.dependencies.links_of", lambda known: [known.job, known.array]),
    _row("DescribeJobDefinitions", "reads.describe_job_definition", lambda known: known.definition),
    _row("DescribeJobDefinitions", "reads.describe_job_definitions", lambda known: [known.definition]),
    _row("DescribeJobDefinitions", "reads.latest_revision", "fastqc"),
    _row("DescribeJobDefinitions", "reads.list_job_definitions"),
    _row("DescribeJobDefinitions", "reads.lists.list_revisions", "fastqc"),
    _row("GetCallerIdentity", "reads.get_caller_identity"),
    _row("GetLogEvents", "reads.logs.get_log_events", _GROUP, lambda known: known.stream),
    _row("DescribeLogStreams", "reads.logs.describe_log_streams", _GROUP, lambda known: known.stream),
    _row("FilterLogEvents", "reads.logs.filter_log_events", _PODS, "pod", start_time=lambda known: known.lately),
    _row("GetJobQueueSnapshot", "reads.queue.get_job_queue_snapshot", _QUEUE),
    _row(
        "DescribeSchedulingPolicies",
        "reads.queue.describe_scheduling_policies",
        lambda known: list(known.policies),
    ),
    _row(
        "DescribeServiceEnvironments",
        "reads.queue.describe_service_environments",
        lambda known: list(known.environments),
    ),
    _row("DescribeServiceEnvironments", "reads.lists.list_service_environments"),
    _row("ListQuotaShares", "reads.queue.list_quota_shares", TRAINING),
    _row("ListSchedulingPolicies", "reads.lists.list_scheduling_policies", then="DescribeSchedulingPolicies"),
    _row("ListConsumableResources", "reads.lists.list_consumable_resources"),
    _row("DescribeConsumableResource", "reads.lists.describe_consumable_resource", lambda known: known.resource),
    _row(
        "ListJobsByConsumableResource",
        "reads.lists.list_jobs_by_consumable_resource",
        lambda known: known.resource,
    ),
    _row("DescribeTasks", "reads.ecs.describe_task", lambda known: known.cluster, lambda known: known.task),
    _row(
        "DescribeContainerInstances",
        "reads.ecs.describe_container_instance",
        lambda known: known.cluster,
        lambda known: known.instance,
    ),
    _row("DescribeInstances", "reads.ec2.describe_instance", lambda known: known.machine),
    _row("CancelJob", "control.cancel_job", lambda known: known.waiting[0], "enough"),
    _row("TerminateJob", "control.terminate_job", lambda known: known.waiting[1], "enough"),
    _row("CancelJobs", "control.cancel_jobs", lambda known: known.waiting[:2], "enough"),
    _row("TerminateJobs", "control.terminate_jobs", lambda known: known.waiting[2:], "enough"),
    _row("TerminateServiceJob", "control.terminate_service_job", lambda known: known.service_jobs[0], "enough"),
    _row("TerminateServiceJobs", "control.terminate_service_jobs", lambda known: known.service_jobs[:2], "enough"),
    _row("SubmitJob", "control.submit_job", REQUEST),
    _row("UpdateJobQueue", "resources.update_job_queue", _QUEUE, state="ENABLED"),
    _row("UpdateComputeEnvironment", "resources.update_compute_environment", "fargate-spot", state="ENABLED"),
    _row("UpdateServiceJob", "resources.update_service_job", lambda known: known.service_jobs[2], 5),
    _row("DeregisterJobDefinition", "resources.deregister_job_definition", lambda known: known.definition),
    _row(
        "ExecuteCommand",
        "shell.execute_command",
        lambda known: known.shell_at[0],
        lambda known: known.shell_at[1],
        "default",
        "/bin/sh",
    ),
)


@cache
def operations_of_aws() -> dict[str, str]:
    """Every operation of the services, with its service."""
    session = botocore.session.get_session()
    return {name: service for service in SERVICES for name in session.get_service_model(service).operation_names}


def operations_in_code() -> set[str]:
    """Every operation that a module of ``batchtui.aws`` names: what can be asked at all."""
    modules = Path(batchtui.aws.__file__).parent.glob("*.py")
    named = {
        node.value
        for module in modules
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return named & set(operations_of_aws())


def changes() -> set[str]:
    """Those of the rows that change something."""
    return {row.operation for row in ROWS if not is_read(row.operation)}


@cache
def answers_nothing(operation: str) -> bool:
    """Whether AWS answers an operation with no member at all, so that nothing is the right answer."""
    model = botocore.session.get_session().get_service_model(operations_of_aws()[operation])
    shape = model.operation_model(operation).output_shape
    return shape is None or not shape.members
