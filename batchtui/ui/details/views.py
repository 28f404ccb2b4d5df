"""One thing in full: its title, its tabs, and where one can go from it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from batchtui.format import Cell, Span, plain, status_style
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.fields import EMPTY, Api
from batchtui.model.job import JobSummary
from batchtui.model.job_definition import ACTIVE, JobDefinition
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.secrets import masked_api
from batchtui.model.service_job import ServiceJobDetail
from batchtui.model.text import LONGEST, clean_block, escaped
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details import service_job
from batchtui.ui.details.definition_overview import definition_overview
from batchtui.ui.details.host_elsewhere import training_lines
from batchtui.ui.details.job_attempts import attempts
from batchtui.ui.details.job_container import containers, resources
from batchtui.ui.details.job_overview import overview
from batchtui.ui.details.job_timeline import timeline
from batchtui.ui.details.lines import Relation
from batchtui.ui.details.relations import (
    Known,
    consumable_relations,
    first_relations,
    fixed_relations,
    nothing_known,
    policy_relations,
    service_environment_relations,
)
from batchtui.ui.details.topology import environment_overview, queue_overview
from batchtui.ui.details.why_line import why_line

if TYPE_CHECKING:
    from batchtui.ui.details.host_live import LiveHost
    from batchtui.ui.details.queue_live import LiveInsight

INSIGHT = "Insight"
"""The tab that tells how a queue stands."""
Tab = Callable[[int, float, bool], Sequence[Cell]]
"""A tab's lines, from the width in cells, now (epoch seconds), and whether secrets are to be shown."""

Asks = Callable[[bool], Awaitable[None]]
"""From whether a person has just asked for it."""

HOST = "Host"
"""The tab that tells where a job runs."""
_NO_HOST = plain("AWS tells of no host.", "muted")


@dataclass(frozen=True, slots=True)
class Related:
    """Everything that a thing leads to, as far as it was found."""

    relations: tuple[Relation, ...]
    note: str = ""
    """What is not among them, in words."""
    is_all: bool = False
    """Nothing follows."""


@dataclass(frozen=True, slots=True)
class View:
    """What the detail view shows of one thing."""

    title: Cell
    tabs: Mapping[str, Tab]
    name: str
    """What the key that copies copies: the id or the name."""
    arn: str | None
    raw: Api
    """Empty until AWS has described it."""
    relations: tuple[Relation, ...] = ()
    """Those that are shown, each of the first nine with its digit."""
    related: Callable[[], AsyncIterator[Related]] | None = None
    """Asks for everything that it leads to, and tells more and more of it; None where ``relations`` is all."""
    awaited: tuple[str, ...] = ()
    """Tabs that only AWS's answer can fill."""
    seen_at: float | None = None
    """Epoch seconds of what is shown, where it was not asked for just now."""
    trouble: str = ""
    """What keeps it from being true."""
    is_partial: bool = False
    """AWS did not answer a call for a part of it: it is left alone as long as if all had failed."""
    job: JobSummary | None = None
    """The job, where it is one."""
    is_final: bool = False
    """Nothing of it changes any more: there is no need to ask again."""
    is_unknown: bool = False
    """AWS does not know it: there is nothing but the trouble."""
    asks: Mapping[str, Asks] = field(default_factory=dict)
    """By their names: what tabs ask AWS for while they are shown, in calls of their own. No AwsError leaves it."""
    culprit: JobSummary | None = None
    """The job that holds it up, where there is one."""


def json_lines(value: object, *, is_revealed: bool = False) -> list[Cell]:
    """An answer of AWS as indented JSON, without what looks secret and without anything that a terminal obeys."""
    text = json_text(_shortened(value), is_revealed=is_revealed)
    return [plain(line) for line in clean_block(text).splitlines()]


def _shortened(value: object) -> object:
    """Without the rest of texts that are far too long: to wrap them takes long, and a copy has them."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… {len(value) - LONGEST:,} more characters"
    if isinstance(value, Mapping):
        return {_shortened(key): _shortened(item) for key, item in value.items()}
    return [_shortened(item) for item in value] if isinstance(value, list) else value


def json_text(value: object, *, is_revealed: bool) -> str:
    """The same as one text."""
    shown = value if is_revealed else masked_api(value)
    return escaped(json.dumps(shown, indent=2, ensure_ascii=False, default=str))


def job_view(
    job: JobDetail,
    children: Sequence[JobSummary] = (),
    *,
    known: Known = nothing_known,
    related: Callable[[], AsyncIterator[Related]] | None = None,
    made: Sequence[Relation] = (),
    waits: str = "",
    host: "LiveHost | None" = None,
) -> View:
    """A job with its tabs; of an array or a multi-node job also some children.

    Args:
        job: The job.
        children: Some of its children or nodes.
        known: What is known of other jobs.
        related: Asks for everything that it leads to.
        made: What else it leads to: what it was resubmitted as, its scheduling policy.
        waits: Why it waits, by what the lists know of its queue.
        host: Where it runs.
    """
    summary = job.summary
    made = [*made, *consumable_relations(job.consumable_resources)]
    relations, total = first_relations(job, children, known, made)
    reason = why_line(job, waits)
    return View(
        title=_job_title(summary),
        job=summary,
        tabs={
            "Overview": lambda width, now, revealed: overview(
                job, relations, total, now, is_revealed=revealed, reason=reason
            ),
            "Attempts": lambda width, now, revealed: attempts(job, now),
            "Container": lambda width, now, revealed: containers(job, is_revealed=revealed),
            "Resources": lambda width, now, revealed: resources(job, is_revealed=revealed),
            "Timeline": lambda width, now, revealed: timeline(job, width, now),
            HOST: host.lines if host is not None else lambda width, now, revealed: [_NO_HOST],
            "JSON": lambda width, now, revealed: json_lines(job.raw, is_revealed=revealed),
        },
        asks={HOST: host.update} if host is not None else {},
        name=summary.job_id,
        arn=summary.job_arn,
        raw=job.raw,
        relations=tuple(relations),
        related=related,
        is_final=not summary.is_active,
    )


def service_job_view(job: ServiceJobDetail, *, more: Sequence[Relation] = (), waits: str = "") -> View:
    """A service job with its tabs; ``more`` is what it leads to besides its queue."""
    summary = job.summary
    relations = (*fixed_relations(summary), *more)
    reason = why_line(job, waits)
    return View(
        title=_job_title(summary),
        job=summary,
        tabs={
            "Overview": lambda width, now, revealed: service_job.overview(
                job, relations, now, is_revealed=revealed, reason=reason
            ),
            "Attempts": lambda width, now, revealed: service_job.attempts(job, now),
            "Container": lambda width, now, revealed: service_job.container(job, is_revealed=revealed),
            "Resources": lambda width, now, revealed: service_job.resources(job, is_revealed=revealed),
            "Timeline": lambda width, now, revealed: timeline(job, width, now),
            HOST: lambda width, now, revealed: training_lines(job),
            "JSON": lambda width, now, revealed: json_lines(job.raw, is_revealed=revealed),
        },
        name=summary.job_id,
        arn=summary.job_arn,
        raw=job.raw,
        relations=relations,
        is_final=not summary.is_active,
    )


def summary_view(
    summary: JobSummary,
    seen_at: float | None = None,
    related: Callable[[], AsyncIterator[Related]] | None = None,
    made: Sequence[Relation] = (),
    waits: str = "",
) -> View:
    """A job that AWS has not described yet, as far as the list of jobs knows it."""
    job = replace(JobDetail.from_api(EMPTY), summary=summary, tags=summary.tags or ())
    relations = [*fixed_relations(summary), *made]
    reason = why_line(job, waits)
    note = plain("This is what the list of jobs knows: AWS has not described the job yet.", "muted")
    return View(
        title=_job_title(summary),
        job=summary,
        tabs={
            "Overview": lambda width, now, revealed: [
                *overview(job, relations, len(relations), now, is_revealed=revealed, reason=reason),
                note,
            ]
        },
        name=summary.job_id,
        arn=summary.job_arn,
        raw=EMPTY,
        relations=tuple(relations),
        related=related,
        awaited=("Attempts", "Container", "Resources", "Timeline", HOST, "JSON"),
        seen_at=seen_at,
    )


def unknown_view(name: str, trouble: str) -> View:
    """Nothing but why there is nothing."""
    return View(
        title=plain(name, "strong"),
        tabs={"Overview": lambda width, now, revealed: [plain(trouble, "warning")]},
        name=name,
        arn=None,
        raw=EMPTY,
        trouble=trouble,
        is_unknown=True,
    )


def part_of(job_id: str) -> str:
    """What tells a child of an array or a node from its parent: `` :3``, `` #0``; empty for any other job."""
    for mark in (":", "#"):
        _, found, index = job_id.rpartition(mark)
        if found and not job_id.startswith("arn:"):
            return f" {mark}{index}"
    return ""


def _job_title(summary: JobSummary) -> Cell:
    state: Span = (summary.status, status_style(summary.status))
    name: Span = (f"{summary.job_name}{part_of(summary.job_id)}", "strong")
    return (name, ("  ", ""), state, (f"  {summary.job_queue}", "muted"))


def queue_view(
    queue: JobQueueDetail,
    snapshot: Snapshot,
    head: JobSummary | None,
    insight: "LiveInsight | None" = None,
) -> View:
    """A job queue with its compute environments in their order.

    Args:
        queue: The queue.
        snapshot: What is known of the account.
        head: The job that blocks it, if one does.
        insight: How it stands; there is no such tab without.
    """
    held = snapshot.jobs.get(queue.job_queue_name)
    known = {each.compute_environment_name: each for each in snapshot.compute_environments or ()}
    environments = [
        Relation(
            "environment", name, f"{number}. environment", (known[name].status or "") if name in known else ""
        )
        for number, name in enumerate(queue.compute_environment_order, 1)
    ]
    culprit = () if head is None else (Relation("job", head.job_id, "blocked by", head.job_name, job=head),)
    relations = (*environments, *service_environment_relations(queue), *policy_relations(queue), *culprit)
    blocked = head.status_reason if head is not None else None
    digit = len(relations) if culprit else 0
    tabs: dict[str, Tab] = {
        "Overview": lambda width, now, revealed: queue_overview(
            queue, held.counts if held else {}, blocked, relations, is_revealed=revealed
        )
    }
    if insight is not None:
        tabs[INSIGHT] = lambda width, now, revealed: insight.lines(width, now, digit)
    tabs["JSON"] = lambda width, now, revealed: json_lines(queue.raw, is_revealed=revealed)
    return View(
        title=((queue.job_queue_name, "strong"), ("  job queue", "muted")),
        tabs=tabs,
        name=queue.job_queue_name,
        arn=queue.job_queue_arn,
        raw=queue.raw,
        relations=relations,
        asks={INSIGHT: insight.update} if insight is not None else {},
        culprit=head,
    )


def environment_view(environment: ComputeEnvironmentDetail, snapshot: Snapshot) -> View:
    """A compute environment with the queues that run on it, the highest priority first."""
    relations = tuple(
        Relation("queue", queue.job_queue_name, f"queue, priority {queue.priority}", queue.state or "")
        for queue in snapshot.job_queues or ()
        if environment.compute_environment_name in queue.compute_environment_order
    )
    return View(
        title=((environment.compute_environment_name, "strong"), ("  compute environment", "muted")),
        tabs={
            "Overview": lambda width, now, revealed: environment_overview(
                environment, relations, is_revealed=revealed
            ),
            "JSON": lambda width, now, revealed: json_lines(environment.raw, is_revealed=revealed),
        },
        name=environment.compute_environment_name,
        arn=environment.compute_environment_arn,
        raw=environment.raw,
        relations=relations,
    )


def definition_view(definition: JobDefinition) -> View:
    """One revision of a job definition."""
    relations = tuple(consumable_relations(definition.consumable_resources))
    state: Span = (definition.status or "", "" if definition.status == ACTIVE else "warning")
    return View(
        title=((definition.title, "strong"), ("  job definition  ", "muted"), state),
        tabs={
            "Overview": lambda width, now, revealed: definition_overview(
                definition, relations, is_revealed=revealed
            ),
            "Container": lambda width, now, revealed: containers(definition, is_revealed=revealed),
            "Resources": lambda width, now, revealed: resources(definition, is_revealed=revealed),
            "JSON": lambda width, now, revealed: json_lines(definition.raw, is_revealed=revealed),
        },
        name=definition.title,
        arn=definition.arn,
        raw=definition.raw,
        relations=relations,
        is_final=True,
    )
