"""What people and pipelines keep submitting: the arrivals that keep the account at work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .account import Account
from .chance import between, fraction, mix, pick
from .definitions import Definition, Form, needs_of
from .jobs import Job, Terms
from .names import array_name, job_name
from .queues import JobQueue

HOSTILE_NOTE = "\x1b[31mnight shift\x1b[0m \x1b]0;owned\x07 🧬 夜勤 \u202egnp.exe\x9b2J [/b][bold]"
_SHARES = ("production", "research", "research", "intern-projects")
_LICENSED = 5
_TOO_LARGE = (("VCPU", "96"), ("MEMORY", "786432"), ("GPU", "8"))


@dataclass(frozen=True, slots=True)
class Demand:
    """What arrives in one queue: how many jobs are active in it at about any time, and of which definitions."""

    queue: JobQueue
    active: int
    interval_ms: int
    mix: tuple[str, ...]
    chains: bool = False
    """Whether some jobs come with others that depend on them."""
    array: str | None = None
    """The definition of the array job that is always in progress, if any."""
    array_size: int = 0
    misfits: bool = False
    """Whether there is always one job that no instance is large enough for."""
    licensed: str | None = None
    """The definition of jobs of which there are always more than there are licences for, if any."""
    delay_ms: int = 0
    """When the first of it arrives; 0 for a queue that is full from the beginning."""


class Workload:
    """Submits jobs whenever a queue has fewer active ones than is usual for it."""

    __slots__ = ("_account", "_arrays", "_count", "_demands", "_orders", "_standing", "_terms")

    def __init__(self, account: Account, demands: list[Demand]) -> None:
        self._account = account
        self._demands = demands
        self._terms: dict[str, Terms] = {}
        self._standing: dict[tuple[str, str], Job] = {}
        self._count = 0
        self._arrays = 0
        self._orders = 0

    def begin(self) -> None:
        """Fill the queues, and keep them filled from now on."""
        for number, demand in enumerate(self._demands):
            if not demand.delay_ms:
                self._standing_orders(demand)
                for _ in range(demand.active):
                    self._one(demand)
            first = self._account.now + demand.delay_ms + 1000 + 137 * number
            self._account.agenda.at(first, self._arrive, demand)

    def _arrive(self, demand: Demand) -> None:
        account = self._account
        # The tide of a working day, so that numbers move instead of standing at a target.
        tide = 1 + 0.12 * math.sin(account.now / 700_000 + demand.queue.priority)
        missing = round(demand.active * tide) - account.index.active_in(demand.queue)
        if missing > 0:
            for _ in range(max(1, min(missing, 1000 // demand.interval_ms))):
                self._one(demand)
        self._standing_orders(demand)
        self._count += 1
        pause = max(1000, demand.interval_ms)
        wobble = between(account.seed, self._count, pause // 2, pause * 3 // 2)
        account.agenda.at(account.now + wobble, self._arrive, demand)

    def _standing_orders(self, demand: Demand) -> None:
        """Keep one job that cannot be placed, an array in progress, and some that wait for a licence."""
        if demand.misfits and self._over(demand, "misfit"):
            definition = self._definition(demand.mix[0])
            if definition.form is Form.CONTAINER:
                needs = [{"type": kind, "value": value} for kind, value in _TOO_LARGE]
                job = self._submit(demand.queue, definition, f"{definition.name}-xxl", requirements=needs)
                self._standing[demand.queue.name, "misfit"] = job
        if demand.array is not None and self._over(demand, "array"):
            definition = self._definition(demand.array)
            self._arrays += 1
            name = array_name(definition.name, self._arrays)
            job = self._submit(demand.queue, definition, name, demand.array_size)
            self._standing[demand.queue.name, "array"] = job
        if demand.licensed is not None:
            definition = self._definition(demand.licensed)
            for number in range(_LICENSED):
                if self._over(demand, order := f"licensed {number}"):
                    self._orders += 1
                    name = job_name(definition.name, mix(self._account.seed, 0x11CE0000 + self._orders))
                    self._standing[demand.queue.name, order] = self._submit(demand.queue, definition, name)

    def _over(self, demand: Demand, order: str) -> bool:
        job = self._standing.get((demand.queue.name, order))
        return job is None or job.terminal

    def _one(self, demand: Demand) -> None:
        self._count += 1
        seed = mix(self._account.seed, 0x5EED0000 + self._count)
        definition = self._definition(pick(seed, 1, demand.mix))
        job = self._submit(demand.queue, definition, job_name(definition.name, seed))
        if demand.chains and fraction(seed, 2) < 0.3:
            for follower in ("samtools-sort", "gatk-haplotypecaller"):
                after = self._definition(follower)
                name = job.name.rpartition("-")[0] + "-" + after.name.rpartition("-")[2]
                dependency = ({"jobId": job.job_id},)
                job = self._submit(demand.queue, after, name, depends_on=dependency)

    def _definition(self, name: str) -> Definition:
        found = self._account.catalogue.find(name)
        assert found is not None
        return found

    def _submit(
        self,
        queue: JobQueue,
        definition: Definition,
        name: str,
        array_size: int = 0,
        *,
        requirements: list[dict[str, str]] | None = None,
        **changes: Any,
    ) -> Job:
        if queue.policy is not None:
            # The array has a share of its own: behind jobs of higher priority it would never move.
            changes["share"] = "sweep" if array_size else pick(self._account.seed, self._count, _SHARES)
        if requirements is not None:
            properties = {**definition.properties, "resourceRequirements": requirements}
            changes |= {"properties": properties, "needs": needs_of(definition.form, properties)}
        if self._count % 97 == 41:
            changes["tags"] = {**definition.tags, "note": HOSTILE_NOTE}
        if changes:
            terms = Terms.of(definition, **changes)
        else:
            terms = self._terms.setdefault(definition.arn, Terms.of(definition))
        return self._account.submit(name, queue, definition, terms, array_size)
