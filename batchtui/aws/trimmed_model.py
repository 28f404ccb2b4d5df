"""What is used of botocore's largest service models.

That of EC2 has over 700 operations and takes 14 MB; making a client of it held the event loop for 14 ms of CPU.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

USED: Final[Mapping[str, Collection[str]]] = {
    "ec2": frozenset({"DescribeInstances"}),
}
"""Operations by service, where not all of them are worth having."""


def trim_model(session: Any, service: str) -> None:
    """Leaves out of a service's model, as this session has it, what is not used.

    It takes a tenth of a second, and is not to be called on the event loop.

    Args:
        session: botocore's or aiobotocore's; its loader keeps what it has read.
        service: A service that ``USED`` names.
    """
    model = session.get_component("data_loader").load_service_model(service, "service-2")
    operations = {name: value for name, value in model["operations"].items() if name in USED[service]}
    kept: set[str] = set()
    waiting = [name for operation in operations.values() for name in _shapes_in(operation)]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += _shapes_in(model["shapes"][name])
    model["operations"] = operations
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in kept}


def _shapes_in(value: Any) -> Iterator[str]:
    """The names of shapes that a part of a model refers to."""
    if isinstance(value, Mapping):
        if isinstance(name := value.get("shape"), str):
            yield name
        for member in value.values():
            yield from _shapes_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from _shapes_in(item)
