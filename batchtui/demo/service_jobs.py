"""Service jobs of the simulated account: a queue for SageMaker training, whose jobs live by a timetable.

Nothing is scheduled here: a job's whole life follows from its number, so that what it is at any moment can be
worked out whenever it is asked, and the rest of the account goes on as if this queue were not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .chance import between, fraction, hex_digits, mix, pick
from .definitions import JSON
from .identity import ACCOUNT_ID, REGION, batch_arn, job_id_from
from .log_lines import Script

TYPE = "SAGEMAKER_TRAINING"
QUEUE = "sagemaker-training"
ENVIRONMENT = "sagemaker-ml"
GROUP = "/aws/sagemaker/TrainingJobs"
STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "SCHEDULED", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")

_INTERVAL_MS = 150_000
_KEPT_MS = 26 * 3_600_000  # AWS lists finished jobs for at least a day
_ENDING_MS = 2_000
CAPACITY = 24
POLICY_ARN = batch_arn("scheduling-policy", "ml-quota-shares")
_TOO_LARGE = (
    "MISCONFIGURATION:SERVICE_ENVIRONMENT_MAX_RESOURCE - The service environment(s) associated with the job queue "
    "cannot meet the capacity requirement of the service job."
)
_NAMES = ("bert-finetune", "variant-caller-cnn", "unet-segmentation", "protein-lm-sft", "recommender-daily")
_INSTANCES = ("ml.g5.2xlarge", "ml.g5.12xlarge", "ml.p4d.24xlarge")
_SHARES = ("production", "research")
_FAILURES = (
    'AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "OutOfMemoryError: CUDA out of memory"',
    "ClientError: Data download failed: NoSuchKey s3://ml-data/variants/train.parquet",
)
_INTERRUPTED = "InternalServerError: We encountered an internal error. Please try again."


@dataclass(frozen=True, slots=True)
class ServiceAttempt:
    """One attempt, with all its moments; what has not happened yet lies in the future."""

    number: int
    training_job: str
    scheduled: int
    starting: int
    started: int
    stopped: int
    reason: str | None
    """Why it ended, where it did not succeed."""

    @property
    def arn(self) -> str:
        """The training job's ARN."""
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT_ID}:training-job/{self.training_job}"


@dataclass(frozen=True, slots=True)
class ServiceJob:
    """One service job from its creation to its end."""

    number: int
    job_id: str
    name: str
    created: int
    seed: int
    share: str
    instances: int
    instance_type: str
    attempts: tuple[ServiceAttempt, ...]
    runnable: int = 0
    priority: int = 1
    terminated: tuple[int, str] | None = None
    """When it was asked to end, and why."""
    steps: tuple[tuple[int, str], ...] = field(default=())

    @property
    def arn(self) -> str:
        """Its ARN."""
        return batch_arn("service-job", self.job_id)

    @property
    def ended(self) -> int:
        """When it ends; 0 for a job that never can."""
        if self.terminated is not None:
            return self.terminated[0] + _ENDING_MS
        return self.attempts[-1].stopped if self.attempts else 0

    def terminate(self, now: int, reason: str) -> ServiceJob:
        """The same job, which ends within moments: with the attempt that is under way."""
        ended = now + _ENDING_MS
        begun = [attempt for attempt in self.attempts if attempt.scheduled <= now]
        return replace(
            self,
            terminated=(now, reason),
            attempts=tuple(
                replace(attempt, stopped=ended, reason=reason) if attempt.stopped > ended else attempt
                for attempt in begun
            ),
            steps=(*(step for step in self.steps if step[0] <= now), (ended, "FAILED")),
        )

    def status(self, now: int) -> str:
        """What it is at a moment."""
        return [status for since, status in self.steps if since <= now][-1]

    def reason(self, now: int) -> str | None:
        """Its statusReason at a moment."""
        status = self.status(now)
        if self.terminated is not None and status == "FAILED":
            return self.terminated[1]
        if not self.attempts:
            return _TOO_LARGE if now - self.runnable > 15_000 else None
        if status == "SUCCEEDED":
            return "Service job completed successfully"
        if status == "FAILED":
            return self.attempts[-1].reason
        over = [attempt for attempt in self.attempts if attempt.stopped <= now]
        return over[-1].reason if over and status == "RUNNABLE" else None

    def current(self, now: int) -> ServiceAttempt | None:
        """The latest attempt that SageMaker knows of."""
        known = [attempt for attempt in self.attempts if attempt.scheduled <= now]
        return known[-1] if known else None

    def summary(self, now: int) -> JSON:
        """The job as ListServiceJobs gives it; what does not apply is absent."""
        attempt = self.current(now)
        status = self.status(now)
        answer: JSON = {
            "jobArn": self.arn,
            "jobId": self.job_id,
            "jobName": self.name,
            "serviceJobType": TYPE,
            "createdAt": self.created,
            "status": status,
            "shareIdentifier": self.share,
            "quotaShareName": self.share,
            "capacityUsage": [{"capacityUnit": "NUM_INSTANCES", "quantity": float(self.instances)}],
        }
        if (reason := self.reason(now)) is not None:
            answer["statusReason"] = reason
        if attempt is not None:
            answer["latestAttempt"] = {"serviceResourceId": {"name": "TrainingJobArn", "value": attempt.arn}}
            answer["scheduledAt"] = attempt.scheduled
            if attempt.started <= min(now, attempt.stopped) and status != "RUNNABLE":
                answer["startedAt"] = attempt.started
        if self.ended and self.ended <= now:
            answer["stoppedAt"] = self.ended
        if self.terminated is not None:
            answer["isTerminated"] = True
        return answer

    def detail(self, now: int) -> JSON:
        """The job as DescribeServiceJob gives it; `startedAt` is 0 as long as it has not started."""
        return {
            "startedAt": 0,
            **self.summary(now),
            "jobQueue": batch_arn("job-queue", QUEUE),
            "attempts": [
                {
                    "serviceResourceId": {"name": "TrainingJobArn", "value": attempt.arn},
                    "startedAt": attempt.started,
                    "stoppedAt": attempt.stopped,
                    "statusReason": attempt.reason or "Training job completed",
                }
                for attempt in self.attempts
                if attempt.started <= attempt.stopped <= now
            ],
            "retryStrategy": {
                "attempts": 2,
                "evaluateOnExit": [
                    {"action": "RETRY", "onStatusReason": "InternalServerError*"},
                    {"action": "EXIT", "onStatusReason": "*"},
                ],
            },
            "schedulingPriority": self.priority,
            "serviceRequestPayload": json.dumps(self._request()),
            "timeoutConfig": {"attemptDurationSeconds": 7200},
            "tags": {"team": "ml", "project": self.name.rpartition("-")[0]},
        }

    def _request(self) -> JSON:
        registry = f"763104351884.dkr.ecr.{REGION}.amazonaws.com"
        return {
            "TrainingJobName": self.name,
            "RoleArn": f"arn:aws:iam::{ACCOUNT_ID}:role/SageMakerTraining",
            "AlgorithmSpecification": {
                "TrainingImage": f"{registry}/pytorch-training:2.8.0-gpu-py312",
                "TrainingInputMode": "File",
                "ContainerEntrypoint": ["torchrun", "train.py", "--config", f"{self.name}.yaml"],
            },
            "HyperParameters": {"epochs": "12", "learning_rate": "3e-4", "seed": str(self.number)},
            "Environment": {"NCCL_DEBUG": "WARN", "WANDB_API_KEY": f"local-{hex_digits(self.seed, 40, 32)}"},
            "ResourceConfig": {
                "InstanceType": self.instance_type,
                "InstanceCount": self.instances,
                "VolumeSizeInGB": 200,
            },
            "InputDataConfig": [
                {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://ml-data/train/"}}}
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://ml-models/{self.name}/"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
        }


@dataclass(slots=True, eq=False)
class ServiceQueue:
    """The queue for training: what of it can be changed."""

    state: str = "ENABLED"
    status: str = "VALID"
    priority: int = 30

    def describe(self) -> JSON:
        """The queue as DescribeJobQueues gives it."""
        return {
            "jobQueueName": QUEUE,
            "jobQueueArn": batch_arn("job-queue", QUEUE),
            "state": self.state,
            "status": self.status,
            "statusReason": "JobQueue Healthy",
            "priority": self.priority,
            "computeEnvironmentOrder": [],
            "serviceEnvironmentOrder": [
                {"order": 1, "serviceEnvironment": batch_arn("service-environment", ENVIRONMENT)}
            ],
            "jobQueueType": TYPE,
            "schedulingPolicyArn": POLICY_ARN,
            "tags": {"team": "ml"},
            "jobStateTimeLimitActions": [],
        }


class ServiceJobs:
    """The jobs of the queue: one arrives about every 150 s, and there is one that nothing is large enough for.

    Args:
        began: When the first of them was created, in milliseconds since the epoch.
        seed: What all chance follows from.
    """

    def __init__(self, began: int, seed: int) -> None:
        self.queue = ServiceQueue()
        self._began = began
        self._seed = mix(seed, 0x5A6E)
        self._jobs: dict[str, ServiceJob] = {}
        self._count = 0
        self._next = self._make(0)

    def newest_first(self, now: int) -> list[ServiceJob]:
        """The jobs that AWS would list: those that ended more than a day ago are forgotten."""
        self._meet(now)
        return list(reversed(self._jobs.values()))

    def find(self, id_or_arn: str, now: int) -> ServiceJob | None:
        """The job with this id."""
        self._meet(now)
        return self._jobs.get(id_or_arn.removeprefix(batch_arn("service-job", "")))

    def put(self, job: ServiceJob) -> None:
        """From now on the job is this."""
        self._jobs[job.job_id] = job

    def of_training_jobs(self, prefix: str, now: int) -> Iterator[tuple[ServiceJob, ServiceAttempt]]:
        """The jobs, each with an attempt, whose training jobs' names begin so, or begin a longer prefix."""
        for job in self.newest_first(now):
            for attempt in job.attempts:
                if f"{attempt.training_job}/".startswith(prefix) or prefix.startswith(f"{attempt.training_job}/"):
                    yield job, attempt

    def _meet(self, now: int) -> None:
        """Get to know the jobs that were created by now, and forget old ones."""
        while self._next.created <= now:
            self._jobs[self._next.job_id] = self._next
            self._count += 1
            self._next = self._make(self._count)
        for job_id in [each.job_id for each in self._jobs.values() if 0 < each.ended <= now - _KEPT_MS]:
            del self._jobs[job_id]

    def _make(self, number: int) -> ServiceJob:
        seed = mix(self._seed, number)
        job_id = job_id_from(mix(seed, 1) << 64 | mix(seed, 2))
        kind = pick(seed, 3, _NAMES)
        created = self._began + number * _INTERVAL_MS + mix(seed, 4) % (_INTERVAL_MS // 2)
        runnable = created + between(seed, 5, 500, 3_000)
        steps = [(created, "SUBMITTED"), (runnable, "RUNNABLE")]
        instances = between(seed, 6, 1, 2)
        attempts: list[ServiceAttempt] = []
        if number == 0:
            kind, instances = "foundation-pretrain", 4 * CAPACITY
        name = f"{kind}-{100 + number}"
        waiting, outcome = runnable, fraction(seed, 7)
        for attempt in (1, 2) if number else ():
            is_interrupted = attempt == 1 and outcome < 0.15
            failure = pick(seed, 8, _FAILURES) if outcome > 0.8 else None
            one = _attempt(seed, attempt, name, waiting, is_interrupted, failure)
            attempts.append(one)
            steps += [(one.scheduled, "SCHEDULED"), (one.starting, "STARTING"), (one.started, "RUNNING")]
            if not is_interrupted:
                steps.append((one.stopped, "FAILED" if one.reason else "SUCCEEDED"))
                break
            steps.append((one.stopped, "RUNNABLE"))
            waiting = one.stopped
        share, instance_type = pick(seed, 9, _SHARES), pick(seed, 10, _INSTANCES)
        return ServiceJob(
            number,
            job_id,
            name,
            created,
            seed,
            share,
            instances,
            instance_type,
            tuple(attempts),
            runnable,
            priority=10 if share == "production" else 1,
            steps=tuple(steps),
        )


def _attempt(
    seed: int, number: int, name: str, waiting: int, is_interrupted: bool, failure: str | None
) -> ServiceAttempt:
    salt = 20 * number
    scheduled = waiting + between(seed, salt + 1, 10_000, 90_000)
    starting = scheduled + between(seed, salt + 2, 8_000, 45_000)
    started = starting + between(seed, salt + 3, 30_000, 150_000)
    longest = 200_000 if is_interrupted else 1_100_000
    return ServiceAttempt(
        number,
        f"AWSBatch{name}{hex_digits(seed, salt + 4, 16)}",
        scheduled,
        starting,
        started,
        started + between(seed, salt + 5, longest // 4, longest),
        _INTERRUPTED if is_interrupted else failure,
    )


def training_streams(job: ServiceJob, attempt: ServiceAttempt, now: int) -> Iterator[tuple[str, Script]]:
    """The log streams of an attempt that has started: one for each instance."""
    if attempt.started > min(now, attempt.stopped):
        return
    for instance in range(1, job.instances + 1):
        yield (
            f"{attempt.training_job}/algo-{instance}-{attempt.started // 1000}",
            Script(
                seed=mix(job.seed, attempt.number * 64 + instance),
                voice="training",
                name=job.name,
                began=attempt.started,
                planned=attempt.stopped,
                line_ms=1500,
                ended=attempt.stopped if attempt.stopped <= now else 0,
                ending=("error" if attempt.reason else "success") if attempt.stopped <= now else "",
            ),
        )
