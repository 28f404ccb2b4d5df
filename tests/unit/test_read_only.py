"""Read-only means read-only: whatever AWS has, a caller that was not made for changes does not send it."""

import ast
import contextlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import botocore.session
import pytest
from botocore import xform_name

import batchtui
from batchtui.aws import ec2_gateway, ecs_gateway, gateway, logs_gateway
from batchtui.aws.caller import Caller, is_read
from batchtui.aws.connection import Connection
from batchtui.aws.control_gateway import CHANGES, ControlGateway
from batchtui.aws.errors import ReadOnlyError
from batchtui.aws.gateway import Gateway
from batchtui.aws.logs_gateway import LogsGateway
from batchtui.aws.pacing import CallBudget
from batchtui.aws.resources_gateway import RESOURCE_CHANGES, ResourcesGateway
from batchtui.aws.shell_gateway import SHELL_CHANGES, ShellGateway

# By hand, from the documentation: not by the rule that is tested.
READS_OF_BATCH = {
    "DescribeComputeEnvironments",
    "DescribeConsumableResource",
    "DescribeJobDefinitions",
    "DescribeJobQueues",
    "DescribeJobs",
    "DescribeQuotaShare",
    "DescribeSchedulingPolicies",
    "DescribeServiceEnvironments",
    "DescribeServiceJob",
    "GetJobQueueSnapshot",
    "ListConsumableResources",
    "ListJobs",
    "ListJobsByConsumableResource",
    "ListQuotaShares",
    "ListSchedulingPolicies",
    "ListServiceJobs",
    "ListTagsForResource",
}
CHANGING_VERBS = ("Cancel", "Create", "Delete", "Deregister", "Put", "Register", "Submit", "Tag", "Terminate")


def operations_of(service: str) -> list[str]:
    return list(botocore.session.get_session().get_service_model(service).operation_names)


class Endpoint:
    """A connection that notes what would be sent."""

    profile = None

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def client(self, service: str, region: str | None = None) -> Any:
        return self

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def send(**params: Any) -> dict[str, Any]:
            self.sent.append(name)
            return {}

        return send


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


def caller(endpoint: Endpoint, changes: frozenset[str] = frozenset(), changes_of: str = "batch") -> Caller:
    return Caller(cast(Connection, endpoint), CallBudget(10_000), changes=changes, changes_of=changes_of)


async def sent_by(caller: Caller, endpoint: Endpoint, service: str) -> set[str]:
    """Which of all operations of a service leave this machine."""
    sent = set()
    for operation in operations_of(service):
        endpoint.sent.clear()
        with contextlib.suppress(ReadOnlyError):
            await caller.call(service, operation, {})
        assert endpoint.sent in ([], [xform_name(operation)])
        if endpoint.sent:
            sent.add(operation)
    return sent


async def test_of_all_operations_of_batch_only_reads_are_sent(endpoint: Endpoint) -> None:
    assert len(operations_of("batch")) >= 48
    assert await sent_by(caller(endpoint), endpoint, "batch") == READS_OF_BATCH


@pytest.mark.parametrize("service", ["logs", "sts", "ecs", "ec2"])
async def test_of_other_services_nothing_that_changes_is_sent(endpoint: Endpoint, service: str) -> None:
    sent = await sent_by(caller(endpoint, CHANGES | RESOURCE_CHANGES), endpoint, service)
    changing = (*CHANGING_VERBS, "Start", "Stop", "Update", "Untag", "Associate", "Disassociate", "Assume")
    assert not [operation for operation in sent if operation.startswith(changing)]


async def test_what_was_made_for_changes_sends_just_these(endpoint: Endpoint) -> None:
    of_jobs, of_resources = caller(endpoint, CHANGES), caller(endpoint, RESOURCE_CHANGES)
    assert await sent_by(of_jobs, endpoint, "batch") == READS_OF_BATCH | {
        "CancelJob",
        "CancelJobs",
        "SubmitJob",
        "TerminateJob",
        "TerminateJobs",
        "TerminateServiceJob",
        "TerminateServiceJobs",
    }
    assert await sent_by(of_resources, endpoint, "batch") == READS_OF_BATCH | {
        "DeregisterJobDefinition",
        "UpdateComputeEnvironment",
        "UpdateJobQueue",
        "UpdateServiceJob",
    }
    of_shells = caller(endpoint, SHELL_CHANGES, changes_of="ecs")
    sent = await sent_by(of_shells, endpoint, "ecs")
    assert {operation for operation in sent if not is_read(operation)} == {"ExecuteCommand"}
    assert await sent_by(of_shells, endpoint, "batch") == READS_OF_BATCH
    for service in ("logs", "sts", "ecs", "ec2"):
        with pytest.raises(ReadOnlyError):
            await caller(endpoint, CHANGES | RESOURCE_CHANGES).call(service, "SubmitJob", {})


@pytest.mark.parametrize(
    "operation",
    ["", "describeJobs", "Describe", "Get", "Getaway", "DescribeJobs;CancelJob", "cancel_job", "__init__"],
)
async def test_what_only_looks_like_a_read_is_refused(endpoint: Endpoint, operation: str) -> None:
    with pytest.raises(ReadOnlyError):
        await caller(endpoint).call("batch", operation, {})


def test_the_reading_gateways_have_nothing_that_changes() -> None:
    services = ("batch", "logs", "sts", "ecs", "ec2")
    changing = [o for service in services for o in operations_of(service) if not is_read(o)]
    reading = Gateway(cast(Connection, Endpoint()), CallBudget(4))
    for held in (Gateway, LogsGateway, reading, reading.logs, reading.ecs, reading.ec2):
        names = set(dir(held)) | set(vars(held))
        assert not names & {xform_name(operation) for operation in changing}
        assert not [
            name
            for name in names
            if name.startswith(("cancel", "terminate", "submit", "stop", "delete", "update"))
        ]


def test_the_reading_gateways_name_no_operation_that_changes() -> None:
    known = {o for service in ("batch", "logs", "sts", "ecs", "ec2") for o in operations_of(service)}
    for module in (gateway, logs_gateway, ecs_gateway, ec2_gateway):
        texts = {
            node.value
            for node in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        named = texts & known
        assert named
        assert all(map(is_read, named))


def test_nothing_but_the_caller_asks_for_a_client() -> None:
    """What has a client can call anything: only the caller, which refuses, has one."""
    root = Path(batchtui.__file__).parent
    askers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("client", "create_client", "_clients")
    }
    assert askers <= {"aws/caller.py", "aws/connection.py"}


def test_two_gateways_are_the_ones_that_may_change() -> None:
    root = Path(batchtui.__file__).parent
    makers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and any(keyword.arg == "changes" for keyword in node.keywords)
        and getattr(node.func, "id", "") == "Caller"
    }
    assert makers == {"aws/control_gateway.py", "aws/resources_gateway.py", "aws/shell_gateway.py"}
    assert {xform_name(operation) for operation in RESOURCE_CHANGES} <= set(dir(ResourcesGateway))
    assert {xform_name(operation) for operation in CHANGES} <= set(dir(ControlGateway))
    assert {xform_name(operation) for operation in SHELL_CHANGES} <= set(dir(ShellGateway))
