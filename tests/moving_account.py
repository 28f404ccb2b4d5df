"""An account in which jobs begin, move on and end, each at its time: the same at every run."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.fixed_account import FixedAccount

EPOCH = 1_790_000_000.0
_ARN = "arn:aws:batch:us-east-1:111122223333"
_STATUSES = ("SUBMITTED", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED")


@dataclass(frozen=True)
class Life:
    """One job: when each of its statuses begins, in seconds of the account's clock."""

    job_id: str
    queue: str
    begins: tuple[float, ...]

    def status(self, now: float) -> str:
        return _STATUSES[bisect_right(self.begins, now) - 1]

    def is_active(self, now: float) -> bool:
        return self.begins[0] <= now < self.begins[-1]

    def told(self, now: float) -> dict[str, Any]:
        job: dict[str, Any] = {
            "jobId": self.job_id,
            "jobArn": f"{_ARN}:job/{self.job_id}",
            "jobName": self.job_id,
            "jobQueue": f"{_ARN}:job-queue/{self.queue}",
            "jobDefinition": f"{_ARN}:job-definition/work:1",
            "status": self.status(now),
            "createdAt": _ms(self.begins[0]),
        }
        for member, index in (("startedAt", 3), ("stoppedAt", 4)):
            if self.begins[index] <= now:
                job[member] = _ms(self.begins[index])
        return job


class ChurningAccount(FixedAccount):
    """Queues into which jobs come one after another.

    Args:
        queues: How many.
        apart: Seconds between two jobs of a queue, by its number; none comes where it is 0.
        lasts: Seconds that a job takes from its creation to its end.
        seconds: How long jobs go on to come.
        clock: Seconds since it began.
    """

    IS_FIXED = False

    def __init__(
        self,
        *,
        queues: int,
        apart: Callable[[int], float],
        lasts: float,
        seconds: float,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(queues=queues, running=0, succeeded=0, failed=0)
        self._clock = clock
        self.lives: dict[str, list[Life]] = {}
        for number in range(queues):
            step, name = apart(number), f"queue-{number}"
            count = int((seconds + lasts) / step) if step else 0
            # Some came before anybody looked.
            self.lives[name] = [_life(name, index, index * step - lasts, lasts) for index in range(count)]
        self._lives_by_id = {life.job_id: life for lives in self.lives.values() for life in lives}
        self.looks: defaultdict[str, list[float]] = defaultdict(list)
        """When the newest jobs of a queue were asked for."""
        self.later_pages: Counter[str] = Counter()

    def hear(self, operation: str, asked: dict[str, Any]) -> None:
        if operation == "ListJobs" and asked.get("filters") and "nextToken" not in asked:
            self.looks[asked["jobQueue"]].append(self._clock())
        elif operation == "ListJobs" and "nextToken" in asked:
            self.later_pages[operation] += 1

    def created(self, since: float, until: float) -> dict[str, int]:
        """How many jobs each queue got."""
        return {
            name: sum(1 for life in lives if since < life.begins[0] <= until) for name, lives in self.lives.items()
        }

    def truth(self) -> dict[str, str]:
        """Every job's status."""
        now = self._clock()
        return {
            life.job_id: life.status(now)
            for lives in self.lives.values()
            for life in lives
            if life.begins[0] <= now
        }

    def _list_jobs(self, asked: dict[str, Any]) -> dict[str, Any]:
        now = self._clock()
        lives = [life for life in self.lives[asked["jobQueue"]] if life.begins[0] <= now]
        if asked.get("filters"):
            after = int(asked["filters"][0]["values"][0])
            found, most = [life for life in reversed(lives) if _ms(life.begins[0]) > after], 100
        else:
            found, most = [life for life in lives if life.status(now) == asked.get("jobStatus", "RUNNING")], 1000
        return _page(found, asked, most, now)

    def _describe_jobs(self, asked: dict[str, Any]) -> dict[str, Any]:
        now = self._clock()
        known = (self._lives_by_id[job_id] for job_id in asked["jobs"][:100] if job_id in self._lives_by_id)
        return {"jobs": [life.told(now) for life in known if life.begins[0] <= now]}


def _life(queue: str, index: int, created: float, lasts: float) -> Life:
    parts = (0.0, 0.05, 0.3, 0.4, 1.0)
    return Life(f"{queue}-job-{index}", queue, tuple(created + part * lasts for part in parts))


def _ms(moment: float) -> int:
    return int((EPOCH + moment) * 1000)


def _page(lives: Sequence[Life], asked: dict[str, Any], most: int, now: float) -> dict[str, Any]:
    start = int(asked.get("nextToken", 0))
    end = start + most
    answer: dict[str, Any] = {"jobSummaryList": [life.told(now) for life in lives[start:end]]}
    if end < len(lives):
        answer["nextToken"] = str(end)
    return answer
