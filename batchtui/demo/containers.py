"""The parts of which the account's job definitions are built."""

from __future__ import annotations

from typing import Any

from .definitions import JSON
from .identity import ACCOUNT_ID, REGION

REGISTRY = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:genomics/lims-Ab12Cd"


def role(name: str) -> str:
    """The ARN of an IAM role of the account."""
    return f"arn:aws:iam::{ACCOUNT_ID}:role/{name}"


def needs(vcpus: str, memory: int, gpus: int = 0) -> list[JSON]:
    """ResourceRequirements."""
    wanted: list[JSON] = [{"type": "VCPU", "value": vcpus}, {"type": "MEMORY", "value": str(memory)}]
    if gpus:
        wanted.append({"type": "GPU", "value": str(gpus)})
    return wanted


def env(**values: str) -> list[JSON]:
    """An environment."""
    return [{"name": name, "value": value} for name, value in values.items()]


def awslogs(group: str | None = None, region: str = REGION) -> JSON:
    """A logConfiguration that sends everything to CloudWatch, to the usual group unless another is given."""
    options = {"awslogs-group": group, "awslogs-region": region} if group else {}
    return {"logDriver": "awslogs", "options": options, "secretOptions": []}


def container(image: str, command: list[str], needs: list[JSON], **more: Any) -> JSON:
    """The containerProperties of a job on EC2."""
    return {
        "image": f"{REGISTRY}/{image}",
        "command": command,
        "jobRoleArn": role("genomics-job"),
        "executionRoleArn": role("genomics-execution"),
        "volumes": [],
        "environment": [],
        "mountPoints": [],
        "ulimits": [],
        "resourceRequirements": needs,
        "secrets": [],
        "logConfiguration": awslogs(),
        **more,
    }


def fargate(image: str, command: list[str], needs: list[JSON], **more: Any) -> JSON:
    """The containerProperties of a job on Fargate."""
    return container(
        image,
        command,
        needs,
        networkConfiguration={"assignPublicIp": "DISABLED"},
        fargatePlatformConfiguration={"platformVersion": "1.4.0"},
        runtimePlatform={"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
        **more,
    )
