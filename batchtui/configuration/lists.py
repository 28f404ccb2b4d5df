"""The lists whose columns and order can be chosen, by name, so that a file is checked without any screen.

A test compares these with the lists themselves.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

LEFT_OUT: Final = "-"
"""Before the key of a column that is not to be shown."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen of a list.

    Attributes:
        where: Which list it is.
        columns: The keys of its columns.
        sorts: The columns by which it can be sorted.
    """

    where: str
    columns: tuple[str, ...]
    sorts: tuple[str, ...]


def _offered(where: str, columns: str, sorts: str) -> Offered:
    return Offered(where, tuple(columns.split()), tuple(sorts.split()))


LISTS: Final = MappingProxyType(
    {
        "jobs": _offered(
            "the pane Jobs, and the jobs of a group",
            "name status age waited ran vcpus queue why definition id",
            "age name status waited ran vcpus queue definition why id",
        ),
        "queues": _offered(
            "the pane Job queues",
            "priority name waiting running failed environments state SUBMITTED PENDING RUNNABLE SCHEDULED "
            "STARTING RUNNING SUCCEEDED FAILED note",
            "priority name waiting running failed",
        ),
        "environments": _offered(
            "the pane Compute environments",
            "name type status vcpus bid allocation types reason",
            "name type status vcpus",
        ),
        "children": _offered(
            "the children of an array, the nodes of a job",
            "index status why age ran tries id role range container",
            "age name status waited ran vcpus queue definition why id index",
        ),
        "standings": _offered(
            ":queues, how the queues stand",
            "priority name waiting running used ended came empty wait wait90 blocked",
            "priority name waiting running used ended came empty wait wait90 blocked",
        ),
        "groups": _offered(
            ":groups, jobs in groups",
            "group jobs active running ok failed rate vcpuh gpuh wait wait90 run tool cause last step example",
            "group tool jobs active running ok failed rate vcpuh gpuh wait wait90 run cause last step example",
        ),
        "definitions": _offered(
            ":definitions",
            "name revision type platform vcpus memory image",
            "name revision type platform vcpus memory image",
        ),
        "scheduling-policies": _offered(
            ":scheduling-policies",
            "name type shares decay reservation queues",
            "name type shares decay reservation queues",
        ),
        "consumable-resources": _offered(
            ":consumable-resources",
            "name type total used available share",
            "name type total used available share",
        ),
        "service-environments": _offered(
            ":service-environments",
            "name type state status capacity queues",
            "name type state status capacity queues",
        ),
        "service-jobs": _offered(
            ":service-jobs",
            "name status age waited ran queue why id",
            "age name status waited ran vcpus queue definition why id",
        ),
        "history": _offered(
            ":history, what was done from here",
            "time action jobs outcome new why where",
            "time action jobs outcome new why where",
        ),
        "api": _offered(
            ":api, what this program asks of AWS",
            "operation service calls minute flight median p95 longest throttled errors error",
            "operation service calls minute flight median p95 longest throttled errors error",
        ),
    }
)
