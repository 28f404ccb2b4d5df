"""What is asked of one queue, for a person who wants to know why a job waits in it."""

from collections.abc import Sequence
from typing import Any, Final

from batchtui.aws.answers import a_list, a_page, a_structure, next_token
from batchtui.aws.caller import Call
from batchtui.model import fields
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail

MOST_POLICIES: Final = 100
"""DescribeSchedulingPolicies takes at most so many ARNs."""
_SNAPSHOT: Final = ("frontOfQueue", "frontOfQuotaShares", "queueUtilization")
_MOST_PAGES: Final = 20


class QueueGateway:
    """Reads of one queue; a person waits for them. Every method may raise an AwsError; none retries."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def get_job_queue_snapshot(self, job_queue: str) -> JobQueueSnapshot:
        """The first 100 RUNNABLE jobs and what is in use (GetJobQueueSnapshot).

        Raises:
            MalformedAnswerError: It tells neither, as the page of a captive portal does.
        """
        params = {"jobQueue": job_queue}
        check = a_structure(*_SNAPSHOT)
        answer = await self._call("batch", "GetJobQueueSnapshot", params, urgent=True, check=check)
        return JobQueueSnapshot.from_api({member: answer[member] for member in _SNAPSHOT if member in answer})

    async def describe_scheduling_policies(self, arns: Sequence[str]) -> list[SchedulingPolicyDetail]:
        """At most 100 policies by their ARNs (DescribeSchedulingPolicies); what AWS does not know is absent."""
        params = {"arns": list(arns)[:MOST_POLICIES]}
        check = a_list("schedulingPolicies")
        answer = await self._call("batch", "DescribeSchedulingPolicies", params, urgent=True, check=check)
        items = fields.structures(answer, "schedulingPolicies")
        return [SchedulingPolicyDetail.from_api(item) for item in items]

    async def describe_service_environments(self, names: Sequence[str]) -> list[ServiceEnvironmentDetail]:
        """At most 100 by their names, in that order (DescribeServiceEnvironments); unknown ones are absent."""
        params = {"serviceEnvironments": list(names)[:MOST_POLICIES]}
        check = a_list("serviceEnvironments")
        answer = await self._call("batch", "DescribeServiceEnvironments", params, urgent=True, check=check)
        items = fields.structures(answer, "serviceEnvironments")
        found = {each.service_environment_name: each for each in map(ServiceEnvironmentDetail.from_api, items)}
        return [found[name] for name in names if name in found]

    async def list_quota_shares(self, job_queue: str) -> list[QuotaShareDetail]:
        """The quota shares of a queue (ListQuotaShares)."""
        params: dict[str, Any] = {"jobQueue": job_queue, "maxResults": MOST_POLICIES}
        found: list[QuotaShareDetail] = []
        seen: list[str] = []
        for _ in range(_MOST_PAGES):
            check = a_page("quotaShares", seen)
            answer = await self._call("batch", "ListQuotaShares", params, urgent=True, check=check)
            found += map(QuotaShareDetail.from_api, fields.structures(answer, "quotaShares"))
            if (token := next_token(answer)) is None:
                break
            seen.append(token)
            params["nextToken"] = token
        return found
