"""Where an attempt runs, seen from ECS and EC2: which attempt a task or an instance belongs to, and for how long.

An instance is for one attempt here, or for one node: what else would run on it is only counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .account import Account
from .chance import between, mix, pick
from .definitions import JSON, Form, Needs, needs_of, node_range, range_form
from .identity import instance_of, task_origin
from .jobs import RUNNING, STARTING, Attempt, Job
from .outcomes import instance_digits
from .tasks import task_of

REMEMBERED_MS = 3_600_000
"""ECS describes a task for about an hour after it stopped, and EC2 an instance after it was terminated."""
_LINGERS_MS = 300_000  # an instance that nobody needs is given back after so long
_GIB_PER_VCPU = {"c": 2, "m": 4, "r": 8, "g": 4}


class Hardware(NamedTuple):
    """What an instance type has."""

    vcpus: int
    memory_mib: int
    gpus: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One task: an attempt of a job, or one node of it."""

    job: Job
    attempt: Attempt
    node: int

    @property
    def task_id(self) -> str:
        """The task's id."""
        return task_of(self.job, self.attempt, self.node)

    @property
    def began(self) -> int:
        """When the task was made."""
        attempt = self.attempt
        since = attempt.started or attempt.stopped
        return attempt.placed or since - between(self.job.seed, 700 + attempt.number, 20_000, 60_000)

    @property
    def seed(self) -> int:
        """What all chance about its place follows from."""
        return mix(self.job.seed, 7_000 + self.attempt.number * 128 + self.node)

    @property
    def containers(self) -> list[JSON]:
        """Its containers by their names within the task."""
        group, form = self._group
        if form is Form.ECS:
            found: list[JSON] = group["taskProperties"][0]["containers"]
            return found
        return [{**group, "name": "default"}]

    @property
    def allows_shells(self) -> bool:
        """Whether ECS Exec is on."""
        group, form = self._group
        where = group["taskProperties"][0] if form is Form.ECS else group
        return bool(where.get("enableExecuteCommand"))

    @property
    def needs(self) -> Needs:
        """What the task asks for."""
        group, form = self._group
        return needs_of(form, group)

    @property
    def _group(self) -> tuple[JSON, Form]:
        job, properties = self.job, self.job.terms.properties
        if not job.multi_node:
            return properties, job.definition.form
        for group in properties["nodeRangeProperties"]:
            first, last = node_range(group["targetNodes"], job.terms.num_nodes)
            if first <= self.node <= last:
                form, found = range_form(group)
                return found, form
        raise AssertionError(self.node)

    @property
    def instance_type(self) -> str:
        """The type of the instance below it."""
        wanted = self.needs
        types = [
            name
            for name in self.attempt.environment.instance_types
            if (has := hardware(name)).vcpus >= wanted.vcpus
            and has.memory_mib >= wanted.memory_mib
            and has.gpus >= wanted.gpus
        ]
        return pick(self.seed, 1, types or self.attempt.environment.instance_types)

    @property
    def instance_id(self) -> str:
        """The EC2 instance below it; the one of a host that was lost is named in the job's reason."""
        if self.node == 0:
            return f"i-{instance_digits(self.job.seed, self.attempt.number)}"
        return f"i-0{mix(self.seed, 2):016x}"

    @property
    def address(self) -> tuple[int, int]:
        """The last two numbers of the instance's private address."""
        return between(self.seed, 3, 0, 63), between(self.seed, 4, 4, 250)

    @property
    def zone(self) -> str:
        """The last letter of its availability zone."""
        return pick(self.seed, 5, "abc")

    def gone_at(self) -> int | None:
        """When the instance was terminated, or will be; None while the task needs it."""
        attempt = self.attempt
        if attempt.ending is None:
            return None
        return attempt.stopped + (0 if attempt.ending.kind == "host" else _LINGERS_MS)


def hardware(instance_type: str) -> Hardware:
    """What a type has, by its name."""
    family, _, size = instance_type.partition(".")
    times = size.removesuffix("xlarge")
    vcpus = 2 if size == "large" else 4 * int(times or 1)
    gpus = (4 if size == "12xlarge" else 1) if family.startswith("g") else 0
    return Hardware(vcpus, vcpus * _GIB_PER_VCPU.get(family[0], 4) * 1024, gpus)


def find_task(account: Account, task: str) -> Placed | None:
    """The task of this id, whether ECS still remembers it or not."""
    origin = task_origin(task)
    if origin is None:
        return None
    job = account.index.find(origin.job_id if origin.child is None else f"{origin.job_id}:{origin.child}")
    if job is None or job.array is not None or job.definition.form is Form.EKS:
        return None
    attempt = next((each for each in job.attempts if each.number == origin.attempt), None)
    if attempt is None or (origin.node and origin.node >= max(1, job.terms.num_nodes)):
        return None
    return Placed(job, attempt, origin.node)


def find_container_instance(account: Account, instance: str) -> Placed | None:
    """The task for which there is the container instance of this id."""
    try:
        found = find_task(account, instance_of(instance))
    except ValueError:
        return None
    return None if found is None or found.attempt.environment.serverless else found


def on_instances(account: Account) -> Iterator[Placed]:
    """Every task that is on an instance now."""
    for queue in account.queues.values():
        here = account.index.jobs_of(queue).by_status
        for job in (*here[STARTING], *here[RUNNING]):
            yield from _placed(job)
        for parent in here["PENDING"]:
            for child in parent.array.members or () if parent.array is not None else ():
                if child.status in (STARTING, RUNNING):
                    yield from _placed(child)


def _placed(job: Job) -> Iterator[Placed]:
    if job.attempts and job.definition.form is not Form.EKS and not job.attempts[-1].environment.serverless:
        for node in range(max(1, job.terms.num_nodes)):
            yield Placed(job, job.attempts[-1], node)
