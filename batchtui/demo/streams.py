"""Which log streams there are, and whose they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .account import Account
from .chance import mix
from .definitions import JSON, Form, node_range
from .identity import EKS_NAMESPACE, task_origin
from .jobs import Attempt, Job
from .log_lines import Script
from .service_jobs import GROUP as TRAINING_GROUP
from .service_jobs import training_streams
from .tasks import DEFAULT_GROUP, EKS_GROUP, log_group, node_name, pod_name, pod_stream_name, stream_name

_GROUPS = (DEFAULT_GROUP, EKS_GROUP, "/genomics/intake", "/genomics/sidecars")
_POD = re.compile(r"aws-batch\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Stream:
    """One log stream: its place, and the script of what is in it."""

    group: str
    name: str
    script: Script
    kubernetes: JSON | None = None
    """What Container Insights wraps around each line of a pod."""

    def message(self, number: int) -> str:
        """A line as CloudWatch stores it."""
        text = self.script.text(number)
        if self.kubernetes is None:
            return text
        return json.dumps({"stream": "stdout", "log": text, "kubernetes": self.kubernetes})


def groups_of(account: Account) -> tuple[str, ...]:
    """The log groups that there are."""
    return (*_GROUPS, TRAINING_GROUP) if account.service_jobs is not None else _GROUPS


def streams_of(job: Job) -> Iterator[Stream]:
    """The streams of all attempts of a job that ever ran; an array's parent has none of its own."""
    if job.array is not None:
        return
    for attempt in job.attempts:
        if attempt.started:
            yield from _streams_of_attempt(job, attempt)


def _streams_of_attempt(job: Job, attempt: Attempt) -> Iterator[Stream]:
    properties, form = job.terms.properties, job.definition.form
    if form is Form.EKS:
        kubernetes = {
            "pod_name": pod_name(job, attempt),
            "namespace_name": EKS_NAMESPACE,
            "container_name": "main",
            "host": node_name(job, attempt),
        }
        yield Stream(EKS_GROUP, pod_stream_name(job, attempt), _script(job, attempt, 0), kubernetes)
        return
    parts: list[tuple[JSON, str, int]] = []
    if form is Form.CONTAINER:
        parts.append((properties, "default", 0))
    elif form is Form.ECS:
        parts += [(c, c["name"], 0) for task in properties["taskProperties"] for c in task["containers"]]
    else:
        for group in properties["nodeRangeProperties"]:
            first, last = node_range(group["targetNodes"], job.terms.num_nodes)
            if group.get("container"):
                parts += [(group["container"], "default", node) for node in range(first, last + 1)]
    for number, (container, name, node) in enumerate(parts):
        where = log_group(container)
        if where is not None:
            yield Stream(where, stream_name(job, attempt, name, node), _script(job, attempt, number))


def _script(job: Job, attempt: Attempt, part: int) -> Script:
    return Script(
        seed=mix(job.seed, attempt.number * 4096 + part),
        voice=job.definition.voice,
        name=job.name,
        began=attempt.started,
        planned=attempt.planned_stop,
        line_ms=job.definition.line_ms,
        ended=attempt.stopped,
        ending=attempt.ending.kind if attempt.ending is not None else "",
        note=job.terms.tags.get("note"),
    )


def find_stream(account: Account, group: str, name: str) -> Stream | None:
    """The stream of this name in this group."""
    if group == TRAINING_GROUP:
        return next((stream for stream in _training_streams(account, name) if stream.name == name), None)
    job = _job_of_task(account, _task_in(name))
    if job is None:
        return None
    return next((s for s in streams_of(job) if s.name == name and s.group == group), None)


def _task_in(text: str) -> str:
    pod = _POD.search(text)
    return pod.group(1).replace("-", "") if pod else text.rpartition("/")[2]


def _job_of_task(account: Account, task: str) -> Job | None:
    origin = task_origin(task)
    if origin is None:
        return None
    return account.index.find(origin.job_id if origin.child is None else f"{origin.job_id}:{origin.child}")


def group_streams(account: Account, group: str, prefix: str = "", pattern: str = "") -> list[Stream]:
    """The streams of a group whose names begin so.

    A whole task id in the prefix, or a pod's name in a filter pattern, leaves one job to look at; a definition's
    name leaves its jobs; otherwise all are looked at.
    """
    if group == TRAINING_GROUP:
        return list(_training_streams(account, prefix))
    job = _job_of_task(account, _task_in(prefix)) or _job_of_task(account, _task_in(pattern))
    definition, slash, _ = prefix.partition("/")
    found: list[Stream] = []
    for candidate in [job] if job is not None else _with_children(account):
        name = candidate.definition.name
        eks = candidate.definition.form is Form.EKS
        if (group == EKS_GROUP) != eks:
            continue
        if not eks and not (name == definition if slash else name.startswith(definition)):
            continue
        found += (s for s in streams_of(candidate) if s.group == group and s.name.startswith(prefix))
    return found


def _training_streams(account: Account, prefix: str) -> Iterator[Stream]:
    """The streams of service jobs whose names begin so."""
    if account.service_jobs is None:
        return
    now = account.now
    for job, attempt in account.service_jobs.of_training_jobs(prefix, now):
        for name, script in training_streams(job, attempt, now):
            if name.startswith(prefix):
                yield Stream(TRAINING_GROUP, name, script)


def _with_children(account: Account) -> Iterator[Job]:
    for job in account.index.everything():
        if job.array is None:
            yield job
        else:
            yield from job.array.children(job)
