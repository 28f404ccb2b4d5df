"""ListJobs: by status, by one filter, the children of an array, the nodes of a multi-node job.

A page begins after the last job of the page before, in an order (time of creation) that never changes for a job.
So a job that moves between two pages is at most seen in its new place, and none is lost because others moved.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import islice

from .account import Account
from .definitions import JSON
from .errors import client_error
from .identity import name_from
from .jobs import RUNNING, STATUSES, Job
from .paging import page_size, position, token
from .queues import JobQueue
from .summaries import job_summary, node_summary

PAGE_BY_STATUS = 1000
PAGE_BY_FILTER = 100
_SCOPES = ("jobQueue", "arrayJobId", "multiNodeJobId")


def list_jobs(account: Account, request: JSON) -> JSON:
    """One page of ListJobs."""
    given = [scope for scope in _SCOPES if request.get(scope)]
    if len(given) != 1:
        raise client_error("Exactly one of jobQueue, arrayJobId and multiNodeJobId must be specified")
    status = request.get("jobStatus")
    if status is not None and status not in STATUSES:
        raise client_error(f"jobStatus {status} is not valid")
    if given == ["arrayJobId"]:
        return _children(account, request, status or RUNNING)
    if given == ["multiNodeJobId"]:
        return _nodes(account, request, status or RUNNING)
    queue = account.queue(str(request["jobQueue"]))
    if queue is None:
        raise client_error(f"Job queue {request['jobQueue']} does not exist")
    if request.get("filters"):
        return _filtered(account, queue, request, status)
    return _by_status(account, queue, request, status or RUNNING)


def _by_status(account: Account, queue: JobQueue, request: JSON, status: str) -> JSON:
    listing = ("status", queue.name, status)
    size = page_size(request.get("maxResults"), PAGE_BY_STATUS)
    line = account.index.jobs_of(queue).by_status[status]
    after = position(listing, request.get("nextToken"))
    end = len(line) if after is None else bisect_left(line, after, key=_seq)
    begin = max(0, end - size)
    answer: JSON = {"jobSummaryList": [job_summary(line[at]) for at in range(end - 1, begin - 1, -1)]}
    if begin > 0:
        answer["nextToken"] = token(listing, line[begin].seq)
    return answer


def _filtered(account: Account, queue: JobQueue, request: JSON, status: str | None) -> JSON:
    filters = request["filters"]
    if not isinstance(filters, list) or len(filters) != 1:
        raise client_error("Only one filter can be used at a time")
    name, values = filters[0].get("name"), filters[0].get("values") or []
    if not values or not all(isinstance(value, str) for value in values):
        raise client_error(f"Filter {name} needs a value")
    listing = ("filter", queue.name, name, values, status)
    size = page_size(request.get("maxResults"), PAGE_BY_FILTER)
    after = position(listing, request.get("nextToken"))
    here = account.index.jobs_of(queue)
    line = here.everything
    if name == "SHARE_IDENTIFIER" and status is not None:
        line = here.by_status[status]
    low, high = 0, len(line) if after is None else bisect_left(line, after, key=_seq)
    matches: Callable[[Job], bool] = _everything
    if name == "AFTER_CREATED_AT":
        low = bisect_right(line, _moment(values[0]), key=_created)
    elif name == "BEFORE_CREATED_AT":
        high = min(high, bisect_left(line, _moment(values[0]), key=_created))
    else:
        matches = _matcher(str(name), values)
    found = (line[at] for at in range(high - 1, low - 1, -1) if matches(line[at]))
    page = list(islice(found, size))
    answer: JSON = {"jobSummaryList": [job_summary(job) for job in page]}
    if next(found, None) is not None:
        answer["nextToken"] = token(listing, page[-1].seq)
    return answer


def _seq(job: Job) -> int:
    return job.seq


def _created(job: Job) -> int:
    return job.created


def _everything(_: Job) -> bool:
    return True


def _moment(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise client_error(f"{value} is not a time in milliseconds since the epoch") from None


def _matcher(name: str, values: list[str]) -> Callable[[Job], bool]:
    if name == "SHARE_IDENTIFIER":
        return lambda job: job.terms.share in values
    if name == "JOB_NAME":
        lowered = [value.lower() for value in values]
        exact = {value for value in lowered if not value.endswith("*")}
        prefixes = tuple(value[:-1] for value in lowered if value.endswith("*"))
        return lambda job: (lower := job.name.lower()) in exact or lower.startswith(prefixes)
    if name == "JOB_DEFINITION":
        arns = {value for value in values if value.startswith("arn:")}
        names = {name_from(v) for v in values if not v.startswith("arn:") and not v.endswith("*")}
        starts = tuple(v[:-1] for v in values if not v.startswith("arn:") and v.endswith("*"))
        return lambda job: (
            job.definition.arn in arns or job.definition.name in names or job.definition.name.startswith(starts)
        )
    raise client_error(f"Filter name {name} is not valid")


def _children(account: Account, request: JSON, status: str) -> JSON:
    """Children by their index; filters do not apply to them."""
    parent = account.index.find(str(request["arrayJobId"]))
    if parent is None or parent.array is None:
        raise client_error(f"Array job {request['arrayJobId']} does not exist")
    listing = ("array", parent.job_id, status)
    size = page_size(request.get("maxResults"), PAGE_BY_STATUS)
    after = position(listing, request.get("nextToken"))
    children = parent.array.children(parent)
    found = (job for job in islice(children, 0 if after is None else after + 1, None) if job.status == status)
    page = list(islice(found, size))
    answer: JSON = {"jobSummaryList": [job_summary(child) for child in page]}
    if next(found, None) is not None:
        answer["nextToken"] = token(listing, page[-1].index)
    return answer


def _nodes(account: Account, request: JSON, status: str) -> JSON:
    """Nodes by their index; they are where their job is."""
    job = account.index.find(str(request["multiNodeJobId"]))
    if job is None or not job.multi_node:
        raise client_error(f"Multi-node parallel job {request['multiNodeJobId']} does not exist")
    listing = ("nodes", job.job_id, status)
    size = page_size(request.get("maxResults"), PAGE_BY_STATUS)
    begin = position(listing, request.get("nextToken")) or 0
    numbers: Iterator[int] = iter(range(job.terms.num_nodes) if job.status == status else ())
    page = list(islice(numbers, begin, begin + size))
    answer: JSON = {"jobSummaryList": [node_summary(job, node) for node in page]}
    if next(numbers, None) is not None:
        answer["nextToken"] = token(listing, begin + size)
    return answer
