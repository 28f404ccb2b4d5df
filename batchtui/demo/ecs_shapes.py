"""Tasks and container instances as ECS describes them."""

from __future__ import annotations

from .chance import between, fraction, hex_digits
from .definitions import JSON
from .hosts import Placed, hardware
from .identity import ACCOUNT_ID, REGION
from .tasks import cluster_arn, instance_arn, interfaces, task_arn

_PORTS = ("22", "2376", "2375", "51678", "51679")
_STOPPED_BY = {
    "signal": "UserInitiated",
    "timeout": "UserInitiated",
    "spot": "SpotInterruption",
    "host": "TerminationNotice",
}
_AMI = "ami-0c8f6b1d7a2e94305"


def task(placed: Placed, now: int) -> JSON:
    """A task; moments are seconds since the epoch."""
    job, attempt, environment = placed.job, placed.attempt, placed.attempt.environment
    needs, over = placed.needs, attempt.ending
    last, desired = ("STOPPED", "STOPPED") if over is not None else ("RUNNING", "RUNNING")
    if over is None and not attempt.started:
        last = "PROVISIONING" if environment.serverless and now - placed.began < 10_000 else "PENDING"
    answer: JSON = {
        "taskArn": task_arn(job, attempt, placed.node),
        "clusterArn": cluster_arn(environment.name),
        "taskDefinitionArn": _definition(placed),
        "lastStatus": last,
        "desiredStatus": desired,
        "healthStatus": "UNKNOWN",
        "connectivity": "CONNECTED",
        "availabilityZone": f"{REGION}{placed.zone}",
        "cpu": str(round(needs.vcpus * 1024)),
        "memory": str(needs.memory_mib),
        "createdAt": placed.began / 1000,
        "startedBy": "aws-batch",
        "group": f"family:{job.definition.name}",
        "enableExecuteCommand": placed.allows_shells,
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "attachments": _attachments(placed),
        "containers": [_container(placed, container) for container in placed.containers],
        "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": []},
        "tags": [],
        "version": 2 + bool(attempt.started) + (over is not None),
    }
    if environment.serverless:
        answer |= {
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "platformFamily": "Linux",
            "capacityProviderName": "FARGATE_SPOT" if environment.spot else "FARGATE",
            "ephemeralStorage": {"sizeInGiB": 20},
        }
    else:
        managed = environment.kind == "ECS_MANAGED_INSTANCES"
        answer["launchType"] = "MANAGED_INSTANCES" if managed else "EC2"
        answer["containerInstanceArn"] = instance_arn(job, attempt, placed.node)
        if managed:
            answer["capacityProviderName"] = f"AWSBatch-{environment.name}"
    return answer | _times(placed)


def _times(placed: Placed) -> JSON:
    attempt, began = placed.attempt, placed.began
    answer: JSON = {"connectivityAt": (began + 1_000) / 1000, "pullStartedAt": (began + 2_000) / 1000}
    if attempt.started:
        answer["pullStoppedAt"] = max(began + 2_000, attempt.started - 1_500) / 1000
        answer["startedAt"] = attempt.started / 1000
    if attempt.ending is not None:
        ending = attempt.ending
        code = _STOPPED_BY.get(ending.kind, "EssentialContainerExited" if ending.ran else "TaskFailedToStart")
        answer |= {
            "stoppingAt": (attempt.stopped - 400) / 1000,
            "stoppedAt": attempt.stopped / 1000,
            "executionStoppedAt": (attempt.stopped - 700) / 1000,
            "stopCode": code,
            "stoppedReason": ending.status_reason if ending.ran else ending.reason or ending.status_reason,
        }
    return answer


def _definition(placed: Placed) -> str:
    name = f"{placed.job.definition.name}-{hex_digits(placed.job.definition.revision, 600, 12)}"
    return f"arn:aws:ecs:{REGION}:{ACCOUNT_ID}:task-definition/{name}:1"


def _attachments(placed: Placed) -> list[JSON]:
    subnet = hex_digits(ord(placed.zone), 601, 17)
    return [
        {
            "id": _uuid(each["attachmentId"]),
            "type": "ElasticNetworkInterface",
            "status": "ATTACHED" if placed.attempt.ending is None else "DELETED",
            "details": [
                {"name": "subnetId", "value": f"subnet-{subnet}"},
                {"name": "networkInterfaceId", "value": f"eni-0{each['attachmentId'][:16]}"},
                {
                    "name": "macAddress",
                    "value": "0e:" + ":".join(each["attachmentId"][i : i + 2] for i in (0, 2, 4, 6, 8)),
                },
                {
                    "name": "privateDnsName",
                    "value": f"ip-{each['privateIpv4Address'].replace('.', '-')}.ec2.internal",
                },
                {"name": "privateIPv4Address", "value": each["privateIpv4Address"]},
            ],
        }
        for each in interfaces(placed.job, placed.attempt, placed.node)
    ]


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _container(placed: Placed, container: JSON) -> JSON:
    job, attempt, name = placed.job, placed.attempt, container["name"]
    ending, salt = attempt.ending, 620 + sum(name.encode())
    arn = task_arn(job, attempt, placed.node).replace(":task/", ":container/")
    essential = container.get("essential", True)
    done_before = not essential and any(
        other.get("dependsOn") and other["dependsOn"][0]["containerName"] == name for other in placed.containers
    )
    last = "STOPPED" if ending is not None or (attempt.started and done_before) else "RUNNING"
    if ending is None and not attempt.started:
        last = "PENDING"
    answer: JSON = {
        "containerArn": f"{arn}/{_uuid(hex_digits(placed.seed, salt, 32))}",
        "taskArn": task_arn(job, attempt, placed.node),
        "name": name,
        "image": container["image"],
        "lastStatus": last,
        "healthStatus": "UNKNOWN",
        "cpu": str(round(_requirement(container, "VCPU") * 1024)),
        "memory": str(int(_requirement(container, "MEMORY"))),
        "networkBindings": [],
        "networkInterfaces": [
            {"attachmentId": _uuid(each["attachmentId"]), "privateIpv4Address": each["privateIpv4Address"]}
            for each in interfaces(job, attempt, placed.node)
        ],
    }
    if attempt.started:
        answer["imageDigest"] = f"sha256:{hex_digits(salt, 1, 32)}{hex_digits(salt, 2, 32)}"
        answer["runtimeId"] = _runtime_id(placed, salt)
    if last == "STOPPED":
        if ending is None or (not essential and ending.succeeded):
            answer["exitCode"] = 0
        elif ending.exit_code is not None:
            answer["exitCode"] = ending.exit_code if essential else 143
        if ending is not None and ending.reason is not None and essential:
            answer["reason"] = ending.reason
    if placed.allows_shells and attempt.started:
        running = last == "RUNNING"
        answer["managedAgents"] = [
            {
                "name": "ExecuteCommandAgent",
                "lastStatus": "RUNNING" if running else "STOPPED",
                "lastStartedAt": (attempt.started + 900) / 1000,
            }
        ]
    return answer


def _runtime_id(placed: Placed, salt: int) -> str:
    if placed.attempt.environment.serverless:
        return f"{placed.task_id}-{between(placed.seed, salt, 1_000_000_000, 3_999_999_999)}"
    return hex_digits(placed.seed, salt + 1, 32) + hex_digits(placed.seed, salt + 2, 32)


def _requirement(container: JSON, kind: str) -> float:
    return next((float(r["value"]) for r in container.get("resourceRequirements", ()) if r["type"] == kind), 0.0)


def container_instance(placed: Placed) -> JSON:
    """The container instance below a task; others than this task are only counted."""
    has, needs, over = hardware(placed.instance_type), placed.needs, placed.attempt.ending is not None
    units, mib = (
        has.vcpus * 1024,
        has.memory_mib * 31 // 32,
    )  # what the system and the agent take is not registered
    beside = int((has.vcpus - needs.vcpus) // max(1, needs.vcpus) * fraction(placed.seed, 630))
    tasks = max(0, min(beside, int((mib - needs.memory_mib) // max(1, needs.memory_mib)))) + (not over)
    gpus = [f"GPU-{hex_digits(placed.seed, 640 + number, 8)}" for number in range(has.gpus)]
    managed = placed.attempt.environment.kind == "ECS_MANAGED_INSTANCES"
    registered = placed.began - between(placed.seed, 650, 30_000, 5_400_000)
    names = {
        "ecs.instance-type": placed.instance_type,
        "ecs.availability-zone": f"{REGION}{placed.zone}",
        "ecs.ami-id": _AMI,
        "ecs.cpu-architecture": "arm64" if "g." in placed.instance_type else "x86_64",
        "ecs.os-type": "linux",
        "ecs.os-family": "LINUX",
    }
    capabilities = ("logging-driver.awslogs", "docker-remote-api.1.24", "execution-role-awslogs", "task-iam-role")
    answer: JSON = {
        "containerInstanceArn": instance_arn(placed.job, placed.attempt, placed.node),
        "ec2InstanceId": placed.instance_id,
        "version": 3,
        "versionInfo": {
            "agentVersion": "1.97.1",
            "agentHash": "2f4a1c0e",
            "dockerVersion": "DockerVersion: 25.0.13",
        },
        "registeredResources": _resources(units, mib, gpus),
        "remainingResources": _resources(
            max(0, units - round(tasks * needs.vcpus * 1024)),
            max(0, mib - tasks * needs.memory_mib),
            gpus[: max(0, len(gpus) - tasks * needs.gpus)],
        ),
        "status": "ACTIVE",
        "agentConnected": True,
        "runningTasksCount": tasks - (not over and not placed.attempt.started),
        "pendingTasksCount": int(not over and not placed.attempt.started),
        "attributes": [
            *({"name": f"com.amazonaws.ecs.capability.{each}"} for each in capabilities),
            *({"name": name, "value": value} for name, value in names.items()),
        ],
        "registeredAt": registered / 1000,
        "attachments": [],
        "tags": [],
    }
    if managed:
        answer["capacityProviderName"] = f"AWSBatch-{placed.attempt.environment.name}"
    return answer


def _resources(units: int, mib: int, gpus: list[str]) -> list[JSON]:
    def number(name: str, value: int) -> JSON:
        return {"name": name, "type": "INTEGER", "doubleValue": 0.0, "longValue": 0, "integerValue": value}

    def texts(name: str, values: list[str]) -> JSON:
        return {
            "name": name,
            "type": "STRINGSET",
            "doubleValue": 0.0,
            "longValue": 0,
            "integerValue": 0,
            "stringSetValue": values,
        }

    found = [number("CPU", units), number("MEMORY", mib), texts("PORTS", list(_PORTS)), texts("PORTS_UDP", [])]
    return [*found, texts("GPU", gpus)] if gpus else found
