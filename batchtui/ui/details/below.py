"""What AWS Batch's things run on, as far as AWS's web console has a page of it."""

from collections.abc import Callable
from functools import partial

from batchtui.model import fields
from batchtui.model.console import cluster_page, task_page
from batchtui.model.fields import Api
from batchtui.model.job_detail import JobDetail
from batchtui.sync.trail_reads import place_of

Page = Callable[[str], str | None]
"""An address in a region."""


def pages_below(kind: str, raw: Api) -> tuple[str, Page] | None:
    """The ECS task of a job, or the ECS cluster of an environment: what to call it, and its page.

    Args:
        kind: One of ``lookup.KINDS``.
        raw: What AWS told of it.
    """
    if kind == "environment" and (cluster := fields.text(raw, "ecsClusterArn")):
        return f"the cluster {fields.arn_name(cluster)}", partial(_cluster, cluster)
    if kind == "job" and raw and (place := place_of(JobDetail.from_api(raw))) is not None:
        return f"the task {fields.arn_name(place.task_arn)}", partial(_task, place.task_arn)
    return None


def _cluster(arn: str, region: str) -> str | None:
    return cluster_page(region, arn)


def _task(arn: str, region: str) -> str | None:
    return task_page(region, arn)
