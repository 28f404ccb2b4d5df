"""The rule about consumable resources: what a job takes besides vCPUs and memory, such as licences."""

from dataclasses import dataclass
from typing import Final

from batchtui.insight.case import GUIDE, Case, Finding, NotSeen, RuledOut
from batchtui.insight.phrases import listed, number, short, whole
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.model.consumable_resource import NON_REPLENISHABLE, ConsumableResource
from batchtui.model.fields import arn_name

_HOW: Final = f"{GUIDE}resource-aware-scheduling-how-to-for-jobs.html"


@dataclass(frozen=True, slots=True)
class Lot:
    """A resource, and how much of it the job takes."""

    resource: ConsumableResource
    quantity: int

    @property
    def is_short(self) -> bool:
        return self.resource.available is not None and self.quantity > self.resource.available

    @property
    def is_beyond(self) -> bool:
        """Whether there is not so much of it at all."""
        return self.resource.total is not None and self.quantity > self.resource.total


def consumables(case: Case) -> Finding:
    """Resources that are handed out one by one: a job waits in RUNNABLE until all that it takes are free."""
    wanted = case.detail.consumable_resources if case.detail is not None else ()
    if not wanted:
        return None
    known = {each.name: each for each in case.situation.consumables}
    pairs = [(arn_name(name), quantity, known.get(arn_name(name))) for name, quantity in wanted if name]
    lots = [
        Lot(each, int(quantity)) for _, quantity, each in pairs if each is not None and str(quantity).isdecimal()
    ]
    if short_of := [lot for lot in lots if lot.is_short]:
        return _verdict(short_of)
    unseen = [f"{whole(name)} ({quantity})" for name, quantity, resource in pairs if resource is None]
    if unseen:
        trouble = case.situation.consumables_trouble
        return NotSeen(f"whether these are free: {listed(unseen)}{f': {trouble}' if trouble else ''}")
    free = [f"{_figure(each.available)} of {whole(name)}" for name, _, each in pairs if each is not None]
    return RuledOut(f"what it takes is free: {listed(free)}")


def _verdict(short_of: list[Lot]) -> Verdict:
    lot = short_of[0]
    left = number(lot.resource.available) if lot.resource.available else "none"
    there = f"of which {left} {'is' if left in ('none', '1') else 'are'} left"
    if lot.is_beyond:
        there = f"of which there are {_figure(lot.resource.total)}"
    return Verdict(
        "consumables",
        f"It takes {number(lot.quantity)} of {short(lot.resource.name)}, {there}.",
        Certainty.FOLLOWS,
        tuple(
            f"{whole(lot.resource.name)}: {_figure(lot.resource.in_use)} of {_figure(lot.resource.total)} in use, "
            f"{number(lot.quantity)} asked for"
            for lot in short_of
        ),
        _remedies(lot),
        _HOW,
        tuple(Lead("consumable-resource", each.resource.name, "who takes it") for each in short_of),
    )


def _remedies(lot: Lot) -> tuple[str, ...]:
    more = "If there is more of it by now, raise its total (UpdateConsumableResource)."
    if lot.is_beyond:
        return ("Submit it again with a smaller quantity, or raise the total (UpdateConsumableResource).",)
    if lot.resource.type == NON_REPLENISHABLE:
        return (more, "What jobs took of it does not come back when they end.")
    return ("Wait until a job that holds it has ended: its details list them.", more)


def _figure(value: int | None) -> str:
    return number(value) if value is not None else "?"
