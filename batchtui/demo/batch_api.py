"""The operations of AWS Batch, by the last part of their path (`/v1/<operation>`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from .account import Account
from .definitions import JSON, Definition
from .details import job_detail, node_detail
from .errors import ApiError, client_error
from .identity import JOB_ARN_PREFIX, name_from
from .jobs import Job
from .listing import list_jobs
from .paging import paged
from .queues import JobQueue
from .quota_shares import describe_policy
from .resource_api import ResourceApi
from .service_api import ServiceApi, service_snapshot
from .service_jobs import POLICY_ARN
from .service_jobs import QUEUE as SERVICE_QUEUE
from .stopping import ids_of, job_id_of, reason_of, stop_many
from .submission import submit_job

MOST_DESCRIBED = 100


class BatchApi:
    """Answers Batch's requests out of an account."""

    __slots__ = ("_account", "operations")

    def __init__(self, account: Account) -> None:
        self._account = account
        self.operations: dict[str, tuple[str, Callable[[JSON], JSON]]] = {
            "describejobqueues": ("DescribeJobQueues", self.describe_job_queues),
            "describecomputeenvironments": ("DescribeComputeEnvironments", self.describe_compute_environments),
            "listjobs": ("ListJobs", lambda request: list_jobs(account, request)),
            "describejobs": ("DescribeJobs", self.describe_jobs),
            "describejobdefinitions": ("DescribeJobDefinitions", self.describe_job_definitions),
            "describeschedulingpolicies": ("DescribeSchedulingPolicies", self.describe_scheduling_policies),
            "getjobqueuesnapshot": ("GetJobQueueSnapshot", self.get_job_queue_snapshot),
            "submitjob": ("SubmitJob", lambda request: submit_job(account, request)),
            "canceljob": ("CancelJob", self.cancel_job),
            "terminatejob": ("TerminateJob", self.terminate_job),
            "canceljobs": ("CancelJobs", self.cancel_jobs),
            "terminatejobs": ("TerminateJobs", self.terminate_jobs),
            **ResourceApi(account).operations,
            **ServiceApi(account).operations,
        }

    def describe_job_queues(self, request: JSON) -> JSON:
        """DescribeJobQueues: all, or those named; unknown names are simply absent."""
        known = {name: queue.describe() for name, queue in self._account.queues.items()}
        if self._account.service_jobs is not None:
            known[SERVICE_QUEUE] = self._account.service_jobs.queue.describe()
        chosen = _chosen(known, request.get("jobQueues"))
        page, more = paged(chosen, request, ("queues", request.get("jobQueues")))
        return {"jobQueues": page, **more}

    def describe_compute_environments(self, request: JSON) -> JSON:
        """DescribeComputeEnvironments: all, or those named; unknown names are simply absent."""
        chosen = _chosen(self._account.environments, request.get("computeEnvironments"))
        page, more = paged(chosen, request, ("environments", request.get("computeEnvironments")))
        return {"computeEnvironments": [environment.describe() for environment in page], **more}

    def describe_jobs(self, request: JSON) -> JSON:
        """DescribeJobs: at most 100 ids; jobs, array children (`id:index`) and nodes (`id#index`)."""
        ids = ids_of(request, MOST_DESCRIBED)
        found = (self._described(job_id) for job_id in dict.fromkeys(ids))
        return {"jobs": [answer for answer in found if answer is not None]}

    def _described(self, given: str) -> JSON | None:
        job_id, hash_sign, node = given.removeprefix(JOB_ARN_PREFIX).partition("#")
        job = self._account.index.find(job_id)
        if job is None:
            return None
        if not hash_sign:
            return job_detail(job)
        if not job.multi_node or not node.isdecimal() or int(node) >= job.terms.num_nodes:
            return None
        return node_detail(job, int(node))

    def describe_job_definitions(self, request: JSON) -> JSON:
        """DescribeJobDefinitions: named ones, all revisions of a name, or all; by status if one is given."""
        catalogue, names = self._account.catalogue, request.get("jobDefinitions")
        found: Iterable[Definition | None]
        if names:
            if any(request.get(member) for member in ("jobDefinitionName", "status")):
                raise client_error("jobDefinitions cannot be used with other parameters")
            found = (catalogue.find(str(name)) for name in names)
        elif request.get("jobDefinitionName"):
            found = catalogue.revisions(str(request["jobDefinitionName"]))
        else:
            found = catalogue.definitions
        status = request.get("status")
        chosen = [d for d in found if d is not None and (status is None or d.status == status)]
        listing = ("definitions", names, request.get("jobDefinitionName"), status)
        page, more = paged(chosen, request, listing)
        return {"jobDefinitions": [definition.describe() for definition in page], **more}

    def describe_scheduling_policies(self, request: JSON) -> JSON:
        """DescribeSchedulingPolicies by ARN."""
        arns = request.get("arns")
        if not isinstance(arns, list):
            raise client_error("arns must be specified")
        known = {arn: policy.describe() for arn, policy in self._account.policies.items()}
        if self._account.service_jobs is not None:
            known[POLICY_ARN] = describe_policy()
        return {"schedulingPolicies": [known[arn] for arn in arns if arn in known]}

    def get_job_queue_snapshot(self, request: JSON) -> JSON:
        """GetJobQueueSnapshot: the first 100 RUNNABLE jobs in order of dispatch, and what is in use."""
        now, service = self._account.now, self._account.service_jobs
        if service is not None and name_from(str(request.get("jobQueue", ""))) == SERVICE_QUEUE:
            return service_snapshot(service, now)
        queue = self._account.queue(str(request.get("jobQueue", "")))
        if queue is None:
            raise client_error(f"Job queue {request.get('jobQueue')} does not exist")
        front = [
            {"jobArn": job.arn, "earliestTimeAtPosition": queue.waiting.since(job)}
            for job in islice(queue.waiting.in_order(), MOST_DESCRIBED)
        ]
        return {
            "frontOfQueue": {"jobs": front, "lastUpdatedAt": now},
            "queueUtilization": self._utilization(queue) | {"lastUpdatedAt": now},
        }

    def _utilization(self, queue: JobQueue) -> JSON:
        def capacity(vcpus: float) -> list[JSON]:
            return [{"capacityUnit": "VCPU", "quantity": float(vcpus)}]

        answer: JSON = {"totalCapacityUsage": capacity(queue.waiting.in_use)}
        if queue.policy is not None:
            usage = {share: vcpus for share, vcpus in queue.waiting.usage.items() if vcpus}
            answer["fairshareUtilization"] = {
                "activeShareCount": len(usage),
                "topCapacityUtilization": [
                    {"shareIdentifier": share, "capacityUsage": capacity(vcpus)}
                    for share, vcpus in sorted(usage.items(), key=lambda entry: (-entry[1], entry[0]))
                ],
            }
        return answer

    def cancel_job(self, request: JSON) -> JSON:
        """CancelJob: succeeds for any job, and does nothing to what is STARTING, RUNNING or over."""
        return self._stop(request, self._account.lifecycle.cancel)

    def terminate_job(self, request: JSON) -> JSON:
        """TerminateJob: ends a job in every active status."""
        return self._stop(request, self._account.lifecycle.terminate)

    def cancel_jobs(self, request: JSON) -> JSON:
        """CancelJobs: CancelJob for up to 50 ids."""
        return self._stop_many(request, self._account.lifecycle.cancel)

    def terminate_jobs(self, request: JSON) -> JSON:
        """TerminateJobs: TerminateJob for up to 50 ids."""
        return self._stop_many(request, self._account.lifecycle.terminate)

    def _stop(self, request: JSON, how: Callable[[Job, str], None]) -> JSON:
        self._stop_one(job_id_of(request), reason_of(request), how)
        return {}

    def _stop_many(self, request: JSON, how: Callable[[Job, str], None]) -> JSON:
        return stop_many(request, lambda job_id, reason: self._stop_one(job_id, reason, how))

    def _stop_one(self, job_id: str, reason: str, how: Callable[[Job, str], None]) -> None:
        job = self._account.index.find(job_id.partition("#")[0])
        if job is not None:
            how(job, reason)

    def list_tags(self, arn: str) -> JSON:
        """ListTagsForResource, for every kind of resource that has tags."""
        kind, _, name = arn.rpartition(":")[2].partition("/") if "/" in arn else ("", "", "")
        tags = self._tags(arn, kind, name)
        if tags is None:
            raise ApiError("ClientException", f"Resource {arn} does not exist", 404)
        return {"tags": tags}

    def _tags(self, arn: str, kind: str, name: str) -> dict[str, str] | None:
        account = self._account
        if arn.startswith(JOB_ARN_PREFIX):
            job = account.index.find(arn.removeprefix(JOB_ARN_PREFIX).partition("#")[0])
            return None if job is None else job.terms.tags
        if "job-definition/" in arn:
            definition = account.catalogue.find(arn)
            return None if definition is None else definition.tags
        if arn in account.policies:
            policy_tags: dict[str, str] = account.policies[arn].describe()["tags"]
            return policy_tags
        known: dict[str, dict[str, Any]] = {
            "job-queue": dict(account.queues),
            "compute-environment": dict(account.environments),
        }
        owner = known.get(kind, {}).get(name)
        if owner is None:
            return None
        tags: dict[str, str] = owner.describe()["tags"]
        return tags


def _chosen(known: dict[str, Any], names: object) -> list[Any]:
    if not names:
        return list(known.values())
    if not isinstance(names, list) or len(names) > MOST_DESCRIBED:
        raise client_error(f"At most {MOST_DESCRIBED} names can be given")
    wanted = dict.fromkeys(name_from(str(name)) for name in names)
    return [known[name] for name in wanted if name in known]
