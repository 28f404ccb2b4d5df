"""Which nodes of a multi-node job run which containers: the shape NodeRangeProperty."""

from collections.abc import Iterable
from dataclasses import dataclass

from batchtui.model import fields
from batchtui.model.container import ContainerDetail, containers_of
from batchtui.model.fields import Api


@dataclass(frozen=True, slots=True)
class NodeRange:
    """Nodes that run the same; of two ranges that hold a node the narrower one holds for it."""

    target_nodes: str
    """As AWS writes it: ``0:3``, ``4:``, ``:2``, ``1``."""
    first: int
    last: int
    containers: tuple[ContainerDetail, ...]


def node_ranges(job: Api) -> tuple[NodeRange, ...]:
    """The ranges of a JobDetail or of a JobDefinition; those that cannot be understood are left out."""
    properties = fields.mapping(job, "nodeProperties")
    count = fields.integer(properties, "numNodes") or 0
    found = (_range(group, count) for group in fields.structures(properties, "nodeRangeProperties"))
    return tuple(each for each in found if each is not None)


def range_of(ranges: Iterable[NodeRange], index: int) -> NodeRange | None:
    """The range that holds for a node."""
    holding = [each for each in ranges if each.first <= index <= each.last]
    return min(holding, key=lambda each: each.last - each.first, default=None)


def main_node(job: Api) -> int | None:
    """The index of the main node of a JobDetail, whose end decides."""
    return fields.integer(fields.mapping(job, "nodeProperties"), "mainNode")


def _range(group: Api, count: int) -> NodeRange | None:
    target = fields.text(group, "targetNodes") or ""
    first, colon, last = target.partition(":")
    bounds = (first or "0", (last or str(count - 1)) if colon else first)
    if not target or not all(bound.isdecimal() and bound.isascii() for bound in bounds):
        return None
    return NodeRange(target, int(bounds[0]), int(bounds[1]), containers_of(group))
