"""The operations of AWS Batch for service jobs, and their service environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from .account import Account
from .definitions import JSON
from .errors import client_error
from .identity import batch_arn, name_from
from .paging import page_size, paged, position, token
from .quota_shares import SHARES
from .service_jobs import ENVIRONMENT, QUEUE, STATUSES, TYPE, ServiceJob, ServiceJobs
from .stopping import job_id_of, reason_of, stop_many

MOST_LISTED = 100
MOST_PRIORITY = 9_999


class ServiceApi:
    """Answers the requests for service jobs out of an account; one without them knows no such operations."""

    __slots__ = ("_account", "operations")

    def __init__(self, account: Account) -> None:
        self._account = account
        self.operations: dict[str, tuple[str, Callable[[JSON], JSON]]] = {}
        if account.service_jobs is not None:
            self.operations = {
                "listservicejobs": ("ListServiceJobs", self.list_service_jobs),
                "describeservicejob": ("DescribeServiceJob", self.describe_service_job),
                "updateservicejob": ("UpdateServiceJob", self.update_service_job),
                "terminateservicejob": ("TerminateServiceJob", self.terminate_service_job),
                "terminateservicejobs": ("TerminateServiceJobs", self.terminate_service_jobs),
                "listquotashares": ("ListQuotaShares", self.list_quota_shares),
                "describeserviceenvironments": ("DescribeServiceEnvironments", self.describe_service_environments),
            }

    @property
    def _jobs(self) -> ServiceJobs:
        assert self._account.service_jobs is not None
        return self._account.service_jobs

    def list_service_jobs(self, request: JSON) -> JSON:
        """ListServiceJobs: by status, or by one filter, which makes the status ignored but for shares."""
        name = name_from(str(request.get("jobQueue", "")))
        if name != QUEUE:
            known = name in self._account.queues
            why = "is not a queue for service jobs" if known else "does not exist"
            raise client_error(f"Job queue {name} {why}")
        status, filters = request.get("jobStatus"), request.get("filters")
        if status is not None and status not in STATUSES:
            raise client_error(f"jobStatus {status} is not valid")
        matches = _filtered(filters, status) if filters else _in_status(status or "RUNNING")
        now = self._account.now
        listing = ("service", status, filters)
        after = position(listing, request.get("nextToken"))
        found = [
            job
            for job in self._jobs.newest_first(now)
            if (after is None or job.number < after) and matches(job, now)
        ]
        page = found[: page_size(request.get("maxResults"), MOST_LISTED)]
        answer: JSON = {"jobSummaryList": [job.summary(now) for job in page]}
        if len(page) < len(found):
            answer["nextToken"] = token(listing, page[-1].number)
        return answer

    def describe_service_job(self, request: JSON) -> JSON:
        """DescribeServiceJob: one job by its id."""
        now = self._account.now
        job = self._jobs.find(str(request.get("jobId", "")), now)
        if job is None:
            raise client_error(f"Service job {request.get('jobId')} does not exist")
        return job.detail(now)

    def update_service_job(self, request: JSON) -> JSON:
        """UpdateServiceJob: the scheduling priority of a job that has not ended."""
        job, priority = self._active(request.get("jobId")), request.get("schedulingPriority")
        if not isinstance(priority, int) or not 0 <= priority <= MOST_PRIORITY:
            raise client_error(f"schedulingPriority must be between 0 and {MOST_PRIORITY}")
        self._jobs.put(replace(job, priority=priority))
        return {"jobArn": job.arn, "jobName": job.name, "jobId": job.job_id}

    def _active(self, job_id: object) -> ServiceJob:
        job = self._jobs.find(str(job_id or ""), self._account.now)
        if job is None:
            raise client_error(f"Service job {job_id} does not exist")
        if job.status(self._account.now) in ("SUCCEEDED", "FAILED"):
            raise client_error(f"Service job {job_id} has ended")
        return job

    def terminate_service_job(self, request: JSON) -> JSON:
        """TerminateServiceJob: ends a service job in every active status."""
        self._terminate(job_id_of(request), reason_of(request))
        return {}

    def terminate_service_jobs(self, request: JSON) -> JSON:
        """TerminateServiceJobs: TerminateServiceJob for up to 50 ids."""
        return stop_many(request, self._terminate)

    def _terminate(self, job_id: str, reason: str) -> None:
        now = self._account.now
        job = self._jobs.find(job_id, now)
        if job is not None and job.terminated is None and job.status(now) not in ("SUCCEEDED", "FAILED"):
            self._jobs.put(job.terminate(now, reason))

    def list_quota_shares(self, request: JSON) -> JSON:
        """ListQuotaShares: those of the queue for service jobs; no other queue has any."""
        name = name_from(str(request.get("jobQueue", "")))
        if name != QUEUE:
            raise client_error(f"Job queue {name} has no quota shares")
        page, more = paged([share.describe(QUEUE) for share in SHARES], request, ("quota shares", name))
        return {"quotaShares": page, **more}

    def describe_service_environments(self, request: JSON) -> JSON:
        """DescribeServiceEnvironments: all, or those named; unknown names are simply absent."""
        names = request.get("serviceEnvironments")
        wanted = [describe_environment()]
        if names:
            wanted = wanted if ENVIRONMENT in {name_from(str(name)) for name in names} else []
        page, more = paged(wanted, request, ("service environments", names))
        return {"serviceEnvironments": page, **more}


def _in_status(status: str) -> Callable[[ServiceJob, int], bool]:
    return lambda job, now: job.status(now) == status


def _filtered(filters: object, status: str | None) -> Callable[[ServiceJob, int], bool]:
    if not isinstance(filters, list) or len(filters) != 1:
        raise client_error("Only one filter can be used at a time")
    name, values = filters[0].get("name"), filters[0].get("values") or []
    if not values or not all(isinstance(value, str) for value in values):
        raise client_error(f"Filter {name} needs a value")
    if name in ("AFTER_CREATED_AT", "BEFORE_CREATED_AT"):
        if not values[0].isdecimal():
            raise client_error(f"{values[0]} is not a time in milliseconds since the epoch")
        moment, is_after = int(values[0]), name == "AFTER_CREATED_AT"
        return lambda job, now: job.created > moment if is_after else job.created < moment
    if name == "QUOTA_SHARE_NAME":
        return lambda job, now: job.share in values and status in (None, job.status(now))
    if name == "JOB_NAME":
        lowered = [value.lower() for value in values]
        prefixes = tuple(value[:-1] for value in lowered if value.endswith("*"))
        return lambda job, now: job.name.lower() in lowered or job.name.lower().startswith(prefixes)
    raise client_error(f"Filter name {name} is not valid")


def describe_environment() -> JSON:
    """The service environment as DescribeServiceEnvironments gives it."""
    return {
        "serviceEnvironmentName": ENVIRONMENT,
        "serviceEnvironmentArn": batch_arn("service-environment", ENVIRONMENT),
        "serviceEnvironmentType": TYPE,
        "state": "ENABLED",
        "status": "VALID",
        "capacityLimits": [
            {"maxCapacity": sum(share.limits[unit] for share in SHARES), "capacityUnit": unit}
            for unit in sorted(SHARES[0].limits)
        ],
        "tags": {"team": "ml"},
    }


def service_snapshot(jobs: ServiceJobs, now: int) -> JSON:
    """GetJobQueueSnapshot of the queue for service jobs: who is first, also in its share, and what is in use."""
    alive = [job for job in reversed(jobs.newest_first(now)) if job.status(now) not in ("SUCCEEDED", "FAILED")]
    waiting = [job for job in alive if job.status(now) == "RUNNABLE"]
    waiting.sort(key=lambda job: (-job.priority, job.waiting_since(now)))
    used: Counter[str] = Counter()
    by_share: dict[str, Counter[str]] = {share.name: Counter() for share in SHARES}
    for job in alive:
        if job.status(now) in ("SCHEDULED", "STARTING", "RUNNING"):
            used[job.instance_type] += job.instances
            by_share[job.share][job.instance_type] += job.instances

    def capacity(usage: Counter[str]) -> list[JSON]:
        return [{"capacityUnit": unit, "quantity": float(quantity)} for unit, quantity in sorted(usage.items())]

    def front(jobs: list[ServiceJob]) -> list[JSON]:
        return [{"jobArn": job.arn, "earliestTimeAtPosition": job.waiting_since(now)} for job in jobs]

    fronts = {name: front([job for job in waiting if job.share == name][:1]) for name in by_share}
    return {
        "frontOfQueue": {
            "jobs": front(waiting[:MOST_LISTED]),
            "lastUpdatedAt": now,
        },
        "frontOfQuotaShares": {
            "quotaShares": {name: first for name, first in fronts.items() if first},
            "lastUpdatedAt": now,
        },
        "queueUtilization": {
            "totalCapacityUsage": capacity(used),
            "quotaShareUtilization": {
                "topCapacityUtilization": [
                    {"quotaShareName": name, "capacityUsage": capacity(usage)}
                    for name, usage in sorted(by_share.items(), key=lambda each: (-each[1].total(), each[0]))
                    if usage
                ]
            },
            "lastUpdatedAt": now,
        },
    }
