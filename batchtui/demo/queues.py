"""Job queues, their scheduling policies, and the line in which runnable jobs wait."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .definitions import JSON
from .environments import ComputeEnvironment
from .identity import batch_arn

if TYPE_CHECKING:
    from .jobs import Job

_Place = tuple[int, int, int]


@dataclass(slots=True, eq=False)
class SchedulingPolicy:
    """A fair-share policy: the lower a share's weight factor, the more it gets."""

    name: str
    weights: dict[str, float]
    arn: str = ""
    decay_seconds: int = 3600
    reservation: int = 1
    tags: dict[str, str] = field(default_factory=lambda: {"team": "ml"})

    def __post_init__(self) -> None:
        self.arn = batch_arn("scheduling-policy", self.name)

    def weight(self, share: str) -> float:
        """The weight factor of a share; `prefix*` covers all shares that begin so, and the default is 1."""
        if share in self.weights:
            return self.weights[share]
        prefixes = [k for k in self.weights if k.endswith("*") and share.startswith(k[:-1])]
        return self.weights[max(prefixes, key=len)] if prefixes else 1.0

    def describe(self) -> JSON:
        """The policy as DescribeSchedulingPolicies gives it."""
        return {
            "name": self.name,
            "arn": self.arn,
            "fairsharePolicy": {
                "shareDecaySeconds": self.decay_seconds,
                "computeReservation": self.reservation,
                "shareDistribution": [
                    {"shareIdentifier": share, "weightFactor": weight} for share, weight in self.weights.items()
                ],
            },
            "tags": self.tags,
        }


class WaitingLine:
    """RUNNABLE jobs in the order in which they are to be started.

    Without a policy: first come, first served. With one: the share that uses the least for its weight goes first,
    and in a share the higher schedulingPriority. Jobs that no compute environment can ever hold stand aside, so
    that one of them does not stop the account for good; so do those whose consumable resources are used up, of
    which AWS tells only that they wait in RUNNABLE.
    """

    __slots__ = ("_held", "_lines", "_moved", "in_use", "policy", "stuck", "usage", "vcpus")

    def __init__(self, policy: SchedulingPolicy | None = None) -> None:
        self.policy = policy
        self._lines: dict[str, list[tuple[_Place, Job]]] = {}
        self._moved: dict[str, list[tuple[_Place, int]]] = {}
        """By share: when everybody behind a place moved, the later the greater the place."""
        self.stuck: list[tuple[_Place, Job]] = []
        self._held: list[tuple[_Place, Job]] = []
        self.usage: Counter[str] = Counter()
        """vCPUs that each share has in use."""
        self.vcpus = 0.0
        """What all that wait for capacity ask for together."""
        self.in_use = 0.0
        """What the queue's placed jobs hold."""

    def __len__(self) -> int:
        return len(self.stuck) + len(self._held) + sum(map(len, self._lines.values()))

    def _place(self, job: Job) -> tuple[str, _Place]:
        if self.policy is None:
            return "", (0, job.order_seq, job.index)
        return job.terms.share or "default", (-(job.terms.scheduling_priority or 0), job.order_seq, job.index)

    def since(self, job: Job) -> int:
        """Since when a job has had its place, as far as its own share goes."""
        share, place = self._place(job)
        moved = self._moved.get(share, [])
        at = bisect_left(moved, place, key=lambda entry: entry[0])
        return max(job.waiting_since, moved[at - 1][1] if at else 0)

    def _move(self, share: str, place: _Place, now: int) -> None:
        """Everybody behind this place has another one from now on."""
        moved = self._moved.setdefault(share, [])
        del moved[bisect_left(moved, place, key=lambda entry: entry[0]) :]
        moved.append((place, now))
        waiting = [line[0][0] for line in (self._lines.get(share, []), self.stuck) if line]
        if waiting:  # of what was before all who wait, the last alone matters
            del moved[: max(0, bisect_left(moved, min(waiting), key=lambda entry: entry[0]) - 1)]
        else:
            del moved[:]

    def push(self, job: Job) -> None:
        """Let a job wait."""
        share, place = self._place(job)
        if (line := self._lines.get(share)) and place < line[-1][0]:
            self._move(share, place, job.waiting_since)
        insort(self._lines.setdefault(share, []), (place, job), key=lambda entry: entry[0])
        self.vcpus += job.terms.needs.vcpus

    def set_aside(self, job: Job) -> None:
        """Let a job wait that can never be placed."""
        insort(self.stuck, (self._place(job)[1], job), key=lambda entry: entry[0])

    def hold(self, job: Job) -> None:
        """Let a job wait aside until the consumable resources that it takes are free."""
        share, place = self._place(job)
        self._leave(job, share, place)
        insort(self._held, (place, job), key=lambda entry: entry[0])

    def recall(self, can_go: Callable[[Job], bool]) -> None:
        """Let those stand in the line again who are not held back any more."""
        freed = [job for _, job in self._held if can_go(job)]
        for job in freed:
            self._take(self._held, self._place(job)[1])
            self.push(job)

    def remove(self, job: Job, now: int) -> None:
        """Let a job wait no longer."""
        share, place = self._place(job)
        self._leave(job, share, place)
        self._move(share, place, now)

    def _leave(self, job: Job, share: str, place: _Place) -> None:
        if self._take(self._lines.get(share, []), place):
            self.vcpus -= job.terms.needs.vcpus
            if not self._lines[share]:
                del self._lines[share]
        elif not self._take(self.stuck, place):
            self._take(self._held, place)

    def rearrange(self, can_wait: Callable[[Job], bool]) -> None:
        """Let everybody stand in the line who can be placed now, and all others aside."""
        lines = self._lines.values()
        everybody = [job for line in (self.stuck, self._held, *lines) for _, job in line]
        self._lines, self.stuck, self._held, self.vcpus = {}, [], [], 0.0
        for job in sorted(everybody, key=lambda job: self._place(job)[1]):
            if can_wait(job):
                self.push(job)
            else:
                self.set_aside(job)

    @staticmethod
    def _take(line: list[tuple[_Place, Job]], place: _Place) -> bool:
        at = bisect_left(line, place, key=lambda entry: entry[0])
        if at < len(line) and line[at][0] == place:
            del line[at]
            return True
        return False

    def _share_cost(self, share: str, usage: Counter[str]) -> tuple[float, str]:
        assert self.policy is not None
        return usage[share] * self.policy.weight(share), share

    def first(self) -> Job | None:
        """The next job to start, among those that can be placed."""
        if not self._lines:
            return None
        if self.policy is None:
            return self._lines[""][0][1]
        return self._lines[min(self._lines, key=lambda share: self._share_cost(share, self.usage))][0][1]

    def head(self) -> Job | None:
        """The job at the front of the queue, whether it can be placed or not."""
        first = self.first()
        if not self.stuck:
            return first
        stuck = self.stuck[0][1]
        return stuck if first is None or stuck.order_seq < first.order_seq else first

    def in_order(self) -> Iterator[Job]:
        """Everything that waits, in order of dispatch (GetJobQueueSnapshot)."""
        stuck = sorted((job for _, job in (*self.stuck, *self._held)), key=lambda job: (job.order_seq, job.index))
        usage = Counter(self.usage)
        positions = dict.fromkeys(self._lines, 0)
        while positions:
            share = min(positions, key=lambda s: self._share_cost(s, usage)) if self.policy else ""
            line = self._lines[share]
            job = line[positions[share]][1]
            while stuck and stuck[0].order_seq < job.order_seq:
                yield stuck.pop(0)
            yield job
            usage[share] += max(1, round(job.terms.needs.vcpus))
            positions[share] += 1
            if positions[share] == len(line):
                del positions[share]
        yield from stuck


@dataclass(slots=True, eq=False)
class JobQueue:
    """One job queue; the higher its priority, the sooner it is served among those that share an environment."""

    name: str
    priority: int
    environments: tuple[ComputeEnvironment, ...]
    state: str = "ENABLED"
    status: str = "VALID"
    policy: SchedulingPolicy | None = None
    limits: tuple[tuple[str, int], ...] = ()
    """jobStateTimeLimitActions: reasons and after how many seconds a job stuck for them is cancelled."""
    tags: dict[str, str] = field(default_factory=dict)
    arn: str = ""
    waiting: WaitingLine = field(default_factory=WaitingLine)
    marked: Job | None = None
    """The job at the head that was given a statusReason."""

    def __post_init__(self) -> None:
        self.arn = batch_arn("job-queue", self.name)
        self.waiting = WaitingLine(self.policy)

    def describe(self) -> JSON:
        """The queue as DescribeJobQueues gives it."""
        first = self.environments[0]
        kind = "ECS_FARGATE" if first.serverless else "EKS" if first.eks else "ECS"
        answer: JSON = {
            "jobQueueName": self.name,
            "jobQueueArn": self.arn,
            "state": self.state,
            "status": self.status,
            "statusReason": "JobQueue Healthy",
            "priority": self.priority,
            "computeEnvironmentOrder": [
                {"order": order, "computeEnvironment": environment.arn}
                for order, environment in enumerate(self.environments, start=1)
            ],
            "serviceEnvironmentOrder": [],
            "jobQueueType": "ECS_MANAGED_INSTANCES" if first.kind == "ECS_MANAGED_INSTANCES" else kind,
            "tags": self.tags,
            "jobStateTimeLimitActions": [
                {"reason": reason, "state": "RUNNABLE", "maxTimeSeconds": seconds, "action": "CANCEL"}
                for reason, seconds in self.limits
            ],
        }
        if self.policy is not None:
            answer["schedulingPolicyArn"] = self.policy.arn
        return answer
