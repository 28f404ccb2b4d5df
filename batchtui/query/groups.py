"""What can be asked of groups of jobs, by what they can be sorted, and the jobs' filter that says one of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from batchtui.insight.group import Group
from batchtui.insight.group_keys import By, GroupKey
from batchtui.query.fields import Fields, NumberField, TextField

_FIELD_OF: Final = {
    By.STEP: "step",
    By.CAUSE: "cause",
    By.DEFINITION: "definition",
    By.QUEUE: "queue",
    By.SHARE: "share",
}
"""What the jobs' filter calls it. It knows the tags of some jobs only, and nothing of arrays."""


def filter_of(key: GroupKey, by: By, keys: Iterable[GroupKey]) -> str | None:
    """The filter of jobs that lets through the group's jobs and no others; None where there is none.

    Args:
        key: The group's.
        by: What its jobs have in common.
        keys: Those of all groups: the filter knows neither case nor tools.
    """
    name = _FIELD_OF.get(by)
    text = key.text.casefold()
    if name is None or key.is_rest or not text or '"' in text:
        return None
    if sum(1 for other in keys if not other.is_rest and other.text.casefold() == text) != 1:
        return None
    return f'{name}=="{key.text}"' if any(character.isspace() for character in text) else f"{name}=={key.text}"


GROUP_FIELDS: Fields[Group] = {
    "group": TextField(lambda group: (group.label, group.key.text)),
    "tool": TextField(lambda group: (group.tool,)),
    "cause": TextField(lambda group: [cause for cause, _ in group.causes]),
    "jobs": NumberField(lambda group, now: group.jobs),
    "active": NumberField(lambda group, now: group.active),
    "running": NumberField(lambda group, now: group.running),
    "ok": NumberField(lambda group, now: group.ok),
    "failed": NumberField(lambda group, now: group.failed),
    "rate": NumberField(lambda group, now: None if group.failure_rate is None else 100 * group.failure_rate),
    "vcpuh": NumberField(lambda group, now: group.vcpus.hours if group.vcpus.counted else None),
    "gpuh": NumberField(lambda group, now: group.gpus.hours if group.gpus.counted else None),
    "waited": NumberField(lambda group, now: group.wait, is_duration=True),
    "ran": NumberField(lambda group, now: group.run, is_duration=True),
}


def _most(read: Callable[[Group], float | None]) -> Callable[[Group, float], Any]:
    """The greatest first: that is what one looks for."""

    def value(group: Group, now: float) -> float | None:
        known = read(group)
        return None if known is None else -known

    return value


GROUP_SORTS: Mapping[str, Callable[[Group, float], Any]] = {
    "group": lambda group, now: group.label.casefold(),
    "tool": lambda group, now: group.tool or None,
    "jobs": _most(lambda group: group.jobs),
    "active": _most(lambda group: group.active),
    "running": _most(lambda group: group.running),
    "ok": _most(lambda group: group.ok),
    "failed": _most(lambda group: group.failed),
    "rate": _most(lambda group: group.failure_rate),
    "vcpuh": _most(lambda group: group.vcpus.hours if group.vcpus.counted else None),
    "gpuh": _most(lambda group: group.gpus.hours if group.gpus.counted else None),
    "wait": _most(lambda group: group.wait),
    "wait90": _most(lambda group: group.wait_90),
    "run": _most(lambda group: group.run),
    "cause": lambda group, now: group.causes[0][0].casefold() if group.causes else None,
    "last": _most(lambda group: group.newest),
    "step": lambda group, now: group.most_in or None,
    "example": lambda group, now: group.newest_failed.job_name if group.newest_failed else None,
}
