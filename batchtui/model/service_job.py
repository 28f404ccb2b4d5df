"""Service jobs: what DescribeServiceJob tells of a job that another service (SageMaker) runs."""

import json
from dataclasses import dataclass
from typing import Final, Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs, arn_name
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import EvaluateOnExit

_DEEPEST: Final = 50  # a request that is nested deeper is no request: it stays a text


@dataclass(frozen=True, slots=True)
class ServiceJobAttempt:
    """One attempt (ServiceJobAttemptDetail)."""

    service_resource_id: str | None
    """What the other service calls it: the ARN of a training job."""
    started_at: int | None
    stopped_at: int | None
    status_reason: str | None

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            service_resource_id=_resource_id(data),
            started_at=fields.epoch_ms(data, "startedAt"),
            stopped_at=fields.epoch_ms(data, "stoppedAt"),
            status_reason=fields.text(data, "statusReason"),
        )


@dataclass(frozen=True, slots=True)
class ServiceJobDetail:
    """One service job in full."""

    summary: JobSummary
    attempts: tuple[ServiceJobAttempt, ...]
    latest_resource_id: str | None
    """What the other service calls the latest attempt, which need not be among ``attempts`` yet."""
    retry_attempts: int | None
    evaluate_on_exit: tuple[EvaluateOnExit, ...]
    attempt_duration_seconds: int | None
    """The time-out of one attempt."""
    scheduling_priority: int | None
    quota_share_name: str | None
    capacity_usage: Pairs
    """Units (an instance type, ``NUM_INSTANCES``) with their quantities."""
    preemption_retries: int | None
    """How often it may be preempted before it is ended."""
    preempted_attempts: int | None
    recent_preempted_attempts: tuple[ServiceJobAttempt, ...]
    request: Api
    """The request to the other service; empty where it is no JSON object."""
    tags: Pairs
    raw: Api
    """The answer as it came, but for the request, which stands in it as the structure that it is."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        retry = fields.mapping(data, "retryStrategy")
        preemption = fields.mapping(data, "preemptionSummary")
        request = request_of(data)
        return cls(
            summary=JobSummary.from_api(data),
            attempts=tuple(map(ServiceJobAttempt.from_api, fields.structures(data, "attempts"))),
            latest_resource_id=_resource_id(fields.mapping(data, "latestAttempt")),
            retry_attempts=fields.integer(retry, "attempts"),
            evaluate_on_exit=tuple(map(EvaluateOnExit.from_api, fields.structures(retry, "evaluateOnExit"))),
            attempt_duration_seconds=fields.integer(
                fields.mapping(data, "timeoutConfig"), "attemptDurationSeconds"
            ),
            scheduling_priority=fields.integer(data, "schedulingPriority"),
            quota_share_name=fields.text(data, "quotaShareName"),
            capacity_usage=tuple(
                (fields.text(item, "capacityUnit") or "", _quantity(fields.number(item, "quantity")))
                for item in fields.structures(data, "capacityUsage")
            ),
            preemption_retries=fields.integer(
                fields.mapping(data, "preemptionConfiguration"), "preemptionRetriesBeforeTermination"
            ),
            preempted_attempts=fields.integer(preemption, "preemptedAttemptCount"),
            recent_preempted_attempts=tuple(
                map(ServiceJobAttempt.from_api, fields.structures(preemption, "recentPreemptedAttempts"))
            ),
            request=request,
            tags=fields.pairs(data, "tags"),
            raw={**data, "serviceRequestPayload": request} if request else data,
        )

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """What the other service calls the attempts, the oldest first, each once."""
        named = [*(attempt.service_resource_id for attempt in self.attempts), self.latest_resource_id]
        return tuple(dict.fromkeys(name for name in named if name))


def request_of(data: Api) -> Api:
    """The request that AWS Batch keeps as a text, as the JSON object that it is; empty where it is none."""
    payload = data.get("serviceRequestPayload")
    if not isinstance(payload, str) or _depth(payload) > _DEEPEST:
        return fields.EMPTY
    try:
        request = json.loads(payload)
    except ValueError:
        return fields.EMPTY
    return request if isinstance(request, dict) else fields.EMPTY


def training_job_name(resource_id: str) -> str:
    """The name of a training job from its ARN."""
    return arn_name(resource_id)


def _resource_id(data: Api) -> str | None:
    return fields.text(fields.mapping(data, "serviceResourceId"), "value") or None


def _quantity(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _depth(text: str) -> int:
    """How deep brackets are nested at most; those in strings count too, which only makes it cautious."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest
