"""One consumable resource: how much there is of it, and which jobs take it."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing

from batchtui.format import Cell, bar, plain
from batchtui.model.consumable_resource import NON_REPLENISHABLE, REPLENISHABLE, ConsumableResource, ConsumingJob
from batchtui.model.job import FAILED, PENDING, RUNNABLE, RUNNING, STARTING, SUBMITTED, SUCCEEDED
from batchtui.ui.details.common import masked_pairs
from batchtui.ui.details.lines import (
    DIGITS,
    Relation,
    field,
    label,
    moment,
    pair_lines,
    relation_lines,
    rest,
    section,
)
from batchtui.ui.details.views import Related, View, json_lines

MOST_JOBS = 1_000
"""So many of its jobs at most are listed: ten calls."""
_A_PAGE = 100
_BY_INTEREST = (RUNNING, STARTING, RUNNABLE, PENDING, SUBMITTED, FAILED, SUCCEEDED)
_BAR = 24
_TYPES = {
    REPLENISHABLE: "what a job held is there again once it has ended",
    NON_REPLENISHABLE: "what a job took is used up",
}
_SHOWN = frozenset(
    (
        *("consumableResourceName", "consumableResourceArn", "resourceType", "totalQuantity", "inUseQuantity"),
        *("availableQuantity", "createdAt", "tags"),
    )
)

Jobs = AsyncGenerator[list[ConsumingJob]]


def consuming_relations(jobs: Iterable[ConsumingJob]) -> list[Relation]:
    """Jobs that take it, those that hold some of it first, then those that wait."""

    def rank(each: ConsumingJob) -> int:
        status = each.job.status
        return _BY_INTEREST.index(status) if status in _BY_INTEREST else 0

    return [
        Relation(
            "job",
            each.job.job_id,
            "takes" if each.quantity is None else f"takes {each.quantity}",
            f"{each.job.status}  {each.job.job_name}",
            each.job,
        )
        for each in sorted(jobs, key=rank)
    ]


async def all_consuming(list_jobs: Callable[[], Jobs]) -> AsyncGenerator[Related]:
    """All that were found so far, again and again, until there are no more or as many as are listed at most."""
    found: list[ConsumingJob] = []
    async with aclosing(list_jobs()) as pages:
        async for page in pages:
            found += page
            if len(found) >= MOST_JOBS:
                note = f"These are the first {MOST_JOBS:,} that AWS tells: there may be more."
                yield Related(tuple(consuming_relations(found)), note, is_all=True)
                return
            yield Related(tuple(consuming_relations(found)))
    yield Related(tuple(consuming_relations(found)), is_all=True)


def consumable_view(
    resource: ConsumableResource,
    jobs: Sequence[ConsumingJob],
    related: Callable[[], AsyncIterator[Related]],
    trouble: str = "",
) -> View:
    """A resource with the jobs that take it.

    Args:
        resource: The resource.
        jobs: The first page of its jobs.
        related: Asks for all of them.
        trouble: Why they are not known.
    """
    relations = consuming_relations(jobs)
    return View(
        title=((resource.name, "strong"), ("  consumable resource", "muted")),
        tabs={
            "Overview": lambda width, now, revealed: _overview(
                resource, relations, trouble, width, now, is_revealed=revealed
            ),
            "JSON": lambda width, now, revealed: json_lines(resource.raw, is_revealed=revealed),
        },
        name=resource.name,
        arn=resource.arn,
        raw=resource.raw,
        relations=tuple(relations[:DIGITS]),
        related=related,
        trouble=trouble,
    )


def _overview(
    resource: ConsumableResource,
    relations: Sequence[Relation],
    trouble: str,
    width: int,
    now: float,
    *,
    is_revealed: bool,
) -> list[Cell]:
    meaning = _TYPES.get(resource.type or "", "")
    own = [
        *field("Name", resource.name),
        *field("Type", f"{resource.type}: {meaning}" if meaning else resource.type),
        *moment("Created", resource.created_at, now),
        *field("ARN", resource.arn),
    ]
    return [
        *section("Consumable resource", own),
        *section("Quantity", _quantities(resource, width)),
        *(_jobs(relations) if relations or not trouble else []),
        *section("Tags", pair_lines(masked_pairs(resource.tags, is_revealed=is_revealed))),
        *section("Everything else", pair_lines(rest(resource.raw, _SHOWN, is_revealed=is_revealed))),
    ]


def _quantities(resource: ConsumableResource, width: int) -> list[Cell]:
    part = resource.share_in_use
    lines: list[Cell] = []
    if part is not None:
        cells = bar(part, max(6, min(_BAR, width - 40)))
        lines.append(
            (label("In use"), (f"{resource.in_use:,} ", ""), *cells, (f" of {resource.total:,}", "muted"))
        )
    else:
        lines += field("In use", resource.in_use)
        lines += field("Total", resource.total)
    if resource.available is None:
        return lines
    if not resource.available:
        return [*lines, *field("Available", "none: jobs that need it wait", "warning")]
    return [*lines, *field("Available", f"{resource.available:,}")]


def _jobs(relations: Sequence[Relation]) -> list[Cell]:
    if not relations:
        return section("Go to", [plain("AWS tells of no job that takes it.", "muted")])
    return relation_lines(relations[:DIGITS], len(relations), is_at_least=len(relations) >= _A_PAGE)
