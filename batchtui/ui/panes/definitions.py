"""The list of job definitions: each name once, with its latest active revision."""

from collections.abc import Callable

from batchtui.format import Cell, number, plain
from batchtui.model.job_definition import JobDefinition
from batchtui.model.secrets import masked_text
from batchtui.query.definitions import (
    CONTAINER,
    DEFINITION_FIELDS,
    DEFINITION_SORTS,
    images,
    kind,
    memory,
    platform,
    vcpus,
)
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column


class DefinitionsPane(LoadedPane[JobDefinition]):
    """The list of the screen Job definitions."""

    TITLE = "Job definitions"
    LIST = "definitions"
    NONE = (
        "There is no active job definition in this account and region.",
        "RegisterJobDefinition makes one: the AWS CLI, the console, or what runs your pipeline.",
    )

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(
            _COLUMNS,
            key=lambda definition: definition.name,
            fields=DEFINITION_FIELDS,
            sorts=DEFINITION_SORTS,
            id="definitions",
            clock=clock,
        )


def _name(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(row.name)


def _revision(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(number(row.revision), "muted")


def _kind(row: JobDefinition, width: int, now: float) -> Cell:
    word = kind(row)
    return plain(word, "muted" if word == CONTAINER else "")


def _platform(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(platform(row))


def _vcpus(row: JobDefinition, width: int, now: float) -> Cell:
    return plain(number(vcpus(row)))


def memory_cell(row: JobDefinition, width: int, now: float) -> Cell:
    mib = memory(row)
    if mib is None or mib < _GIB:
        return plain(number(mib) if mib is None else f"{mib:.0f} MiB")
    return plain(f"{number(round(mib / _GIB, 1))} GiB")


def image_cell(row: JobDefinition, width: int, now: float) -> Cell:
    found = [masked_text(image) for image in images(row)]
    if not found:
        return plain("")
    more = f" +{len(found) - 1}" if len(found) > 1 else ""
    room = width - len(more)
    first = found[0] if len(found[0]) <= room else _without_registry(found[0])
    if len(first) > room:  # the end of an image's name tells more than its beginning
        first = f"…{first[len(first) - max(1, room - 1) :]}"
    return ((first, ""), (more, "muted"))


def _without_registry(image: str) -> str:
    host, slash, rest = image.partition("/")
    return rest if slash and ("." in host or ":" in host) else image


_GIB = 1024
_COLUMNS: tuple[Column[JobDefinition], ...] = (
    Column("name", "NAME", 16, _name, importance=100, comfort=20, flex=2, most=60),
    Column("revision", "REV", 4, _revision, importance=95, is_right=True),
    Column("type", "TYPE", 15, _kind, importance=80),
    Column("platform", "PLATFORM", 8, _platform, importance=75),
    Column("vcpus", "vCPU", 4, _vcpus, importance=70, is_right=True),
    Column("memory", "MEMORY", 7, memory_cell, importance=70, is_right=True),
    Column("image", "IMAGE", 12, image_cell, importance=90, comfort=24, flex=3),
)
