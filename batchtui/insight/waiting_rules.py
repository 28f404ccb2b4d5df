"""The causes for which a job can wait, the weightiest first."""

from typing import Final

from batchtui.insight.case import Rule
from batchtui.insight.waiting_before import (
    array_children,
    array_under_way,
    dependencies_open,
    dependencies_over,
    dependency_failed,
    one_after_another,
    submitted,
)
from batchtui.insight.waiting_capacity import at_max, capacity_full, instances_coming, nothing_asked
from batchtui.insight.waiting_consumables import consumables
from batchtui.insight.waiting_room import (
    above_instance_types,
    above_max_vcpus,
    environments_out,
    no_environments,
    queue_disabled,
    queue_status,
    some_environments_out,
    stopped,
    wrong_platform,
)
from batchtui.insight.waiting_service import service_environment
from batchtui.insight.waiting_shares import fair_share, quota_share, reservation
from batchtui.insight.waiting_start import scheduled, starting
from batchtui.insight.waiting_told import CODES, UNDETERMINED, finder, time_limit, told_other
from batchtui.insight.waiting_turn import blocked_head, higher_priority, place, retry
from batchtui.model.job import PENDING, RUNNABLE, SCHEDULED, STARTING, SUBMITTED

_BEFORE: Final = frozenset((PENDING,))
_QUEUED: Final = frozenset((RUNNABLE,))
_ANY: Final = frozenset((SUBMITTED, PENDING, RUNNABLE, SCHEDULED, STARTING))
_ARRAY: Final = frozenset((PENDING, RUNNABLE))

_ROOM: Final = frozenset(("capacity-full", "at-max-vcpus", "instances-coming", "nothing-asked", "reservation"))
"""How full it is, which matters no more where the job cannot run at all."""
_TURN: Final = frozenset(("higher-priority", "fair-share", "quota-share"))
_SIZE: Final = frozenset(("above-max-vcpus", "above-instance-types"))
_OUT: Final = frozenset(("environments-out", "some-environments-out"))
_HOPELESS: Final = _ROOM | _TURN
_BY_CODE: Final = {
    "no-instance-capacity": (_ROOM - {"capacity-full"}) | {"above-instance-types"},
    "told-max-vcpus": _HOPELESS | _SIZE,
    "told-too-large": _HOPELESS | _SIZE,
    "told-instance-types": _HOPELESS,
    "told-service-role": _HOPELESS,
    "told-environments-invalid": _HOPELESS | _SIZE | _OUT,
    "told-service-max": frozenset(("quota-share", "service-environment")),
    "told-quota-limit": frozenset(("quota-share", "service-environment")),
}
"""What each documented reason makes needless."""

_OTHERS: Final[tuple[Rule, ...]] = (
    Rule("dependency-failed", _BEFORE, dependency_failed, is_quick=True),
    *(
        Rule(each.rule, _QUEUED, finder(each), is_quick=True, silences=_BY_CODE.get(each.rule, frozenset()))
        for each in CODES
    ),
    Rule("told-other", _QUEUED, told_other, is_quick=True),
    Rule("no-environments", _QUEUED, no_environments, is_quick=True, silences=_HOPELESS),
    Rule("queue-status", _QUEUED, queue_status, is_quick=True),
    Rule("service-environment", _QUEUED, service_environment),
    Rule("environments-out", _QUEUED, environments_out, is_quick=True, silences=_HOPELESS | _SIZE),
    Rule("above-max-vcpus", _QUEUED, above_max_vcpus, is_quick=True, silences=_HOPELESS),
    Rule("wrong-platform", _QUEUED, wrong_platform, silences=_HOPELESS | {"above-instance-types"}),
    Rule("above-instance-types", _QUEUED, above_instance_types, silences=_HOPELESS),
    Rule("queue-disabled", _QUEUED, queue_disabled, is_quick=True),
    Rule("consumables", _QUEUED, consumables, silences=frozenset(("instances-coming", "nothing-asked"))),
    Rule("array-under-way", _ARRAY, array_under_way),
    Rule("quota-share", _QUEUED, quota_share),
    Rule(
        "blocked-head",
        _QUEUED,
        blocked_head,
        is_quick=True,
        silences=frozenset(("instances-coming", "nothing-asked")),
    ),
    Rule("higher-priority", _QUEUED, higher_priority, is_quick=True),
    Rule("capacity-full", _QUEUED, capacity_full, is_quick=True, silences=_ROOM - {"capacity-full"}),
    Rule("fair-share", _QUEUED, fair_share),
    Rule("reservation", _QUEUED, reservation),
    Rule("place", _QUEUED, place),
    Rule("at-max-vcpus", _QUEUED, at_max, silences=frozenset(("instances-coming",))),
    Rule("instances-coming", _QUEUED, instances_coming),
    Rule("told-undetermined", _QUEUED, finder(UNDETERMINED), explains=False, is_quick=True),
    Rule("nothing-asked", _QUEUED, nothing_asked, explains=False),
    Rule("dependencies-open", _BEFORE, dependencies_open, is_quick=True),
    Rule("one-after-another", _BEFORE, one_after_another),
    Rule("dependencies-over", _BEFORE, dependencies_over),
    Rule("array-children", _ARRAY, array_children),
    Rule("submitted", frozenset((SUBMITTED,)), submitted, is_quick=True),
    Rule("scheduled", frozenset((SCHEDULED,)), scheduled, is_quick=True),
    Rule("starting", frozenset((STARTING,)), starting, is_quick=True),
    Rule("some-environments-out", _QUEUED, some_environments_out, explains=False),
    Rule("time-limit", _QUEUED, time_limit, explains=False),
    Rule("retry", _QUEUED, retry, explains=False),
)
RULES: Final[tuple[Rule, ...]] = (
    Rule("stopped", _ANY, stopped, is_quick=True, silences=frozenset(rule.key for rule in _OTHERS)),
    *_OTHERS,
)
"""Every rule. Of two that speak, the first in this table is the weightier."""
