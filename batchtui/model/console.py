"""Pages of AWS's web console, as addresses: pure functions, which ask nothing and open nothing."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

_DOMAINS: Final[Mapping[str, str]] = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""By partition; other partitions have no console that anybody may name here."""
_PAGES: Final[Mapping[str, str]] = {
    "job": "jobs/detail",
    "queue": "queues/detail",
    "environment": "compute-environments/detail",
    "definition": "job-definition/detail",
}
"""By kind; queues, environments and definitions are known there by their ARNs, jobs by their ids."""


def partition_of(region: str) -> str:
    """The partition that a region belongs to, by its name."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    isolated = region.startswith(("us-iso", "eu-iso", "eusc-"))
    return "" if isolated else "aws"


def batch_page(kind: str, region: str, key: str) -> str | None:
    """The page of a job (by its id), or of a queue, a compute environment or a job definition (by its ARN).

    Args:
        kind: One of ``job``, ``queue``, ``environment``, ``definition``.
        region: Where it is.
        key: Its id or its ARN.

    Returns:
        None where there is no such page, or none that is known.
    """
    page = _PAGES.get(kind)
    if page is None or not key or (kind != "job" and not key.startswith("arn:")):
        return None
    return _address(region, "batch", f"#{page}/{quote(key, safe=':/')}")


def log_page(region: str, group: str, stream: str | None) -> str | None:
    """The page of a log stream in CloudWatch Logs; of the group where the stream is not known."""
    if not group:
        return None
    events = f"/log-events/{_twice(stream)}" if stream else ""
    return _address(region, "cloudwatch", f"#logsV2:log-groups/log-group/{_twice(group)}{events}")


def cluster_page(region: str, cluster: str) -> str | None:
    """The page of an ECS cluster, by its name or its ARN."""
    domain = _domain(region)
    name = cluster.rpartition("/")[2]
    if domain is None or not name:
        return None
    return f"https://{domain}/ecs/v2/clusters/{quote(name, safe='')}/services?region={quote(region, safe='')}"


def task_page(region: str, task_arn: str, cluster: str | None = None) -> str | None:
    """The page of an ECS task, by its ARN, which in its long form names the cluster too."""
    parts = task_arn.rpartition(":task/")[2].split("/")
    name = (cluster or "").rpartition("/")[2] or (parts[0] if len(parts) > 1 else "default")
    domain = _domain(region)
    if domain is None or not parts[-1]:
        return None
    path = f"ecs/v2/clusters/{quote(name, safe='')}/tasks/{quote(parts[-1], safe='')}"
    return f"https://{domain}/{path}?region={quote(region, safe='')}"


def _address(region: str, service: str, fragment: str) -> str | None:
    domain = _domain(region)
    return None if domain is None else f"https://{domain}/{service}/home?region={quote(region, safe='')}{fragment}"


def _domain(region: str) -> str | None:
    """A host of the region's own in AWS's commercial regions, as the console itself writes it."""
    partition = partition_of(region) if region else ""
    domain = _DOMAINS.get(partition)
    if domain is None:
        return None
    return f"{quote(region, safe='')}.{domain}"


def _twice(text: str) -> str:
    """Quoted twice, as CloudWatch's console wants it within a fragment: ``/`` is ``$252F``."""
    return quote(quote(text, safe=""), safe="").replace("%", "$")
