"""By what jobs can be put together: for each way the one group that a job belongs to. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from batchtui.insight.array_units import is_array
from batchtui.insight.job_cause import cause_of
from batchtui.insight.job_names import step_of
from batchtui.insight.job_needs import JobNeeds
from batchtui.model.job import FAILED, JobSummary
from batchtui.model.secrets import masked

Needs = Mapping[str, JobNeeds]
"""Of jobs that were described, by id."""


class By(Enum):
    """What the jobs of a group have in common; in the order in which a key goes through them."""

    STEP = "step"
    CAUSE = "cause of failure"
    DEFINITION = "definition"
    QUEUE = "queue"
    SHARE = "share"
    TAG = "tag"
    ARRAY = "array"

    def next(self, steps: int = 1) -> "By":
        """The next way; after the last one comes the first."""
        ways = list(By)
        return ways[(ways.index(self) + steps) % len(ways)]


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What a group is known by.

    Attributes:
        text: What all its jobs have: the step, the cause, the value of the tag.
        tool: Of a step: what made the names, empty where they do not tell.
        is_rest: Whether it is the jobs of which that is not known, or that have none.
    """

    text: str
    tool: str = ""
    is_rest: bool = False

    @property
    def whole(self) -> str:
        """As one text, different for each group of one list."""
        return f"{'-' if self.is_rest else '+'}{self.tool}/{self.text}"


UNNAMED: Final = GroupKey("no name", is_rest=True)
NO_DEFINITION: Final = GroupKey("AWS told no definition", is_rest=True)
NO_SHARE: Final = GroupKey("no share", is_rest=True)
NO_TAG: Final = GroupKey("without that tag", is_rest=True)
NOT_DESCRIBED: Final = GroupKey("tags not known: not described yet", is_rest=True)
NO_ARRAY: Final = GroupKey("no arrays", is_rest=True)

Keyed = tuple[GroupKey, tuple[str, ...]]
"""A job's group, and what its name has in place of each ``*`` of a step."""


def key_by(by: By, tag: str = "", needs: Needs | None = None) -> Callable[[JobSummary], Keyed | None]:
    """What tells the group of a job; None for a job that belongs to none, as one that has not failed has no cause.

    Args:
        by: What the jobs of a group have in common.
        tag: The name of the tag, where it is by tag.
        needs: What is known of jobs that were described.
    """
    match by:
        case By.STEP:
            return _step
        case By.CAUSE:
            return lambda job: (GroupKey(cause_of(job)), ()) if job.status == FAILED else None
        case By.DEFINITION:
            return lambda job: (_named(definition_of(job), NO_DEFINITION), ())
        case By.QUEUE:
            return lambda job: (GroupKey(job.job_queue), ())
        case By.SHARE:
            return lambda job: (_named(job.share, NO_SHARE), ())
        case By.TAG:
            return lambda job: (_tagged(job, tag, needs or {}), ())
        case By.ARRAY:
            return lambda job: (GroupKey(job.job_id) if is_array(job) else NO_ARRAY, ())


def definition_of(job: JobSummary) -> str:
    """``name:revision`` of its definition, empty where AWS told none."""
    return (job.job_definition or "").rpartition("/")[2]


def tags_of(job: JobSummary, needs: Needs) -> tuple[tuple[str, str], ...] | None:
    """Its tags; None where they are not known."""
    if job.tags is not None:
        return job.tags
    known = needs.get(job.job_id)
    return None if known is None else known.tags


def _step(job: JobSummary) -> Keyed:
    step = step_of(job.job_name, job.job_definition or "")
    return (GroupKey(step.key, step.tool) if step.key else UNNAMED), step.folded


def _named(text: str | None, otherwise: GroupKey) -> GroupKey:
    return GroupKey(text) if text else otherwise


def _tagged(job: JobSummary, tag: str, needs: Needs) -> GroupKey:
    tags = tags_of(job, needs)
    if tags is None:
        return NOT_DESCRIBED
    value = next((value for name, value in tags if name == tag), None)
    return NO_TAG if value is None else GroupKey(masked(tag, value))
