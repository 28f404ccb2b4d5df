"""The account's own number, region and key, and the ids and ARNs that follow from them.

A task id can be read back into the job, attempt, child and node that it belongs to, so that a log stream is found
by its name without an index over every stream there ever was.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .chance import mix

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
ACCESS_KEY_ID = "AKIADEMOBATCHTUI0000"
ECS_CLUSTER = "AWSBatch-genomics"
EKS_CLUSTER = "portal"
EKS_NAMESPACE = "portal-batch"

_TASK_MASK = 0x5DEECE66D1B54A32D192ED03
_INSTANCE_MASK = 0x9B1F34C07E62A8D55C03E79146F2BD8A
_LOW = (1 << 32) - 1
_TASK_ID = re.compile(r"[0-9a-f]{32}")


class TaskOrigin(NamedTuple):
    """What a task was started for."""

    job_id: str
    attempt: int
    child: int | None
    node: int


def _checksum(upper: int) -> int:
    return mix(upper & ((1 << 64) - 1), upper >> 64) & _LOW


def _uuid(value: int) -> str:
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def job_id_from(bits: int) -> str:
    """A job id in the form of AWS (a version 4 UUID); its last 32 bits follow from the first 96."""
    upper = bits & ((1 << 96) - 1)
    upper = upper & ~(0xF << 44) | 0x4 << 44
    upper = upper & ~(0x3 << 30) | 0x2 << 30
    return _uuid(upper << 32 | _checksum(upper))


def task_id(job_id: str, attempt: int, index: int | None = None, node: int = 0) -> str:
    """The ECS task id of one attempt of one job, array child or node."""
    upper = int(job_id.replace("-", ""), 16) >> 32
    origin = attempt << 26 | node << 15 | (0 if index is None else index + 1)
    return f"{(upper ^ _TASK_MASK) << 32 | (origin ^ _checksum(upper)):032x}"


def task_origin(task: str) -> TaskOrigin | None:
    """The job, attempt, child and node that a task id names; None when it is not one of ours."""
    if not _TASK_ID.fullmatch(task):
        return None
    value = int(task, 16)
    upper = (value >> 32) ^ _TASK_MASK
    check = _checksum(upper)
    origin = (value & _LOW) ^ check
    index = origin & 0x7FFF
    return TaskOrigin(
        _uuid(upper << 32 | check), origin >> 26, index - 1 if index else None, (origin >> 15) & 0x7FF
    )


def instance_of(task: str) -> str:
    """The id of the container instance below a task; of that id, the task's again."""
    return f"{int(task, 16) ^ _INSTANCE_MASK:032x}"


def batch_arn(kind: str, name: str) -> str:
    """The ARN of a Batch resource, such as `job-queue` and its name."""
    return f"arn:aws:batch:{REGION}:{ACCOUNT_ID}:{kind}/{name}"


JOB_ARN_PREFIX = batch_arn("job", "")


def name_from(name_or_arn: str) -> str:
    """The name of a resource that was given by its name or by its ARN."""
    return name_or_arn.rpartition("/")[2] if name_or_arn.startswith("arn:") else name_or_arn
