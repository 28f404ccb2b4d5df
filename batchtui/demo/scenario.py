"""The account that a newcomer sees: which queues and environments it has, and its past up to the present.

Active jobs come out of the real scheduler, which runs through a short warm-up before the present; finished ones
are made in closed form, so that 200,000 of them take seconds.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass

from .account import Account
from .catalogue import catalogue
from .clock import Clock
from .cohorts import LARGEST_ARRAY, Cohorts
from .consumables import resources
from .definitions import Needs
from .environments import ComputeEnvironment
from .history import History, Source
from .jobs import Terms
from .pipelines import pipelines_of
from .queues import JobQueue, SchedulingPolicy
from .service_jobs import ServiceJobs
from .workload import Demand, Workload

_WARM_UP_MS = 2_700_000
_ROOMY = 1000
"""Accounts of so many jobs have room for a cohort, and for an array of the largest size."""
_USUAL = 2000
"""From so many jobs on, as a newcomer sees them, some always wait for a licence."""
_COHORT_MS = 600_000  # so long before the present the cohorts begin
_PAST_MS = 36 * 3_600_000
_SERVICE_MS = (1_200_000, 5_400_000)  # how long there have been service jobs, in the least account and in others
_STUCK_LIMITS = (
    ("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", 5400),
    ("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", 14_400),
)
_INVALID = (
    "CLIENT_ERROR - Not authorized to perform sts:AssumeRole (Service: AWSSecurityTokenService; Status Code: 403; "
    "Error Code: AccessDenied); the role arn:aws:iam::123456789012:role/LegacyBatchServiceRole cannot be assumed"
)
_UNSUPPORTED = (
    "MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED - Your compute environment associated with this job "
    "queue has an unsupported instance type configuration."
)
_UNDETERMINED = "UNDETERMINED - Batch job is blocked, root cause is undetermined."
_ROLE_TROUBLE = "MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS - Batch service role has a permission issue."
_UNUSED_POLICY = SchedulingPolicy(
    "genomics-fair-share",
    {"clinical*": 0.5, "research*": 1.0, "reprocessing": 4.0},
    decay_seconds=86_400,
    reservation=50,
    tags={"team": "genomics"},
)
_GENOMICS = ("bwa-mem2-align", "nf-core-sarek-task", "samtools-sort", "gatk-haplotypecaller", "annotate-vep")


@dataclass(frozen=True, slots=True)
class _Size:
    """How large everything is, compared with the account of 2,000 jobs."""

    jobs: int

    def vcpus(self, base: int, step: int) -> int:
        """A capacity, in whole instances and never too small for a job."""
        return max(step * 2, round(base * self.jobs / 2000 / step) * step)

    def active(self, base: int) -> int:
        """How many jobs are active."""
        return max(1, round(base * self.jobs / 2000))

    def interval(self, base: int) -> int:
        """How often something arrives; small accounts wait no longer than the usual one."""
        return max(20, round(base * 2000 / max(2000, self.jobs)))


def _environments(size: _Size, seed: int) -> dict[str, ComputeEnvironment]:
    large = ("c6i.8xlarge", "m6i.8xlarge", "r6i.8xlarge")
    node = Needs(32, 253_952)
    made = (
        ComputeEnvironment(
            "on-demand", "EC2", size.vcpus(128, 32), instance_types=large, largest=node, instance_vcpus=32
        ),
        ComputeEnvironment(
            "spot",
            "SPOT",
            size.vcpus(256, 16),
            instance_types=("c6i.4xlarge", "m6i.4xlarge", "r6i.4xlarge", "c5.4xlarge"),
            largest=Needs(16, 126_976),
            scarce=True,
            seed=seed,
        ),
        ComputeEnvironment(
            "gpu",
            "EC2",
            max(96, size.vcpus(144, 48)),
            instance_types=("g5.4xlarge", "g5.12xlarge"),
            largest=Needs(48, 190_464, 4),
            instance_vcpus=48,
        ),
        ComputeEnvironment(
            "eks",
            "EC2",
            size.vcpus(24, 8),
            min_vcpus=8,
            eks=True,
            instance_types=("m6i.2xlarge",),
            largest=Needs(8, 30_720),
            instance_vcpus=8,
        ),
        ComputeEnvironment("fargate", "FARGATE", size.vcpus(16, 4), largest=Needs(16, 122_880)),
        ComputeEnvironment("fargate-spot", "FARGATE_SPOT", size.vcpus(12, 4), largest=Needs(16, 122_880)),
        ComputeEnvironment(
            "legacy", "EC2", 64, status="INVALID", status_reason=_INVALID, instance_types=("m4.large",)
        ),
        ComputeEnvironment(
            "shared", "EC2", size.vcpus(192, 32), instance_types=large, largest=node, instance_vcpus=32
        ),
        ComputeEnvironment(
            "shared-spot",
            "SPOT",
            size.vcpus(192, 16),
            instance_types=("c6i.4xlarge", "m6i.4xlarge"),
            largest=Needs(16, 126_976),
            scarce=True,
            seed=seed + 1,
        ),
        ComputeEnvironment(
            "managed",
            "ECS_MANAGED_INSTANCES",
            size.vcpus(96, 16),
            instance_types=("m7g.4xlarge", "c7g.4xlarge"),
            largest=Needs(16, 63_488),
        ),
        ComputeEnvironment(
            "shared-arm", "EC2", 64, instance_types=("c7g.16xlarge", "c6i.large"), trouble=_UNSUPPORTED
        ),
        ComputeEnvironment("sandbox", "EC2", 32, instance_types=("m6i.4xlarge",), trouble=_ROLE_TROUBLE),
        ComputeEnvironment("private", "EC2", 64, instance_types=("m6i.4xlarge",), trouble=_UNDETERMINED),
    )
    return {environment.name: environment for environment in made}


_QUEUES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("align-high", 100, ("on-demand", "spot")),
    ("align-low", 50, ("spot",)),
    ("train-gpu", 40, ("gpu",)),
    ("portal-eks", 20, ("eks",)),
    ("qc-fargate", 10, ("fargate", "fargate-spot")),
    ("archive", 1, ("legacy",)),
)
_PROJECTS = (
    ("shared", "shared-spot"),
    ("shared-spot",),
    ("managed",),
    ("shared", "managed"),
    ("shared-arm",),
    ("shared",),
    ("sandbox",),
    ("shared", "shared-spot"),
    ("private",),
)
_MIX: dict[str, tuple[str, ...]] = {
    "align-high": ("bwa-mem2-align", "bwa-mem2-align", "nf-core-sarek-task", "annotate-vep", "star-rnaseq"),
    "align-low": ("nf-core-sarek-task", "bwa-mem2-align", "gatk-haplotypecaller", "samtools-sort"),
    "train-gpu": ("evaluate-model", "evaluate-model", "train-variant-ddp", "train-sweep"),
    "portal-eks": ("portal-export", "portal-thumbnails"),
    "qc-fargate": ("fastqc", "fastqc", "multiqc-report"),
    "archive": ("cram-archive",),
}
_LAST_MOMENTS = {
    "portal-eks": ("portal-export", "portal-export-1120", 30_000),
    "qc-fargate": ("multiqc-report", "run-2026-1120-multiqc", 14_000),
    "align-high": ("bwa-mem2-align", "s-0148-align", 500),
}


def _queues(count: int, environments: dict[str, ComputeEnvironment]) -> list[JobQueue]:
    plans = list(_QUEUES[:count])
    for number in range(len(_QUEUES) + 1, count + 1):
        name = f"project-{number:02d}"
        plans.append((name, 5 + number % 4 * 5, _PROJECTS[(number - 7) % len(_PROJECTS)]))
    policy = SchedulingPolicy("ml-fair-share", {"production": 0.25, "research": 1.0, "sweep": 0.3, "intern*": 2.0})
    return [
        JobQueue(
            name,
            priority,
            tuple(environments[used] for used in order),
            state="DISABLED" if name == "archive" else "ENABLED",
            policy=policy if name == "train-gpu" else None,
            limits=_STUCK_LIMITS if name in ("train-gpu", "align-low") else (),
            tags={"stack": "batch-genomics"},
        )
        for name, priority, order in plans
    ]


def _demands(queues: list[JobQueue], jobs: int) -> list[Demand]:
    size = _Size(jobs)
    # In a handful of jobs those of the last moments are all that some queues have room for.
    handful = jobs < 60
    named = {queue.name: queue for queue in queues}
    demands = [
        Demand(queue, size.active(10), size.interval(60_000), _GENOMICS)
        for queue in queues
        if queue.name.startswith("project-")
    ]
    arrays = {"train-gpu": "train-sweep"} | ({} if handful else {"align-low": "gatk-haplotypecaller"})
    usual = {"align-high": 22, "align-low": 26, "train-gpu": 14, "portal-eks": 12, "qc-fargate": 12}
    for name, active in usual.items():
        if name in named:
            demands.append(
                Demand(
                    named[name],
                    size.active(active),
                    size.interval(16_000),
                    _MIX[name],
                    chains=name == "align-high",
                    array=arrays.get(name),
                    array_size=min(10_000, max(2, jobs // 2))
                    if name == "train-gpu"
                    else min(36, max(2, jobs // 2)),
                    misfits=name == "train-gpu" and not handful,
                    licensed="dragen-germline" if name == "align-high" and jobs >= _USUAL else None,
                    delay_ms=_WARM_UP_MS if handful and name in _LAST_MOMENTS else 0,
                )
            )
    if len(queues) < 3:
        demands[0] = Demand(
            demands[0].queue,
            demands[0].active,
            demands[0].interval_ms,
            demands[0].mix,
            chains=True,
            array="gatk-haplotypecaller",
            array_size=min(10_000, max(2, jobs // 2)),
        )
    return demands


def build_account(
    *,
    clock: Clock,
    jobs: int = 2000,
    seed: int = 1,
    queues: int = 6,
    service_jobs: bool = False,
    cohorts: bool = False,
) -> Account:
    """An account of so many jobs in so many queues, as it stands at the clock's present.

    With ``service_jobs`` there is one more queue, for training on SageMaker, with a handful of jobs more.
    With ``cohorts``, and room for them, there are pipelines of every kind of dependency, and an array of 10,000.

    Raises:
        ValueError: when asked for fewer than 10 or more than 200,000 jobs, or for no or over 500 queues.
    """
    if not 10 <= jobs <= 200_000:
        raise ValueError(f"the demo account has 10 to 200,000 jobs, not {jobs}")
    if not 1 <= queues <= 500:
        raise ValueError(f"the demo account has 1 to 500 queues, not {queues}")
    collecting = gc.isenabled()
    gc.disable()  # nothing made here is garbage, and looking for it doubles the time
    try:
        return _build(clock, jobs, seed, queues, service_jobs, cohorts and jobs >= _ROOMY)
    finally:
        if collecting:
            gc.enable()


def _build(clock: Clock, jobs: int, seed: int, queue_count: int, service_jobs: bool, cohorts: bool) -> Account:
    now = int(clock.now() * 1000)
    trained_since = now - max(_SERVICE_MS[0], min(_SERVICE_MS[1], jobs * 3000))
    environments = _environments(_Size(jobs), seed)
    queues = _queues(queue_count, environments)
    used = {environment.name for queue in queues for environment in queue.environments}
    account = Account(
        clock=clock,
        began=now - _WARM_UP_MS,
        catalogue=catalogue(),
        queues=queues,
        environments=[environment for environment in environments.values() if environment.name in used],
        wanted=jobs,
        seed=seed,
        service_jobs=ServiceJobs(trained_since, seed) if service_jobs else None,
        policies=(_UNUSED_POLICY,),
        consumables=resources(environments["gpu"].max_vcpus, jobs),
    )
    Workload(account, _demands(queues, jobs)).begin()
    archive = account.queues.get("archive")
    if archive is not None:
        definition = account.catalogue.find("cram-archive")
        assert definition is not None
        for name in ("s-0011-cram-archive", "s-0012-cram-archive")[: max(1, jobs // 100)]:
            account.submit(name, archive, definition, Terms.of(definition))
    if cohorts:
        account.agenda.run_until(now - _COHORT_MS)
        Cohorts(account).begin()
    account.agenda.run_until(now - 30_000)
    _last_moments(account, now)
    active = len(account.index) - account.index.finished_count
    account.index.forget_surplus(max(active, jobs - max(0, jobs - active) // 2), now)
    sources: list[Source] = [
        (queue, _MIX.get(queue.name, _GENOMICS), 1 if queue.name == "archive" else 4) for queue in queues
    ]
    missing = max(0, jobs - len(account.index))
    largest = LARGEST_ARRAY if cohorts else 0
    history = History(account, sources, pipelines_of(account.catalogue, seed, jobs)).make(
        missing, now - _PAST_MS, now - _WARM_UP_MS, largest
    )
    account.index.add_history(history)
    account.store.remember(history)
    return account


def _last_moments(account: Account, now: int) -> None:
    """Submissions whose first states can still be seen at the present: RUNNING, STARTING and SUBMITTED."""
    for queue_name, (definition_name, name, before) in _LAST_MOMENTS.items():
        account.agenda.run_until(now - before)
        queue = account.queues.get(queue_name)
        definition = account.catalogue.find(definition_name)
        if queue is not None and definition is not None:
            account.submit(name, queue, definition, Terms.of(definition))
    account.agenda.run_until(now)
